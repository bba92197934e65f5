"""The transcript: a frozen, append-only sequence of numbered entries; the only source of evidence."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.exam.base import Value
from simulator.exam.errors import QuoteNotFound, Trouble
from simulator.exam.quoting import plain as plain
from simulator.exam.quoting import stretch


class Speaker(StrEnum):
    CANDIDATE = "candidate"
    PATIENT = "patient"
    STATION = "station"


class ActKind(StrEnum):
    """What a piece of an utterance does."""

    ASKS = "asks"
    EXAMINES = "examines"
    ORDERS = "orders"
    COMMUNICATES = "communicates"  # topic is `act.*`
    TALKS = "talks"  # small talk, acknowledgements
    STRAYS = "strays"  # aimed at the machine, the grid or the answer; insults; off topic
    STATES = "states"  # a statement that asks nothing
    UNSURE = "unsure"  # between two topics; `topic` and `other` name them
    NOT_UNDERSTOOD = "not_understood"


class Act(Value):
    """One thing that an utterance does, with the words that carry it and how sure the reading is (0 to 1)."""

    kind: ActKind
    topic: str | None = None
    about: str | None = None  # the symptom that an attribute is asked of
    fact: str | None = None  # a scenario's own phrasing matched this fact
    other: str | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    words: str = ""
    is_negated: bool = False  # "I won't ask about…", withdrawn or quoted: read, but nothing is asked
    form: Literal["open", "closed", "leading", "list", "statement"] | None = None


class Objection(StrEnum):
    """Why a sentence of a patient was not shown."""

    NOT_HANDED = "not_handed"  # asserts what the patient was not handed
    NUMBER = "number"  # a number that is in no handed fact
    CLINICAL = "clinical"  # a drug, a diagnosis, an examination or a test that is in no handed fact
    CONTRADICTS = "contradicts"  # what was told, or what is to be told now
    OUT_OF_ROLE = "out_of_role"  # speaks as a machine, of its instructions, or in markup
    OTHER_LANGUAGE = "other_language"
    TOO_LONG = "too_long"  # or the same again
    SPEAKS_FOR_CANDIDATE = "speaks_for_candidate"


class Improvised(Value):
    """What a patient made up on an ordinary topic that the scenario leaves out."""

    topic: str
    words: str


class Delivery(Value):
    """How a turn came about that a patient actor spoke freely; it holds no words, so it can leak none."""

    by: tuple[str, ...]  # the names of the actors that were heard, in order
    objections: tuple[Objection, ...] = ()  # one for each sentence that was not shown
    is_repaired: bool = False  # the actor was asked again, and was then heard without objection
    trouble: Trouble | None = None  # what kept its language model from answering
    completed: int = 0  # facts said in the author's words because the actor left them out


class Turn(Value):
    """An utterance. `told` are ids of the facts, cues and questions in it; `answers` the entry that it answers."""

    kind: Literal["turn"] = "turn"
    number: int
    at: datetime
    speaker: Speaker
    words: str
    message_id: str | None = None
    answers: int | None = None
    told: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()  # ids of findings and results, `examine.x` or `order.x`
    is_late: bool = False  # arrived after time was up: kept, neither answered nor marked
    is_spoken: bool = False
    improvised: tuple[Improvised, ...] = ()
    delivery: Delivery | None = None  # nothing when the author's words were spoken as a matter of course


class Reading(Value):
    """What the understanding read in a turn of the candidate."""

    kind: Literal["reading"] = "reading"
    number: int
    at: datetime
    turn: int
    acts: tuple[Act, ...]


class Withheld(Value):
    """A fact that was asked for and not told, and the rule that kept it."""

    fact: str
    because: str


class Tellable(Value):
    """One thing that the patient may say in this turn, in the author's words. Nothing else reaches a patient actor."""

    id: str
    words: str
    role: Literal[
        "fact", "denial", "unknown", "evasion", "cue", "question", "courtesy", "rephrase", "choice", "deflection"
    ] = "fact"
    topic: str | None = None
    times_told: int = 0
    again: str | None = None


class Disclosure(Value):
    """What may be told in answer to a turn, and what was withheld and why."""

    kind: Literal["disclosure"] = "disclosure"
    number: int
    at: datetime
    turn: int
    may_tell: tuple[Tellable, ...]
    withheld: tuple[Withheld, ...] = ()


class ActionKind(StrEnum):
    STARTED = "started"  # the door note is open
    ENTERED = "entered"  # the interview begins
    EXAMINED = "examined"
    ORDERED = "ordered"
    FINISHED = "finished"  # the candidate ends the interview
    TIMED_OUT = "timed_out"
    DRAFTED = "drafted"  # the closing form as it stands
    SUBMITTED = "submitted"
    MARKED = "marked"
    MARKING_FAILED = "marking_failed"
    ASKED_FOR_HELP = "asked_for_help"


