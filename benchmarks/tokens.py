"""Counts what a language-model patient sends per turn, against the whole case each time, and times the guard."""

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.common import Measured, Report, Target, parser, percentile, progress, published
from simulator.archive import Database, SqlArchive
from simulator.commands.parts import Parts
from simulator.encounters.runner import Runner
from simulator.exam.ports import Library, PatientActor, Understanding
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Transcript
from simulator.llm.canned import Call, Canned
from simulator.patients.language_model import LanguageModelPatient
from simulator.patients.scripted import ScriptedPatient
from simulator.settings import Settings
from simulator.vocabulary import Vocabulary
from tests.builders import NOW
from tests.conversations.played import FOLDER, Candidate, read

TARGETS = {"late_to_whole_case": Target(most=0.25), "late_to_early": Target(most=1.15),
           "added_ms_per_sentence": Target(most=15)}
CHARACTERS_PER_TOKEN = 4
_EARLY, _LATE, _AROUND = 5, 30, 2  # calls that are compared, each with those around it
_PLAYS = 3  # each encounter is timed so often; the quickest counts


class Walk(NamedTuple):
    """One encounter: the calls, what the whole case would have been at each, and the time that each turn took."""

    calls: list[Call]
    whole: list[int]
    seconds: list[float]
    sentences: list[int]


async def run(understanding: Understanding, library: Library, vocabulary: Vocabulary, candidates: list[Candidate],
              on_play: Callable[[], None] = lambda: None) -> Measured:
    """Plays each candidate with a model that says what it is handed, and once with the scripted patient."""
    late, early, whole = list[float](), list[float](), list[float]()
    prefix, added, station, station_whole, calls = list[float](), list[float](), list[float](), list[float](), 0
    for candidate in candidates:
        scenario = library.station(candidate.station, candidate.language).scenario
        free, scripted = [[await _walk(understanding, library, vocabulary, candidate, scenario, is_free)
                           for _ in range(_PLAYS)] for is_free in (True, False)]
        calls += len(free[0].calls)
        sizes = [len(call.text) / CHARACTERS_PER_TOKEN for call in free[0].calls]
        station.append(sum(sizes))
        station_whole.append(sum(free[0].whole) / CHARACTERS_PER_TOKEN)
        early.append(_around(sizes, _EARLY))
        late.append(_around(sizes, _LATE))
        whole.append(_around([each / CHARACTERS_PER_TOKEN for each in free[0].whole], _LATE))
        prefix.append(len(free[0].calls[0].messages[0].content) / CHARACTERS_PER_TOKEN)
        added += _added(free, scripted)
        on_play()
    return {
        "encounters": len(candidates), "calls": calls,
        "prefix_tokens": round(statistics.mean(prefix)), "early_tokens": round(statistics.mean(early)),
        "late_tokens": round(statistics.mean(late)), "whole_case_tokens": round(statistics.mean(whole)),
        "station_tokens": round(statistics.mean(station)),
        "station_whole_case_tokens": round(statistics.mean(station_whole)),
        "late_to_whole_case": round(max(one / all_ for one, all_ in zip(late, whole, strict=True)), 3),
        "late_to_early": round(max(one / first for one, first in zip(late, early, strict=True)), 3),
        "added_ms_per_sentence": round(statistics.mean(added) * 1000, 2),
        "added_p95_ms": round(percentile(added, 0.95) * 1000, 2)}


def _around(values: list[float], call: int) -> float:
    """The mean around a call; of the last ones, in an encounter with fewer."""
    last = min(len(values), call + _AROUND)
    return statistics.mean(values[max(0, last - 2 * _AROUND - 1):last])


def _added(free: list[Walk], scripted: list[Walk]) -> list[float]:
    """Seconds per sentence that the free patient takes longer than the scripted one, turn by turn."""
    quick = [min(walk.seconds[turn] for walk in free) for turn in range(len(free[0].seconds))]
    plain = [min(walk.seconds[turn] for walk in scripted) for turn in range(len(quick))]
    return [max(0.0, one - other) / said for one, other, said in zip(quick, plain, free[0].sentences, strict=True)
            if said]


async def _walk(understanding: Understanding, library: Library, vocabulary: Vocabulary, candidate: Candidate,
                scenario: Scenario, is_free: bool) -> Walk:
    model = Canned(obedient)
    patient: PatientActor = LanguageModelPatient(model) if is_free else ScriptedPatient()
    with tempfile.TemporaryDirectory(prefix="osce-tokens-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/tokens.db")
        await database.migrate()
        runner = Runner(SqlArchive(database), library, understanding, patient, vocabulary, ScriptedPatient())
        live = await runner.open(candidate.station, candidate.language, "benchmark", NOW, factor=4)
        live = await runner.enter(live.encounter.id, NOW)
        walk, case = Walk([], [], [], []), whole_case(scenario)
        for number, step in enumerate(each for each in candidate.steps if each.says is not None):
            calls, before = len(model.calls), time.process_time()
            live = await runner.hear(live.encounter.id, step.says or "", NOW + timedelta(seconds=10 * number + 10))
            walk.seconds.append(time.process_time() - before)
            walk.sentences.append(sum(call_sentences(call) for call in model.calls[calls:]))
            walk.whole.extend([len(case) + len(_history(live.transcript))] * (len(model.calls) - calls))
        await database.close()
    return walk._replace(calls=model.calls)


def obedient(call: Call) -> str:
    """A model that says all it is handed, in the words it is handed."""
    return "\n".join(f"[{mark}] {re.sub(r'^[(][^)]*[)] ', '', words)}" for mark, words in _handed(call))


def call_sentences(call: Call) -> int:
    """How many lines the obedient model makes of a call."""
    return len(_handed(call))


def _handed(call: Call) -> list[tuple[str, str]]:
    lines = call.messages[1].content.split(":\n", 1)[1].split("\n\n", 1)[0].splitlines()
    return [(mark, words) for mark, _, words in (line.partition(": ") for line in lines)]


def whole_case(scenario: Scenario) -> str:
    """What a patient would be sent that is told to keep the case to itself: all of it that bears on the talk."""
    kept = {"patient", "complaint", "facts", "denies", "unknown", "cues", "asks", "findings", "results", "diagnosis"}
    content = scenario.model_dump(mode="json", include=kept, exclude_defaults=True)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)


def _history(transcript: Transcript) -> str:
    return "\n".join(f"{turn.speaker}: {turn.words}" for turn in transcript.turns)


def strong() -> list[Candidate]:
    """The strong candidates of the golden conversations: every station in both languages."""
    return [each for each in map(read, sorted(FOLDER.glob("*.yaml"))) if each.candidate == "strong"]


def measure(parts: Parts) -> Report:
    """One run on the shipped parts."""
    candidates = strong()
    with progress() as bar:
        task = bar.add_task("encounters", total=len(candidates))
        measured = asyncio.run(run(parts.understanding, parts.library, parts.vocabulary, candidates,
                                   lambda: bar.advance(task)))
    return Report("tokens", {"plays": _PLAYS, "understanding": parts.understanding.name}, measured, TARGETS)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    chosen = parser(__doc__, Path(__file__).stem).parse_args(arguments)
    return published(measure(Parts(Settings())), chosen.results)


if __name__ == "__main__":
    sys.exit(main())
