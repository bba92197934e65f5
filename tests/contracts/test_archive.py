"""What every `Archive` promises."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest
import pytest_asyncio

from simulator.archive.archive import SqlArchive
from simulator.archive.database import Database
from simulator.exam.errors import Conflict, EncounterNotFound
from simulator.exam.ports import Archive
from simulator.exam.transcript import (
    Act,
    Action,
    ActionKind,
    ActKind,
    Disclosure,
    Reading,
    Speaker,
    Tellable,
    Turn,
    Withheld,
)
from simulator.library.files import FileLibrary

from .records import NOW, a_grade, a_judged_grade, a_review, a_station, a_turn, an_action, an_encounter

HOSTILE = [
    "a\x00b",
    "\\u0000 \\x00 \\",
    "😀👩🏽‍⚕️ é e\u0301 œ",
    "\u202eשלום عليكم\u202c",
    "'; DROP TABLE entries; --",
    '{"kind": "turn"} %s :name %(x)s $1',
    "\x01\x1f\x7f\ufeff\uffff\ufffd",
    "ligne\r\nsuivante\u2028\u2029",
    "é😀" * 10_000,
]


@pytest.fixture
def archive(database: Database) -> Archive:
    return SqlArchive(database)


@pytest_asyncio.fixture
async def second_process(database_url: str) -> AsyncIterator[Archive]:
    """The same record through connections of its own."""
    other = Database(database_url)
    yield SqlArchive(other)
    await other.close()


async def test_an_encounter_comes_back_as_it_was_opened(archive: Archive) -> None:
    await archive.open(an_encounter())
    assert await archive.encounter("e1") == an_encounter()


async def test_an_unknown_encounter_is_named_in_the_error(archive: Archive) -> None:
    with pytest.raises(EncounterNotFound, match="'nobody'"):
        await archive.encounter("nobody")


async def test_an_encounter_is_opened_once(archive: Archive) -> None:
    await archive.open(an_encounter())
    with pytest.raises(Conflict, match="'e1'"):
        await archive.open(an_encounter(candidate="another"))
    assert (await archive.encounter("e1")).candidate == "c1"


async def test_encounters_come_newest_first_of_one_candidate_or_of_all(archive: Archive) -> None:
    await archive.open(an_encounter("old", "c1", minutes=1))
    await archive.open(an_encounter("new", "c1", minutes=3))
    await archive.open(an_encounter("other", "c2", minutes=2))
    assert [each.id for each in await archive.encounters()] == ["new", "other", "old"]
    assert [each.id for each in await archive.encounters("c1")] == ["new", "old"]
    assert await archive.encounters("nobody") == ()


async def test_of_encounters_opened_at_one_moment_the_last_opened_is_the_newest(archive: Archive) -> None:
    for encounter_id in ("b", "c", "a"):
        await archive.open(an_encounter(encounter_id))
    assert [each.id for each in await archive.encounters()] == ["a", "c", "b"]


async def test_every_kind_of_entry_comes_back_as_it_was_appended(archive: Archive) -> None:
    await archive.open(an_encounter())
    appended = (
        an_action(1, ActionKind.ENTERED),
        a_turn(2, message_id="m1"),
        Reading(number=3, at=NOW, turn=2, acts=(Act(kind=ActKind.ASKS, topic="social.tobacco", confidence=0.1 + 0.2),)),
        Disclosure(number=4, at=NOW, turn=2, may_tell=(Tellable(id="tobacco", words="Un paquet par jour."),),
                   withheld=(Withheld(fact="alcohol", because="not asked"),)),
        Turn(number=5, at=NOW, speaker=Speaker.PATIENT, words="Un paquet par jour.", answers=2, told=("tobacco",)),
        Action(number=6, at=NOW, action=ActionKind.SUBMITTED, fields={"diagnosis": "SCA"}, message_id="m2"),
    )
    await archive.append("e1", appended)
    assert await archive.entries("e1") == appended


async def test_entries_are_given_after_a_number(archive: Archive) -> None:
    await archive.open(an_encounter())
    await archive.append("e1", [a_turn(number) for number in range(1, 13)])
    assert [entry.number for entry in await archive.entries("e1", after=9)] == [10, 11, 12]
    assert await archive.entries("e1", after=12) == ()


async def test_entries_stay_with_their_encounter(archive: Archive) -> None:
    await archive.open(an_encounter("e1"))
    await archive.open(an_encounter("e2"))
    await archive.append("e1", [a_turn(1, "one", message_id="m")])
    await archive.append("e2", [a_turn(1, "two", message_id="m")])
    assert await archive.entries("e1") == (a_turn(1, "one", message_id="m"),)
    assert await archive.entries("e2") == (a_turn(1, "two", message_id="m"),)
    assert await archive.entries("nobody") == ()


async def test_appending_nothing_changes_nothing(archive: Archive) -> None:
    await archive.open(an_encounter())
    await archive.append("e1", [])
    assert await archive.entries("e1") == ()


async def test_nothing_is_appended_to_an_encounter_that_was_not_opened(archive: Archive) -> None:
    with pytest.raises(EncounterNotFound, match="'nobody'"):
        await archive.append("nobody", [a_turn(1)])


async def test_a_taken_number_is_a_conflict_and_nothing_of_the_batch_is_kept(archive: Archive) -> None:
    await archive.open(an_encounter())
    await archive.append("e1", [a_turn(1), a_turn(2), a_turn(3)])
    for batch in ([a_turn(3), a_turn(4)], [a_turn(4), a_turn(5), a_turn(2)]):
        with pytest.raises(Conflict, match="'e1'"):
            await archive.append("e1", batch)
    assert len(await archive.entries("e1")) == 3


async def test_a_message_is_recorded_once_whether_turn_or_action(archive: Archive) -> None:
    await archive.open(an_encounter())
    await archive.append("e1", [a_turn(1, message_id="m1")])
    for entry in (a_turn(2, message_id="m1"), an_action(2, ActionKind.FINISHED, message_id="m1")):
        with pytest.raises(Conflict):
            await archive.append("e1", [entry])
    with pytest.raises(Conflict):
        await archive.append("e1", [a_turn(2, message_id="m2"), a_turn(3, message_id="m2")])
    await archive.append("e1", [a_turn(2), a_turn(3)])
    assert len(await archive.entries("e1")) == 3


async def test_of_twenty_tasks_that_append_the_same_number_exactly_one_wins(
    archive: Archive, second_process: Archive
) -> None:
    await archive.open(an_encounter())
    outcomes = await asyncio.gather(
        *(
            (archive if each % 2 else second_process).append("e1", [a_turn(1, f"task {each}"), a_turn(2)])
            for each in range(20)
        ),
        return_exceptions=True,
    )
    assert [outcome for outcome in outcomes if not isinstance(outcome, Conflict)] == [None]
    assert len(await archive.entries("e1")) == 2


async def test_many_encounters_are_recorded_at_once(archive: Archive, second_process: Archive) -> None:
    async def play(record: Archive, encounter_id: str) -> None:
        await record.open(an_encounter(encounter_id))
        for number in range(1, 11):
            await record.append(encounter_id, [a_turn(number, message_id=str(number))])
            assert len(await record.entries(encounter_id, after=number - 1)) == 1

    await asyncio.gather(*(play(archive if each % 2 else second_process, f"e{each}") for each in range(20)))
    assert len(await archive.encounters()) == 20
    assert {len(await archive.entries(f"e{each}")) for each in range(20)} == {10}


async def test_appending_goes_on_after_tasks_are_cancelled_in_the_middle_of_it(archive: Archive) -> None:
    await archive.open(an_encounter())
    for _ in range(5):
        tasks = [asyncio.create_task(archive.append("e1", [a_turn(number)])) for number in range(1, 9)]
        await asyncio.sleep(0.002)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(10):
        await archive.append("e1", [a_turn(9)])
        assert (await archive.entries("e1"))[-1].number == 9


async def test_what_was_acknowledged_survives_a_killed_process(
    archive: Archive, database_url: str, tmp_path: Path
) -> None:
    await archive.open(an_encounter())
    program = Path(__file__).with_name("append_until_killed.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), database_url, "e1",
        stdout=asyncio.subprocess.PIPE, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout
    acknowledged = 0
    async with asyncio.timeout(60):
        while acknowledged < 100:
            acknowledged = int(await process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        for line in (await process.stdout.read()).splitlines(keepends=True):
            acknowledged = int(line) if line.endswith(b"\n") else acknowledged
        await process.wait()
    entries = await archive.entries("e1")
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) >= acknowledged
    assert len(entries) % 2 == 0  # they were appended in pairs
    await archive.append("e1", [a_turn(len(entries) + 1)])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_any_text_comes_back_as_it_was(archive: Archive, text: str) -> None:
    await archive.open(an_encounter(candidate=text[:200]))
    turn = a_turn(1, text, message_id=text)
    form = Action(number=2, at=NOW, action=ActionKind.SUBMITTED, fields={text: text})
    review = a_review(why=text)
    await archive.append("e1", [turn, form])
    await archive.add_review("e1", review)
    assert await archive.entries("e1") == (turn, form)
    assert await archive.reviews("e1") == (review,)
    assert len(await archive.encounters(an_encounter(candidate=text[:200]).candidate)) == 1
    with pytest.raises(Conflict):
        await archive.append("e1", [a_turn(3, message_id=text)])


@pytest.mark.parametrize("encounter_id", ["e1\x00", "\x00", "\ud800", "é" * 20_000, "' OR 1=1 --", ""])
async def test_a_hostile_id_is_only_an_id_that_is_not_there(archive: Archive, encounter_id: str) -> None:
    await archive.open(an_encounter())
    with pytest.raises(EncounterNotFound):
        await archive.encounter(encounter_id)
    assert await archive.entries(encounter_id) == ()


async def test_times_come_back_in_utc_to_the_microsecond(archive: Archive) -> None:
    paris = NOW.astimezone(timezone(timedelta(hours=2)))
    await archive.open(an_encounter().model_copy(update={"opened_at": paris}))
    await archive.append("e1", [a_turn(1).model_copy(update={"at": paris})])
    await archive.add_grade("e1", a_grade().model_copy(update={"at": paris}))
    await archive.add_review("e1", a_review().model_copy(update={"at": paris}))
    times = [
        (await archive.encounter("e1")).opened_at,
        (await archive.entries("e1"))[0].at,
        (await archive.grades("e1"))[0].at,
        (await archive.reviews("e1"))[0].at,
    ]
    assert {at.isoformat() for at in times} == {"2026-03-02T09:30:00.123456+00:00"}


async def test_a_time_without_a_zone_is_refused(archive: Archive) -> None:
    naive = NOW.replace(tzinfo=None)
    await archive.open(an_encounter())
    with pytest.raises(ValueError, match="no zone"):
        await archive.append("e1", [a_turn(1).model_copy(update={"at": naive})])
    with pytest.raises(ValueError, match="no zone"):
        await archive.open(an_encounter("e2").model_copy(update={"opened_at": naive}))
    assert await archive.entries("e1") == ()


async def test_grades_are_kept_beside_each_other_oldest_first(archive: Archive) -> None:
    await archive.open(an_encounter())
    grades = (a_grade("rules", minutes=1), a_grade("model", minutes=2), a_grade("rules", minutes=2))
    for grade in grades:
        await archive.add_grade("e1", grade)
    assert await archive.grades("e1") == grades
    assert await archive.grades("nobody") == ()


async def test_what_a_language_model_had_to_do_with_a_grade_is_kept(archive: Archive) -> None:
    await archive.open(an_encounter())
    await archive.add_grade("e1", a_judged_grade())
    assert await archive.grades("e1") == (a_judged_grade(),)


async def test_reviews_are_kept_oldest_first(archive: Archive) -> None:
    await archive.open(an_encounter())
    reviews = (a_review("one", minutes=1), a_review("two", minutes=2), a_review("three", minutes=2))
    for review in reviews:
        await archive.add_review("e1", review)
    assert await archive.reviews("e1") == reviews
    assert await archive.reviews("nobody") == ()


async def test_nobody_grades_or_reviews_an_encounter_that_was_not_opened(archive: Archive) -> None:
    with pytest.raises(EncounterNotFound, match="'nobody'"):
        await archive.add_grade("nobody", a_grade())
    with pytest.raises(EncounterNotFound, match="'nobody'"):
        await archive.add_review("nobody", a_review())


async def test_an_encounter_is_open_until_it_is_marked_oldest_first(archive: Archive) -> None:
    for minutes, encounter_id in enumerate(["silent", "playing", "failed", "marked", "marked_again"]):
        await archive.open(an_encounter(encounter_id, minutes=-minutes))
    await archive.append("playing", [an_action(1, ActionKind.ENTERED), a_turn(2, "marked")])
    await archive.append("failed", [an_action(1, ActionKind.MARKING_FAILED)])
    await archive.append("marked", [an_action(1, ActionKind.MARKED)])
    await archive.append("marked_again", [an_action(1, ActionKind.MARKED), an_action(2, ActionKind.MARKED)])
    assert [each.id for each in await archive.open_encounters()] == ["failed", "playing", "silent"]


async def test_a_frozen_station_comes_back_as_it_was(archive: Archive) -> None:
    station = a_station(title="Une toux «à 2 h» 😀", diagnosis={"is": "pneumonia", "also_accept": ["chest infection"]})
    await archive.freeze(station)
    back = await archive.frozen(station.fingerprints)
    assert back == station
    assert back is not None
    assert back.fingerprints == station.fingerprints


async def test_every_shipped_station_survives_being_frozen(archive: Archive, library: FileLibrary) -> None:
    stations = library.stations()
    assert stations
    for station in stations:
        await archive.freeze(station)
        assert await archive.frozen(station.fingerprints) == station


async def test_freezing_again_changes_nothing(archive: Archive, second_process: Archive) -> None:
    station = a_station()
    for _ in range(2):
        await asyncio.gather(*(each.freeze(station) for each in (archive, second_process) * 5))
    assert await archive.frozen(station.fingerprints) == station


async def test_a_changed_station_is_kept_beside_the_first(archive: Archive) -> None:
    before, after = a_station(), a_station(title="A cough, reworded")
    await archive.freeze(before)
    await archive.freeze(after)
    assert before.fingerprints["rubric"] == after.fingerprints["rubric"]
    assert await archive.frozen(before.fingerprints) == before
    assert await archive.frozen(after.fingerprints) == after


async def test_a_station_without_a_rubric_is_frozen_without_one(archive: Archive) -> None:
    station = a_station().model_copy(update={"rubric": None})
    await archive.freeze(station)
    assert await archive.frozen(station.fingerprints) == station
    assert await archive.frozen(a_station().fingerprints) is None


@pytest.mark.parametrize("fingerprints", [
    {}, {"scenario": "0" * 64}, {"rubric": "0" * 64}, {"scenario": "a\x00", "rubric": "\ud800"}])
async def test_what_was_never_frozen_is_nothing(archive: Archive, fingerprints: dict[str, str]) -> None:
    await archive.freeze(a_station())
    assert await archive.frozen(fingerprints) is None
    part_known = {**a_station().fingerprints, **fingerprints} if fingerprints else {}
    assert await archive.frozen(part_known) is None
