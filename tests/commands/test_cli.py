"""The command `simulator`: what programs and teachers read from it stays as documented."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from simulator.cli import app

ANSWER = {"utterance", "understood", "acts", "reply", "told", "ms"}
ACT = {"kind", "topic", "fact", "confidence", "words"}
RATING = {"item", "outcome", "credit", "weight", "evidence", "because"}

RUBRIC = """
id: anything
language: en
version: 1.0.0
title: A rubric for a transcript of no known station
items:
  - {id: smoking, text: Asks about smoking, asked: {phrases: [smoking]}}
  - {id: travel, text: Asks about travel, asked: {phrases: [recent travel]}}
  - {id: onset, text: Asks when it began, asked: {topics: [complaint.onset]}}
"""


def simulator(*words: str, standard_input: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=standard_input)


def lines_of(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "one.jsonl"
    said = [("candidate", "How long has this been going on?"), ("patient", "Two days."),
            ("candidate", "And do you smoke at all?"), ("patient", "No.")]
    path.write_text("\n".join(json.dumps({"speaker": who, "text": text, "at": 10 * number})
                              for number, (who, text) in enumerate(said)), encoding="utf-8")
    return path


@pytest.fixture
def rubric(tmp_path: Path) -> Path:
    path = tmp_path / "rubric_of_mine.yaml"
    path.write_text(RUBRIC, encoding="utf-8")
    return path


def test_ask_answers_one_json_object_per_line() -> None:
    result = simulator("ask", "chest_pain", "--language", "fr", "--json",
                       standard_input="Vous fumez ?\n\nAvez-vous de la fièvre ?\nzorglub frimouk\n")
    smoking, fever, nonsense = lines_of(result)
    assert set(smoking) >= ANSWER
    assert set(smoking["acts"][0]) >= ACT
    assert smoking["told"] == ["social.tobacco"]
    assert smoking["acts"][0]["fact"] == "social.tobacco"
    assert fever["told"] == []
    assert fever["denied"] == ["symptom.fever"]
    assert not nonsense["understood"]
    assert all(answer["reply"] for answer in (smoking, fever, nonsense))


def test_lines_make_a_conversation_only_when_asked_to() -> None:
    questions = "Vous fumez ?\nVous fumez ?\n"
    fresh = lines_of(simulator("ask", "chest_pain", "--json", standard_input=questions))
    talk = lines_of(simulator("ask", "chest_pain", "--json", "--conversation", standard_input=questions))
    assert fresh[0]["reply"] == fresh[1]["reply"] == talk[0]["reply"]
    assert talk[1]["reply"] != talk[0]["reply"]
    assert talk[1]["told"] == ["social.tobacco"]


def test_ask_takes_the_path_of_a_scenario_file() -> None:
    path = Path(__file__).parents[2] / "scenarios" / "headache.en.yaml"
    (answer,) = lines_of(simulator("ask", str(path), "--language", "en", "--json", standard_input="What's your name?\n"))
    assert answer["told"] == ["person.name"]


def test_an_unknown_station_is_said_kindly() -> None:
    result = simulator("ask", "chest_pian", "--json", standard_input="hello\n")
    assert result.exit_code == 1
    assert "did you mean 'chest_pain'" in result.stderr
    assert result.stdout == ""


def test_grade_marks_a_transcript_of_no_known_station(transcript: Path, rubric: Path) -> None:
    (grade,) = lines_of(simulator("grade", str(transcript), "--rubric", str(rubric), "--language", "en", "--json"))
    assert grade["out_of"] == 20
    assert set(grade["ratings"][0]) >= RATING
    ratings = {rating["item"]: rating for rating in grade["ratings"]}
    assert {item: rating["outcome"] for item, rating in ratings.items()} == {
        "smoking": "met", "travel": "not_met", "onset": "met"}
    assert ratings["onset"]["evidence"] == [{"turn": 1, "words": "How long has this been going on?"}]
    assert ratings["smoking"]["evidence"][0]["turn"] == 3
    assert grade["mark"] == pytest.approx(13.33)


def test_a_folder_is_graded_in_processes_and_a_broken_file_stops_nothing(transcript: Path, rubric: Path,
                                                                        tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.jsonl").write_text(transcript.read_text("utf-8"), encoding="utf-8")
    (folder / "broken.jsonl").write_text('{"speaker": "nobody", "text": "x"}', encoding="utf-8")
    result = simulator("grade", str(folder), "--rubric", str(rubric), "--language", "en", "--json", "--jobs", "2")
    assert [Path(each["transcript"]).name for each in lines_of(result)] == ["a.jsonl", "b.jsonl"]
    assert result.exit_code == 2
    assert "broken.jsonl:1" in result.stderr


def test_no_transcript_is_said_kindly(rubric: Path) -> None:
    result = simulator("grade", "nowhere/*.jsonl", "--rubric", str(rubric))
    assert result.exit_code == 1
    assert "no transcript found" in result.stderr


def test_a_broken_rubric_is_located(transcript: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(RUBRIC.replace("asked: {phrases: [smoking]}", "askd: {phrases: [smoking]}"), encoding="utf-8")
    result = simulator("grade", str(transcript), "--rubric", str(path), "--language", "en")
    assert result.exit_code == 2
    assert "broken.yaml:7" in result.stderr
    assert "did you mean 'asked'" in result.stderr


def test_marking_with_a_language_model_needs_one_and_says_how_to_set_it(
        transcript: Path, rubric: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSCE_DATA_FOLDER", str(tmp_path / "data"))
    for name in ("OSCE_GRADER_LLM_URL", "OSCE_GRADER_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    result = simulator("grade", str(transcript), "--rubric", str(rubric), "--language", "en", "--grader", "llm")
    assert result.exit_code != 0
    assert "OSCE_GRADER_LLM_URL" in result.stderr


def test_a_script_plays_a_station_to_its_grade(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("# a short visit\nBonjour, je suis Claire Petit, externe.\nDepuis quand avez-vous mal ?\n"
                      "/order ecg\n/finish\n/submit diagnosis=Syndrome coronarien aigu ST+ inférieur\n", encoding="utf-8")
    result = simulator("play", "chest_pain", "--script", str(script))
    assert result.exit_code == 0
    assert "/ 20" in result.stdout
    assert "+ ecg" in result.stdout
    assert "+ onset" in result.stdout
    assert "- diagnosis" not in result.stdout


def test_stations_are_listed_in_both_languages() -> None:
    found = json.loads(simulator("stations", "--json").stdout)
    ids = {(each["id"], each["language"]) for each in found}
    assert {(name, language) for name in ("bad_news", "chest_pain", "diabetes_review", "headache")
            for language in ("fr", "en")} <= ids


def test_check_accepts_what_is_shipped_and_locates_a_mistake(tmp_path: Path) -> None:
    assert simulator("check").exit_code == 0
    path = tmp_path / "mine.yaml"
    path.write_text("id: mine\nlanguage: xx\n", encoding="utf-8")
    result = simulator("check", str(path))
    assert result.exit_code == 2
    assert f"{path}:2: language" in result.stdout


def test_demo_accounts_are_made_once_and_their_passwords_shown_once(tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSCE_DATA_FOLDER", str(tmp_path))
    first, second = simulator("prepare"), simulator("prepare")
    assert "Demo accounts" in first.stdout
    assert "Demo accounts" not in second.stdout
    listed = simulator("users", "list").stdout
    assert all(name in listed for name in ("student", "teacher", "faculty", "admin"))


def test_accounts_are_added_and_given_new_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSCE_DATA_FOLDER", str(tmp_path))
    assert "password" in simulator("users", "add", "Zoé", "--role", "teacher").stdout
    assert simulator("users", "add", "Zoé").exit_code == 1
    assert simulator("users", "password", "Zoé").exit_code == 0
    assert simulator("users", "password", "nobody").exit_code == 1
