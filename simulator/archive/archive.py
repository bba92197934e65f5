"""The record of what happened, kept in SQL."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from pydantic import TypeAdapter
from sqlalchemy import Insert, Select, exists, insert, select
from sqlalchemy.exc import IntegrityError

from simulator.archive.columns import in_utc
from simulator.archive.database import Database
from simulator.archive.tables import IS_MARKED, encounters, entries, grades, reviews, texts
from simulator.exam.base import Value
from simulator.exam.encounter import Encounter
from simulator.exam.errors import Conflict, EncounterNotFound
from simulator.exam.grade import Grade
from simulator.exam.review import Review
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station, fingerprint
from simulator.exam.transcript import Action, Disclosure, Entry, Reading, Turn

_ENTRY: TypeAdapter[Turn | Reading | Disclosure | Action] = TypeAdapter(Entry)
_Row = dict[str, str | int | datetime | None]
_APPEND = insert(entries)
_NEWEST_FIRST = (encounters.c.opened_at.desc(), encounters.c.sequence.desc())


class SqlArchive:
    """The `Archive` port over a migrated database. What a call has returned from is on the disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, encounter: Encounter) -> None:
        """Conflict when the id is taken."""
        opened_at = in_utc(encounter.opened_at)
        row: _Row = {
            "id": encounter.id,
            "candidate": encounter.candidate,
            "station": encounter.station,
            "opened_at": opened_at,
            "payload": _payload(encounter, opened_at=opened_at),
        }
        try:
            await self._write(insert(encounters), [row])
        except IntegrityError as error:
            raise Conflict(f"encounter '{encounter.id}' is open already; give a new one an id of its own") from error

    async def encounter(self, encounter_id: str) -> Encounter:
        """EncounterNotFound when there is none."""
        for payload in await self._read(select(encounters.c.payload).where(encounters.c.id == encounter_id)):
            return Encounter.model_validate_json(payload)
        raise EncounterNotFound(f"no encounter '{encounter_id}' is in the archive")

    async def encounters(self, candidate: str | None = None) -> tuple[Encounter, ...]:
        """Newest first; of one candidate or of all."""
        query = select(encounters.c.payload).order_by(*_NEWEST_FIRST)
        if candidate is not None:
            query = query.where(encounters.c.candidate == candidate)
        return tuple(Encounter.model_validate_json(payload) for payload in await self._read(query))

    async def open_encounters(self) -> tuple[Encounter, ...]:
        """Encounters that no `marked` action closes yet; who waits longest comes first."""
        is_closed = exists().where(entries.c.encounter_id == encounters.c.id, IS_MARKED)
        query = select(encounters.c.payload).where(~is_closed).order_by(encounters.c.opened_at, encounters.c.sequence)
        return tuple(Encounter.model_validate_json(payload) for payload in await self._read(query))

    async def append(self, encounter_id: str, entries: Sequence[Turn | Reading | Disclosure | Action]) -> None:
        """All of them or none; Conflict when a number or a message id is taken, EncounterNotFound before `open`."""
        if not entries:
            return
        try:
            await self._write(_APPEND, [_entry_row(encounter_id, entry) for entry in entries])
        except IntegrityError as error:
            await self.encounter(encounter_id)
            raise Conflict(
                f"encounter '{encounter_id}' has an entry {_numbers(entries)} or one with the same message id; "
                "read the entries again and retry"
            ) from error

    async def entries(self, encounter_id: str, after: int = 0) -> tuple[Turn | Reading | Disclosure | Action, ...]:
        """The entries numbered above `after`, in order; none for an encounter that is not there."""
        query = (
            select(entries.c.payload)
            .where(entries.c.encounter_id == encounter_id, entries.c.number > after)
            .order_by(entries.c.number)
        )
        return tuple(_ENTRY.validate_json(payload) for payload in await self._read(query))

    async def add_grade(self, encounter_id: str, grade: Grade) -> None:
        """EncounterNotFound when there is nothing to grade."""
        at = in_utc(grade.at)
        row: _Row = {"encounter_id": encounter_id, "at": at, "grader": grade.grader, "payload": _payload(grade, at=at)}
        await self._add(insert(grades), row)

    async def grades(self, encounter_id: str) -> tuple[Grade, ...]:
        """Oldest first; those of one moment in the order in which they were added."""
        query = select(grades.c.payload).where(grades.c.encounter_id == encounter_id)
        query = query.order_by(grades.c.at, grades.c.sequence)
        return tuple(Grade.model_validate_json(payload) for payload in await self._read(query))

    async def add_review(self, encounter_id: str, review: Review) -> None:
        """EncounterNotFound when there is nothing to review."""
        at = in_utc(review.at)
        row: _Row = {"encounter_id": encounter_id, "at": at, "reviewer": review.by, "payload": _payload(review, at=at)}
        await self._add(insert(reviews), row)

    async def reviews(self, encounter_id: str) -> tuple[Review, ...]:
        """Oldest first; those of one moment in the order in which they were added."""
        query = select(reviews.c.payload).where(reviews.c.encounter_id == encounter_id)
        query = query.order_by(reviews.c.at, reviews.c.sequence)
        return tuple(Review.model_validate_json(payload) for payload in await self._read(query))

    async def freeze(self, station: Station) -> None:
        """Keeps the station's scenario and rubric under their fingerprints; again changes nothing."""
        parts = (station.scenario, station.rubric) if station.rubric else (station.scenario,)
        bodies = {fingerprint(part): part.model_dump_json(by_alias=True, ensure_ascii=True) for part in parts}
        known = await self._read(select(texts.c.fingerprint).where(texts.c.fingerprint.in_(list(bodies))))
        for key in bodies.keys() - set(known):
            with contextlib.suppress(IntegrityError):  # another process kept the same text first
                await self._write(insert(texts), [{"fingerprint": key, "body": bodies[key]}])

    async def frozen(self, fingerprints: dict[str, str]) -> Station | None:
        """The station that was kept with exactly these fingerprints; nothing when a part of it never was."""
        wanted = [fingerprints[part] for part in ("scenario", "rubric") if part in fingerprints]
        async with self._database.reading() as connection:
            rows = await connection.execute(select(texts).where(texts.c.fingerprint.in_(wanted)))
            bodies = {str(row.fingerprint): str(row.body) for row in rows}
        if "scenario" not in fingerprints or bodies.keys() != set(wanted):
            return None
        rubric = Rubric.model_validate_json(bodies[fingerprints["rubric"]]) if "rubric" in fingerprints else None
        return Station(scenario=Scenario.model_validate_json(bodies[fingerprints["scenario"]]), rubric=rubric)

    async def _add(self, statement: Insert, row: _Row) -> None:
        try:
            await self._write(statement, [row])
        except IntegrityError as error:
            raise EncounterNotFound(f"no encounter '{row['encounter_id']}' is in the archive") from error

    async def _write(self, statement: Insert, rows: list[_Row]) -> None:
        async with self._database.writing() as connection:
            await connection.execute(statement, rows)

    async def _read(self, query: Select[str]) -> Sequence[str]:
        async with self._database.reading() as connection:
            return (await connection.scalars(query)).all()


def _entry_row(encounter_id: str, entry: Turn | Reading | Disclosure | Action) -> _Row:
    at = in_utc(entry.at)
    message_id = entry.message_id if isinstance(entry, Turn | Action) else None
    return {
        "encounter_id": encounter_id,
        "number": entry.number,
        "kind": entry.kind,
        "action": entry.action.value if isinstance(entry, Action) else None,
        "at": at,
        "message_digest": None if message_id is None else sha256(message_id.encode()).hexdigest(),
        "payload": _payload(entry, at=at),
    }


def _payload(value: Value, **moment: datetime) -> str:
    """The value as ASCII JSON: safe in any database encoding, and with NUL, which PostgreSQL refuses, escaped."""
    return value.model_copy(update=moment).model_dump_json(ensure_ascii=True)


def _numbers(entries: Sequence[Turn | Reading | Disclosure | Action]) -> str:
    first, last = entries[0].number, entries[-1].number
    return str(first) if first == last else f"between {first} and {last}"
