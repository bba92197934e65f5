"""Counts the transcripts that the rule grader marks per second, over all cores."""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import STATION, Measured, Report, Target, parser, progress, published, utterances
from simulator.commands.grade import Task, grade_all
from simulator.commands.parts import Parts
from simulator.exam.base import Language
from simulator.exam.errors import SimulatorError
from simulator.exam.scenario import Scenario
from simulator.settings import Settings

TARGETS = {"not_marked": Target(most=0)}
_SECONDS_BETWEEN = 12


def written(scenario: Scenario, language: Language, turns: int, seed: int) -> str:
    """A transcript as JSON lines: what candidates say, in an order of its own, and the patient's authored answers."""
    chance = random.Random(seed)
    said = utterances(language)
    chance.shuffle(said)
    answers = [fact.answer for fact in scenario.facts]
    lines = [{"speaker": "patient", "text": scenario.patient.opening, "at": 0}]
    for turn in range(turns):
        at = turn * _SECONDS_BETWEEN
        lines.append({"speaker": "candidate", "text": said[turn % len(said)], "at": at + 5})
        lines.append({"speaker": "patient", "text": chance.choice(answers), "at": at + 8})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def run(settings: Settings, folder: Path, transcripts: int, turns: int, jobs: int, seed: int,
        on_marked: Callable[[], None] = lambda: None) -> Measured:
    """Writes transcripts into the folder and grades them as `simulator grade` does."""
    language = Language.FRENCH
    parts = Parts(settings)
    scenario = parts.station(STATION, language).scenario
    _ = parts.understanding  # learnt and cached before the time counts
    paths = [folder / f"{number:05}.jsonl" for number in range(transcripts)]
    for number, path in enumerate(paths):
        path.write_text(written(scenario, language, turns, seed + number), encoding="utf-8")
    started = time.perf_counter()
    ready: list[float] = []
    not_marked = 0
    for _, result in grade_all(Task(settings, STATION, STATION, language), paths, jobs):
        ready.append(time.perf_counter())
        not_marked += isinstance(result, SimulatorError) or result["mark"] is None
        on_marked()
    ended = time.perf_counter()
    running = ended - ready[0]  # once the processes have started and read what they need
    return {"transcripts": transcripts, "turns_each": turns, "not_marked": not_marked,
            "seconds": round(ended - started, 2), "seconds_to_first": round(ready[0] - started, 2),
            "per_second": round((len(ready) - 1) / running, 2) if running and len(ready) > 1 else 0.0}


def measure(transcripts: int, turns: int, jobs: int, seed: int) -> Report:
    """One run in a folder of its own, on the shipped station and rubric."""
    settings = Settings()
    processes = min(jobs or os.cpu_count() or 1, transcripts)
    with tempfile.TemporaryDirectory(prefix="osce-marking-") as folder, progress() as bar:
        task = bar.add_task("marking", total=transcripts)
        measured = run(settings, Path(folder), transcripts, turns, jobs, seed, lambda: bar.advance(task))
    return Report("marking", {"transcripts": transcripts, "turns": turns, "processes": processes, "seed": seed},
                  measured, TARGETS)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    options = parser(__doc__, Path(__file__).stem)
    options.add_argument("--transcripts", type=int, default=200, help="how many are marked")
    options.add_argument("--turns", type=int, default=39, help="questions in each")
    options.add_argument("--jobs", type=int, default=0, help="processes; 0: one per core")
    chosen = options.parse_args(arguments)
    return published(measure(chosen.transcripts, chosen.turns, chosen.jobs, chosen.seed), chosen.results)


if __name__ == "__main__":
    sys.exit(main())
