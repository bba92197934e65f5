"""Runs the product on other people's material in its original form; reads by path and copies nothing.

python benchmarks/external.py --set ddxplus --from FILE
"""

import argparse
import importlib
import json
import sys
from pathlib import Path

if __package__ in (None, ""):  # started as a file: the folder above holds the package
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.adapters.common import Outcome, Row, Tools, rows_of
from benchmarks.common import RESULTS, Report, err, progress, published
from simulator.commands.parts import Parts
from simulator.settings import Settings

SETS = ("ddxplus", "labforsims2", "interviews", "items", "agentclinic", "injections")


def measured_on(name: str, rows: list[Row], tools: Tools) -> tuple[Outcome, Report]:
    """One set's adapter run over its rows."""
    adapter = importlib.import_module(f"benchmarks.adapters.{name}")
    outcome: Outcome = adapter.measure(rows, tools)
    targets = {key: target for key, target in adapter.TARGETS.items() if key in outcome.measured}
    arguments: dict[str, int | float | str] = {"set": name, "rows": len(rows), "understanding": tools.reader.name}
    return outcome, Report(f"external-{name}", arguments, outcome.measured, targets)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python benchmarks/external.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--set", required=True, choices=SETS, help="which collection the file is in the form of")
    made.add_argument("--from", required=True, type=Path, dest="source", help="the file, JSON lines")
    made.add_argument("--annotations", type=Path, help="interviews: a folder of NAME.tsv, turn number and topic ids")
    made.add_argument("--json", action="store_true", help="print the JSON alone instead of the table")
    made.add_argument("--mistakes", action="store_true", help="print every mistake on standard error")
    made.add_argument("--results", type=Path, default=RESULTS, help="folder to write the JSON into")
    given = made.parse_args(arguments)
    if not given.source.is_file():
        made.error(f"{given.source}: no such file")
    rows = rows_of(given.source)
    parts = Parts(Settings())
    with progress() as bar:
        task = bar.add_task(given.set, total=len(rows))
        tools = Tools(parts.understanding, parts.vocabulary, given.annotations, lambda: bar.advance(task))
        outcome, report = measured_on(given.set, rows, tools)
    if given.mistakes:
        for line in outcome.mistakes:
            err.print(line, markup=False, soft_wrap=True)
    if given.json:
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
        return 1 if report.missed else 0
    return published(report, given.results)


if __name__ == "__main__":
    sys.exit(main())
