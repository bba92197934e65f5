"""One timed task: scenario and rubric, with the fingerprints that an attempt freezes."""

import hashlib
from datetime import datetime, timedelta

from simulator.exam.base import Language, Value
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Minutes, Scenario


def fingerprint(value: Value) -> str:
    """The SHA-256 of a value's canonical JSON: equal content, equal fingerprint."""
    return hashlib.sha256(value.model_dump_json().encode()).hexdigest()


class Station(Value):
    """A scenario and the rubric that marks it, in one language."""

    scenario: Scenario
    rubric: Rubric | None = None

    @property
    def id(self) -> str:
        return self.scenario.id

    @property
    def language(self) -> Language:
        return self.scenario.language

    @property
    def fingerprints(self) -> dict[str, str]:
        """What an attempt freezes: the hashes of what it ran with."""
        prints = {"scenario": fingerprint(self.scenario)}
        if self.rubric:
            prints["rubric"] = fingerprint(self.rubric)
        return prints


_BREATH = timedelta(seconds=5)  # for the last words to arrive over a slow line


class Clock(Value):
    """The station's minutes times the candidate's factor; every instant is timezone-aware."""

    minutes: Minutes
    factor: float = 1.0

    def _span(self, minutes: float) -> timedelta:
        return timedelta(minutes=minutes * self.factor)

    def reading_ends(self, started: datetime) -> datetime:
        return started + self._span(self.minutes.reading)

    def warns(self, entered: datetime) -> datetime:
        return self.ends(entered) - self._span(min(self.minutes.warning, self.minutes.station))

    def ends(self, entered: datetime) -> datetime:
        return entered + self._span(self.minutes.station)

    def closing_ends(self, finished: datetime) -> datetime:
        return finished + self._span(self.minutes.closing)

    def handed_in(self, finished: datetime) -> datetime:
        """When the closing form is handed in unasked: a breath after its end, for what was typed in the last second."""
        return self.closing_ends(finished) + min(_BREATH, self._span(self.minutes.closing) / 4)
