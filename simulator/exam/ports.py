"""Every seam on one screen. Each is a Protocol; tests/contracts holds one suite per port."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from simulator.exam.base import Language, Value
from simulator.exam.encounter import Encounter
from simulator.exam.grade import Grade
from simulator.exam.people import Account
from simulator.exam.review import Review
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Persona, Scenario
from simulator.exam.spending import Expense, Purpose, Spent
from simulator.exam.station import Station
from simulator.exam.transcript import (
    Act,
    Action,
    Disclosure,
    Improvised,
    Objection,
    Reading,
    Speaker,
    Tellable,
    Transcript,
    Turn,
)

Progress = Callable[[int, int], None]
"""Told (done, total) as work goes on."""


class Focus(Value):
    """What the dialogue is about now: resolves «et depuis quand ?» and "anyone else in the family?"."""

    complaint: str | None = None  # the case's main complaint
    topic: str | None = None  # the topic asked about last
    symptom: str | None = None  # the symptom spoken of last
    offered: tuple[str, ...] = ()  # the two topics between which the patient just asked to choose
    patient_said: str = ""


class Listener(Protocol):
    """The understanding, ready for one scenario."""

    def read(self, words: str, focus: Focus) -> tuple[Act, ...]:
        """What an utterance does, in the order of its words; never empty."""
        ...


class Match(Value):
    """The words of an utterance that ask what was sought, and how sure that is (0 to 1)."""

    words: str
    confidence: float


class Understanding(Protocol):
    """Reads utterances. The same one serves every patient actor and the rule grader."""

    @property
    def name(self) -> str:
        """What reads, with its version and the hash of its vocabulary."""
        ...

    def listener(self, scenario: Scenario | None, language: Language) -> Listener:
        """A listener that also knows a scenario's own phrasings and what it can answer."""
        ...

    def seek(self, words: str, phrases: Sequence[str], focus: Focus, language: Language) -> Match | None:
        """Whether an utterance asks what any of these free phrases names."""
        ...

    def carries(self, words: str, wordings: Sequence[str], language: Language) -> Match | None:
        """Whether an utterance states the idea that these wordings carry (for `explained` and `submitted`)."""
        ...


class Embedder(Protocol):
    """Turns short texts into unit vectors."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> "object":
        """A float32 array of shape (n, d), rows of length 1."""
        ...


class Told(Value):
    """Something that the patient has told, in the author's words."""

    id: str
    words: str


class Line(NamedTuple):
    """Something that was said a moment ago."""

    speaker: Speaker
    words: str


class Theme(Value):
    """An ordinary topic that the scenario leaves out, by its name: the patient may make something up on it."""

    topic: str
    name: str


class Refused(Value):
    """Why the sentence before was not shown, and what had been shown by then."""

    objection: Objection
    said: tuple[str, ...] = ()


class Moment(Value):
    """All that a patient actor knows when it speaks. Every part is bounded, so that it does not grow with the talk.

    `told`, `lately` and `improvised` hold the latest only; the candidate's name is in none of them.
    """

    persona: Persona
    language: Language
    may_tell: tuple[Tellable, ...]
    heard: str = ""
    told: tuple[Told, ...] = ()
    lately: tuple[Line, ...] = ()
    improvised: tuple[Improvised, ...] = ()
    may_improvise: tuple[Theme, ...] = ()
    refused: Refused | None = None  # set when the actor is asked again
    seconds: float = 8.0  # left for the whole turn
    seed: int = 0


class Sentence(Value):
    """One sentence of the patient, the ids of what it tells, and the topic on which it is made up."""

    words: str
    told: tuple[str, ...] = ()
    improvises: str | None = None


class PatientActor(Protocol):
    """Speaks for the patient from the persona and what it may tell now; knows nothing else."""

    @property
    def name(self) -> str: ...

    @property
    def is_scripted(self) -> bool:
        """Whether it says the author's words only, so that nothing it says needs a guard."""
        ...

    def speak(self, moment: Moment) -> AsyncGenerator[Sentence, None]:
        """The patient's sentences as they come; ModelUnavailable may come after some of them.

        The same moment gives the same words for the scripted actor.
        """
        ...


class Grader(Protocol):
    """Marks a finished transcript against a rubric."""

    @property
    def name(self) -> str: ...

    async def grade(self, rubric: Rubric, transcript: Transcript, scenario: Scenario | None,
                    now: datetime, progress: Progress | None = None) -> Grade:
        """A rating for every item and scale; a failure is `not_judged` with its reason, never a mark."""
        ...


