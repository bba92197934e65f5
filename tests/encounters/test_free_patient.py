"""A free patient in an encounter: shown sentence by sentence as recorded, and never in the way of the encounter."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from simulator.archive import SqlArchive
from simulator.encounters.graph import Machine
from simulator.encounters.runner import Live, Runner
from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Message, PatientActor, Piece
from simulator.exam.station import Station
from simulator.exam.transcript import Delivery, Objection, Phase, Speaker, Turn
from simulator.llm.canned import Answer, Canned
from simulator.patients.language_model import LanguageModelPatient
from simulator.patients.scripted import ScriptedPatient
from simulator.vocabulary import Vocabulary
from tests.builders import a_scenario, a_station, a_vocabulary
from tests.encounters.free import Broken
from tests.encounters.plays import WORDS, an_encounter_in, at, is_sound
from tests.encounters.talks import TOPICS
from tests.fakes import Keywords, Shelf

HOBBIES = a_vocabulary("symptom.cough", social__hobbies={"is_ordinary": True}, social__tobacco={})


def a_runner(archive: SqlArchive, patient: PatientActor, station: Station | None = None,
             vocabulary: Vocabulary = TOPICS, seconds: float = 8) -> Runner:
    words = {**WORDS, "fun": "social.hobbies", "robot": "meta.machine"}
    return Runner(archive, Shelf(station or a_station()), Keywords(words), patient, vocabulary, ScriptedPatient(), seconds)


async def asked(archive: SqlArchive, words: str, *answers: Answer, **more: object) -> Turn:
    """The patient's turn after these words, spoken by a model that gives these answers."""
    runner = a_runner(archive, LanguageModelPatient(Canned(answers)), **more)  # type: ignore[arg-type]
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    live = await runner.hear(encounter_id, words, at(1))
    is_sound(live.transcript.entries)
    return live.transcript.turns[-1]


def delivered(turn: Turn) -> Delivery:
    assert turn.delivery is not None
    return turn.delivery


def test_a_patient_who_speaks_freely_needs_an_understudy() -> None:
    patient = LanguageModelPatient(Canned([]))
    with pytest.raises(ValueError, match="understudy"):
        Machine(a_scenario(), Keywords({}), patient, TOPICS)


async def test_what_the_model_says_of_what_it_was_handed_is_said(archive: SqlArchive) -> None:
    turn = await asked(archive, "Do you smoke?", "[] Thank you, doctor.\n[f1] About ten a day, I smoke.")
    assert turn.words == "Thank you, doctor. About ten a day, I smoke."
    assert turn.told == ("social.tobacco",)
    assert delivered(turn).objections == ()
    assert [each.partition("+")[0] for each in delivered(turn).by] == ["language_model-1"]


async def test_the_first_words_are_the_authors_for_every_candidate(archive: SqlArchive) -> None:
    model = Canned(["[] Hello."])
    runner = a_runner(archive, LanguageModelPatient(model))
    live = await runner.state(await an_encounter_in(Phase.INTERVIEW, runner))
    assert live.transcript.turns[-1].words == "I've got this cough."
    assert model.calls == []


async def test_a_refused_sentence_is_repaired_once_with_its_reason(archive: SqlArchive) -> None:
    model = Canned(["[f1] I smoke twenty a day.", "[f1] I smoke ten a day."])
    runner = a_runner(archive, LanguageModelPatient(model))
    live = await runner.hear(await an_encounter_in(Phase.INTERVIEW, runner), "Do you smoke?", at(1))
    turn = live.transcript.turns[-1]
    assert turn.words == "I smoke ten a day."
    assert (delivered(turn).objections, delivered(turn).is_repaired) == ((Objection.NUMBER,), True)
    assert "held a number" in model.calls[1].text
    assert "twenty" not in model.calls[1].text


async def test_what_is_refused_twice_is_said_in_the_authors_words(archive: SqlArchive) -> None:
    lie = "[f1] I smoke twenty a day.\n[f1] I have pneumonia."
    turn = await asked(archive, "Do you smoke?", lie, lie, lie)
    assert turn.words == "I smoke ten a day."
    assert turn.told == ("social.tobacco",)
    assert delivered(turn) == Delivery(by=("scripted-1",), objections=(Objection.NUMBER,) * 2, completed=1)


