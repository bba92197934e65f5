"""Shows what is recorded in every open window of an encounter, each thing once and in order."""

import asyncio
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from chainlit.session import WebsocketSession, ws_sessions_id

from simulator.encounters.runner import Live, Runner
from simulator.web.conversation import encounter_id, steps_of


class Window:
    """One browser window on an encounter: how far it has been shown."""

    def __init__(self) -> None:
        self.shown = 0
        self.turn_taking = asyncio.Lock()


class Wall:
    """Pushes new turns, the phase and the clock to the windows. Nothing is decided here."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._windows: WeakKeyDictionary[WebsocketSession, Window] = WeakKeyDictionary()

    def has_seen(self, session: WebsocketSession, live: Live) -> None:
        """A window has been given the whole conversation so far."""
        self._window(session).shown = len(live.transcript)

    async def show(self, live: Live) -> None:
        """Brings every window of this encounter up to date."""
        await self._show(live, len(live.transcript))

    async def show_growing(self, live: Live) -> None:
        """Shows the last turn as far as it has been said; what is recorded in the end takes its place."""
        await self._show(live, len(live.transcript) - 1)

    async def _show(self, live: Live, settled: int) -> None:
        for session in windows_of(live.encounter.id):
            if session.user and session.user.identifier == live.encounter.candidate:
                await self._show_in(session, live, settled)

    async def _show_in(self, session: WebsocketSession, live: Live, settled: int) -> None:
        window = self._window(session)
        async with window.turn_taking:
            steps = steps_of(live, window.shown)
            window.shown = max(window.shown, settled)
            for step in steps:
                await session.emit("new_message", step)  # type: ignore[misc]  # typed as None, awaitable
            await session.emit("window_message", {"osce": clock_of(live)})  # type: ignore[misc]

    def _window(self, session: WebsocketSession) -> Window:
        if session not in self._windows:
            self._windows[session] = Window()
        return self._windows[session]


def windows_of(encounter: str) -> list[WebsocketSession]:
    """The Chainlit sessions open on an encounter."""
    return [each for each in ws_sessions_id.values() if encounter_id(each.thread_id) == encounter]


def clock_of(live: Live) -> dict[str, str | None]:
    """What the clock in the page needs; times in ISO 8601."""
    deadline, warning = live.deadline(), live.warning()
    return {
        "encounter": live.encounter.id,
        "phase": live.phase.value,
        "now": datetime.now(UTC).isoformat(),
        "deadline": deadline.isoformat() if deadline else None,
        "warning": warning.isoformat() if warning else None,
    }
