"""Each benchmark runs, and its JSON holds what benchmarks/README.md says. What it measures is not judged here."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import attacks, candidates, common, kill_loop, marking, tokens, turn
from benchmarks.common import Measured, Report, Target, percentile, published, utterances
from benchmarks.killed_player import Step, step
from simulator.exam.base import Language
from simulator.exam.transcript import Entry, Transcript
from simulator.library.files import FileLibrary
from simulator.settings import Settings
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import a_scenario
from tests.encounters.talks import Talk

README = (Path(common.__file__).parent / "README.md").read_text(encoding="utf-8")
MAINS: dict[str, Callable[[list[str]], int]] = {
    "turn": turn.main, "candidates": candidates.main, "marking": marking.main, "kill_loop": kill_loop.main,
    "attacks": attacks.main, "tokens": tokens.main}


def is_documented(measured: Measured, name: str, targets: dict[str, Target]) -> None:
    """Every value stands in the benchmark's section, and every target is measured."""
    section = README.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
    assert {key for key in measured if f"`{key}`" not in section} == set()
    assert targets.keys() <= measured.keys()


async def test_turn_times_every_utterance(understanding: Reader, library: FileLibrary, vocabulary: Vocabulary) -> None:
    measured = await turn.run(understanding, library, vocabulary, encounters=2, turns=4)
    assert measured["turns"] == 8
    assert 0 < measured["p50_ms"] <= measured["p95_ms"] <= measured["max_ms"]
    is_documented(measured, "turn", turn.TARGETS)


async def test_tokens_are_counted_on_a_whole_conversation(
        understanding: Reader, library: FileLibrary, vocabulary: Vocabulary) -> None:
    measured = await tokens.run(understanding, library, vocabulary, tokens.strong()[:1])
    assert measured["calls"] > 20
    assert 0 < measured["prefix_tokens"] < measured["early_tokens"] < measured["whole_case_tokens"]
    is_documented(measured, "tokens", tokens.TARGETS)


async def test_candidates_talk_at_once_and_lose_nothing(
    understanding: Reader, library: FileLibrary, vocabulary: Vocabulary
) -> None:
    measured = await candidates.run(understanding, library, vocabulary, candidates=4, seconds=1.5, seed=1,
                                    thinks=(0.0, 0.1))
    assert measured["turns"] > 0
    assert (measured["turns_lost"], measured["turns_unanswered"]) == (0, 0)
    assert measured["memory_mb"] > 0
    is_documented(measured, "candidates", candidates.TARGETS)


@pytest.mark.usefixtures("understanding")  # learnt once, by the other tests too
def test_marking_marks_every_transcript(tmp_path: Path) -> None:
    measured = marking.run(Settings(), tmp_path, transcripts=3, turns=5, jobs=1, seed=1)
    assert (measured["transcripts"], measured["not_marked"]) == (3, 0)
    assert measured["per_second"] > 0
    is_documented(measured, "marking", marking.TARGETS)


def test_the_kill_loop_reports_what_it_found(tmp_path: Path) -> None:
    report = kill_loop.measure(kills=1, seed=1)
    is_documented(report.measured, "kill_loop", kill_loop.TARGETS)
    assert published(report, tmp_path) == 0
    kept = json.loads((tmp_path / "kill_loop.json").read_text(encoding="utf-8"))
    assert kept["measured"] == report.measured


@pytest.mark.parametrize("name", MAINS)
def test_every_benchmark_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        MAINS[name](["--help"])
    shown = capsys.readouterr().out
    assert f"python -m benchmarks.{name}" in shown
    assert "--results" in shown
    assert f"python -m benchmarks.{name} " in README


def test_the_json_holds_the_documented_keys_and_says_what_was_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = {"p95_ms": Target(most=30), "per_second": Target(least=5), "turns_lost": Target(most=0)}
    report = Report("turn", {"turns": 3}, {"p95_ms": 31.5, "per_second": 9, "turns_lost": 0}, targets)
    assert published(report, tmp_path / "new") == 1
    kept = json.loads((tmp_path / "new" / "turn.json").read_text(encoding="utf-8"))
    section = README.split("\n## The JSON\n")[1].split("\n## ")[0]
    assert {key for key in kept if f"`{key}`" not in section} == set()
    assert kept["missed"] == ["p95_ms"]
    assert kept["targets"] == {"p95_ms": {"at_most": 30}, "per_second": {"at_least": 5}, "turns_lost": {"at_most": 0}}
    assert "MISSED" in capsys.readouterr().out


def test_both_languages_say_as_much() -> None:
    said = {language: utterances(language) for language in Language}
    assert {len(each) for each in said.values()} == {39}
    assert all(len(set(each)) == len(each) for each in said.values())


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.95, 4), (0.25, 1), (1.0, 4)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([4, 2, 1, 3], share) == value


# -- the kill loop can fail --------------------------------------------------------------------------------------------

def test_what_the_archive_lost_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def misremembered(seed: int, seat: int, number: int) -> Step:
        todo = step(seed, seat, number)
        return todo._replace(message_id=f"never sent {todo.message_id}")

    monkeypatch.setattr(kill_loop, "step", misremembered)
    measured = kill_loop.run(tmp_path, kills=0, seed=1)
    assert measured["turns_lost"] == measured["turns_acknowledged"] > 0


def an_interview() -> tuple[Entry, ...]:
    """Two questions, each read, disclosed and answered."""
    talk = Talk(a_scenario())
    talk.hear("social.tobacco")
    talk.hear("symptom.fever")
    return talk.transcript.entries


def test_a_sound_interview_has_no_fault() -> None:
    assert kill_loop.faults_of(an_interview()) == (0, 0, 0, 0)
    assert kill_loop.faults_of(Transcript().entries) == (0, 0, 0, 0)


def test_doubled_unanswered_twice_answered_and_missing_entries_are_each_counted() -> None:
    entries = an_interview()
    *before, question, reading, disclosure, answer = entries
    named = question.model_copy(update={"message_id": "m1"})
    late = named.model_copy(update={"is_late": True})
    assert kill_loop.faults_of((*before, named, reading, disclosure, answer, late))[0] == 1
    assert kill_loop.faults_of((*before, question, reading, disclosure))[1] == 1
    assert kill_loop.faults_of((*before, question))[1] == 1
    assert kill_loop.faults_of((*entries, answer))[2] == 1
    assert kill_loop.faults_of((*entries, reading))[2] == 1
    assert kill_loop.faults_of(entries[1:])[3] == 1
    assert kill_loop.faults_of((*entries, entries[-1]))[3] == 1
