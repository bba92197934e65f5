"""Time passes by itself in an open encounter."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from simulator.encounters.runner import Live
from simulator.exam.base import Language
from simulator.exam.transcript import Phase
from simulator.vocabulary import Vocabulary
from simulator.web.clock import EncounterClock
from tests.web.houses import SmallHouse

TINY = 0.002  # of the short station's minutes: some milliseconds


async def _house(folder: Path, vocabulary: Vocabulary) -> SmallHouse:
    house = SmallHouse(folder, vocabulary)
    await house.start()
    return house


async def _until(house: SmallHouse, encounter: str, phase: Phase) -> Live:
    for _ in range(200):
        live = await house.runner.state(encounter)
        if live.phase is phase:
            return live
        await asyncio.sleep(0.02)
    raise AssertionError(f"still {live.phase}")


async def test_an_encounter_left_alone_enters_ends_and_is_handed_in_and_each_step_is_shown(
        tmp_path: Path, vocabulary: Vocabulary) -> None:
    house = await _house(tmp_path, vocabulary)
    shown: list[Phase] = []

    async def show(live: Live) -> None:
        shown.append(live.phase)

    clock = EncounterClock(house.runner, show)
    live = await house.runner.open("sprint", Language.ENGLISH, "id-student", datetime.now(UTC), factor=TINY)
    clock.follow(live)
    live = await _until(house, live.encounter.id, Phase.DEBRIEF)
    await clock.stop()
    assert [each.action.value for each in live.transcript.actions] == [
        "started", "entered", "timed_out", "submitted", "marked"]
    assert shown
    await house.close()


async def test_a_server_that_starts_takes_up_the_open_encounters(tmp_path: Path, vocabulary: Vocabulary) -> None:
    house = await _house(tmp_path, vocabulary)
    live = await house.runner.open("sprint", Language.ENGLISH, "id-student", datetime.now(UTC), factor=TINY)
    await house.close()
    house = await _house(tmp_path, vocabulary)

    async def show(live: Live) -> None: ...

    clock = EncounterClock(house.runner, show)
    await clock.start()
    await _until(house, live.encounter.id, Phase.DEBRIEF)
    await clock.stop()
    await house.close()


async def test_a_timer_moves_with_its_deadline(tmp_path: Path, vocabulary: Vocabulary) -> None:
    house = await _house(tmp_path, vocabulary)

    async def show(live: Live) -> None: ...

    clock = EncounterClock(house.runner, show)
    live = await house.runner.open("cough", Language.ENGLISH, "id-student", datetime.now(UTC))
    clock.follow(live)
    first = clock._tasks[live.encounter.id]
    clock.follow(live)
    assert clock._tasks[live.encounter.id] is first
    clock.follow(await house.runner.enter(live.encounter.id, datetime.now(UTC)))
    assert clock._tasks[live.encounter.id][0] > first[0]
    await asyncio.sleep(0)
    assert first[1].cancelled() or first[1].cancelling()
    await clock.stop()
    await house.close()


async def test_an_encounter_whose_station_is_gone_does_not_stop_the_server(tmp_path: Path,
                                                                           vocabulary: Vocabulary) -> None:
    house = await _house(tmp_path, vocabulary)
    live = await house.runner.open("cough", Language.ENGLISH, "id-student", datetime.now(UTC))
    await house.close()
    empty = tmp_path / "empty"
    (empty / "scenarios").mkdir(parents=True)
    house = SmallHouse(tmp_path, vocabulary, empty)
    await house.start()

    async def show(live: Live) -> None: ...

    clock = EncounterClock(house.runner, show)
    await clock.start()
    await clock.stop()
    assert await house.archive.encounter(live.encounter.id)
    await house.close()
