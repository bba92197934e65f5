"""The verbs of an encounter: open, enter, hear, examine, order, finish, draft, submit. One lock per encounter.

What the candidate does is recorded first, then answered; after a crash an unanswered entry is answered. A message id
that is already recorded changes nothing.
"""

import asyncio
import hashlib
import re
import unicodedata
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from weakref import WeakValueDictionary

from simulator.encounters.graph import Machine, Understudied, event_of
from simulator.encounters.hints import next_hint
from simulator.exam.base import Language
from simulator.exam.encounter import Encounter, Mode
from simulator.exam.errors import Conflict, EncounterNotFound, NothingSaid, NotNow, TooLong
from simulator.exam.ports import Archive, Library, PatientActor, Understanding
from simulator.exam.spending import Purpose, spending_for
from simulator.exam.station import Clock, Station
from simulator.exam.transcript import Action, ActionKind, Entry, Phase, Speaker, Transcript, Turn
from simulator.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LONGEST_MESSAGE = 100_000  # characters: more than anybody types, less than a denial of service
_LONGEST_MESSAGE_ID = 100
_KEPT_IN_MEMORY = 1000  # encounters whose transcript is kept warm
_STATIONS_IN_MEMORY = 200
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

V = TypeVar("V")


class Live(NamedTuple):
    """An encounter as it stands."""

    encounter: Encounter
    station: Station
    transcript: Transcript

    @property
    def clock(self) -> Clock:
        return Clock(minutes=self.station.scenario.minutes, factor=self.encounter.factor)

    @property
    def phase(self) -> Phase:
        return self.transcript.phase

    def deadline(self) -> datetime | None:
        """When the present phase ends by itself; nothing once the form is submitted."""
        started = self.transcript.moment(ActionKind.STARTED)
        entered = self.transcript.moment(ActionKind.ENTERED)
        ended = self.transcript.moment(ActionKind.FINISHED) or self.transcript.moment(ActionKind.TIMED_OUT)
        if self.phase is Phase.BRIEFING and started:
            return self.clock.reading_ends(started)
        if self.phase is Phase.INTERVIEW and entered:
            return self.clock.ends(entered)
        if self.phase is Phase.CLOSING and ended:
            return self.clock.closing_ends(ended)
        return None

    def due(self) -> datetime | None:
        """When the present phase is ended unasked: its deadline, and a breath more for the closing form."""
        ended = self.transcript.moment(ActionKind.FINISHED) or self.transcript.moment(ActionKind.TIMED_OUT)
        return self.clock.handed_in(ended) if self.phase is Phase.CLOSING and ended else self.deadline()

    def warning(self) -> datetime | None:
        """When the warning of the interview sounds."""
        entered = self.transcript.moment(ActionKind.ENTERED)
        return self.clock.warns(entered) if entered and self.phase is Phase.INTERVIEW else None


OnSentence = Callable[[Live], Awaitable[None]]
"""Told of the encounter with the patient's turn so far as its last entry, not yet recorded; sentence by sentence."""


