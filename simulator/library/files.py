"""The library over a folder of scenarios and a folder of rubrics."""

import difflib
import re
from pathlib import Path

from simulator.exam.base import Language
from simulator.exam.errors import InvalidFile, StationNotFound
from simulator.exam.rubric import Rubric, ScaleSet
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.library.authored import AuthoredFile
from simulator.library.checks import Terms, name_mistakes, rubric_mistakes, scenario_mistakes

_LONGEST_ID = 80
_ID = re.compile(r"[a-z][a-z0-9_.]*")
_Stamp = tuple[tuple[Path, int], ...]


def _is_id(name: str) -> bool:
    """Whether a name can be a station's: anything else (a path, a control character) never reaches the disk."""
    return len(name) <= _LONGEST_ID and bool(_ID.fullmatch(name))


class FileLibrary:
    """Stations from `scenarios/*.LANG.yaml` and `rubrics/*.LANG.yaml`; a file is read again when it has changed."""

    def __init__(self, scenarios: Path, rubrics: Path, terms: Terms) -> None:
        self.scenarios = scenarios
        self.rubrics = rubrics
        self._terms = terms
        self._read: dict[Path, tuple[float, Scenario]] = {}
        self._read_rubrics: dict[Path, tuple[_Stamp, Scenario | None, Rubric]] = {}

    def stations(self, language: Language | None = None) -> tuple[Station, ...]:
        """Every station that reads without a mistake, by id then language."""
        found = []
        for path in self._scenario_files():
            try:
                station = self.station_from(path)
            except InvalidFile:
                continue
            if language in (None, station.language):
                found.append(station)
        return tuple(sorted(found, key=lambda each: (each.id, each.language)))

    def broken(self) -> tuple[InvalidFile, ...]:
        """The files that do not read: a page shows them to authors, nobody else loses a station silently."""
        wrong = []
        for path in self._scenario_files():
            try:
                self.station_from(path)
            except InvalidFile as error:
                wrong.append(error)
        return tuple(wrong)

    def station(self, station_id: str, language: Language) -> Station:
        """One station; StationNotFound names what there is."""
        path = self.scenarios / f"{station_id}.{language}.yaml"
        if not _is_id(station_id) or not path.is_file():
            known = sorted({each.name.split(".")[0] for each in self._scenario_files()})
            close = difflib.get_close_matches(station_id[:_LONGEST_ID], known, 1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            raise StationNotFound(
                f"no station {station_id[:_LONGEST_ID]!r} in '{language}'{hint}; "
                f"there are: {', '.join(known) or 'none'} (see `simulator stations`)")
        return self.station_from(path)

    def station_from(self, path: Path, rubric: Path | None = None) -> Station:
        """The station of one scenario file, with the rubric of the same name when there is one."""
        scenario = self.scenario_from(path)
        beside = rubric or self._rubric_of(path, scenario)
        return Station(scenario=scenario, rubric=self.rubric_from(beside, scenario) if beside else None)

    def scenario_from(self, path: Path) -> Scenario:
        """One scenario file, checked; InvalidFile with every mistake."""
        known = self._fresh(path)
        if known:
            return known
        changed = path.stat().st_mtime if path.is_file() else 0.0  # taken first: a change while reading is seen
        authored = AuthoredFile(path)
        scenario = authored.read_as(Scenario)
        mistakes = scenario_mistakes(scenario, authored, self._terms)
        if path.parent.resolve() == self.scenarios.resolve():
            mistakes += name_mistakes(scenario, authored)
        if mistakes:
            raise InvalidFile(mistakes)
        self._read[path] = (changed, scenario)
        return scenario

    def rubric_from(self, path: Path, scenario: Scenario | None = None) -> Rubric:
        """One rubric file with the shared scales read in; checked against its scenario when that is given."""
        stamp = self._stamp(path)  # taken first: a change while reading is seen
        kept = self._read_rubrics.get(path)
        if kept and kept[0] == stamp and kept[1] is scenario:
            return kept[2]
        authored = AuthoredFile(path)
        rubric = authored.read_as(Rubric)
        shared, mistakes = self._with_shared_scales(rubric, authored)
        mistakes += rubric_mistakes(shared, authored, self._terms, scenario)
        if path.parent.resolve() == self.rubrics.resolve():
            mistakes += name_mistakes(rubric, authored)
        if mistakes:
            raise InvalidFile(mistakes)
        self._read_rubrics[path] = (stamp, scenario, shared)
        return shared

    def rubric(self, rubric_id: str, language: Language) -> Rubric:
        """One rubric by id; StationNotFound when there is none."""
        path = self.rubrics / f"{rubric_id}.{language}.yaml"
        if not _is_id(rubric_id) or not path.is_file():
            known = sorted({each.name.split(".")[0] for each in self.rubrics.glob("*.yaml")})
            raise StationNotFound(f"no rubric {rubric_id[:_LONGEST_ID]!r} in '{language}'; "
                                  f"there are: {', '.join(known) or 'none'}")
        return self.rubric_from(path)

    def _stamp(self, rubric: Path) -> _Stamp:
        """When a rubric and all the shared scales were last written."""
        return tuple((path, path.stat().st_mtime_ns) for path in
                     (rubric, *sorted((self.rubrics / "scales").glob("*.yaml"))) if path.is_file())

    def _fresh(self, path: Path) -> Scenario | None:
        kept = self._read.get(path)
        try:
            return kept[1] if kept and kept[0] == path.stat().st_mtime else None
        except OSError:
            return None

    def _scenario_files(self) -> list[Path]:
        return sorted(self.scenarios.glob("*.??.yaml"))

    def _rubric_of(self, path: Path, scenario: Scenario) -> Path | None:
        name = f"{scenario.id}.{scenario.language}.yaml"
        places = (self.rubrics / name, path.parent / "rubrics" / name, path.parent.parent / "rubrics" / name)
        return next((place for place in places if place.is_file()), None)

    def _with_shared_scales(self, rubric: Rubric, authored: AuthoredFile) -> tuple[Rubric, tuple[str, ...]]:
        scales, mistakes = [], []
        for index, scale in enumerate(rubric.scales):
            if not isinstance(scale, str):
                scales.append(scale)
                continue
            set_id, _, scale_id = scale.rpartition(".")
            path = self.rubrics / "scales" / f"{set_id}.{rubric.language}.yaml"
            if not path.is_file():
                mistakes.append(authored.mistake(("scales", index), f"no shared scales '{set_id}' ({path} is missing)"))
                continue
            named = {each.id: each for each in AuthoredFile(path).read_as(ScaleSet).scales}
            if scale_id in named:
                scales.append(named[scale_id].model_copy(update={"id": scale}))
            else:
                close = difflib.get_close_matches(scale_id, list(named), 1)
                hint = f" (did you mean '{set_id}.{close[0]}'?)" if close else f"; there are: {', '.join(named)}"
                mistakes.append(authored.mistake(("scales", index), f"no scale '{scale_id}' in '{set_id}'{hint}"))
        return rubric.model_copy(update={"scales": tuple(scales)}), tuple(mistakes)
