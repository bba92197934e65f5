"""The home page: the notice about the machine, one's own encounters, and where to go."""

from fastapi import Request
from nicegui import ui

from simulator.encounters.runner import Live
from simulator.exam.encounter import Encounter
from simulator.exam.errors import SimulatorError
from simulator.exam.people import Deed, Role
from simulator.exam.transcript import Phase
from simulator.web.frame import Visit, box, link, page, text
from simulator.web.house import here
from simulator.web.pages import place_of
from simulator.web.standing import Standing, standing_of

_MOST = 50  # encounters listed


def install() -> None:
    """Registers the page."""
    ui.page("/")(_home)


async def _home(request: Request) -> None:
    visit = Visit(request)
    with page(visit, visit.say("home.title", name=visit.account.name)):
        if visit.account.role is not Role.STUDENT and here().house.understanding_notice:
            text("p", visit.say("home.no_model"), "note warning", role="note")
        _about_the_machine(visit)
        with box("p"):
            link(visit.say("home.start"), "/stations", "button")
        if visit.may(Deed.ADMINISTER):
            text("p", visit.say("home.administer"), "note")
        await _encounters(visit)


def _about_the_machine(visit: Visit) -> None:
    with box("section", "note", aria_labelledby="machine"):
        text("h2", visit.say("home.machine.title"), id="machine")
        for part in ("who", "mark", "data"):
            text("p", visit.say(f"home.machine.{part}"))


async def _encounters(visit: Visit) -> None:
    with box("section", aria_labelledby="mine"):
        text("h2", visit.say("home.mine"), id="mine")
        mine = (await here().house.archive.encounters(visit.account.id))[:_MOST]
        if not mine:
            text("p", visit.say("home.none"), "empty")
            return
        with box("ul", "encounters"):
            for encounter in mine:
                await _row(visit, encounter)


async def _row(visit: Visit, encounter: Encounter) -> None:
    with box("li", "encounter"):
        try:
            live = await here().house.runner.state(encounter.id)
        except SimulatorError:
            text("span", encounter.station, "title")
            text("span", visit.say("home.broken"), "state")
            return
        text("span", live.station.scenario.title, "title", lang=encounter.language.value)
        text("span", f"{visit.say('mode.' + encounter.mode)} · {encounter.language.value.upper()}", "tag")
        text("time", f"{encounter.opened_at:%Y-%m-%d %H:%M} UTC", "when", datetime=encounter.opened_at.isoformat())
        await _state(visit, live)


async def _state(visit: Visit, live: Live) -> None:
    standing = await standing_of(here().house, live)
    text("span", visit.say(f"standing.{standing}"), f"state {standing}")
    is_open = live.phase in (Phase.BRIEFING, Phase.INTERVIEW, Phase.CLOSING)
    words = visit.say("home.resume" if is_open else "home.see")
    if is_open or standing is not Standing.WAITS:
        link(words, place_of(live), "button small" if is_open else "", aria_label=f"{words} – "
             f"{live.station.scenario.title}")
