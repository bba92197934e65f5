"""Kills the process that plays encounters, again and again at random instants, and counts what was lost or doubled."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.common import Measured, Report, Target, parser, progress, published
from benchmarks.killed_player import STEPS, Told, played, step
from simulator.archive import Database, SqlArchive
from simulator.exam.transcript import Action, ActionKind, Disclosure, Entry, Reading, Speaker, Turn

SEATS = 3  # encounters that one process plays at the same time
_MOST_ACKNOWLEDGED = 15  # verbs after which a process is killed, at most
_INSTANTS = 0.03  # seconds: within this long after the last of them
_STUCK = 120.0  # seconds without a word from the process: it hangs
TARGETS = {name: Target(most=0) for name in
           ("turns_lost", "verbs_lost", "turns_doubled", "turns_unanswered", "turns_answered_twice", "gaps")}

_ACTIONS = {"enter": ActionKind.ENTERED, "finish": ActionKind.FINISHED, "draft": ActionKind.DRAFTED,
            "submit": ActionKind.SUBMITTED}


class Hung(Exception):
    """The process said nothing for too long."""


def run(folder: Path, kills: int, seed: int, on_kill: Callable[[], None] = lambda: None) -> Measured:
    """Kills so many times, lets the last process finish, and reads the record."""
    started = time.perf_counter()
    url = f"sqlite+aiosqlite:///{folder / 'killed.db'}"
    chance = random.Random(seed)
    done = [0] * SEATS
    found_unanswered = 0
    for _ in range(kills):
        wanted, instant = chance.randint(0, _MOST_ACKNOWLEDGED), chance.uniform(0, _INSTANTS)
        found_unanswered += _noted(done, _one_life(url, seed, done, wanted, instant))
        on_kill()
    until = (max(done) // STEPS + 1) * STEPS
    found_unanswered += _noted(done, _one_life(url, seed, done, None, 0, until))
    measured: Measured = {"kills": kills, "deaths_between_question_and_answer": found_unanswered}
    measured |= asyncio.run(_checked(url, seed, done))
    measured["seconds"] = round(time.perf_counter() - started, 1)
    return measured


def _noted(done: list[int], told: list[Told]) -> int:
    for each in told:
        if not each.was_unanswered:
            done[each.seat] = max(done[each.seat], each.number + 1)
    return sum(each.was_unanswered for each in told)


def _one_life(url: str, seed: int, done: list[int], wanted: int | None, instant: float,
              until: int | None = None) -> list[Told]:
    """Starts a process, and kills it an instant after it has told `wanted` verbs; without `wanted` it may finish."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.killed_player"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=played, args=(url, seed, list(done), until, theirs))
    process.start()
    theirs.close()
    told: list[Told] = []
    try:
        while wanted is None or len(told) < wanted:
            if not ours.poll(_STUCK):
                raise Hung(f"the process has said nothing for {_STUCK:g} s after {len(told)} verbs")
            told.append(ours.recv())
        time.sleep(instant)
    except EOFError:
        process.join(_STUCK)  # it has finished
    finally:
        process.kill()
        process.join()
    told += _rest(ours)
    ours.close()
    if wanted is None and process.exitcode != 0:
        raise Hung(f"the last process ended with {process.exitcode}")
    return told


def _rest(wire: Connection) -> list[Told]:
    """What the process had said and nobody had read when it died."""
    told: list[Told] = []
    try:
        while wire.poll(0):
            told.append(wire.recv())
    except (EOFError, OSError):
        pass
    return told


# -- reading the record ------------------------------------------------------------------------------------------------

async def _checked(url: str, seed: int, done: list[int]) -> Measured:
    database = Database(url)
    archive = SqlArchive(database)
    encounters = {each.candidate: await archive.entries(each.id) for each in await archive.encounters()}
    opened = len(await archive.encounters())
    await database.close()
    lost_turns = lost_verbs = acknowledged = 0
    for seat, number in enumerate(done):
        for todo in (step(seed, seat, each) for each in range(number)):
            entries = encounters.get(todo.candidate, ())
            if todo.verb in ("hear", "examine"):
                acknowledged += 1
                lost_turns += not any(getattr(each, "message_id", None) == todo.message_id for each in entries)
            elif todo.verb in _ACTIONS:
                lost_verbs += sum(isinstance(each, Action) and each.action is _ACTIONS[todo.verb]
                                  for each in entries) != 1
    measured: Measured = {
        "encounters": opened, "turns_acknowledged": acknowledged, "turns_lost": lost_turns, "verbs_lost": lost_verbs}
    faults = [faults_of(entries) for entries in encounters.values()]
    doubled_encounters = opened - len(encounters)
    for index, name in enumerate(("turns_doubled", "turns_unanswered", "turns_answered_twice", "gaps")):
        measured[name] = sum(each[index] for each in faults)
    measured["turns_doubled"] += doubled_encounters
    measured["entries"] = sum(len(entries) for entries in encounters.values())
    return measured


def faults_of(entries: tuple[Entry, ...]) -> tuple[int, int, int, int]:
    """(candidate's entries doubled, unanswered, answered twice, gaps in the numbers) of one encounter."""
    ids = Counter(each.message_id for each in entries if isinstance(each, Turn | Action) and each.message_id)
    doubled = sum(count - 1 for count in ids.values())
    unanswered = twice = 0
    for turn in (each for each in entries if isinstance(each, Turn) and each.speaker is Speaker.CANDIDATE):
        readings = sum(isinstance(each, Reading) and each.turn == turn.number for each in entries)
        disclosures = sum(isinstance(each, Disclosure) and each.turn == turn.number for each in entries)
        answers = Counter((each.speaker, each.shown) for each in entries
                          if isinstance(each, Turn) and each.answers == turn.number)
        unanswered += not (readings and disclosures and answers)
        twice += max([readings, disclosures, *answers.values()]) > 1
    for index, action in enumerate(entries):
        if isinstance(action, Action) and action.action is ActionKind.EXAMINED and action.turn is None:
            shown = entries[index + 1] if index + 1 < len(entries) else None
            unanswered += not (isinstance(shown, Turn) and shown.speaker is Speaker.STATION)
    welcomes = sum(isinstance(each, Turn) and "opening" in each.told for each in entries)
    numbers = [each.number for each in entries]
    return doubled, unanswered, twice + max(0, welcomes - 1), int(numbers != list(range(1, len(numbers) + 1)))


def measure(kills: int, seed: int) -> Report:
    """One run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="osce-kills-") as folder, progress() as bar:
        task = bar.add_task("killing", total=kills)
        measured = run(Path(folder), kills, seed, lambda: bar.advance(task))
    return Report("kill_loop", {"kills": kills, "seed": seed, "seats": SEATS}, measured, TARGETS)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    options = parser(__doc__, "kill_loop")
    options.add_argument("--kills", type=int, default=200, help="how many times the process is killed")
    chosen: argparse.Namespace = options.parse_args(arguments)
    return published(measure(chosen.kills, chosen.seed), chosen.results)


if __name__ == "__main__":
    sys.exit(main())
