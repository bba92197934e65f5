"""`simulator grade`: transcripts and a rubric in, grades with quoted evidence out."""

import asyncio
import glob
import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from simulator.archive import Database, SqlLedger
from simulator.commands.console import err
from simulator.commands.parts import Parts
from simulator.exam.base import Language
from simulator.exam.errors import SimulatorError
from simulator.exam.grade import Grade
from simulator.exam.ports import Grader
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.graders.files import read_transcript
from simulator.graders.rules import RuleGrader
from simulator.settings import Settings
from simulator.wiring import Models, grader

RULES, LANGUAGE_MODEL = "rules", "llm"
GRADERS = (RULES, LANGUAGE_MODEL)
NOT_SET = ("no language model is set for marking: set OSCE_GRADER_LLM_URL and OSCE_GRADER_LLM_MODEL "
           "(docs/language-models.md), or mark with --grader rules")


class Task:
    """What every process needs to grade: it is sent once per process."""

    def __init__(self, settings: Settings, rubric: str, station: str | None, language: Language,
                 grader: str = RULES) -> None:
        self.grader = grader
        self.settings = settings
        self.rubric = rubric
        self.station = station
        self.language = language


class Bench:
    """Grades files one after the other with parts that are loaded once."""

    def __init__(self, task: Task) -> None:
        self.parts = Parts(task.settings)
        self.scenario: Scenario | None = None
        if task.station:
            self.scenario = self.parts.station(task.station, task.language).scenario
        self.rubric: Rubric = self.parts.rubric(task.rubric, task.language, self.scenario)
        self._loop = asyncio.Runner()  # one for all files: a model's connections belong to it
        self._closing: list[Callable[[], Coroutine[Any, Any, None]]] = []
        rules = RuleGrader(self.parts.understanding, self.parts.vocabulary)
        self.grader: Grader = self._with_model(rules) if task.grader == LANGUAGE_MODEL else rules

    def _with_model(self, rules: RuleGrader) -> Grader:
        """The grader that the settings describe; its spending is counted with the server's."""
        settings = self.parts.settings
        if settings.grader_llm is None:
            raise SimulatorError(NOT_SET)
        settings.data_folder.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database)
        models = Models(settings, SqlLedger(database))
        self._closing += [models.close, database.close]
        self._loop.run(database.migrate())
        return grader(settings, models.grader, rules)

    def close(self) -> None:
        """Lets go of connections and of the event loop."""
        for close in self._closing:
            self._loop.run(close())
        self._loop.close()

    def grade(self, path: Path) -> dict[str, Any]:
        """One file's grade as plain JSON; SimulatorError when it does not read."""
        transcript = read_transcript(path)
        grade = self._loop.run(self.grader.grade(self.rubric, transcript, self.scenario, datetime.now(UTC)))
        return as_json(grade)


def as_json(grade: Grade) -> dict[str, Any]:
    """The stable form of a grade on the command line; documented in docs/command-line.md."""
    return {
        "mark": None if grade.mark is None else round(grade.mark, 2), "out_of": grade.out_of,
        "points": round(grade.points, 4), "possible": round(grade.possible, 4), "provisional": grade.is_provisional,
        "critical_missed": list(grade.critical_missed), "flags": list(grade.flags), "grader": grade.grader,
        "rubric": grade.rubric,
        "ratings": [
            {"item": each.item, "outcome": each.outcome.value, "credit": each.credit, "weight": each.weight,
             "evidence": [{"turn": quote.turn, "words": quote.words} for quote in each.evidence],
             "because": each.because, "confidence": round(each.confidence, 3), "scale": each.is_scale,
             "suggestion": each.is_suggestion, "flags": list(each.flags), "by_model": each.by_model,
             "agreement": each.agreement,
             "second_opinion": each.second_opinion.outcome.value if each.second_opinion else None}
            for each in grade.ratings],
        "model_use": grade.model_use.model_dump(mode="json") if grade.model_use else None,
    }


def transcripts(names: list[str]) -> list[Path]:
    """The files that names, folders and patterns stand for, in order, each once."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            found += sorted(each for each in path.iterdir() if each.suffix in (".jsonl", ".json", ".ndjson"))
        elif path.exists():
            found.append(path)
        else:
            found += [Path(each) for each in sorted(glob.glob(name, recursive=True))]
    return list(dict.fromkeys(found))


def grade_all(task: Task, paths: list[Path], jobs: int) -> Iterator[tuple[Path, dict[str, Any] | SimulatorError]]:
    """Every file's grade, as each is ready; a file that does not read gives its error and stops nothing."""
    jobs = min(jobs or (os.cpu_count() or 1 if task.grader == RULES else 1), len(paths))  # a model is not ours to load
    if jobs <= 1:
        with closing(Bench(task)) as bench:
            for path in paths:
                yield path, _graded(bench, path)
        return
    Bench(task).close()  # mistakes in the rubric or a missing cache show here, once
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_start, initargs=(task,)) as pool:
        waiting = {pool.submit(_one, path): path for path in paths}
        for ready in as_completed(waiting):
            yield waiting[ready], ready.result()


_bench: list[Bench] = []  # one per process, filled by `_start`


def _start(task: Task) -> None:
    _bench.append(Bench(task))


def _one(path: Path) -> dict[str, Any] | SimulatorError:
    return _graded(_bench[0], path)


def _graded(bench: Bench, path: Path) -> dict[str, Any] | SimulatorError:
    try:
        return bench.grade(path)
    except SimulatorError as error:
        return SimulatorError(str(error))


def grade_files(task: Task, paths: list[Path], jobs: int, is_json: bool) -> int:
    """Prints the grades, in the order of the files; the number of files that could not be read."""
    results: dict[Path, dict[str, Any] | SimulatorError] = {}
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=len(paths) < 2) as progress:
        bar = progress.add_task("grading", total=len(paths))
        for path, result in grade_all(task, paths, jobs):
            results[path] = result
            progress.advance(bar)
    broken = 0
    for path in paths:
        result = results[path]
        if isinstance(result, SimulatorError):
            err.print(str(result), style="red", markup=False)
            broken += 1
            continue
        named = result if len(paths) == 1 else {"transcript": str(path), **result}
        sys.stdout.write(json.dumps(named, ensure_ascii=False) + "\n" if is_json else written(named))
    return broken


SIGNS = {"met": "+", "partly_met": "~", "not_met": "-", "not_judged": "?"}


def written(grade: dict[str, Any]) -> str:
    """A grade for a person at a terminal."""
    mark = "not judged" if grade["mark"] is None else f"{grade['mark']:g} / {grade['out_of']:g}"
    lines = [*([grade["transcript"]] if "transcript" in grade else []),
             f"{mark}{' (provisional)' if grade['provisional'] else ''}  [{grade['grader']}]"]
    for each in grade["ratings"]:
        quotes = "; ".join(f"{quote['turn']}: «{quote['words']}»" for quote in each["evidence"])
        lines.append(f"  {SIGNS[each['outcome']]} {each['item']}: {each['because']}{'  ' + quotes if quotes else ''}")
    for flag in grade["flags"]:
        lines.append(f"  ! {flag}")
    return "\n".join(lines) + "\n\n"