class Action(Value):
    """Something that happened, not speech. `target` is `examine.x` or `order.x`; `words` the candidate's own."""

    kind: Literal["action"] = "action"
    number: int
    at: datetime
    action: ActionKind
    target: str | None = None
    words: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
    message_id: str | None = None
    turn: int | None = None  # the turn in which it was said, if it was said


Entry = Annotated[Turn | Reading | Disclosure | Action, Field(discriminator="kind")]


class Phase(StrEnum):
    BRIEFING = "briefing"
    INTERVIEW = "interview"
    CLOSING = "closing"
    MARKING = "marking"
    DEBRIEF = "debrief"


class Evidence(Value):
    """The candidate's own words at a numbered entry. Made only by `Transcript.quote`."""

    turn: int
    words: str


# Actions whose words and fields are the candidate's own; those of a hint or of a failed marking are not.
_OWN = frozenset((ActionKind.EXAMINED, ActionKind.ORDERED, ActionKind.DRAFTED, ActionKind.SUBMITTED))

_PHASES = {
    ActionKind.STARTED: Phase.BRIEFING,
    ActionKind.ENTERED: Phase.INTERVIEW,
    ActionKind.FINISHED: Phase.CLOSING,
    ActionKind.TIMED_OUT: Phase.CLOSING,
    ActionKind.SUBMITTED: Phase.MARKING,
    ActionKind.MARKED: Phase.DEBRIEF,
}


class Transcript(Value):
    """All that happened in one encounter, in order. Entry numbers run from 1 without a gap."""

    entries: tuple[Entry, ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def next_number(self) -> int:
        return len(self.entries) + 1

    def add(self, *entries: Turn | Reading | Disclosure | Action) -> "Transcript":
        """The transcript with these entries at its end; ValueError when a number does not follow on."""
        expected = self.next_number
        for entry in entries:
            if entry.number != expected:
                raise ValueError(f"entry {entry.number} cannot follow entry {expected - 1}")
            expected += 1
        return Transcript.model_construct(entries=self.entries + entries)

    def say(self, speaker: Speaker, words: str, at: datetime, **more: Any) -> "Transcript":
        """The transcript with one more turn."""
        return self.add(Turn(number=self.next_number, at=at, speaker=speaker, words=words, **more))

    def act(self, action: ActionKind, at: datetime, **more: Any) -> "Transcript":
        """The transcript with one more action."""
        return self.add(Action(number=self.next_number, at=at, action=action, **more))

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, Turn))

    @property
    def actions(self) -> tuple[Action, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, Action))

    @property
    def candidate_turns(self) -> tuple[Turn, ...]:
        """What the candidate said in time."""
        return tuple(turn for turn in self.turns if turn.speaker is Speaker.CANDIDATE and not turn.is_late)

    def reading_of(self, turn: int) -> Reading | None:
        return next((e for e in self.entries if isinstance(e, Reading) and e.turn == turn), None)

    def moment(self, action: ActionKind) -> datetime | None:
        """When this first happened."""
        return next((each.at for each in self.actions if each.action is action), None)

    @property
    def phase(self) -> Phase:
        """Where the encounter stands, from what happened last."""
        for entry in reversed(self.entries):
            if isinstance(entry, Action) and entry.action in _PHASES:
                return _PHASES[entry.action]
        return Phase.BRIEFING

    @property
    def told(self) -> frozenset[str]:
        """Ids of every fact, cue and question said so far."""
        return frozenset(each for turn in self.turns for each in turn.told)

    @property
    def unanswered(self) -> tuple[Turn, ...]:
        """Turns of the candidate, in time, that nothing answers yet."""
        answered = {turn.answers for turn in self.turns}
        return tuple(turn for turn in self.candidate_turns if turn.number not in answered)

    def knows_message(self, message_id: str) -> bool:
        """Whether an entry with this message id is there: a second delivery changes nothing."""
        return any(getattr(entry, "message_id", None) == message_id for entry in self.entries)

    @property
    def submitted(self) -> dict[str, str]:
        """The closing form: as submitted, or else as last drafted."""
        for entry in reversed(self.entries):
            if isinstance(entry, Action) and entry.action in (ActionKind.SUBMITTED, ActionKind.DRAFTED):
                return dict(entry.fields)
        return {}

    def quote(self, number: int, words: str) -> Evidence:
        """Evidence from the candidate's own words at an entry; QuoteNotFound when they are not there.

        `quoting` decides how exact the words must be. The quote keeps the candidate's own spelling.
        """
        entry = self.entries[number - 1] if 0 < number <= len(self.entries) else None
        if isinstance(entry, Turn) and entry.speaker is Speaker.CANDIDATE and not entry.is_late:
            own = entry.words
        elif isinstance(entry, Action) and entry.action in _OWN:
            own = "\n".join([entry.words, *entry.fields.values()])
        else:
            raise QuoteNotFound(f"entry {number} is not something the candidate said or did")
        found = stretch(own, words)
        if not found:
            raise QuoteNotFound(f"entry {number} does not hold the words {words!r}")
        return Evidence(turn=number, words=found)