class Message(Value):
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Usage(Value):
    """What a call used; no cost when no price is set."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None


class Completion(Value):
    """A whole answer of a language model."""

    words: str
    model: str
    usage: Usage = Usage()
    is_cut: bool = False  # it ran into the most tokens allowed


class Piece(NamedTuple):
    """A part of a streamed answer, spaces kept; the last one carries what the call used."""

    words: str
    usage: Usage | None = None


class LanguageModel(Protocol):
    """Any chat model behind any address. Every failure is a ModelUnavailable that says what to do."""

    @property
    def name(self) -> str:
        """The model and the host that serves it; never a key."""
        ...

    async def complete(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                       schema: dict[str, Any] | None = None, temperature: float = 0.0,
                       seed: int | None = None) -> Completion:
        """The answer, whole; with a JSON Schema, words that are JSON (whoever reads them checks their shape)."""
        ...

    def stream(self, messages: Sequence[Message], *, most_tokens: int, seconds: float, temperature: float = 0.0,
               seed: int | None = None) -> AsyncIterator[Piece]:
        """The answer as it comes; ModelUnavailable may come after some of it."""
        ...


class Ledger(Protocol):
    """What language models used. Appends; overwrites and deletes nothing; survives a restart when it is on a disk."""

    async def write(self, expense: Expense) -> None:
        """Adds a line; SimulatorError when it cannot be kept."""
        ...

    async def spent(self, whom: Purpose | None = None, since: datetime | None = None,
                    before: datetime | None = None) -> Spent:
        """The sum of all lines for whom is named (the parts of it that are not empty), from `since` to `before`."""
        ...


class Library(Protocol):
    """Reads and checks stations."""

    def stations(self, language: Language | None = None) -> tuple[Station, ...]:
        """Every station, by id then language."""
        ...

    def station(self, station_id: str, language: Language) -> Station:
        """One station; StationNotFound with the ids there are."""
        ...


class Archive(Protocol):
    """The only record. Appends; overwrites and deletes nothing."""

    async def open(self, encounter: Encounter) -> None: ...

    async def encounter(self, encounter_id: str) -> Encounter:
        """EncounterNotFound when there is none."""
        ...

    async def encounters(self, candidate: str | None = None) -> tuple[Encounter, ...]:
        """Newest first; of one candidate or of all."""
        ...

    async def append(self, encounter_id: str, entries: Sequence[Turn | Reading | Disclosure | Action]) -> None:
        """All of them or none; Conflict when a number is taken."""
        ...

    async def entries(self, encounter_id: str, after: int = 0) -> tuple[Turn | Reading | Disclosure | Action, ...]:
        """The entries numbered above `after`, in order."""
        ...

    async def add_grade(self, encounter_id: str, grade: Grade) -> None: ...

    async def grades(self, encounter_id: str) -> tuple[Grade, ...]:
        """Oldest first."""
        ...

    async def add_review(self, encounter_id: str, review: Review) -> None: ...

    async def reviews(self, encounter_id: str) -> tuple[Review, ...]: ...

    async def open_encounters(self) -> tuple[Encounter, ...]:
        """Encounters whose transcript has no `marked` action: to be taken up again after a restart."""
        ...

    async def freeze(self, station: Station) -> None:
        """Keeps the station's scenario and rubric under their fingerprints; again changes nothing."""
        ...

    async def frozen(self, fingerprints: dict[str, str]) -> Station | None:
        """The station that was kept with exactly these fingerprints; nothing when a part of it never was."""
        ...


class Accounts(Protocol):
    """Who may sign in."""

    async def add(self, account: Account, password: str) -> None:
        """Stores the password's argon2 hash only."""
        ...

    async def account(self, account_id: str) -> Account | None: ...

    async def named(self, name: str) -> Account | None: ...

    async def all(self) -> tuple[Account, ...]: ...

    async def sign_in(self, name: str, password: str) -> Account:
        """WrongCredentials when they do not go together; takes as long for an unknown name."""
        ...

    async def change_password(self, account_id: str, password: str) -> None:
        """Also raises the session version: every cookie signed before is refused."""
        ...

    async def revoke(self, account_id: str) -> None:
        """Raises the session version."""
        ...

    async def prefer(self, account_id: str, language: Language) -> None: ...

    async def record(self, at: datetime, who: str | None, what: str, about: str = "") -> None:
        """One line of the append-only audit log."""
        ...
