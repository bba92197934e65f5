"""Where an encounter stands for the person who sat it, in one word."""

from enum import StrEnum

from simulator.encounters.runner import Live
from simulator.exam.encounter import Mode
from simulator.exam.review import is_released
from simulator.exam.transcript import Phase
from simulator.web.house import House


class Standing(StrEnum):
    BRIEFING = "briefing"
    INTERVIEW = "interview"
    CLOSING = "closing"
    MARKING = "marking"
    WAITS = "waits"  # marked, in an exam, and not released by a person yet
    READY = "ready"


async def standing_of(house: House, live: Live) -> Standing:
    """The phase, and whether the result may be seen."""
    if live.phase is not Phase.DEBRIEF:
        return Standing(live.phase.value)
    if live.encounter.mode is Mode.PRACTICE or is_released(await house.archive.reviews(live.encounter.id)):
        return Standing.READY
    return Standing.WAITS
