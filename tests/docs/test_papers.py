"""What the papers say is so: links, commands, settings, keys and examples."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from simulator.cli import app, users
from simulator.commands.ask import answered
from simulator.commands.doctor import Found
from simulator.commands.grade import as_json
from simulator.commands.papers import papers as generated_papers
from simulator.exam.base import Language
from simulator.exam.checks import Check, State
from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.exam.transcript import Act, ActionKind, ActKind, Disclosure, Reading, Speaker, Tellable, Transcript
from simulator.graders.files import transcript_of
from simulator.library.authored import AuthoredFile
from simulator.library.checks import rubric_mistakes, scenario_mistakes
from simulator.llm.endpoint import Endpoint
from simulator.llm.limits import Budget
from simulator.settings import Settings
from simulator.vocabulary import Vocabulary
from tests.builders import NOW, a_scenario
from tests.docs.markdown import ROOT, anchors, blocks, code, keys_under, links, papers, text_of

PAPERS = papers()
COMMAND_LINE = text_of("docs/command-line.md")
GUIDES = (("README.md", Language.ENGLISH), ("LISEZMOI.md", Language.FRENCH))
_MAKE = re.compile(r"(?:^|\s)make (?:[A-Z]+=\S+ )*([a-z-]+)")
_SIMULATOR = re.compile(r"(?:^|[\s/|])simulator ([a-z][^|<>]*)")
_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
# Hosts of package registries, in pieces so that this file does not name them either.
_REGISTRIES = re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates|rubygems|anaconda|huggingface)\.(?:org|com|io|co)\b",
                         re.IGNORECASE)


# -- links and commands ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_every_link_leads_to_a_file_or_heading_that_is_there(paper: Path) -> None:
    broken = []
    for link in links(text_of(paper)):
        if re.match(r"^(?:https?|mailto):", link):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / paper).parent / name if name else ROOT / paper
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def test_every_make_target_that_a_paper_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", text_of("Makefile"), re.MULTILINE))
    named = {target for paper in PAPERS for line in code(text_of(paper)) for target in _MAKE.findall(line)}
    assert {"run", "test", "setup", "check", "docs", "clean"} <= named
    assert named - targets == set()


def test_every_simulator_command_and_option_that_a_paper_names_is_there() -> None:
    wrong = []
    for paper in PAPERS:
        for line in code(text_of(paper)):
            for call in _SIMULATOR.findall(line):
                words = _command_of(call)
                missing = [option for option in _OPTION.findall(call) if option not in _help_of(*words)]
                if not words or missing:
                    wrong.append(f"{paper}: simulator {call} {missing}")
    assert wrong == []


def test_every_simulator_command_is_on_the_page_of_the_command_line() -> None:
    documented = {words for line in code(COMMAND_LINE) for call in _SIMULATOR.findall(line)
                  if (words := _command_of(call))}
    assert documented == {(name,) for name in _COMMANDS} | {("users", name) for name in _USERS}


def _names(of: Any) -> set[str]:
    return {each.name or each.callback.__name__ for each in of.registered_commands}


_COMMANDS, _USERS = _names(app), _names(users)


def _command_of(call: str) -> tuple[str, ...]:
    """The command at the front of a call; nothing when there is no such command."""
    first, *rest = [*call.split(), ""]
    if first == "users" and rest[0] in _USERS:
        return first, rest[0]
    return (first,) if first in _COMMANDS else ()


def _help_of(*words: str) -> str:
    return CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"}).output


def test_the_scripts_that_papers_name_are_there() -> None:
    named = {script for paper in PAPERS for line in code(text_of(paper))
             for script in re.findall(r"python (\S+\.py)", line)}
    assert "scripts/screenshots.py" in named
    assert [script for script in named if not (ROOT / script).is_file()] == []


# -- settings, registries, generated papers ----------------------------------------------------------------------------


def test_the_readme_lists_every_setting_and_no_paper_names_another() -> None:
    flat = {f"OSCE_{name.upper()}" for name in Settings.model_fields} - _GROUPS.keys()
    assert set(keys_under(text_of("README.md"), "Settings")) == flat | {f"{group}_…" for group in _GROUPS}
    whole = {f"{group}_{name.upper()}" for group, model in _GROUPS.items() for name in model.model_fields}
    named = {name for paper in PAPERS for name in re.findall(r"\bOSCE_[A-Z_]+\b", text_of(paper))}
    assert named - flat - whole - {f"{group}_" for group in _GROUPS} == set()


def test_the_page_on_language_models_lists_every_setting_of_theirs() -> None:
    page = text_of("docs/language-models.md")
    assert keys_under(page, "Settings of a language model") == [name.upper() for name in Endpoint.model_fields]
    assert {name.upper() for name in Budget.model_fields} <= set(code(page.split("# Budgets")[1]))


_GROUPS: dict[str, type[BaseModel]] = {
    "OSCE_PATIENT_LLM": Endpoint, "OSCE_GRADER_LLM": Endpoint, "OSCE_LLM_BUDGET": Budget}


def test_no_paper_names_a_package_registry() -> None:
    assert [str(paper) for paper in PAPERS if _REGISTRIES.search(text_of(paper))] == []


def test_the_generated_papers_are_up_to_date() -> None:
    stale = [path.relative_to(ROOT).as_posix() for path, text in generated_papers(ROOT).items()
             if not path.is_file() or path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"


def test_every_decision_is_listed_and_says_context_decision_and_price() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    listed = links(text_of("docs/decisions/README.md"))
    assert [page.name for page in pages] == listed
    for page in pages:
        assert [f"\n## {part}\n" in page.read_text("utf-8") for part in ("Context", "Decision", "Price")] == [True] * 3


# -- JSON of the command line ------------------------------------------------------------------------------------------


def test_the_documented_keys_of_ask_are_those_that_are_printed() -> None:
    answer = _an_answer()
    assert keys_under(COMMAND_LINE, "Keys of an answer") == list(answer)
    assert keys_under(COMMAND_LINE, "Keys of an act") == list(answer["acts"][0])


def test_the_documented_keys_of_grade_are_those_that_are_printed() -> None:
    grade = as_json(_a_grade())
    assert keys_under(COMMAND_LINE, "Keys of a grade") == list(grade)
    assert keys_under(COMMAND_LINE, "Keys of a rating") == list(grade["ratings"][0])
    assert keys_under(COMMAND_LINE, "Keys of a quote") == list(grade["ratings"][0]["evidence"][0])


def test_the_documented_keys_of_doctor_are_those_that_are_printed() -> None:
    assert keys_under(COMMAND_LINE, "Keys of a check") == list(Found("embedded", Check(found="x")).as_json())
    states = next(line for line in COMMAND_LINE.splitlines() if line.startswith("| `state` |"))
    assert set(re.findall(r"`(\w+)`", states)) - {"state"} == {state.value for state in State}


def test_the_documented_kinds_of_act_and_outcomes_are_all_there_are() -> None:
    kinds = next(line for line in COMMAND_LINE.splitlines() if line.startswith("| `kind` |"))
    assert set(re.findall(r"`(\w+)`", kinds)) - {"kind"} == {kind.value for kind in ActKind}
    outcomes = next(line for line in COMMAND_LINE.splitlines() if line.startswith("| `outcome` |"))
    assert set(re.findall(r"`(\w+)`", outcomes)) - {"outcome"} == {outcome.value for outcome in Outcome}


def test_the_example_of_ask_has_the_documented_keys() -> None:
    example = json.loads(blocks(COMMAND_LINE, "json")[0])
    assert list(example) == list(_an_answer())
    assert list(example["acts"][0]) == list(_an_answer()["acts"][0])


def test_the_example_transcript_reads_and_its_lines_number_the_entries() -> None:
    text = blocks(COMMAND_LINE, "jsonl")[0]
    transcript = transcript_of(text)
    assert [entry.number for entry in transcript.entries] == list(range(1, len(text.splitlines()) + 1))
    assert transcript.quote(3, "When did the pain start?").turn == 3


def _an_answer() -> dict[str, Any]:
    """One line of `ask`, made without the understanding."""
    transcript = Transcript().act(ActionKind.ENTERED, NOW).say(Speaker.CANDIDATE, "Do you smoke?", NOW)
    act = Act(kind=ActKind.ASKS, topic="social.tobacco", words="Do you smoke?")
    told = Tellable(id="social.tobacco", words="I smoke ten a day.", topic="social.tobacco")
    transcript = transcript.add(Reading(number=3, at=NOW, turn=2, acts=(act,)),
                                Disclosure(number=4, at=NOW, turn=2, may_tell=(told,)))
    transcript = transcript.say(Speaker.PATIENT, told.words, NOW, answers=2, told=(told.id,))
    return answered(Station(scenario=a_scenario()), "Do you smoke?", transcript, 1, 3.0)


def _a_grade() -> Grade:
    evidence = Transcript().say(Speaker.CANDIDATE, "Do you smoke?", NOW).quote(1, "smoke")
    rating = Rating(item="tobacco", outcome=Outcome.MET, credit=1, weight=1, evidence=(evidence,), because="Asked.")
    return Grade(grader="rules-1", rubric="cough", out_of=20, ratings=(rating,), at=NOW)


# -- the authoring guides ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("guide", "language"), GUIDES)
def test_the_example_stations_of_the_guides_are_right(guide: str, language: Language, vocabulary: Vocabulary,
                                                      tmp_path: Path) -> None:
    scenario, authored = _example_scenario(guide, tmp_path)
    assert scenario.language is language
    assert scenario_mistakes(scenario, authored, vocabulary) == ()
    rubric, authored = _example_rubric(guide, tmp_path)
    assert rubric.language is language
    assert rubric_mistakes(rubric, authored, vocabulary, scenario) == ()


def test_the_guides_show_the_same_example_in_both_languages(tmp_path: Path) -> None:
    french, english = (_example_scenario(guide, tmp_path)[0] for guide, _ in GUIDES)
    assert [fact.id for fact in french.all_facts] == [fact.id for fact in english.all_facts]
    grille, rubric = (_example_rubric(guide, tmp_path)[0] for guide, _ in GUIDES)
    assert [(item.id, item.kind, item.weight) for item in grille.items] == \
        [(item.id, item.kind, item.weight) for item in rubric.items]


@pytest.mark.parametrize("guide", [guide for guide, _ in GUIDES])
@pytest.mark.parametrize(("folder", "model"), [("scenarios", Scenario), ("rubrics", Rubric)])
def test_the_guides_show_or_explain_every_key(guide: str, folder: str, model: type[BaseModel]) -> None:
    text = text_of(f"{folder}/{guide}")
    shown = set(re.findall(r"([a-z_]+):", "\n".join(blocks(text, "yaml"))))
    named = {word for line in code(text) for word in re.findall(r"[a-z_]+", line)}
    assert _keys(model) - shown - named == set()


def _example_scenario(guide: str, folder: Path) -> tuple[Scenario, AuthoredFile]:
    text = blocks(text_of(f"scenarios/{guide}"), "yaml")[0]
    for picture in re.findall(r"file: (\S+)", text):
        (folder / picture).parent.mkdir(exist_ok=True)
        (folder / picture).touch()
    language = "fr" if guide == "LISEZMOI.md" else "en"
    authored = AuthoredFile(folder / f"sore_throat.{language}.yaml", text)
    return authored.read_as(Scenario), authored


def _example_rubric(guide: str, folder: Path) -> tuple[Rubric, AuthoredFile]:
    authored = AuthoredFile(folder / "sore_throat.yaml", blocks(text_of(f"rubrics/{guide}"), "yaml")[0])
    return authored.read_as(Rubric), authored


def _keys(model: Any) -> set[str]:
    """The keys of a model and of all models in it, as authors write them."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(field.alias or name)
        for inner in _models_in(field.annotation):
            found |= _keys(inner)
    return found


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for part in get_args(annotation) for model in _models_in(part)}
