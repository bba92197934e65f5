"""The process that the kill loop kills: plays scripted encounters, tells each verb that has returned."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import NamedTuple

from simulator.archive import Database, SqlArchive
from simulator.encounters.runner import Runner
from simulator.exam.base import Language
from simulator.exam.transcript import Speaker, Turn
from simulator.patients.scripted import ScriptedPatient
from tests.builders import a_station, a_vocabulary
from tests.fakes import Keywords, Shelf

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STEPS = 20  # of one encounter, from the door to the form
WORDS = {"smoke": "social.tobacco", "fever": "symptom.fever", "start": "complaint.onset", "hello": "act.greets",
         "temperature": "examine.temperature", "xray": "order.chest_xray"}
SAID = ("Do you smoke?", "Any fever?", "When did it start?", "Hello.", "Brr?", "Do you smoke, and any fever?",
        "Your temperature, please.", "An xray, and when did it start?", "temperature and xray")
_MINUTES = {"reading": 30, "station": 120, "warning": 2, "closing": 60}


class Step(NamedTuple):
    """One verb of the script, with what it needs to be done again and change nothing."""

    candidate: str
    verb: str
    words: str
    message_id: str
    at: datetime


class Told(NamedTuple):
    """What the process says to the one that kills it: a seat's step is done, or was found unanswered at the start."""

    seat: int
    number: int
    was_unanswered: bool = False


def step(seed: int, seat: int, number: int) -> Step:
    """The seat's script, without end: one encounter of STEPS steps after the other."""
    encounter, index = divmod(number, STEPS)
    chance = random.Random(f"{seed} {seat} {number}")
    verb = {0: "open", 1: "enter", STEPS - 3: "finish", STEPS - 2: "draft", STEPS - 1: "submit"}.get(index)
    verb = verb or ("examine" if chance.random() < 0.2 else "hear")
    words = "examine.temperature" if verb == "examine" else chance.choice(SAID)
    return Step(f"seat-{seat}-{encounter}", verb, words, f"{seat}-{number}", START + timedelta(seconds=index))


def played(url: str, seed: int, done: list[int], until: int | None, wire: Connection) -> None:
    """Plays every seat on from its last step that was told done; that one is sent again, as a browser does."""
    asyncio.run(_played(url, seed, done, until, wire))
    wire.close()


async def _played(url: str, seed: int, done: list[int], until: int | None, wire: Connection) -> None:
    database = Database(url)
    await database.migrate()
    archive = SqlArchive(database)
    runner = Runner(archive, Shelf(a_station(minutes=_MINUTES)), Keywords(WORDS), ScriptedPatient(), a_vocabulary(
        *WORDS.values()))
    await asyncio.gather(*(_seat(runner, archive, seed, seat, number, until, wire) for seat, number in enumerate(done)))
    await database.close()


async def _seat(runner: Runner, archive: SqlArchive, seed: int, seat: int, number: int, until: int | None,
                wire: Connection) -> None:
    number = max(0, number - 1)
    encounter_id = await _encounter_of(archive, step(seed, seat, number).candidate)
    if encounter_id:
        entries = await archive.entries(encounter_id)
        last = entries[-1] if entries else None
        if isinstance(last, Turn) and last.speaker is Speaker.CANDIDATE:
            wire.send(Told(seat, number, was_unanswered=True))
    while until is None or number < until:
        todo = step(seed, seat, number)
        if todo.verb == "open":
            encounter_id = await _encounter_of(archive, todo.candidate) or await _opened(runner, todo)
        await _done(runner, encounter_id or "", todo)
        wire.send(Told(seat, number))
        number += 1


async def _encounter_of(archive: SqlArchive, candidate: str) -> str | None:
    found = await archive.encounters(candidate)
    return found[0].id if found else None


async def _opened(runner: Runner, todo: Step) -> str:
    return (await runner.open("cough", Language.ENGLISH, todo.candidate, todo.at)).encounter.id


async def _done(runner: Runner, encounter_id: str, todo: Step) -> None:
    if todo.verb == "enter":
        await runner.enter(encounter_id, todo.at)
    elif todo.verb == "hear":
        await runner.hear(encounter_id, todo.words, todo.at, message_id=todo.message_id)
    elif todo.verb == "examine":
        await runner.examine(encounter_id, todo.words, todo.at, message_id=todo.message_id)
    elif todo.verb == "finish":
        await runner.finish(encounter_id, todo.at)
    elif todo.verb == "draft":
        await runner.draft(encounter_id, {"diagnosis": todo.message_id}, todo.at)
    elif todo.verb == "submit":
        await runner.submit(encounter_id, {"diagnosis": todo.message_id, "plan": "rest"}, todo.at)
