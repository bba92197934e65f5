"""The station picker: cards, search and filters, and the choice between practice and exam."""

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from simulator.exam.base import Language
from simulator.exam.encounter import Mode
from simulator.exam.people import Deed
from simulator.exam.station import Station
from simulator.exam.transcript import plain
from simulator.web.frame import Visit, box, form, hidden, link, page, submit, text
from simulator.web.house import here


def install() -> None:
    """Registers the pages."""
    ui.page("/stations")(_stations)
    ui.page("/troubles")(_troubles)


def _stations(request: Request) -> None:
    visit = Visit(request)
    with page(visit, visit.say("stations.title")):
        broken = here().house.library.broken()
        if broken and visit.may(Deed.AUTHOR):
            link(visit.say("stations.broken", count=len(broken)), "/troubles", "note warning")
        Picker(visit, here().house.library.stations()).show()


class Picker:
    """The cards, and the fields that choose among them."""

    def __init__(self, visit: Visit, stations: tuple[Station, ...]) -> None:
        self.visit = visit
        self.say = visit.say
        self.stations = stations
        self.cards: list[tuple[Station, Element]] = []
        self.wanted = {"words": "", "language": visit.language.value, "domain": "", "difficulty": ""}

    def show(self) -> None:
        """The fields, the number found, and the cards."""
        if not self.stations:
            text("p", self.say("stations.none"), "empty")
            return
        with box("div", "filters", role="search"):
            self._fields()
        self.count = ui.label().classes("count").props("role=status aria-live=polite")
        text("p", self.say("stations.exam_means"), "small")
        with box("ul", "cards"):
            for station in self.stations:
                self._card(station)
        self._choose()

    def _fields(self) -> None:
        search = ui.input(self.say("stations.search")).props("clearable outlined dense").classes("search")
        search.on_value_change(lambda event: self._want("words", str(event.value or "")))
        languages = {"": self.say("stations.any_language"), **{each.value: self.say(f"language.{each}")
                                                               for each in Language}}
        domains = sorted({each.scenario.tags.domain.value for each in self.stations})
        levels = sorted({each.scenario.tags.difficulty for each in self.stations})
        self._select("language", languages)
        self._select("domain", {"": self.say("stations.any_domain"), **{each: self.say(f"domain.{each}")
                                                                       for each in domains}})
        self._select("difficulty", {"": self.say("stations.any_difficulty"), **{str(each): self._level(each)
                                                                               for each in levels}})

    def _select(self, key: str, options: dict[str, str]) -> None:
        field = ui.select(options, value=self.wanted[key], label=self.say(f"stations.{key}"))
        field.props("outlined dense").classes("filter")
        field.on_value_change(lambda event: self._want(key, str(event.value or "")))

    def _level(self, level: int) -> str:
        return self.say("stations.level", level=level)

    def _want(self, key: str, value: str) -> None:
        self.wanted[key] = value
        self._choose()

    def _choose(self) -> None:
        found = 0
        for station, card in self.cards:
            is_wanted = fits(station, self.wanted, self.say(f"domain.{station.scenario.tags.domain}"))
            card.set_visibility(is_wanted)
            found += is_wanted
        self.count.set_text(self.say("stations.found" if found else "stations.nothing_found", count=found))

    def _card(self, station: Station) -> None:
        scenario, say = station.scenario, self.say
        with box("li", "card") as card:
            text("h2", scenario.title, lang=station.language.value)
            text("p", scenario.door.patient, "patient", lang=station.language.value)
            with box("ul", "tags", aria_label=say("stations.tags")):
                minutes = say("stations.minutes", minutes=f"{scenario.minutes.station:g}")
                for words in (say(f"domain.{scenario.tags.domain}"), scenario.tags.specialty, minutes,
                              self._level(scenario.tags.difficulty), say(f"language.{station.language}")):
                    text("li", words, "tag")
            if station.rubric is None:
                text("p", say("stations.no_rubric"), "note")
            self._start(station)
        self.cards.append((station, card))

    def _start(self, station: Station) -> None:
        title = station.scenario.title
        with form("/stations/start", "start"):
            hidden("station", station.id)
            hidden("language", station.language.value)
            submit(self.say("stations.practise"), "button", name="mode", value=Mode.PRACTICE.value,
                   aria_label=f"{self.say('stations.practise')} – {title}")
            submit(self.say("stations.exam"), "button second", name="mode", value=Mode.EXAM.value,
                   aria_label=f"{self.say('stations.exam')} – {title}")


def fits(station: Station, wanted: dict[str, str], domain: str) -> bool:
    """Whether a station is what the fields ask for; every word must be found, accents and case aside."""
    tags = station.scenario.tags
    if wanted["language"] not in ("", station.language) or wanted["domain"] not in ("", tags.domain):
        return False
    if wanted["difficulty"] not in ("", str(tags.difficulty)):
        return False
    situations = " ".join(each.title for each in tags.starting_situations)
    where = plain(f"{station.scenario.title} {station.scenario.door.patient} {tags.specialty} {domain} {situations}")
    return all(word in where for word in plain(wanted["words"]).split())


def _troubles(request: Request) -> None:
    visit = Visit(request)
    with page(visit, visit.say("troubles.title")):
        broken = here().house.library.broken()
        text("p", visit.say("troubles.some" if broken else "troubles.none"), "" if broken else "empty")
        with box("ul", "troubles"):
            for error in broken:
                for mistake in error.mistakes:
                    text("li", mistake, "mono")