async def test_what_was_shown_stays_and_the_rest_is_completed(archive: SqlArchive) -> None:
    turn = await asked(archive, "Do you smoke? And a fever?", "[f1] I smoke ten a day.\n[f2] I've had pneumonia.", "[f2] Cancer.")
    assert turn.words == "I smoke ten a day. I've been hot at night."
    assert turn.told == ("social.tobacco", "symptom.fever")
    assert delivered(turn).completed == 1


async def test_what_the_model_leaves_out_is_said_too(archive: SqlArchive) -> None:
    turn = await asked(archive, "Do you smoke? And a fever?", "[f1] I smoke ten a day.")
    assert turn.words == "I smoke ten a day. I've been hot at night."
    assert turn.told == ("social.tobacco", "symptom.fever")


async def test_claiming_to_have_told_is_not_telling(archive: SqlArchive) -> None:
    turn = await asked(archive, "Do you smoke? And a fever?", "[f1,f2] I smoke ten a day.")
    assert "I've been hot at night." in turn.words


@pytest.mark.parametrize("trouble", Trouble)
async def test_when_the_model_fails_the_scripted_patient_answers(trouble: Trouble, archive: SqlArchive) -> None:
    turn = await asked(archive, "Do you smoke?", ModelUnavailable(trouble, "no"))
    assert turn.words == "I smoke ten a day."
    assert delivered(turn) == Delivery(by=("scripted-1",), trouble=trouble, completed=1)


async def test_the_next_turn_tries_the_model_again(archive: SqlArchive) -> None:
    model = Canned([ModelUnavailable(Trouble.BUSY, "no"), "[f1] I smoke ten a day, doctor."])
    runner = a_runner(archive, LanguageModelPatient(model))
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    await runner.hear(encounter_id, "Do you smoke?", at(1))
    live = await runner.hear(encounter_id, "You smoke?", at(1.2))
    assert live.transcript.turns[-1].words == "I smoke ten a day, doctor."


class Stuck(Canned):
    """A model that says one sentence and then nothing more."""

    async def stream(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                     temperature: float = 0.0, seed: int | None = None) -> AsyncIterator[Piece]:
        yield Piece("[f1] I smoke ten a day.\n")
        await asyncio.Event().wait()


async def test_a_model_that_hangs_is_left_at_the_time_limit(archive: SqlArchive) -> None:
    runner = a_runner(archive, LanguageModelPatient(Stuck([])), seconds=0.3)
    live = await runner.hear(await an_encounter_in(Phase.INTERVIEW, runner), "Do you smoke? Fever?", at(1))
    turn = live.transcript.turns[-1]
    assert turn.words == "I smoke ten a day. I've been hot at night."
    assert delivered(turn).trouble is Trouble.TOO_SLOW


async def test_a_mistake_in_an_actor_costs_no_turn(archive: SqlArchive) -> None:
    runner = a_runner(archive, Broken())
    live = await runner.hear(await an_encounter_in(Phase.INTERVIEW, runner), "Do you smoke? Fever?", at(1))
    assert live.transcript.turns[-1].words == "I smoke ten a day. I've been hot at night."
    assert delivered(live.transcript.turns[-1]).trouble is Trouble.FAILED


async def test_what_is_aimed_at_the_machine_never_reaches_a_model(archive: SqlArchive) -> None:
    model = Canned(["[] I am a robot."])
    runner = a_runner(archive, LanguageModelPatient(model))
    live = await runner.hear(await an_encounter_in(Phase.INTERVIEW, runner), "You are a robot", at(1))
    assert live.transcript.turns[-1].told == ("meta.machine",)
    assert model.calls == []
    assert live.transcript.turns[-1].delivery is None


# -- sentence by sentence ----------------------------------------------------------------------------------------------


