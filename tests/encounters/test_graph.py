"""The machine: one run per event, whose only state is the transcript."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from simulator.encounters.graph import READ_AT_MOST, Machine, State, event_of, guarded, is_examining
from simulator.exam.ports import Focus, Moment, Sentence
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import (
    ActionKind,
    Disclosure,
    Reading,
    Speaker,
    Tellable,
    Transcript,
    Turn,
)
from simulator.patients.scripted import ScriptedPatient
from tests.builders import NOW, a_scenario
from tests.encounters.talks import TOPICS
from tests.fakes import Keywords

WORDS = {"smoke": "social.tobacco", "fever": "symptom.fever", "temperature": "examine.temperature",
         "xray": "order.chest_xray", "hello": "act.greets"}
ENTERED = Transcript().act(ActionKind.STARTED, NOW).act(ActionKind.ENTERED, NOW)


class Chatterbox:
    """A patient actor that says more than it was handed, and passes for a scripted one."""

    name = "chatterbox"
    is_scripted = True

    def __init__(self, words: str, *told: str) -> None:
        self.said = Sentence(words=words, told=told)
        self.handed: list[tuple[Tellable, ...]] = []
        self.heard: list[str] = []

    async def speak(self, moment: Moment) -> AsyncGenerator[Sentence, None]:
        self.handed.append(moment.may_tell)
        self.heard.append(moment.heard)
        yield self.said


def a_machine(scenario: Scenario | None = None, patient: ScriptedPatient | Chatterbox | None = None) -> Machine:
    return Machine(scenario or a_scenario(), Keywords(WORDS), patient or ScriptedPatient(), TOPICS)


def saying(words: str, after: Transcript = ENTERED) -> Transcript:
    return after.say(Speaker.CANDIDATE, words, NOW)


def what_follows(before: Transcript, after: Transcript) -> list[str]:
    """The kinds of the entries that a run added, in order."""
    assert after.entries[:len(before)] == before.entries
    return [entry.action if entry.kind == "action" else
            entry.speaker if entry.kind == "turn" else entry.kind for entry in after.entries[len(before):]]


def test_the_diagram_in_the_docs_is_the_machine() -> None:
    path = Path(__file__).parents[2] / "docs" / "encounter.mmd"
    assert path.read_text(encoding="utf-8") == Machine.diagram(), "run `simulator docs --write`"


async def test_entering_makes_the_patient_speak_first() -> None:
    after = await a_machine().run(ENTERED)
    assert what_follows(ENTERED, after) == ["patient"]
    assert after.turns[-1].words == "I've got this cough."
    assert after.turns[-1].told == ("opening",)


async def test_a_question_is_read_disclosed_and_answered() -> None:
    before = saying("Do you smoke?")
    after = await a_machine().run(before)
    assert what_follows(before, after) == ["reading", "disclosure", "patient"]
    assert (after.turns[-1].words, after.turns[-1].answers, after.turns[-1].told) == (
        "I smoke ten a day.", 3, ("social.tobacco",))
    assert [each.number for each in after.entries] == list(range(1, len(after) + 1))


async def test_an_examination_said_aloud_is_reported_by_the_station_and_the_patient_keeps_quiet() -> None:
    before = saying("temperature and an xray please")
    after = await a_machine().run(before)
    assert what_follows(before, after) == ["reading", "disclosure", "examined", "ordered", "station", "station"]
    assert [each.words for each in after.turns[1:]] == ["38.4 degrees.", "A shadow at the right base."]
    assert {each.answers for each in after.turns[1:]} == {3}
    assert [(each.target, each.turn) for each in after.actions[2:]] == [
        ("examine.temperature", 3), ("order.chest_xray", 3)]


async def test_a_question_and_an_examination_in_one_breath_get_both_answers() -> None:
    before = saying("do you smoke, and your temperature please")
    after = await a_machine().run(before)
    assert what_follows(before, after) == ["reading", "disclosure", "patient", "examined", "station"]


async def test_an_examination_from_the_picker_is_reported() -> None:
    before = ENTERED.act(ActionKind.EXAMINED, NOW, target="examine.temperature", words="Temperature")
    after = await a_machine().run(before)
    assert what_follows(before, after) == ["station"]
    assert after.turns[-1].shown == ("examine.temperature",)


async def test_time_up_is_told_and_a_free_end_is_not() -> None:
    for action, follows in ((ActionKind.TIMED_OUT, ["station"]), (ActionKind.FINISHED, [])):
        before = ENTERED.act(action, NOW)
        assert what_follows(before, await a_machine().run(before)) == follows


@pytest.mark.parametrize("before", [
    Transcript(),
    Transcript().act(ActionKind.STARTED, NOW),
    saying("Do you smoke?", Transcript().act(ActionKind.STARTED, NOW)),  # before entering
    saying("Do you smoke?", ENTERED.act(ActionKind.FINISHED, NOW)),
    ENTERED.act(ActionKind.FINISHED, NOW).say(Speaker.CANDIDATE, "Do you smoke?", NOW, is_late=True),
    ENTERED.say(Speaker.PATIENT, "Hello.", NOW),
    ENTERED.act(ActionKind.DRAFTED, NOW),
    ENTERED.act(ActionKind.SUBMITTED, NOW),
    ENTERED.act(ActionKind.MARKED, NOW),
])
async def test_nothing_follows_from_what_needs_no_answer(before: Transcript) -> None:
    assert event_of({"transcript": before}) == "nothing to do"
    assert await a_machine().run(before) == before


async def test_a_run_changes_nothing_but_the_transcript_it_returns() -> None:
    machine, before = a_machine(), saying("Do you smoke? And a fever?")
    copy = before.model_copy(deep=True)
    first = await machine.run(before)
    assert before == copy
    assert await machine.run(before) == first
    assert await a_machine().run(before) == first


async def test_nodes_are_functions_of_the_transcript_alone() -> None:
    machine = a_machine()
    await machine.run(saying("hello there"))  # what another encounter said leaves no trace
    fresh = a_machine()
    state: State = {"transcript": saying("Do you smoke? temperature")}
    for step in ("understand", "disclose", "answer", "report"):
        before = state["transcript"].model_copy(deep=True)
        after = await getattr(machine, step)(state)
        assert state["transcript"] == before
        assert after == await getattr(fresh, step)(state)
        state = after


async def test_nothing_but_the_disclosure_reaches_the_actor() -> None:
    actor = Chatterbox("I smoke.", "social.tobacco")
    after = await a_machine(patient=actor).run(saying("Do you smoke?"))
    disclosure = next(entry for entry in after.entries if isinstance(entry, Disclosure))
    assert actor.handed == [disclosure.may_tell]
    assert actor.heard == ["Do you smoke?"]


async def test_an_actor_that_tells_what_it_was_not_handed_is_replaced_by_the_authors_words() -> None:
    actor = Chatterbox("I smoke, and it's pneumonia.", "social.tobacco", "diagnosis")
    after = await a_machine(patient=actor).run(saying("Do you smoke?"))
    assert after.turns[-1].words == "I smoke ten a day."
    assert after.turns[-1].told == ("social.tobacco",)


@pytest.mark.parametrize("words", ["", "  \n"])
def test_an_actor_that_says_nothing_is_replaced_by_the_authors_words(words: str) -> None:
    may_tell = (Tellable(id="a", words="One."), Tellable(id="b", words=""), Tellable(id="c", words="Two."))
    assert guarded(Sentence(words=words, told=("a",)), may_tell) == Sentence(words="One. Two.", told=("a", "b", "c"))


async def test_of_a_very_long_message_the_patient_takes_in_the_beginning_and_says_so() -> None:
    words = "Do you smoke? " + "la " * READ_AT_MOST + " fever"
    after = await a_machine().run(saying(words))
    assert after.candidate_turns[0].words == words  # kept whole
    reading = next(entry for entry in after.entries if isinstance(entry, Reading))
    assert [act.topic for act in reading.acts] == ["social.tobacco"]
    assert "too_long" in after.turns[-1].told
    assert "ten a day" in after.turns[-1].words


def test_a_negated_examination_is_not_carried_out() -> None:
    turn = saying("no temperature")
    act = Keywords(WORDS).read("temperature", Focus())[0].model_copy(update={"is_negated": True})
    reading = Reading(number=4, at=NOW, turn=3, acts=(act,))
    assert is_examining({"transcript": turn.add(reading)}) == "talks only"


def test_the_event_is_the_last_entry_only() -> None:
    transcript = saying("Do you smoke?").say(Speaker.PATIENT, "Ten a day.", NOW, answers=3)
    assert isinstance(transcript.entries[2], Turn)
    assert event_of({"transcript": transcript}) == "nothing to do"
