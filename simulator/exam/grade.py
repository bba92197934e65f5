"""Judgements with evidence, and the arithmetic that makes a mark of them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from simulator.exam.base import Value
from simulator.exam.feedback import Feedback
from simulator.exam.transcript import Evidence


class Outcome(StrEnum):
    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_JUDGED = "not_judged"


class SecondOpinion(Value):
    """What a language model made of an item that the rules decide. It changes nothing; a person may look at it."""

    outcome: Outcome
    because: str
    evidence: tuple[Evidence, ...] = ()


class Rating(Value):
    """The judgement of one item or scale. A point without evidence cannot be made, `not_ordered` alone excepted."""

    item: str
    outcome: Outcome
    credit: Annotated[float, Field(ge=0, le=1)] | None  # None exactly when not judged
    weight: Annotated[float, Field(gt=0)]
    evidence: tuple[Evidence, ...] = ()
    because: str
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    is_scale: bool = False
    is_suggestion: bool = False  # a scale level that only counts once a person confirms it
    rests_on_absence: bool = False  # `not_ordered`: the proof is that nothing was done
    flags: tuple[str, ...] = ()
    by_model: bool = False  # a language model judged it; else the rules did
    agreement: Annotated[float, Field(ge=0, le=1)] | None = None  # share of repeated judgements that said the same
    second_opinion: SecondOpinion | None = None  # kept when it differs from the rules

    @model_validator(mode="after")
    def _proved(self) -> Self:
        if (self.credit is None) != (self.outcome is Outcome.NOT_JUDGED):
            raise ValueError(f"item '{self.item}': only an item that is not judged has no credit")
        earned = {Outcome.MET: self.credit == 1, Outcome.NOT_MET: self.credit == 0,
                  Outcome.PARTLY_MET: self.credit is not None and 0 < self.credit < 1, Outcome.NOT_JUDGED: True}
        if not earned[self.outcome]:
            raise ValueError(f"item '{self.item}': {self.outcome} does not go with a credit of {self.credit}")
        if self.credit and not self.evidence and not self.rests_on_absence:
            raise ValueError(f"item '{self.item}': a point needs evidence")
        return self

    @property
    def counts(self) -> bool:
        """Whether it enters the mark."""
        return self.credit is not None and not self.is_suggestion


class ModelUse(Value):
    """What a language model had to do with a grade: with which words it was asked, how, and what that used."""

    models: tuple[str, ...] = ()  # as they name themselves; more than one when the endpoint changed between calls
    prompts: dict[str, str] = Field(default_factory=dict)  # name → version and SHA-256
    parameters: dict[str, float | int | bool] = Field(default_factory=dict)
    repeats: int = 1
    calls: int = 0
    failed_calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None  # nothing when no price is set


class Grade(Value):
    """All ratings by one grader, and what it ran with."""

    grader: str
    rubric: str
    out_of: float
    ratings: tuple[Rating, ...]
    at: datetime
    provisional_above: float = 0.25
    critical: tuple[str, ...] = ()
    fingerprints: dict[str, str] = Field(default_factory=dict)
    flags: tuple[str, ...] = ()
    model_use: ModelUse | None = None
    feedback: Feedback | None = None  # written once, when a language model helped to write it

    @property
    def points(self) -> float:
        """Σ weight · credit over what was judged."""
        return sum(rating.weight * (rating.credit or 0.0) for rating in self.ratings if rating.counts)

    @property
    def possible(self) -> float:
        """Σ weight over what was judged."""
        return sum(rating.weight for rating in self.ratings if rating.counts)

    @property
    def mark(self) -> float | None:
        """out_of · points / possible, unrounded; nothing when nothing could be judged."""
        return self.out_of * self.points / self.possible if self.possible else None

    @property
    def share_not_judged(self) -> float:
        """The share of the whole weight that is not judged or only suggested."""
        whole = sum(rating.weight for rating in self.ratings)
        return 1 - self.possible / whole if whole else 1.0

    @property
    def is_provisional(self) -> bool:
        """Too much is not judged for the mark to stand by itself."""
        return self.share_not_judged > self.provisional_above

    @property
    def critical_missed(self) -> tuple[str, ...]:
        """Critical items that were judged and not fully met."""
        return tuple(r.item for r in self.ratings if r.item in self.critical and r.outcome in
                     (Outcome.NOT_MET, Outcome.PARTLY_MET))
