"""Plays many encounters at once in one process, at a human pace; counts what was lost and how long each turn took."""

import asyncio
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.common import STATION, Measured, Report, Target, parser, percentile, progress, published, utterances
from simulator.archive import Database, SqlArchive
from simulator.commands.parts import Parts
from simulator.encounters.runner import Runner
from simulator.exam.base import Language
from simulator.exam.ports import Archive, Library, Understanding
from simulator.exam.transcript import Reading, Transcript
from simulator.patients.scripted import ScriptedPatient
from simulator.settings import Settings
from simulator.vocabulary import Vocabulary

THINKS = (4.0, 10.0)  # seconds between an answer and the next message
TARGETS = {"turns_lost": Target(most=0), "turns_unanswered": Target(most=0), "p95_ms": Target(most=300),
           "memory_mb": Target(most=1024)}
_STATUS = Path("/proc/self/statm")
_PULSE = 0.01  # seconds that the event loop is asked to sleep; what it takes more is its lag


class Hall:
    """A process with everybody in it."""

    def __init__(self, runner: Runner, seconds: float, thinks: tuple[float, float], seed: int) -> None:
        self.runner = runner
        self.thinks = thinks
        self.seed = seed
        self.ends = time.perf_counter() + seconds
        self.spent: list[float] = []
        self.lag = 0.0
        self.memory = 0.0
        self.sent: dict[str, list[str]] = {}  # message ids, by encounter

    async def candidate(self, number: int, on_turn: Callable[[], None]) -> None:
        """Opens, enters, and talks until the time is over."""
        chance = random.Random(f"{self.seed} {number}")
        language = list(Language)[number % 2]
        said = utterances(language)
        await asyncio.sleep(chance.uniform(0, self.thinks[1]))  # a cohort does not sit down in the same instant
        live = await self.runner.open(STATION, language, f"candidate {number}", datetime.now(UTC), factor=10)
        encounter_id = live.encounter.id
        sent = self.sent.setdefault(encounter_id, [])
        await self.runner.enter(encounter_id, datetime.now(UTC))
        while True:
            await asyncio.sleep(chance.uniform(*self.thinks))
            if time.perf_counter() >= self.ends:
                return
            sent.append(f"{number}-{len(sent)}")
            started = time.perf_counter()
            await self.runner.hear(encounter_id, chance.choice(said), datetime.now(UTC), message_id=sent[-1])
            self.spent.append(time.perf_counter() - started)
            on_turn()

    async def pulse(self) -> None:
        """Notes by how much the event loop is late at most, and the most memory held, until it is cancelled."""
        while True:
            started = time.perf_counter()
            await asyncio.sleep(_PULSE)
            self.lag = max(self.lag, time.perf_counter() - started - _PULSE)
            self.memory = max(self.memory, _memory())

    async def lost(self, archive: Archive) -> tuple[int, int]:
        """(messages sent that are not in the archive, turns in the archive that were not read and answered)."""
        missing = unanswered = 0
        for encounter_id, sent in self.sent.items():
            transcript = Transcript(entries=await archive.entries(encounter_id))
            turns = {turn.message_id: turn for turn in transcript.candidate_turns}
            missing += len(set(sent) - turns.keys())
            read = {entry.turn for entry in transcript.entries if isinstance(entry, Reading)}
            unanswered += len(transcript.unanswered) + len({turn.number for turn in turns.values()} - read)
        return missing, unanswered


async def run(understanding: Understanding, library: Library, vocabulary: Vocabulary, candidates: int, seconds: float,
              seed: int, thinks: tuple[float, float] = THINKS, on_turn: Callable[[], None] = lambda: None) -> Measured:
    """Everybody at once, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="osce-candidates-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/candidates.db")
        await database.migrate()
        archive = SqlArchive(database)
        hall = Hall(Runner(archive, library, understanding, ScriptedPatient(), vocabulary), seconds, thinks, seed)
        pulse = asyncio.create_task(hall.pulse())
        started, busy = time.perf_counter(), time.process_time()
        await asyncio.gather(*(hall.candidate(number, on_turn) for number in range(candidates)))
        took, busy = time.perf_counter() - started, time.process_time() - busy
        pulse.cancel()
        missing, unanswered = await hall.lost(archive)
        await database.close()
    spent = hall.spent or [0.0]
    return {"turns": len(hall.spent), "turns_per_second": round(len(hall.spent) / took, 1), "turns_lost": missing,
            "turns_unanswered": unanswered, "p50_ms": _ms(percentile(spent, 0.5)),
            "p95_ms": _ms(percentile(spent, 0.95)), "max_ms": _ms(max(spent)), "loop_lag_max_ms": _ms(hall.lag),
            "processor_share": round(busy / took, 3), "memory_mb": round(hall.memory, 1)}


def _memory() -> float:
    """The memory that this process holds, in MB; where that cannot be read, the most that it ever held."""
    if _STATUS.exists():
        return int(_STATUS.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform != "darwin" else most / 2**20  # macOS counts in bytes


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def measure(parts: Parts, candidates: int, seconds: float, seed: int) -> Report:
    """One run on the shipped parts."""
    understanding = parts.understanding
    for language in Language:
        parts.library.station(STATION, language)  # read before the clock runs, as a server does for its picker
    with progress() as bar:
        task = bar.add_task("turns", total=int(candidates * seconds / (sum(THINKS) / 2)))
        measured = asyncio.run(run(understanding, parts.library, parts.vocabulary, candidates, seconds, seed,
                                   on_turn=lambda: bar.advance(task)))
    return Report("candidates", {"candidates": candidates, "seconds": seconds, "seed": seed,
                                 "understanding": understanding.name}, measured, TARGETS)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    options = parser(__doc__, Path(__file__).stem)
    options.add_argument("--candidates", type=int, default=200, help="encounters at the same time")
    options.add_argument("--seconds", type=float, default=90, help="how long they talk")
    chosen = options.parse_args(arguments)
    return published(measure(Parts(Settings()), chosen.candidates, chosen.seconds, chosen.seed), chosen.results)


if __name__ == "__main__":
    sys.exit(main())
