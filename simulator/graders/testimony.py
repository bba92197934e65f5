"""All that lies before the rule grader when it decides an item."""

from collections.abc import Sequence
from datetime import datetime

from simulator.exam.base import Language
from simulator.exam.errors import QuoteNotFound
from simulator.exam.ports import Understanding
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Action, ActionKind, Evidence, Transcript, Turn
from simulator.graders.genuine import genuine
from simulator.graders.hearing import Heard, hear
from simulator.vocabulary import Vocabulary


class Testimony:
    """One transcript, read once: the turns with the acts that count, the vocabulary and the understanding."""

    def __init__(self, transcript: Transcript, scenario: Scenario | None, language: Language,
                 understanding: Understanding, vocabulary: Vocabulary) -> None:
        self.transcript = transcript
        self.scenario = scenario
        self.language = language
        self.understanding = understanding
        self.vocabulary = vocabulary
        self.all_heard: tuple[Heard, ...] = hear(transcript, scenario, understanding, language)
        self.heard, self.flags = genuine(self.all_heard)

    def quote(self, entry: int, words: str) -> Evidence:
        """The candidate's own words at an entry: these, or all of it when a reading did not keep them as they stood."""
        try:
            return self.transcript.quote(entry, words)
        except QuoteNotFound:
            whole = self.transcript.entries[entry - 1]
            return self.transcript.quote(entry, whole.words if isinstance(whole, Turn | Action) else words)

    def name(self, topic: str) -> str:
        """What a topic is called in the rubric's language."""
        known = self.vocabulary.get(topic)
        return known.name.of(self.language) if known else topic

    def names(self, topics: Sequence[str]) -> str:
        """Several topics, each named once."""
        return ", ".join(dict.fromkeys(self.name(topic) for topic in topics))

    @property
    def started(self) -> datetime | None:
        """When the station's minutes begin: on entering, or with the first entry."""
        first = self.transcript.entries[0].at if self.transcript.entries else None
        return self.transcript.moment(ActionKind.ENTERED) or first

    @property
    def has_clock(self) -> bool:
        """Whether the entries have times of their own: a file without times gives all of them the same."""
        entries = self.transcript.entries
        is_played = self.transcript.moment(ActionKind.ENTERED) is not None
        return is_played or (bool(entries) and entries[0].at != entries[-1].at)

    @property
    def is_ours(self) -> bool:
        """Whether the encounter was played here, with a door note and a closing form."""
        return self.transcript.moment(ActionKind.STARTED) is not None or \
            self.transcript.moment(ActionKind.ENTERED) is not None

    @property
    def has_anything(self) -> bool:
        """Whether the candidate said or did anything at all."""
        mine = (ActionKind.EXAMINED, ActionKind.ORDERED, ActionKind.SUBMITTED, ActionKind.DRAFTED)
        return bool(self.heard) or any(_is_done(action) for action in self.transcript.actions if action.action in mine)


def _is_done(action: Action) -> bool:
    return action.target is not None or any(text.strip() for text in action.fields.values())