class Runner:
    """Plays encounters. Every verb takes the time, returns the encounter as it then stands, and may be called twice.

    A patient who is not scripted has an understudy, who takes over when `seconds` are up or the actor fails.
    """

    def __init__(self, archive: Archive, library: Library, understanding: Understanding, patient: PatientActor,
                 vocabulary: Vocabulary, understudy: PatientActor | None = None, seconds: float = 8.0) -> None:
        if not patient.is_scripted and understudy is None:
            raise ValueError(f"the patient actor {patient.name} speaks freely: give it an understudy")
        self.archive = archive
        self.library = library
        self.understanding = understanding
        self.patient = patient
        self.vocabulary = vocabulary
        self._understudy = understudy
        self._seconds = seconds
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # there as long as someone waits
        self._live: OrderedDict[str, Live] = OrderedDict()
        self._stations: OrderedDict[str, Station] = OrderedDict()
        self._machines: OrderedDict[str, Machine] = OrderedDict()
        self.on_submitted: Callable[[str], Awaitable[None]] | None = None  # the marking queue hears of each

    # -- verbs -------------------------------------------------------------------------------------------------------

    async def open(self, station_id: str, language: Language, candidate: str, now: datetime,
                   mode: Mode = Mode.PRACTICE, factor: float = 1.0) -> Live:
        """Opens an encounter: the door note can be read, and the reading time runs."""
        station = self.library.station(station_id, language)
        encounter_id = uuid.uuid4().hex
        encounter = Encounter(
            id=encounter_id, station=station_id, language=language, candidate=candidate, mode=mode, factor=factor,
            opened_at=now, fingerprints=station.fingerprints,
            parts={"understanding": self.understanding.name, "patient": self.patient.name},
            seed=int(hashlib.sha256(encounter_id.encode()).hexdigest()[:6], 16))
        await self.archive.freeze(station)
        await self.archive.open(encounter)
        await self.archive.append(encounter_id, [Action(number=1, at=now, action=ActionKind.STARTED)])
        return await self.state(encounter_id)

    async def enter(self, encounter_id: str, now: datetime) -> Live:
        """The candidate goes in: the station's time begins and the patient speaks first."""
        async with self._alone(encounter_id) as found:
            live = await self._on_time(found, now)
            if live.phase is not Phase.BRIEFING:
                return live
            return await self._happens(live, live.transcript.act(ActionKind.ENTERED, now))

    async def hear(self, encounter_id: str, words: str, now: datetime, message_id: str | None = None,
                   is_spoken: bool = False, on_sentence: OnSentence | None = None) -> Live:
        """The candidate says something; it is recorded, then answered. After time is up it is recorded only.

        A free patient's sentences are told to `on_sentence` as they come; what is recorded is what was told last.

        NothingSaid for empty words, TooLong above LONGEST_MESSAGE, NotNow before entering or after submitting.
        """
        words = tidy(words)
        if not words:
            raise NothingSaid("the message is empty: type or say something to the patient")
        if len(words) > LONGEST_MESSAGE:
            raise TooLong(f"the message has {len(words)} characters; {LONGEST_MESSAGE} is the most. "
                          "Cut it into several messages")
        message_id = _known_as(message_id)
        async with self._alone(encounter_id) as found:
            if message_id and found.transcript.knows_message(message_id):
                return found
            live = await self._on_time(found, now)
            if live.phase is Phase.BRIEFING:
                raise NotNow("the station has not begun: read the door note, then enter")
            if live.phase in (Phase.MARKING, Phase.DEBRIEF):
                raise NotNow("the station is over and handed in: nothing can be added to it")
            is_late = live.phase is not Phase.INTERVIEW
            return await self._happens(live, live.transcript.say(
                Speaker.CANDIDATE, words, now, message_id=message_id, is_late=is_late, is_spoken=is_spoken),
                on_sentence)

    async def examine(self, encounter_id: str, target: str, now: datetime, words: str = "",
                      message_id: str | None = None) -> Live:
        """The candidate examines (`examine.x`) or orders (`order.x`) from the picker."""
        known = self.vocabulary.get(target)
        if known is None or known.family not in ("examine", "order"):
            raise NotNow(f"'{target[:80]}' is neither an examination nor a test of the vocabulary")
        message_id = _known_as(message_id)
        async with self._alone(encounter_id) as found:
            if message_id and found.transcript.knows_message(message_id):
                return found
            live = await self._on_time(found, now)
            if live.phase is not Phase.INTERVIEW:
                raise NotNow("examinations and tests can be asked for during the interview only")
            kind = ActionKind.EXAMINED if known.family == "examine" else ActionKind.ORDERED
            name = tidy(words)[:200] or known.name.of(live.encounter.language)
            return await self._happens(live, live.transcript.act(
                kind, now, target=target, words=name, message_id=message_id))

    async def help(self, encounter_id: str, now: datetime, message_id: str | None = None) -> Live:
        """The candidate asks for a hint, in practice only; what is given is recorded. NotNow in an exam."""
        message_id = _known_as(message_id)
        async with self._alone(encounter_id) as found:
            if found.encounter.mode is not Mode.PRACTICE:
                raise NotNow("there are no hints in an exam")
            if message_id and found.transcript.knows_message(message_id):
                return found
            live = await self._on_time(found, now)
            if live.phase is not Phase.INTERVIEW or live.station.rubric is None:
                raise NotNow("hints are given during the interview, at a station with a rubric")
            hint = next_hint(live.station.rubric, live.station.scenario, live.transcript, self.vocabulary)
            return await self._happens(live, live.transcript.act(
                ActionKind.ASKED_FOR_HELP, now, words=hint.words, fields=hint.fields, message_id=message_id))

    async def finish(self, encounter_id: str, now: datetime) -> Live:
        """The candidate ends the interview and goes to the closing form."""
        async with self._alone(encounter_id) as found:
            live = await self._on_time(found, now)
            if live.phase is not Phase.INTERVIEW:
                return live
            return await self._happens(live, live.transcript.act(ActionKind.FINISHED, now))

    async def draft(self, encounter_id: str, fields: dict[str, str], now: datetime) -> Live:
        """Keeps the closing form as it stands: what is there counts if time runs out."""
        async with self._alone(encounter_id) as found:
            live = await self._on_time(found, now)
            kept = self._fields(live, fields)
            if live.phase is not Phase.CLOSING or kept == live.transcript.submitted:
                return live
            return await self._happens(live, live.transcript.act(ActionKind.DRAFTED, now, fields=kept))

    async def submit(self, encounter_id: str, fields: dict[str, str], now: datetime) -> Live:
        """Hands the closing form in; marking may begin. A second submission changes nothing."""
        async with self._alone(encounter_id) as found:
            live = await self._on_time(found, now)
            if live.phase in (Phase.MARKING, Phase.DEBRIEF):
                return live
            if live.phase is not Phase.CLOSING:
                raise NotNow("end the interview first, then fill in the form")
            return await self._submitted(live, self._fields(live, fields), now)

    async def tick(self, encounter_id: str, now: datetime) -> Live:
        """Lets time pass: entering, closing and submitting happen by themselves when their hour has come."""
        async with self._alone(encounter_id) as found:
            return await self._on_time(found, now)

    async def state(self, encounter_id: str) -> Live:
        """The encounter as it stands; what was recorded and not yet answered is answered."""
        async with self._alone(encounter_id) as live:
            return live

    # -- how -----------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _alone(self, encounter_id: str) -> "AsyncIterator[Live]":
        """Holds the encounter's lock, with its transcript read up to date and nothing left unanswered."""
        lock = self._locks.setdefault(encounter_id, asyncio.Lock())
        async with lock:
            yield await self._answered(await self._loaded(encounter_id))

    async def _loaded(self, encounter_id: str) -> Live:
        live = self._live.get(encounter_id)
        if live is None:
            encounter = await self.archive.encounter(encounter_id)
            live = Live(encounter, await self._station(encounter), Transcript())
        fresh = await self.archive.entries(encounter_id, after=len(live.transcript))
        return live._replace(transcript=live.transcript.add(*fresh)) if fresh else live

    async def _station(self, encounter: Encounter) -> Station:
        """The station as it was when the encounter opened; the library's, if it was opened before any was kept."""
        key = " ".join(f"{part}:{encounter.fingerprints[part]}" for part in sorted(encounter.fingerprints))
        station = self._stations.get(key)
        if station is None:
            station = await self.archive.frozen(encounter.fingerprints)
            if station is None:
                return self.library.station(encounter.station, encounter.language)
            self._stations[key] = station
        _forget_all_but(self._stations, key, _STATIONS_IN_MEMORY)
        return station

    async def _answered(self, live: Live) -> Live:
        """Takes up what a crash left: the event is the last entry of the candidate that nothing follows."""
        entries = live.transcript.entries
        if entries and _awaits_answer(entries[-1]) and event_of({"transcript": live.transcript}) != "nothing to do":
            return await self._follow(live)
        return self._keep(live)

    async def _happens(self, live: Live, transcript: Transcript, on_sentence: OnSentence | None = None) -> Live:
        """Records the candidate's own entry, then runs the machine on it and records what follows."""
        await self._record(live, transcript)
        return await self._follow(live._replace(transcript=transcript), on_sentence)

    async def _follow(self, live: Live, on_sentence: OnSentence | None = None) -> Live:
        async def tell(so_far: Transcript) -> None:
            if on_sentence is not None:
                await on_sentence(live._replace(transcript=so_far))

        encounter = live.encounter
        with spending_for(Purpose(encounter=encounter.id, candidate=encounter.candidate)):
            after = await self._machine(live).run(live.transcript, tell)
        await self._record(live, after)
        return self._keep(live._replace(transcript=after))

    async def _record(self, live: Live, after: Transcript) -> None:
        fresh: tuple[Entry, ...] = after.entries[len(live.transcript):]
        if not fresh:
            return
        try:
            await self.archive.append(live.encounter.id, fresh)
        except Conflict:
            self._live.pop(live.encounter.id, None)  # another process went first: read anew at the next call
            raise

    async def _on_time(self, live: Live, now: datetime) -> Live:
        """Applies every deadline that has passed, each at its own instant."""
        while (deadline := live.due()) is not None and now >= deadline:
            if live.phase is Phase.BRIEFING:
                live = await self._happens(live, live.transcript.act(ActionKind.ENTERED, deadline))
            elif live.phase is Phase.INTERVIEW:
                live = await self._happens(live, live.transcript.act(ActionKind.TIMED_OUT, deadline))
            else:
                live = await self._submitted(live, live.transcript.submitted, deadline)
        return live

    async def _submitted(self, live: Live, fields: dict[str, str], at: datetime) -> Live:
        live = await self._happens(live, live.transcript.act(ActionKind.SUBMITTED, at, fields=fields))
        if self.on_submitted:
            await self.on_submitted(live.encounter.id)
        return live

    def _fields(self, live: Live, fields: dict[str, str]) -> dict[str, str]:
        """The closing form's own fields, tidied; unknown ones are refused."""
        known = {task.id for task in live.station.scenario.closing}
        strange = sorted(set(fields) - known)
        if strange:
            raise NotNow(f"the closing form has no field {', '.join(strange)[:80]}")
        return {name: tidy(fields.get(name, ""))[:LONGEST_MESSAGE] for name in sorted(known)}

    def _machine(self, live: Live) -> Machine:
        """The machine of exactly this scenario; the station's encounters share it."""
        scenario = live.station.scenario
        key = live.encounter.fingerprints.get("scenario", f"{scenario.id}.{scenario.language}")
        machine = self._machines.get(key)
        if machine is None or machine.scenario is not scenario:
            listener = self.understanding.listener(scenario, live.encounter.language)
            understudied = None if self._understudy is None else Understudied(
                self._understudy, self.understanding, live.station.rubric, self._seconds)
            machine = self._machines[key] = Machine(
                scenario, listener, self.patient, self.vocabulary, understudied=understudied)
        _forget_all_but(self._machines, key, _STATIONS_IN_MEMORY)
        return machine

    def _keep(self, live: Live) -> Live:
        """Keeps the encounter warm; the archive has those that are let go."""
        self._live[live.encounter.id] = live
        _forget_all_but(self._live, live.encounter.id, _KEPT_IN_MEMORY)
        return live


