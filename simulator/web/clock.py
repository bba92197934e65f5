"""Lets time pass in every open encounter: one sleeping task each, woken at its next deadline."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from simulator.encounters.runner import Live, Runner
from simulator.exam.errors import SimulatorError

_LOG = logging.getLogger(__name__)
_AFTER_A_FAILURE = 15.0  # seconds until a deadline that could not be applied is tried again


class EncounterClock:
    """Ticks open encounters at their deadlines and has the result shown."""

    def __init__(self, runner: Runner, show: Callable[[Live], Awaitable[None]]) -> None:
        self._runner = runner
        self._show = show
        self._tasks: dict[str, tuple[datetime, asyncio.Task[None]]] = {}

    async def start(self) -> None:
        """Takes up every encounter that was open when the server stopped."""
        for encounter in await self._runner.archive.open_encounters():
            try:
                self.follow(await self._runner.tick(encounter.id, datetime.now(UTC)))
            except SimulatorError as error:
                _LOG.warning("encounter %s cannot go on: %s", encounter.id, error)

    async def stop(self) -> None:
        """Stops every timer; deadlines that pass meanwhile are applied at the next start."""
        tasks = [task for _, task in self._tasks.values()]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def follow(self, live: Live) -> None:
        """Sets the timer of an encounter to its present deadline."""
        deadline = live.due()
        known = self._tasks.get(live.encounter.id)
        if known and known[0] == deadline and not known[1].done():
            return
        if known and known[1] is not asyncio.current_task():
            known[1].cancel()
        self._tasks.pop(live.encounter.id, None)
        if deadline is not None:
            task = asyncio.create_task(self._ring(live.encounter.id, deadline))
            self._tasks[live.encounter.id] = (deadline, task)

    async def _ring(self, encounter_id: str, deadline: datetime) -> None:
        await asyncio.sleep(max(0.0, (deadline - datetime.now(UTC)).total_seconds()) + 0.05)
        while True:
            try:
                live = await self._runner.tick(encounter_id, datetime.now(UTC))
                break
            except SimulatorError as error:
                _LOG.warning("the clock of encounter %s waits: %s", encounter_id, error)
                await asyncio.sleep(_AFTER_A_FAILURE)
        self.follow(live)
        await self._show(live)
