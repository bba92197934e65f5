"""The decision on one item before it becomes a rating, and how much of the item a count earns."""

from typing import Annotated

from pydantic import Field

from simulator.exam.base import Value
from simulator.exam.grade import Outcome
from simulator.exam.rubric import Credit
from simulator.exam.transcript import Evidence


class Verdict(Value):
    """What was decided, on which words and why; no credit means not judged."""

    credit: Annotated[float, Field(ge=0, le=1)] | None
    because: str
    evidence: tuple[Evidence, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    rests_on_absence: bool = False
    flags: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Met when the credit is whole, partly met between nothing and all."""
        if self.credit is None:
            return Outcome.NOT_JUDGED
        if self.credit == 0:
            return Outcome.NOT_MET
        return Outcome.MET if self.credit == 1 else Outcome.PARTLY_MET


def not_judged(because: str) -> Verdict:
    return Verdict(credit=None, because=because)


class Demand(Value):
    """How many of the `listed` things an item wants, and what fewer of them earn."""

    listed: int
    needed: int
    credit: Credit | None = None

    @classmethod
    def of(cls, listed: int, at_least: int | None, wants_all: bool, credit: Credit | None) -> "Demand":
        return cls(listed=listed, needed=listed if wants_all else min(at_least or 1, listed), credit=credit)

    def earned(self, count: int) -> float:
        """The credit for so many: the highest row reached, or without a table all or nothing."""
        if self.credit is None:
            return 1.0 if count >= self.needed else 0.0
        return max((share for least, share in self.credit.at_least.items() if count >= least), default=0.0)

    @property
    def whole(self) -> int:
        """How many earn the most that can be earned."""
        if self.credit is None:
            return self.needed
        best = max(self.credit.at_least.values())
        return min(least for least, share in self.credit.at_least.items() if share == best)
