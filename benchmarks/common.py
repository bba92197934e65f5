"""What the benchmarks share: arguments, targets, the table and the JSON they end with."""

import argparse
import json
import math
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from simulator.exam.base import Language

RESULTS = Path(__file__).with_name("results")
STATION = "chest_pain"

Measured = dict[str, float | int]
err = Console(stderr=True, highlight=False)


class Target(NamedTuple):
    """What a measured value must reach: at most `most`, at least `least`."""

    most: float | None = None
    least: float | None = None

    def is_met(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def __str__(self) -> str:
        return f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"


class Report(NamedTuple):
    """One run: what was asked for, what came out, and what was hoped for."""

    benchmark: str
    arguments: dict[str, int | float | str]
    measured: Measured
    targets: dict[str, Target]

    @property
    def missed(self) -> list[str]:
        """The names of the values that do not reach their target."""
        return [name for name, target in self.targets.items() if not target.is_met(self.measured[name])]

    def as_json(self) -> dict[str, object]:
        """The stable form; documented in benchmarks/README.md."""
        machine = {"cores": os.cpu_count() or 1, "python": platform.python_version(), "system": platform.platform()}
        targets = {name: {"at_most": each.most} if each.most is not None else {"at_least": each.least}
                   for name, each in self.targets.items()}
        return {"benchmark": self.benchmark, "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine,
                "arguments": self.arguments, "measured": self.measured, "targets": targets, "missed": self.missed}


def published(report: Report, folder: Path) -> int:
    """Prints the table, writes the JSON; the exit status: 1 when a target was missed."""
    table = Table("measure", "value", "target", "", title=report.benchmark, title_justify="left")
    for name, value in report.measured.items():
        target = report.targets.get(name)
        verdict = "" if target is None else "met" if target.is_met(value) else "MISSED"
        written = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
        table.add_row(name.replace("_", " "), written, str(target or ""), verdict)
    Console(highlight=False).print(table)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.benchmark}.json"
    path.write_text(json.dumps(report.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    err.print(f"written to {path}", style="dim")
    return 1 if report.missed else 0


def parser(description: str | None, name: str) -> argparse.ArgumentParser:
    """A command line with the options that every benchmark has."""
    made = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description)
    made.add_argument("--results", type=Path, default=RESULTS, help="folder to write the JSON into")
    made.add_argument("--seed", type=int, default=1, help="the same seed plays the same encounters")
    return made


def progress() -> Progress:
    """A bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty())


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def utterances(language: Language) -> list[str]:
    """What candidates say, in an order that makes a conversation; the same number in every language."""
    path = Path(__file__).with_name("utterances.yaml")
    said: list[str] = yaml.safe_load(path.read_text(encoding="utf-8"))[language.value]
    return said