def _forget_all_but(kept: OrderedDict[str, V], newest: str, most: int) -> None:
    """Lets go of what was not used for longest."""
    kept.move_to_end(newest)
    while len(kept) > most:
        kept.popitem(last=False)


def _awaits_answer(entry: Entry) -> bool:
    """Whether an entry is an event of the candidate or of the clock, on which the machine runs."""
    if isinstance(entry, Turn):
        return entry.speaker is Speaker.CANDIDATE
    return isinstance(entry, Action) and entry.turn is None and entry.action in (
        ActionKind.ENTERED, ActionKind.EXAMINED, ActionKind.ORDERED, ActionKind.TIMED_OUT)


def tidy(words: str) -> str:
    """The words without control characters and lone surrogates, NFC, trimmed; nothing visible is lost."""
    words = words.encode("utf-8", "ignore").decode("utf-8")
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", words)).strip()


def _known_as(message_id: str | None) -> str | None:
    """The id under which a message is recorded: a client may choose any text, of any length."""
    known = tidy(message_id or "")
    return (hashlib.sha256(known.encode()).hexdigest() if len(known) > _LONGEST_MESSAGE_ID else known) or None


async def check_owner(runner: Runner, encounter_id: str, account_id: str) -> Live:
    """The encounter if it is this person's; EncounterNotFound otherwise, as if it did not exist."""
    live = await runner.state(encounter_id)
    if live.encounter.candidate != account_id:
        raise EncounterNotFound(f"no encounter '{encounter_id[:40]}' of yours")
    return live
