"""A small house for the pages: real runner, library, archive and accounts; an understanding of a few words."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher

from simulator.archive import Database, SqlAccounts, SqlArchive
from simulator.encounters.runner import Runner
from simulator.exam.base import Language
from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.people import Account, Role
from simulator.exam.ports import Focus, Listener, Match
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Act, Action, ActionKind, ActKind, Transcript, plain
from simulator.library.files import FileLibrary
from simulator.patients.scripted import ScriptedPatient
from simulator.vocabulary import Vocabulary

STATIONS = Path(__file__).parent.parent / "data" / "stations"
PASSWORD = "a long password"
_KNOWN = {"quand": "complaint.onset", "when": "complaint.onset", "fumez": "social.tobacco", "smoke": "social.tobacco",
          "sang": "symptom.haemoptysis", "blood": "symptom.haemoptysis"}


class Understanding:
    """Knows six words."""

    name = "six-words"

    def listener(self, scenario: Scenario | None, language: Language) -> Listener:
        return self

    def read(self, words: str, focus: Focus) -> tuple[Act, ...]:
        acts = [Act(kind=ActKind.ASKS, topic=_KNOWN[word], words=words) for word in plain(words).split()
                if word in _KNOWN]
        return tuple(acts) or (Act(kind=ActKind.NOT_UNDERSTOOD, words=words),)

    def seek(self, words: str, phrases: Sequence[str], focus: Focus, language: Language) -> Match | None:
        return None

    def carries(self, words: str, wordings: Sequence[str], language: Language) -> Match | None:
        return None


class Marking:
    """Marks at once, by the same six words."""

    def __init__(self, archive: SqlArchive, library: FileLibrary) -> None:
        self.archive = archive
        self.library = library
        self.is_paused = False

    def progress(self, encounter_id: str) -> tuple[int, int] | None:
        return (2, 5) if self.is_paused else None

    async def enqueue(self, encounter_id: str) -> None:
        if not self.is_paused:
            await self.mark(encounter_id)

    async def mark(self, encounter_id: str) -> None:
        encounter = await self.archive.encounter(encounter_id)
        entries = await self.archive.entries(encounter_id)
        rubric = self.library.station(encounter.station, encounter.language).rubric
        assert rubric is not None
        transcript = Transcript().add(*entries)
        ratings = tuple(_rating(item.id, item.weight, item.asked.topics if item.asked else (), transcript)
                        for item in rubric.items)
        await self.archive.add_grade(encounter_id, Grade(
            grader="six-words-1", rubric=rubric.id, out_of=20, ratings=ratings, at=datetime.now(UTC),
            critical=tuple(item.id for item in rubric.items if item.critical), fingerprints={"rubric": "abc123"}))
        await self.archive.append(encounter_id, [
            Action(number=len(entries) + 1, at=datetime.now(UTC), action=ActionKind.MARKED)])


def _rating(item: str, weight: float, topics: tuple[str, ...], transcript: Transcript) -> Rating:
    for turn in transcript.candidate_turns:
        if {_KNOWN[word] for word in plain(turn.words).split() if word in _KNOWN} & set(topics):
            return Rating(item=item, outcome=Outcome.MET, credit=1, weight=weight, because="asked",
                          evidence=(transcript.quote(turn.number, turn.words),))
    if item == "manner":
        return Rating(item=item, outcome=Outcome.NOT_JUDGED, credit=None, weight=weight, because="needs a person")
    return Rating(item=item, outcome=Outcome.NOT_MET, credit=0, weight=weight, because="nothing was said of it")


class Settings(NamedTuple):
    """What the pages ask of the settings."""

    data_folder: Path
    https_only: bool = False
    origin: str = "http://test"
    default_language: Language = Language.ENGLISH


class SmallHouse:
    """A house on a folder; its accounts are named after their roles."""

    understanding_notice: str | None = "small house"

    def __init__(self, folder: Path, vocabulary: Vocabulary, stations: Path = STATIONS) -> None:
        self.settings = Settings(folder)
        self.vocabulary = vocabulary
        self.library = FileLibrary(stations / "scenarios", stations / "rubrics", vocabulary)
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'archive.db'}")
        self.archive = SqlArchive(self.database)
        self.accounts = SqlAccounts(self.database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.runner = Runner(self.archive, self.library, Understanding(), ScriptedPatient(), vocabulary)
        self.marking = Marking(self.archive, self.library)
        self.runner.on_submitted = self.marking.enqueue

    async def start(self) -> None:
        await self.database.migrate()
        for name in (*Role, "other"):
            if await self.accounts.named(name) is None:
                role = Role.STUDENT if name == "other" else Role(name)
                await self.accounts.add(Account(id=f"id-{name}", name=name, role=role, created_at=datetime.now(UTC)),
                                        PASSWORD)

    async def close(self) -> None:
        await asyncio.sleep(0)
        await self.database.close()