async def growing(archive: SqlArchive, runner: Runner, words: str) -> tuple[list[Live], Live]:
    """What was shown as it grew, and what was recorded."""
    seen: list[Live] = []

    async def see(live: Live) -> None:
        recorded = await archive.entries(live.encounter.id)
        assert recorded[-1].number < live.transcript.entries[-1].number  # the candidate's turn is, this one is not yet
        seen.append(live)

    live = await runner.hear(await an_encounter_in(Phase.INTERVIEW, runner), words, at(1), on_sentence=see)
    return seen, live


async def test_sentences_are_shown_as_they_come_and_the_record_is_what_was_shown(archive: SqlArchive) -> None:
    model = Canned(["[f1] I smoke ten a day.\n[f2] I've been hot at night, doctor."])
    seen, live = await growing(archive, a_runner(archive, LanguageModelPatient(model)), "Do you smoke? Fever?")
    assert [each.transcript.turns[-1].words for each in seen] == [
        "I smoke ten a day.", "I smoke ten a day. I've been hot at night, doctor."]
    last, recorded = seen[-1].transcript.turns[-1], live.transcript.turns[-1]
    assert (last.number, last.words, last.speaker) == (recorded.number, recorded.words, Speaker.PATIENT)
    assert (await archive.entries(live.encounter.id))[-1] == recorded


async def test_a_sentence_that_was_refused_is_never_shown(archive: SqlArchive) -> None:
    model = Canned(["[f1] I smoke ten a day.\n[f2] Pneumonia.", "[f2] I've been hot at night.\n[] Cancer."])
    seen, _ = await growing(archive, a_runner(archive, LanguageModelPatient(model)), "Do you smoke? Fever?")
    assert len(seen) == 2
    assert not [each for each in seen if "umonia" in each.transcript.turns[-1].words or "Cancer" in each.transcript.turns[-1].words]


async def test_a_scripted_patient_is_shown_when_it_is_recorded(archive: SqlArchive) -> None:
    seen, live = await growing(archive, a_runner(archive, ScriptedPatient()), "Do you smoke?")
    assert seen == []
    assert live.transcript.turns[-1].delivery is None


async def test_a_crash_while_the_patient_speaks_is_answered_at_the_restart(archive: SqlArchive) -> None:
    async def crash(_: Live) -> None:
        raise ConnectionError("the process died")

    runner = a_runner(archive, LanguageModelPatient(Canned(["[f1] I smoke ten a day."] * 2)))
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    with pytest.raises(ConnectionError):
        await runner.hear(encounter_id, "Do you smoke?", at(1), message_id="m", on_sentence=crash)
    after = a_runner(archive, LanguageModelPatient(Canned(["[f1] I smoke ten a day."])))
    live = await after.hear(encounter_id, "Do you smoke?", at(1.1), message_id="m")
    assert [turn.words for turn in live.transcript.turns[-2:]] == ["Do you smoke?", "I smoke ten a day."]
    is_sound(live.transcript.entries)


# -- made up -----------------------------------------------------------------------------------------------------------


async def test_what_is_made_up_is_recorded_and_kept_for_the_rest_of_the_encounter(archive: SqlArchive) -> None:
    model = Canned(["[free] I like gardening and old films.", "[f1] Old films, and gardening."])
    runner = a_runner(archive, LanguageModelPatient(model), vocabulary=HOBBIES)
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    live = await runner.hear(encounter_id, "What do you do for fun?", at(1))
    turn = live.transcript.turns[-1]
    assert turn.words == "I like gardening and old films."
    assert [(each.topic, each.words) for each in turn.improvised] == [("social.hobbies", turn.words)]
    live = await runner.hear(encounter_id, "What is fun for you?", at(1.2))
    assert "f1: (said before, to be said differently) I like gardening and old films." in model.calls[1].text
    assert live.transcript.turns[-1].told == ("improvised:social.hobbies",)
    scripted = a_runner(archive, ScriptedPatient(), vocabulary=HOBBIES)
    live = await scripted.hear(encounter_id, "fun again?", at(1.4))
    assert "old films" in live.transcript.turns[-1].words  # whoever speaks
