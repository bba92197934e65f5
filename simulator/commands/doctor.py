"""`simulator doctor`: looks at every part of this installation and says what to mend."""

import json
import shutil
import stat
import sys
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from simulator.archive import Database, SqlLedger
from simulator.commands.console import err, out
from simulator.commands.parts import Parts
from simulator.exam.checks import Check, State
from simulator.exam.errors import SimulatorError
from simulator.llm.endpoint import Endpoint
from simulator.settings import Settings
from simulator.wiring import NO_PRICES, embedder

_GIGABYTE = 1_000_000_000
_LITTLE, _TOO_LITTLE = 2 * _GIGABYTE, _GIGABYTE // 5
_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "red", State.SKIPPED: "dim"}


class Found(NamedTuple):
    """A check of one part."""

    part: str
    check: Check

    def as_json(self) -> dict[str, Any]:
        """The stable form; documented in docs/command-line.md."""
        return {"part": self.part, "check": self.check.name, "state": self.check.state.value,
                "found": self.check.found, "fix": self.check.fix}


async def doctor(settings: Settings, as_json: bool) -> bool:
    """Prints every check; whether none failed."""
    found = [Found("embedded", check) for check in await embedded(settings)]
    for part, endpoint, seconds in (("patient", settings.patient_llm, settings.patient_seconds),
                                    ("grader", settings.grader_llm, settings.grader_seconds)):
        found += [Found(part, check) for check in await _language_model(settings, endpoint, seconds)]
    if as_json:
        sys.stdout.write(json.dumps([each.as_json() for each in found], ensure_ascii=False) + "\n")
    else:
        _show(found)
    return all(each.check.state is not State.FAILED for each in found)


async def _language_model(settings: Settings, endpoint: Endpoint | None, seconds: float) -> tuple[Check, ...]:
    if endpoint is None:
        found = "none is set: the embedded part does the work"
        return (Check(name="language model", state=State.SKIPPED, found=found),)
    from simulator.llm.checkup import checkup  # here: the official client takes a second to import

    err.print(f"Looking at {endpoint.name} …", style="dim", markup=False)
    checks = [Check(name="language model", found=endpoint.name)]
    if settings.llm_budget.limits_money and not endpoint.has_prices:
        checks.append(Check(name="prices", state=State.FAILED, found="none, but a budget in money is set",
                            fix=NO_PRICES.format(name=endpoint.name)))
    return (*checks, *await checkup(endpoint, max(seconds, 30.0)))


# -- the embedded parts ------------------------------------------------------------------------------------------------


async def embedded(settings: Settings) -> tuple[Check, ...]:
    """What the simulator needs whether or not there is a language model."""
    looks = (("sentence model", _sentence_model), ("stations", _stations), ("disk", _disk), ("keys", _keys))
    checks = [(name, look(settings)) for name, look in looks]
    checks += [("database", await _database(settings)), ("budget", await _budget(settings))]
    return tuple(check.model_copy(update={"name": name}) for name, check in checks)


def _sentence_model(settings: Settings) -> Check:
    try:
        chosen = embedder(settings)
        chosen.embed(["Where does it hurt?"])
    except (OSError, ValueError, RuntimeError) as error:
        return Check(state=State.FAILED, found=f"cannot be read: {error}", fix="run `make setup`")
    if chosen.name.startswith("lexical"):
        return Check(state=State.WARNING, found="questions are understood by their letters only",
                     fix="run `make setup`, and set OSCE_UNDERSTANDING to best")
    return Check(found=chosen.name)


def _stations(settings: Settings) -> Check:
    library = Parts(settings).library
    stations, broken = library.stations(), library.broken()
    if broken:
        return Check(state=State.FAILED, found=f"{len(broken)} files are broken, {len(stations)} stations are right",
                     fix="run `simulator check`")
    if not stations:
        return Check(state=State.FAILED, found=f"no station in {settings.scenarios}",
                     fix="set OSCE_SCENARIOS and OSCE_RUBRICS to the folders of the stations")
    return Check(found=f"{len(stations)} stations are right")


def _disk(settings: Settings) -> Check:
    folder = next(each for each in (settings.data_folder.resolve(), *settings.data_folder.resolve().parents)
                  if each.exists())
    free = shutil.disk_usage(folder).free
    found = f"{free / _GIGABYTE:.1f} GB free at {folder}"
    if free < _LITTLE:
        return Check(state=State.FAILED if free < _TOO_LITTLE else State.WARNING, found=found,
                     fix="make room, or set OSCE_DATA_FOLDER to another disk")
    return Check(found=found)


async def _database(settings: Settings) -> Check:
    try:
        settings.data_folder.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database)
        try:
            await database.migrate()
            await database.try_writing()
        finally:
            await database.close()
    # Whatever a driver raises is the finding; its words may hold the password of the address.
    except Exception as error:
        words = str(error) if isinstance(error, SimulatorError) else type(error).__name__
        return Check(state=State.FAILED, found=f"cannot be written: {words}",
                     fix="check OSCE_DATABASE_URL or the rights on the data folder; is its server running?")
    return Check(found="is up to date and can be written")


async def _budget(settings: Settings) -> Check:
    """What language models have used so far."""
    database = Database(settings.database)
    try:
        spent = await SqlLedger(database).spent()
    except SimulatorError:
        return Check(state=State.SKIPPED, found="not known without the database")
    finally:
        await database.close()
    limits = {name: value for name, value in settings.llm_budget.model_dump().items() if value is not None}
    shown = ", ".join(f"{name} {value:g}" for name, value in limits.items()) or "no limit is set"
    is_open = not limits and (settings.patient_llm or settings.grader_llm)
    return Check(state=State.WARNING if is_open else State.OK,
                 found=f"{spent.tokens} tokens used so far (cost {spent.cost:.2f}); {shown}",
                 fix="set OSCE_LLM_BUDGET_DAY_TOKENS or OSCE_LLM_BUDGET_DAY_COST" if is_open else "")


def _keys(settings: Settings) -> Check:
    """Whether a file of settings that holds keys can be read by its owner only."""
    path = Path(".env")
    endpoints = (settings.patient_llm, settings.grader_llm)
    if not path.is_file() or not any(each and each.key.get_secret_value() for each in endpoints):
        return Check(found="no key lies in a file here")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Check(state=State.WARNING, found=".env holds a key and others on this machine may read it",
                     fix="run `chmod 600 .env`")
    return Check(found=".env can be read by its owner only")


def _show(found: list[Found]) -> None:
    table = Table("part", "check", "state", "found", "what to do", box=None)
    for part, check in found:
        table.add_row(part, check.name, check.state.value, check.found, check.fix, style=_COLOURS[check.state])
    out.print(table, markup=False, soft_wrap=False)
    failed = sum(each.check.state is State.FAILED for each in found)
    err.print(f"{failed} checks failed" if failed else "nothing failed", style="red" if failed else "green")
