"""The tutor of practice mode: graded, about what is open, never the diagnosis, never in an exam."""

from datetime import timedelta
from pathlib import Path

import pytest

from simulator.archive import Database, SqlArchive
from simulator.encounters.hints import Hint, HintLevel, next_hint
from simulator.encounters.runner import Runner
from simulator.exam.base import Language
from simulator.exam.encounter import Mode
from simulator.exam.errors import NotNow
from simulator.exam.quoting import plain
from simulator.exam.transcript import ActionKind, Transcript
from simulator.library.files import FileLibrary
from simulator.patients.scripted import ScriptedPatient
from simulator.vocabulary import Vocabulary
from tests.builders import NOW, a_rubric, a_scenario, a_station, a_transcript
from tests.fakes import Keywords, Shelf
from tests.graders.records import an_encounter, asks, does

RUBRIC = a_rubric(
    {"explained": {"ideas": [{"idea": "Pneumonia", "wordings": ["you have pneumonia", "it is pneumonia"]}]}},
    {"asked": {"topics": ["social.tobacco", "social.alcohol"], "all": True}},
    {"act": {"kinds": ["act.empathises"], "after": "cue.fear"}},
    {"act": {"kinds": ["act.introduces_self", "act.introduces_role"]}},
    {"examined": {"findings": ["temperature"]}})
EVERYTHING = an_encounter(("…", [asks("social.tobacco", "a"), asks("social.alcohol", "b"), does("act.introduces_self", "c"),
                                 asks("examine.temperature", "d")]))


def after(transcript: Transcript, hint: Hint) -> Transcript:
    return transcript.act(ActionKind.ASKED_FOR_HELP, NOW, words=hint.words, fields=hint.fields)


def hints(transcript: Transcript, vocabulary: Vocabulary, times: int) -> list[Hint]:
    given = []
    for _ in range(times):
        given.append(next_hint(RUBRIC, a_scenario(), transcript, vocabulary))
        transcript = after(transcript, given[-1])
    return given


def test_hints_go_from_a_nudge_to_the_topic_to_an_example_and_then_on(vocabulary: Vocabulary) -> None:
    given = hints(a_transcript(), vocabulary, 10)
    assert [(hint.item, hint.level) for hint in given] == [
        (item, level) for item in ("item_2", "item_4", "item_5") for level in HintLevel] + [(None, None)]
    tobacco = vocabulary["social.tobacco"]
    assert tobacco.name.en not in given[0].words
    assert tobacco.name.en in given[1].words
    assert tobacco.asks.en[0] in given[2].words


def test_what_was_brought_up_is_not_hinted_at(vocabulary: Vocabulary) -> None:
    half = an_encounter(("Do you smoke?", [asks("social.tobacco", "Do you smoke?")]))
    assert vocabulary["social.alcohol"].name.en in hints(half, vocabulary, 2)[1].words
    assert next_hint(RUBRIC, a_scenario(), EVERYTHING, vocabulary).item is None


def test_withdrawn_questions_and_faint_acts_leave_an_item_open(vocabulary: Vocabulary) -> None:
    faint = an_encounter(("…", [asks("social.tobacco", "a", is_negated=True), asks("social.alcohol", "b"),
                                does("act.introduces_self", "c", 0.1)]))
    assert [hint.item for hint in hints(faint, vocabulary, 4)] == ["item_2"] * 3 + ["item_4"]


def test_an_answer_to_a_cue_is_hinted_at_once_the_cue_was_given(vocabulary: Vocabulary) -> None:
    given = an_encounter("cue.fear: I'm scared.", ("…", [asks("social.tobacco", "a"), asks("social.alcohol", "b")]))
    assert next_hint(RUBRIC, a_scenario(), given, vocabulary).item == "item_3"


def test_no_hint_at_any_station_holds_the_diagnosis(library: FileLibrary, vocabulary: Vocabulary) -> None:
    given = 0
    for station in library.stations():
        assert station.rubric
        transcript, diagnosis = a_transcript(), station.scenario.diagnosis
        secrets = [plain(each) for each in (diagnosis.stated, *diagnosis.also_accept, *diagnosis.differential)]
        while (hint := next_hint(station.rubric, station.scenario, transcript, vocabulary)).item:
            assert not [each for each in secrets if f" {each} " in f" {plain(hint.words)} "], hint.words
            transcript, given = after(transcript, hint), given + 1
    assert given > 200


# -- the verb ----------------------------------------------------------------------------------------------------------


async def a_runner(tmp_path: Path, vocabulary: Vocabulary) -> tuple[Runner, Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'archive.db'}")
    await database.migrate()
    runner = Runner(SqlArchive(database), Shelf(a_station()), Keywords({"since when": "complaint.onset"}),
                    ScriptedPatient(), vocabulary)
    return runner, database


async def test_each_hint_is_recorded_once_and_said_by_the_station(tmp_path: Path, vocabulary: Vocabulary) -> None:
    runner, database = await a_runner(tmp_path, vocabulary)
    opened = await runner.open("cough", Language.ENGLISH, "student", NOW)
    with pytest.raises(NotNow):
        await runner.help(opened.encounter.id, NOW)
    await runner.enter(opened.encounter.id, NOW)
    for _ in range(2):
        live = await runner.help(opened.encounter.id, NOW, message_id="once")
    asked = [action for action in live.transcript.actions if action.action is ActionKind.ASKED_FOR_HELP]
    assert [action.fields for action in asked] == [{"item": "onset", "level": "nudge"}]
    live = await runner.hear(opened.encounter.id, "Since when?", NOW + timedelta(seconds=5))
    assert live.transcript.turns[-1].told == ("complaint.onset",), "the conversation goes on"
    await database.close()


async def test_an_exam_gives_no_hint(tmp_path: Path, vocabulary: Vocabulary) -> None:
    runner, database = await a_runner(tmp_path, vocabulary)
    opened = await runner.open("cough", Language.ENGLISH, "student", NOW, mode=Mode.EXAM)
    entered = await runner.enter(opened.encounter.id, NOW)
    with pytest.raises(NotNow, match="exam"):
        await runner.help(opened.encounter.id, NOW)
    assert (await runner.state(opened.encounter.id)).transcript == entered.transcript
    await database.close()
