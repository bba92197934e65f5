"""Times one candidate utterance through understanding, graph, scripted patient and archive (SQLite)."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import STATION, Measured, Report, Target, parser, percentile, progress, published, utterances
from simulator.archive import Database, SqlArchive
from simulator.commands.parts import Parts
from simulator.encounters.runner import Runner
from simulator.exam.base import Language
from simulator.exam.ports import Library, Understanding
from simulator.patients.scripted import ScriptedPatient
from simulator.settings import Settings
from simulator.vocabulary import Vocabulary

TARGETS = {"p95_ms": Target(most=30), "late_to_early": Target(most=1.5)}
_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_WINDOW = 10  # utterances compared, from the beginning of the conversation and one cycle or more later


class Spent(NamedTuple):
    """Seconds of one turn: by the clock, and of the processor, which other programs on the machine do not touch."""

    wall: float
    processor: float


async def run(understanding: Understanding, library: Library, vocabulary: Vocabulary, encounters: int, turns: int,
              on_turn: Callable[[], None] = lambda: None) -> Measured:
    """Plays encounters one after the other, in both languages by turns, and times each `hear`."""
    spent: dict[Language, list[list[Spent]]] = {Language.FRENCH: [], Language.ENGLISH: []}
    with tempfile.TemporaryDirectory(prefix="osce-turn-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/turn.db")
        await database.migrate()
        runner = Runner(SqlArchive(database), library, understanding, ScriptedPatient(), vocabulary)
        await _played(runner, Language.FRENCH, 3, lambda: None)  # connections, caches: not measured
        for each in range(encounters):
            language = list(spent)[each % 2]
            spent[language].append(await _played(runner, language, turns, on_turn))
        await database.close()
    every = [each for times in spent.values() for encounter in times for each in encounter]
    walls, processors = [each.wall for each in every], [each.processor for each in every]
    early, late = _compared(spent, len(utterances(Language.FRENCH)), turns)
    return {"turns": len(every), "p50_ms": _ms(percentile(walls, 0.5)), "p95_ms": _ms(percentile(walls, 0.95)),
            "max_ms": _ms(max(walls)), "processor_p50_ms": _ms(percentile(processors, 0.5)),
            "processor_p95_ms": _ms(percentile(processors, 0.95)), "early_processor_ms": _ms(early),
            "late_processor_ms": _ms(late), "late_to_early": round(late / early, 3)}


async def _played(runner: Runner, language: Language, turns: int, on_turn: Callable[[], None]) -> list[Spent]:
    """What each turn of one encounter takes; a second of the station's time passes with each."""
    live = await runner.open(STATION, language, "benchmark", _START, factor=4)
    await runner.enter(live.encounter.id, _START)
    said = utterances(language)
    spent = []
    for turn in range(turns):
        at = _START + timedelta(seconds=turn + 1)
        started, busy = time.perf_counter(), time.process_time()
        live = await runner.hear(live.encounter.id, said[turn % len(said)], at, message_id=str(turn))
        spent.append(Spent(time.perf_counter() - started, time.process_time() - busy))
        on_turn()
    if len(live.transcript.candidate_turns) != turns:
        raise RuntimeError(f"{turns} turns were said and {len(live.transcript.candidate_turns)} are recorded")
    return spent


def _compared(spent: dict[Language, list[list[Spent]]], cycle: int, turns: int) -> tuple[float, float]:
    """Processor seconds of the same utterances around turn 5 and as late as possible: the mean of their medians."""
    window = min(_WINDOW, turns)
    shift = max(0, turns - window) // cycle * cycle  # whole cycles, so that the same words are compared
    early, late = [], []
    for encounters in spent.values():
        for turn in range(window if encounters else 0):
            early.append(statistics.median(encounter[turn].processor for encounter in encounters))
            late.append(statistics.median(encounter[turn + shift].processor for encounter in encounters))
    return statistics.mean(early), statistics.mean(late)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def measure(parts: Parts, encounters: int, turns: int) -> Report:
    """One run on the shipped parts."""
    with progress() as bar:
        task = bar.add_task("turns", total=encounters * turns)
        measured = asyncio.run(run(parts.understanding, parts.library, parts.vocabulary, encounters, turns,
                                   lambda: bar.advance(task)))
    return Report("turn", {"encounters": encounters, "turns": turns, "understanding": parts.understanding.name},
                  measured, TARGETS)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    options = parser(__doc__, Path(__file__).stem)
    options.add_argument("--encounters", type=int, default=4, help="encounters, French and English by turns")
    options.add_argument("--turns", type=int, default=210, help="turns of each")
    chosen = options.parse_args(arguments)
    return published(measure(Parts(Settings()), chosen.encounters, chosen.turns), chosen.results)


if __name__ == "__main__":
    sys.exit(main())
