"""Everybody's encounters, for those who may read them."""

from fastapi import Request
from nicegui import ui

from simulator.exam.encounter import Encounter
from simulator.exam.errors import SimulatorError
from simulator.web.frame import Visit, box, link, page, text
from simulator.web.house import here
from simulator.web.standing import standing_of

_MOST = 200  # encounters listed


def install() -> None:
    """Registers the page."""
    ui.page("/encounters")(_encounters)


async def _encounters(request: Request) -> None:
    visit = Visit(request)
    with page(visit, visit.say("encounters.title")):
        found = (await here().house.archive.encounters())[:_MOST]
        if not found:
            text("p", visit.say("encounters.none"), "empty")
            return
        names = {each.id: each.name for each in await here().house.accounts.all()}
        with box("div", "wide", tabindex="0", role="region", aria_label=visit.say("encounters.title")), \
                box("table", "table"):
            with box("thead"), box("tr"):
                for key in ("who", "station", "mode", "when", "standing", "open"):
                    text("th", visit.say(f"encounters.{key}"), scope="col")
            with box("tbody"):
                for encounter in found:
                    await _row(visit, encounter, names.get(encounter.candidate, "?"))


async def _row(visit: Visit, encounter: Encounter, name: str) -> None:
    with box("tr"):
        text("td", name)
        text("td", f"{encounter.station} ({encounter.language})")
        text("td", visit.say(f"mode.{encounter.mode}"))
        text("td", f"{encounter.opened_at:%Y-%m-%d %H:%M}")
        try:
            standing = await standing_of(here().house, await here().house.runner.state(encounter.id))
            text("td", visit.say(f"standing.{standing}"))
        except SimulatorError:
            text("td", visit.say("home.broken"))
        with box("td"):
            link(visit.say("encounters.read"), f"/encounter/{encounter.id}",
                 aria_label=f"{visit.say('encounters.read')} – {name}, {encounter.station}")
