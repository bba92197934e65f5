"""`simulator play`: a whole station in the terminal, by hand or from a script, ending with the grade."""

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.archive import Database, SqlArchive
from simulator.commands.console import out
from simulator.commands.grade import as_json, written
from simulator.commands.parts import Parts
from simulator.encounters.runner import Live, Runner
from simulator.exam.base import Language
from simulator.exam.errors import SimulatorError, StationNotFound
from simulator.exam.station import Station
from simulator.exam.transcript import Phase, Speaker, Turn
from simulator.graders.rules import RuleGrader
from simulator.library.files import FileLibrary
from simulator.patients.scripted import ScriptedPatient

HELP = """Type what you say to the patient. Commands:
  /examine NAME   e.g. /examine blood_pressure      /order NAME   e.g. /order ecg
  /door           the door note again               /finish       end the interview
  /help           this text                         /quit         leave without a grade"""


class _Clock:
    """Real time by hand; in a script ten seconds a line, so that the same script gives the same station."""

    def __init__(self, is_scripted: bool) -> None:
        self._now = datetime.now(UTC)
        self._step = timedelta(seconds=10) if is_scripted else None

    def now(self) -> datetime:
        if self._step is None:
            return datetime.now(UTC)
        self._now += self._step
        return self._now


async def play(parts: Parts, station: Station, script: Path | None) -> None:
    """Plays one station to its grade."""
    lines = _from_script(script) if script else _by_hand()
    clock = _Clock(script is not None)
    with tempfile.TemporaryDirectory(prefix="osce-play-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/play.db")
        await database.migrate()
        try:
            runner = Runner(SqlArchive(database), _One(parts.library, station), parts.understanding,
                            ScriptedPatient(), parts.vocabulary)
            live = await _station(runner, station, lines, clock)
            if live and station.rubric:
                grader = RuleGrader(parts.understanding, parts.vocabulary)
                grade = await grader.grade(station.rubric, live.transcript, station.scenario, clock.now())
                out.print(written(as_json(grade)), markup=False)
            elif live:
                out.print("This station has no rubric: nothing is marked.")
        finally:
            await database.close()


class _One(FileLibrary):
    """The library with one more station, read from a path."""

    def __init__(self, library: FileLibrary, station: Station) -> None:
        super().__init__(library.scenarios, library.rubrics, library._terms)
        self._station = station

    def station(self, station_id: str, language: Language) -> Station:
        if (station_id, language) != (self._station.id, self._station.language):
            raise StationNotFound(f"only '{self._station.id}' is played here")
        return self._station


async def _station(runner: Runner, station: Station, lines: Iterator[str], clock: _Clock) -> Live | None:
    live = await runner.open(station.id, station.language, "terminal", clock.now())
    _door(station)
    live = _show(await runner.enter(live.encounter.id, clock.now()), 0)
    form: dict[str, str] = {}
    while live.phase is Phase.INTERVIEW and (line := next(lines, None)) is not None:
        seen = len(live.transcript)
        word, _, rest = line.partition(" ")
        try:
            if word == "/quit":
                return None
            if word in ("/help", "/door"):
                out.print(HELP) if word == "/help" else _door(station)
            elif word in ("/examine", "/order"):
                target = f"{word[1:]}.{rest.strip().removeprefix(word[1:] + '.')}"
                live = _show(await runner.examine(live.encounter.id, target, clock.now()), seen)
            elif word == "/finish":
                live = await runner.finish(live.encounter.id, clock.now())
            elif word == "/submit":
                field, _, text = rest.partition("=")
                form[field.strip()] = text.strip()
            else:
                live = _show(await runner.hear(live.encounter.id, line, clock.now()), seen)
        except SimulatorError as error:
            out.print(str(error), style="yellow", markup=False)
    live = await runner.finish(live.encounter.id, clock.now())
    for task in station.scenario.closing:
        if task.id in form:
            continue
        answer = _answer_to(task.asks, task.id, lines)
        if answer:
            form[task.id] = answer
    return await runner.submit(live.encounter.id, form, clock.now())


def _answer_to(question: str, field: str, lines: Iterator[str]) -> str:
    out.print(f"[bold]{question}[/bold]")
    line = next(lines, "")
    word, _, rest = line.partition(" ")
    if word == "/submit":
        name, _, text = rest.partition("=")
        return text.strip() if name.strip() == field else ""
    return line


def _from_script(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            out.print(f"> {line}", style="bold", markup=False)
            yield line.strip()


def _by_hand() -> Iterator[str]:
    out.print(HELP)
    while True:
        out.print("> ", end="", style="bold")
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def _door(station: Station) -> None:
    door = station.scenario.door
    out.print(f"\n[bold]{station.scenario.title}[/bold]")
    for text in (door.role, door.setting, door.patient, *door.given):
        out.print(text, markup=False)
    for mark, tasks in (("+", door.tasks), ("-", door.not_tasks)):
        for task in tasks:
            out.print(f"  {mark} {task}", markup=False)
    out.print()


def _show(live: Live, seen: int) -> Live:
    for entry in live.transcript.entries[seen:]:
        if isinstance(entry, Turn) and entry.speaker is not Speaker.CANDIDATE:
            name = live.station.scenario.patient.persona.name if entry.speaker is Speaker.PATIENT else "•"
            out.print(f"{name}: {entry.words}", markup=False)
    return live
