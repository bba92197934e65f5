"""The verbs of an encounter in every phase, twice, at once, too late, and after a fall."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from simulator.archive import SqlArchive
from simulator.encounters.runner import LONGEST_MESSAGE, Live, Runner, check_owner, tidy
from simulator.exam.base import Language
from simulator.exam.encounter import Encounter, Mode
from simulator.exam.errors import (
    Conflict,
    EncounterNotFound,
    InvalidFile,
    NothingSaid,
    NotNow,
    StationNotFound,
    TooLong,
)
from simulator.exam.station import Station
from simulator.exam.transcript import Action, ActionKind, Disclosure, Entry, Phase, Reading, Speaker, Turn
from tests.builders import NOW, a_station
from tests.encounters.plays import FORM, a_runner, an_encounter_in, at, done, is_sound, said
from tests.fakes import Keywords, Shelf


@pytest.fixture
def runner(archive: SqlArchive) -> Runner:
    return a_runner(archive)


@pytest.fixture
def after_restart(same_archive: SqlArchive) -> Runner:
    """The runner of another process on the same record: one that was started anew, or one beside."""
    return a_runner(same_archive)


# -- the whole way -----------------------------------------------------------------------------------------------------

async def test_an_encounter_goes_from_the_door_to_the_marking(runner: Runner, archive: SqlArchive) -> None:
    live = await runner.open("cough", Language.ENGLISH, "c1", at(0))
    encounter_id = live.encounter.id
    assert live.phase is Phase.BRIEFING
    live = await runner.enter(encounter_id, at(0.5))
    assert (live.phase, said(live)) == (Phase.INTERVIEW, ["p: I've got this cough."])
    await runner.hear(encounter_id, "Do you smoke?", at(1))
    await runner.examine(encounter_id, "examine.temperature", at(2))
    live = await runner.examine(encounter_id, "order.chest_xray", at(3), words="Chest film")
    assert said(live)[1:] == ["c: Do you smoke?", "p: I smoke ten a day.", "s: 38.4 degrees.",
                              "s: A shadow at the right base."]
    live = await runner.finish(encounter_id, at(4))
    assert live.phase is Phase.CLOSING
    live = await runner.draft(encounter_id, {"diagnosis": "flu"}, at(5))
    live = await runner.submit(encounter_id, FORM, at(6))
    assert live.phase is Phase.MARKING
    assert live.transcript.submitted == FORM
    assert done(live) == ["started", "entered", "examined", "ordered", "finished", "drafted", "submitted"]
    assert [each.words for each in live.transcript.actions[2:4]] == ["temperature", "Chest film"]
    assert await archive.entries(encounter_id) == live.transcript.entries
    is_sound(live.transcript.entries)


async def test_an_encounter_says_who_with_what_and_how(runner: Runner) -> None:
    live = await runner.open("cough", Language.ENGLISH, "c1", at(0), Mode.EXAM, factor=1.5)
    encounter = live.encounter
    assert (encounter.candidate, encounter.mode, encounter.factor, encounter.opened_at) == ("c1", Mode.EXAM, 1.5, NOW)
    assert encounter.fingerprints == a_station().fingerprints
    assert encounter.parts == {"understanding": "keywords", "patient": "scripted-1"}


async def test_two_encounters_know_nothing_of_each_other(runner: Runner) -> None:
    one, other = [await an_encounter_in(Phase.INTERVIEW, runner) for _ in range(2)]
    await runner.hear(one, "Do you smoke?", at(1), message_id="m")
    live = await runner.hear(other, "Any fever?", at(1), message_id="m")
    assert said(live)[1:] == ["c: Any fever?", "p: I've been hot at night."]


async def test_opening_an_unknown_station_leaves_nothing_behind(runner: Runner, archive: SqlArchive) -> None:
    with pytest.raises(StationNotFound):
        await runner.open("coffee", Language.ENGLISH, "c1", at(0))
    assert await archive.encounters() == ()


# -- every verb in every phase -----------------------------------------------------------------------------------------

Verb = Callable[[Runner, str], Awaitable[Live]]
VERBS: dict[str, Verb] = {
    "enter": lambda runner, each: runner.enter(each, at(3)),
    "hear": lambda runner, each: runner.hear(each, "Do you smoke?", at(3)),
    "examine": lambda runner, each: runner.examine(each, "examine.temperature", at(3)),
    "finish": lambda runner, each: runner.finish(each, at(3)),
    "draft": lambda runner, each: runner.draft(each, {"plan": "rest"}, at(3)),
    "submit": lambda runner, each: runner.submit(each, FORM, at(3)),
    "tick": lambda runner, each: runner.tick(each, at(3)),
    "state": lambda runner, each: runner.state(each),
}
CHANGES = {  # what each verb adds where it may; elsewhere it changes nothing
    (Phase.BRIEFING, "enter"): ["action", "turn"],
    (Phase.INTERVIEW, "hear"): ["turn", "reading", "disclosure", "turn"],
    (Phase.INTERVIEW, "examine"): ["action", "turn"],
    (Phase.INTERVIEW, "finish"): ["action"],
    (Phase.CLOSING, "hear"): ["turn"],
    (Phase.CLOSING, "draft"): ["action"],
    (Phase.CLOSING, "submit"): ["action"],
}
REFUSED = {(Phase.BRIEFING, "hear"), (Phase.BRIEFING, "examine"), (Phase.BRIEFING, "submit"),
           (Phase.INTERVIEW, "submit"), (Phase.CLOSING, "examine"), (Phase.MARKING, "hear"),
           (Phase.MARKING, "examine")}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("phase", [Phase.BRIEFING, Phase.INTERVIEW, Phase.CLOSING, Phase.MARKING])
async def test_each_verb_does_its_work_in_its_phase_and_no_harm_in_any_other(
    archive: SqlArchive, phase: Phase, verb: str
) -> None:
    slow = a_station(minutes={"reading": 30, "station": 60, "warning": 2, "closing": 60})  # no deadline passes here
    runner = a_runner(archive, slow)
    encounter_id = await an_encounter_in(phase, runner)
    before = (await runner.state(encounter_id)).transcript
    if (phase, verb) in REFUSED:
        with pytest.raises(NotNow):
            await VERBS[verb](runner, encounter_id)
    else:
        assert (await VERBS[verb](runner, encounter_id)).transcript == (await runner.state(encounter_id)).transcript
    after = (await runner.state(encounter_id)).transcript
    assert after.entries[:len(before)] == before.entries
    assert [each.kind for each in after.entries[len(before):]] == CHANGES.get((phase, verb), [])
    assert await archive.entries(encounter_id) == after.entries


@pytest.mark.parametrize("verb", VERBS)
async def test_an_unknown_encounter_is_not_found_by_any_verb(runner: Runner, verb: str) -> None:
    for unknown in ("nobody", "", "../x", "\x00", "\ud800", "'; DROP TABLE entries; --"):
        with pytest.raises(EncounterNotFound):
            await VERBS[verb](runner, unknown)


async def test_somebody_elses_encounter_is_as_if_it_did_not_exist(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    assert (await check_owner(runner, encounter_id, "c1")).encounter.id == encounter_id
    with pytest.raises(EncounterNotFound):
        await check_owner(runner, encounter_id, "c2")
    with pytest.raises(EncounterNotFound):
        await check_owner(runner, "nobody", "c1")


@pytest.mark.parametrize("target", ["examine.brain_waves", "temperature", "social.tobacco", "act.greets", "", "\x00"])
async def test_only_an_examination_or_a_test_of_the_vocabulary_can_be_asked_for(runner: Runner, target: str) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    with pytest.raises(NotNow):
        await runner.examine(encounter_id, target, at(1))
    assert (await runner.state(encounter_id)).transcript.actions[-1].action is ActionKind.ENTERED


async def test_a_field_that_the_form_has_not_is_refused_and_the_rest_kept(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.CLOSING, runner)
    await runner.draft(encounter_id, FORM, at(2))
    for verb in (runner.draft, runner.submit):
        with pytest.raises(NotNow, match="mark"):
            await verb(encounter_id, {**FORM, "mark": "20"}, at(2))
    live = await runner.state(encounter_id)
    assert (live.phase, live.transcript.submitted) == (Phase.CLOSING, FORM)


# -- twice -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("message_id", ["m1", " m1 ", "é\u0301", "x" * 5000, "\ud800m", "'; --"])
async def test_a_message_that_arrives_twice_is_heard_once(runner: Runner, message_id: str) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    first = await runner.hear(encounter_id, "Do you smoke?", at(1), message_id=message_id)
    again = await runner.hear(encounter_id, "Do you smoke?", at(2), message_id=message_id)
    assert again.transcript == first.transcript
    assert len(again.transcript.candidate_turns) == 1


async def test_an_examination_that_arrives_twice_is_done_once(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    first = await runner.examine(encounter_id, "examine.temperature", at(1), message_id="m1")
    assert (await runner.examine(encounter_id, "examine.temperature", at(1), message_id="m1")) == first
    assert done(first).count("examined") == 1


async def test_the_same_words_without_a_message_id_are_said_twice(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    for message_id in (None, None, "", "\x00"):
        live = await runner.hear(encounter_id, "Do you smoke?", at(1), message_id=message_id)
    assert len(live.transcript.candidate_turns) == 4


async def test_long_message_ids_that_begin_alike_are_two_messages(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    for end in "ab":
        live = await runner.hear(encounter_id, f"Do you smoke? {end}", at(1), message_id="x" * 5000 + end)
    assert len(live.transcript.candidate_turns) == 2


async def test_a_message_that_arrives_twice_after_time_is_up_is_kept_once(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.CLOSING, runner)
    for _ in range(2):
        live = await runner.hear(encounter_id, "One more thing", at(2.5), message_id="m1")
    assert said(live).count("late: One more thing") == 1


async def test_a_second_enter_finish_or_submission_changes_nothing(runner: Runner) -> None:
    told: list[str] = []

    async def on_submitted(encounter_id: str) -> None:
        told.append(encounter_id)

    runner.on_submitted = on_submitted
    encounter_id = await an_encounter_in(Phase.BRIEFING, runner)
    await runner.enter(encounter_id, at(0.5))
    assert len((await runner.enter(encounter_id, at(0.6))).transcript) == 3
    first = await runner.finish(encounter_id, at(1))
    assert await runner.finish(encounter_id, at(1.1)) == first
    first = await runner.submit(encounter_id, FORM, at(2))
    assert await runner.submit(encounter_id, {"diagnosis": "another"}, at(2.1)) == first
    assert await runner.draft(encounter_id, {"diagnosis": "another"}, at(2.2)) == first
    assert first.transcript.submitted == FORM
    assert told == [encounter_id]


async def test_an_unchanged_draft_is_kept_once(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.CLOSING, runner)
    for diagnosis in ("flu", "flu", "cold", "cold", "flu"):
        live = await runner.draft(encounter_id, {"diagnosis": diagnosis}, at(2.5))
    assert done(live).count("drafted") == 3
    assert live.transcript.submitted == {"diagnosis": "flu", "plan": ""}


# -- at once -----------------------------------------------------------------------------------------------------------

async def test_messages_sent_at_once_are_all_kept_in_order_and_all_answered(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    await asyncio.gather(*(runner.hear(encounter_id, f"Do you smoke? {each}", at(1), message_id=str(each))
                           for each in range(20)))
    live = await runner.state(encounter_id)
    assert [turn.words for turn in live.transcript.candidate_turns] == [f"Do you smoke? {each}" for each in range(20)]
    assert live.transcript.unanswered == ()
    is_sound(live.transcript.entries)


async def test_a_double_enter_key_is_one_message(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    await asyncio.gather(*(runner.hear(encounter_id, "Do you smoke?", at(1), message_id="m") for _ in range(10)))
    assert len((await runner.state(encounter_id)).transcript.candidate_turns) == 1


async def test_every_verb_at_once_leaves_a_sound_record(runner: Runner, archive: SqlArchive) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    await asyncio.gather(*(verb(runner, encounter_id) for verb in VERBS.values() for _ in range(3)),
                         return_exceptions=True)
    entries = await archive.entries(encounter_id)
    is_sound(entries)
    assert [each.action for each in entries if isinstance(each, Action)].count(ActionKind.FINISHED) == 1


async def test_a_cancelled_caller_loses_nothing_that_was_recorded(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    for each in range(10):
        task = asyncio.create_task(runner.hear(encounter_id, f"Do you smoke? {each}", at(1), message_id=str(each)))
        for _ in range(each * 3):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for each in range(10):
        await runner.hear(encounter_id, f"Do you smoke? {each}", at(1), message_id=str(each))
    live = await runner.state(encounter_id)
    assert sorted(turn.message_id or "" for turn in live.transcript.candidate_turns) == list("0123456789")
    assert live.transcript.unanswered == ()
    is_sound(live.transcript.entries)


async def test_locks_are_let_go_when_nobody_waits(runner: Runner) -> None:
    for _ in range(5):
        await an_encounter_in(Phase.INTERVIEW, runner)
    gc.collect()
    assert len(runner._locks) == 0


# -- time --------------------------------------------------------------------------------------------------------------

async def test_the_deadlines_of_each_phase_follow_the_clock(runner: Runner) -> None:
    live = await runner.open("cough", Language.ENGLISH, "c1", at(0))
    encounter_id = live.encounter.id
    assert (live.deadline(), live.warning()) == (at(1), None)
    live = await runner.enter(encounter_id, at(0.5))
    assert (live.deadline(), live.warning()) == (at(8.5), at(6.5))
    live = await runner.finish(encounter_id, at(3))
    assert (live.deadline(), live.warning()) == (at(7), None)
    live = await runner.submit(encounter_id, FORM, at(4))
    assert (live.deadline(), live.warning()) == (None, None)


async def test_extra_time_stretches_every_deadline(runner: Runner) -> None:
    live = await runner.open("cough", Language.ENGLISH, "c1", at(0), factor=1.5)
    assert live.deadline() == at(1.5)
    live = await runner.enter(live.encounter.id, at(1))
    assert (live.deadline(), live.warning()) == (at(13), at(10))
    live = await runner.finish(live.encounter.id, at(2))
    assert live.deadline() == at(8)


async def test_the_last_words_of_the_form_may_arrive_a_breath_late(runner: Runner) -> None:
    live = await runner.open("cough", Language.ENGLISH, "c1", at(0))
    await runner.enter(live.encounter.id, at(0.5))
    live = await runner.finish(live.encounter.id, at(3))
    assert live.deadline() == at(7)
    live = await runner.draft(live.encounter.id, FORM, at(7) + timedelta(seconds=4))
    assert live.phase is Phase.CLOSING
    live = await runner.draft(live.encounter.id, {"diagnosis": "too late"}, at(7) + timedelta(seconds=6))
    assert live.phase is Phase.MARKING
    assert live.transcript.submitted == FORM
    assert live.transcript.moment(ActionKind.SUBMITTED) == at(7) + timedelta(seconds=5)


async def test_the_reading_time_ends_by_itself_and_the_patient_speaks(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.BRIEFING, runner)
    assert (await runner.tick(encounter_id, at(0.99))).phase is Phase.BRIEFING
    live = await runner.tick(encounter_id, at(1.2))
    assert live.phase is Phase.INTERVIEW
    assert live.transcript.moment(ActionKind.ENTERED) == at(1)
    assert said(live) == ["p: I've got this cough."]


async def test_whoever_enters_late_has_lost_the_time_since_the_reading_ended(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.BRIEFING, runner)
    live = await runner.enter(encounter_id, at(6))
    assert live.transcript.moment(ActionKind.ENTERED) == at(1)
    assert live.deadline() == at(9)


async def test_the_first_words_may_be_said_the_moment_the_reading_time_has_passed(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.BRIEFING, runner)
    live = await runner.hear(encounter_id, "Do you smoke?", at(1.1))
    assert said(live) == ["p: I've got this cough.", "c: Do you smoke?", "p: I smoke ten a day."]


async def test_time_up_ends_the_interview_at_its_instant_and_the_station_says_so(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    live = await runner.tick(encounter_id, at(8.49))
    assert live.phase is Phase.INTERVIEW
    live = await runner.tick(encounter_id, at(8.6))
    assert live.phase is Phase.CLOSING
    assert live.transcript.moment(ActionKind.TIMED_OUT) == at(8.5)
    assert live.transcript.turns[-1].speaker is Speaker.STATION
    assert live.deadline() == at(12.5)


async def test_a_message_after_time_is_up_is_kept_and_neither_answered_nor_read(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    live = await runner.hear(encounter_id, "Do you smoke?", at(8.5), message_id="late")
    assert live.phase is Phase.CLOSING
    late = live.transcript.turns[-1]
    assert (late.words, late.is_late, late.at) == ("Do you smoke?", True, at(8.5))
    assert live.transcript.candidate_turns == ()
    assert not [each for each in live.transcript.entries if isinstance(each, Reading | Disclosure)]
    assert (await runner.state(encounter_id)).transcript == live.transcript


async def test_an_examination_after_time_is_up_is_refused(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    with pytest.raises(NotNow):
        await runner.examine(encounter_id, "examine.temperature", at(8.5))
    live = await runner.state(encounter_id)
    assert (live.phase, done(live)) == (Phase.CLOSING, ["started", "entered", "timed_out"])


async def test_the_form_is_handed_in_as_drafted_when_its_time_is_up(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.CLOSING, runner)
    await runner.draft(encounter_id, {"diagnosis": "pneumonia"}, at(3))
    live = await runner.tick(encounter_id, at(6.1))
    assert live.phase is Phase.MARKING
    assert live.transcript.submitted == {"diagnosis": "pneumonia", "plan": ""}
    assert live.transcript.moment(ActionKind.SUBMITTED) == at(6) + timedelta(seconds=5)


async def test_a_submission_after_its_time_leaves_the_draft_in_force(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.CLOSING, runner)
    await runner.draft(encounter_id, {"diagnosis": "flu"}, at(3))
    live = await runner.submit(encounter_id, FORM, at(6.1))
    assert live.transcript.submitted == {"diagnosis": "flu", "plan": ""}
    assert done(live).count("submitted") == 1


async def test_a_draft_that_arrives_after_its_time_is_not_taken(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.CLOSING, runner)
    live = await runner.draft(encounter_id, FORM, at(6.1))
    assert (live.phase, live.transcript.submitted) == (Phase.MARKING, {})


async def test_after_a_long_sleep_every_deadline_is_applied_at_its_own_instant(runner: Runner) -> None:
    submitted: list[str] = []

    async def on_submitted(encounter_id: str) -> None:
        submitted.append(encounter_id)

    runner.on_submitted = on_submitted
    encounter_id = await an_encounter_in(Phase.BRIEFING, runner)
    live = await runner.tick(encounter_id, at(60 * 24))
    assert live.phase is Phase.MARKING
    assert [(each.action.value, each.at) for each in live.transcript.actions] == [
        ("started", at(0)), ("entered", at(1)), ("timed_out", at(9)), ("submitted", at(13) + timedelta(seconds=5))]
    assert submitted == [encounter_id]
    assert await runner.tick(encounter_id, at(60 * 48)) == live


# -- after a fall ------------------------------------------------------------------------------------------------------

async def test_an_encounter_goes_on_in_another_process(runner: Runner, after_restart: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    before = await runner.hear(encounter_id, "Do you smoke?", at(1), message_id="m1")
    assert await after_restart.state(encounter_id) == before
    live = await after_restart.hear(encounter_id, "Do you smoke?", at(1), message_id="m1")
    assert live.transcript == before.transcript
    live = await after_restart.hear(encounter_id, "Any fever?", at(2), message_id="m2")
    assert said(live)[-2:] == ["c: Any fever?", "p: I've been hot at night."]
    assert (await runner.state(encounter_id)).transcript == live.transcript  # the first process sees it too


def unanswered(live: Live, *entries: Entry) -> list[Entry]:
    """Entries as a process leaves them that dies between recording and answering."""
    return [each.model_copy(update={"number": live.transcript.next_number + index})
            for index, each in enumerate(entries)]


EVENTS: dict[str, tuple[Phase, Entry, list[str]]] = {
    "heard": (Phase.INTERVIEW, Turn(number=1, at=at(1), speaker=Speaker.CANDIDATE, words="Do you smoke?"),
              ["p: I smoke ten a day."]),
    "examined": (Phase.INTERVIEW, Action(number=1, at=at(1), action=ActionKind.EXAMINED, target="examine.temperature"),
                 ["s: 38.4 degrees."]),
    "ordered": (Phase.INTERVIEW, Action(number=1, at=at(1), action=ActionKind.ORDERED, target="order.chest_xray"),
                ["s: A shadow at the right base."]),
    "entered": (Phase.BRIEFING, Action(number=1, at=at(1), action=ActionKind.ENTERED), ["p: I've got this cough."]),
}


@pytest.mark.parametrize("event", EVENTS)
async def test_what_was_recorded_and_not_answered_is_answered_on_load_exactly_once(
    runner: Runner, after_restart: Runner, archive: SqlArchive, event: str
) -> None:
    phase, entry, answers = EVENTS[event]
    encounter_id = await an_encounter_in(phase, runner)
    before = await runner.state(encounter_id)
    await archive.append(encounter_id, unanswered(before, entry))
    answered = await after_restart.state(encounter_id)
    fresh = answered.transcript.entries[len(before.transcript) + 1:]
    assert [f"{each.speaker.value[0]}: {each.words}" for each in fresh if isinstance(each, Turn)] == answers
    for other in (after_restart, runner):
        assert (await other.state(encounter_id)).transcript == answered.transcript
    assert await archive.entries(encounter_id) == answered.transcript.entries


async def test_an_unanswered_turn_is_answered_before_the_next_verb_is_done(
    runner: Runner, after_restart: Runner, archive: SqlArchive
) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    turn = Turn(number=1, at=at(1), speaker=Speaker.CANDIDATE, words="Do you smoke?", message_id="m1")
    await archive.append(encounter_id, unanswered(await runner.state(encounter_id), turn))
    await after_restart.hear(encounter_id, "Do you smoke?", at(1), message_id="m1")  # the page sends it again
    live = await after_restart.hear(encounter_id, "Any fever?", at(2), message_id="m2")
    assert said(live)[1:] == ["c: Do you smoke?", "p: I smoke ten a day.",
                              "c: Any fever?", "p: I've been hot at night."]
    is_sound(live.transcript.entries)


async def test_an_unanswered_turn_is_answered_once_by_two_processes_at_once(
    runner: Runner, after_restart: Runner, archive: SqlArchive
) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    await archive.append(encounter_id, unanswered(await runner.state(encounter_id), EVENTS["heard"][1]))
    await asyncio.gather(*(each.state(encounter_id) for each in (runner, after_restart) * 3), return_exceptions=True)
    live = await runner.state(encounter_id)
    assert said(live)[1:] == ["c: Do you smoke?", "p: I smoke ten a day."]


async def test_an_encounter_whose_opening_was_cut_short_can_still_be_entered(
    runner: Runner, archive: SqlArchive
) -> None:
    encounter = (await runner.open("cough", Language.ENGLISH, "c1", at(0))).encounter
    cut_short = encounter.model_copy(update={"id": "cut-short"})
    await archive.open(cut_short)  # and the process died before the first entry
    assert (await runner.state("cut-short")).phase is Phase.BRIEFING
    assert said(await runner.enter("cut-short", at(1))) == ["p: I've got this cough."]


class Overtaken(SqlArchive):
    """An archive in which another process appends first, once."""

    overtake: Callable[[], Awaitable[object]] | None = None

    async def append(self, encounter_id: str, entries: Sequence[Turn | Reading | Disclosure | Action]) -> None:
        if self.overtake:
            overtake, self.overtake = self.overtake, None
            await overtake()
        await super().append(encounter_id, entries)


async def test_a_conflict_with_another_process_heals_at_the_next_call(
    archive: SqlArchive, after_restart: Runner
) -> None:
    overtaken = Overtaken(archive._database)
    runner = a_runner(overtaken)
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    overtaken.overtake = lambda: after_restart.hear(encounter_id, "Any fever?", at(1), message_id="theirs")
    with pytest.raises(Conflict):
        await runner.hear(encounter_id, "Do you smoke?", at(1), message_id="mine")
    live = await runner.hear(encounter_id, "Do you smoke?", at(1), message_id="mine")
    assert said(live)[1:] == ["c: Any fever?", "p: I've been hot at night.",
                              "c: Do you smoke?", "p: I smoke ten a day."]
    is_sound(live.transcript.entries)


async def test_a_conflict_over_the_answer_leaves_one_answer(archive: SqlArchive, after_restart: Runner) -> None:
    overtaken = Overtaken(archive._database)
    runner = a_runner(overtaken)
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)

    async def answer_first() -> None:
        overtaken.overtake = lambda: after_restart.state(encounter_id)  # before the answer, not before the question

    overtaken.overtake = answer_first
    with pytest.raises(Conflict):
        await runner.hear(encounter_id, "Do you smoke?", at(1), message_id="m1")
    live = await runner.hear(encounter_id, "Do you smoke?", at(1), message_id="m1")
    assert said(live)[1:] == ["c: Do you smoke?", "p: I smoke ten a day."]


async def test_encounters_that_were_let_go_from_memory_come_back(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.encounters.runner._KEPT_IN_MEMORY", 2)
    encounters = [await an_encounter_in(Phase.INTERVIEW, runner) for _ in range(5)]
    for each in encounters:
        live = await runner.hear(each, "Do you smoke?", at(1))
        assert said(live) == ["p: I've got this cough.", "c: Do you smoke?", "p: I smoke ten a day."]
    assert len(runner._live) == 2


# -- the station's file changes ----------------------------------------------------------------------------------------

REWRITTEN = a_station(facts=[{"topic": "social.tobacco", "answer": "I never smoked."}])


class Broken(Shelf):
    """A library whose files no longer read."""

    def station(self, station_id: str, language: Language) -> Station:
        raise InvalidFile((f"{station_id}.yaml:1: the file is empty",))


@pytest.mark.parametrize("library", [Shelf(REWRITTEN), Shelf(), Broken()], ids=["changed", "gone", "broken"])
async def test_a_running_encounter_keeps_the_station_it_was_opened_with(
    runner: Runner, after_restart: Runner, library: Shelf
) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    for each in (runner, after_restart):
        each.library = library
        live = await each.hear(encounter_id, "Do you smoke?", at(1))
        assert live.station == a_station()
        assert live.transcript.turns[-1].words.endswith("smoke ten a day.")  # the second time "As I said, …"


async def test_an_encounter_opened_after_the_change_has_the_new_station(runner: Runner) -> None:
    old = await an_encounter_in(Phase.INTERVIEW, runner)
    runner.library = Shelf(REWRITTEN)
    new = await an_encounter_in(Phase.INTERVIEW, runner)
    assert (await runner.hear(new, "Do you smoke?", at(1))).transcript.turns[-1].words == "I never smoked."
    assert (await runner.hear(old, "Do you smoke?", at(1))).transcript.turns[-1].words == "I smoke ten a day."


def an_old_encounter() -> Encounter:
    """From before stations were kept: its fingerprints name nothing in the archive."""
    return Encounter(id="old", station="cough", language=Language.ENGLISH, candidate="c1", opened_at=NOW,
                     fingerprints={"scenario": "0" * 64})


async def test_an_encounter_whose_station_was_never_kept_has_the_librarys(
    archive: SqlArchive, after_restart: Runner
) -> None:
    await archive.open(an_old_encounter())
    await after_restart.enter("old", at(1))
    assert said(await after_restart.hear("old", "Do you smoke?", at(1)))[-1] == "p: I smoke ten a day."
    after_restart.library = Shelf(REWRITTEN)
    after_restart._live.clear()
    assert said(await after_restart.hear("old", "Do you smoke?", at(1)))[-1].endswith("I never smoked.")


async def test_an_encounter_whose_station_is_nowhere_is_told_so_and_loses_nothing(
    archive: SqlArchive, after_restart: Runner
) -> None:
    await archive.open(an_old_encounter())
    after_restart.library = Shelf()
    with pytest.raises(StationNotFound, match="cough"):
        await after_restart.hear("old", "Do you smoke?", at(1))
    after_restart.library = Shelf(a_station())
    assert (await after_restart.state("old")).phase is Phase.BRIEFING


# -- faults ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("words", ["", " ", "\n\t ", "\x00\x01\x1f", "\ud800", "\u00a0\u2003"])
async def test_an_empty_message_is_refused_kindly_and_changes_nothing(runner: Runner, words: str) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    before = await runner.state(encounter_id)
    with pytest.raises(NothingSaid, match="type or say something"):
        await runner.hear(encounter_id, words, at(1))
    assert await runner.state(encounter_id) == before


async def test_a_message_beyond_all_measure_is_refused_kindly(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    with pytest.raises(TooLong, match="100000"):
        await runner.hear(encounter_id, "x" * (LONGEST_MESSAGE + 1), at(1))
    assert len((await runner.hear(encounter_id, "x" * LONGEST_MESSAGE, at(1))).transcript.candidate_turns) == 1


HOSTILE = {
    "20,000 characters": "smoke? " + "é" * 19_993,
    "emoji": "smoke 🚬 ? 👩🏽‍⚕️🇫🇷",
    "right to left": "smoke \u202eשלום עליכם مرحبا\u202c ?",
    "HTML": "smoke <script>alert(1)</script><img src=x onerror=alert(1)> &amp; ?",
    "SQL": "smoke'; DROP TABLE entries; -- \" OR 1=1",
    "Markdown": "smoke [x](javascript:alert(1)) ![y](http://evil/z.png) `code` | a |",
    "templates": "smoke {0} {name} %s %(x)s ${x} {{ 7*7 }} \\u0000",
    "line ends": "smoke\r\nfever\u2028\u2029\x0bend",
    "composed": "smoke e\u0301te\u0301",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_words_are_kept_as_they_are_and_answered(
    runner: Runner, after_restart: Runner, words: str
) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    live = await runner.hear(encounter_id, words, at(1), message_id=words)
    assert live.transcript.candidate_turns[0].words == tidy(words)
    assert live.transcript.turns[-1].words.startswith("I smoke ten a day.")
    assert await after_restart.state(encounter_id) == live


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_words_in_the_form_are_kept(runner: Runner, after_restart: Runner, words: str) -> None:
    encounter_id = await an_encounter_in(Phase.CLOSING, runner)
    live = await runner.submit(encounter_id, {"diagnosis": words, "plan": f"{words}\x00\ud800"}, at(3))
    assert live.transcript.submitted == {"diagnosis": tidy(words), "plan": tidy(words)}
    assert await after_restart.state(encounter_id) == live


@pytest.mark.parametrize(("words", "kept"), [
    ("do you\x00 smo\x07ke?", "do you smoke?"), ("smoke\ud800 ?", "smoke ?"), ("  smoke?\n", "smoke?"),
    ("e\u0301", "é"), ("a\tb\nc", "a\tb\nc"), ("\x7fsmoke", "smoke"), ("😀\ude00", "😀")])
def test_what_cannot_be_seen_is_taken_out_and_the_rest_kept(words: str, kept: str) -> None:
    assert tidy(words) == kept


async def test_a_time_without_a_zone_is_a_mistake_of_the_caller_and_records_nothing(
    runner: Runner, archive: SqlArchive
) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    before = await archive.entries(encounter_id)
    with pytest.raises((ValueError, TypeError)):
        await runner.hear(encounter_id, "Do you smoke?", at(1).replace(tzinfo=None))
    assert await archive.entries(encounter_id) == before


async def test_what_the_understanding_cannot_bear_is_answered_once_it_is_mended(
    runner: Runner, after_restart: Runner
) -> None:
    class Failing(Keywords):
        def read(self, words: str, focus: object) -> tuple[()]:
            raise RuntimeError(f"cannot read {words!r} at {focus!r}")

    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    runner.understanding = Failing({})
    runner._machines.clear()
    with pytest.raises(RuntimeError):
        await runner.hear(encounter_id, "Do you smoke?", at(1), message_id="m1")
    live = await after_restart.state(encounter_id)
    assert said(live)[1:] == ["c: Do you smoke?", "p: I smoke ten a day."]


async def test_a_station_takes_as_long_as_it_says(runner: Runner) -> None:
    encounter_id = await an_encounter_in(Phase.INTERVIEW, runner)
    live = await runner.state(encounter_id)
    assert live.clock.ends(at(0.5)) - at(0.5) == timedelta(minutes=8)
