"""The marking scheme: items that a program can decide, items that need a judge, rating scales and the global rating."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from simulator.exam.base import Language, Value
from simulator.exam.scenario import Identifier, Status, Text, Version


class Preset(StrEnum):
    """How marks are laid out: total, domains and scale levels."""

    FR_ECOS = "fr-ecos"
    UK_DOMAIN = "uk-domain"
    US_COMPONENTS = "us-components"

    @property
    def out_of(self) -> float:
        """The total of the mark."""
        return {Preset.FR_ECOS: 20.0, Preset.UK_DOMAIN: 12.0, Preset.US_COMPONENTS: 100.0}[self]


class Modality(StrEnum):
    """What a judge must perceive: a written encounter shows text only."""

    TEXT = "text"
    AUDIO = "audio"
    VIDEO = "video"


class Asked(Value):
    """Met when the candidate asks: topics of the vocabulary, facts of the scenario, or free wordings of the question.

    `about` restricts attribute topics to one symptom. Without `at_least`, one is enough.
    """

    topics: tuple[Identifier, ...] = ()
    facts: tuple[Identifier, ...] = ()
    phrases: tuple[Text, ...] = ()
    about: Identifier | None = None
    at_least: Annotated[int, Field(ge=1)] | None = None
    all: bool = False

    @property
    def wanted(self) -> int:
        """How many different things the item lists."""
        return len(self.topics) + len(self.facts) + (1 if self.phrases else 0)

    @model_validator(mode="after")
    def _something_to_ask(self) -> Self:
        if not self.wanted:
            raise ValueError("list 'topics', 'facts' or 'phrases'")
        if self.at_least and self.at_least > self.wanted:
            raise ValueError(f"at_least is {self.at_least} but only {self.wanted} are listed")
        return self


class Examined(Value):
    """Met when the candidate carries out these examinations (ids without `examine.`)."""

    findings: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    at_least: Annotated[int, Field(ge=1)] | None = None
    all: bool = False
    before_minute: float | None = None


class Ordered(Value):
    """Met when the candidate orders these tests (ids without `order.`); in time, when `before_minute` is given."""

    results: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    at_least: Annotated[int, Field(ge=1)] | None = None
    all: bool = False
    before_minute: float | None = None


class NotOrdered(Value):
    """Met when none of these tests is ordered: a useless or harmful one."""

    results: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class ActDone(Value):
    """Met when the candidate does one of these acts; `after` a cue or a fact, within `within` turns of his."""

    kinds: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    after: Identifier | None = None
    within: Annotated[int, Field(ge=1)] = 2
    at_least: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("kinds"), str):
            return {**value, "kinds": [value["kinds"]]}
        return value


class KeyIdea(Value):
    """One idea that must come across, with wordings that carry it and, if any, wordings that contradict it."""

    idea: Text
    wordings: Annotated[tuple[Text, ...], Field(min_length=2)]
    reject: tuple[Text, ...] = ()


class Explained(Value):
    """Met when the candidate tells the patient these ideas."""

    ideas: Annotated[tuple[KeyIdea, ...], Field(min_length=1)]
    at_least: Annotated[int, Field(ge=1)] | None = None
    all: bool = False


class Submitted(Value):
    """Met when the closing form's field says one of these; `accept` empty means the scenario's diagnosis."""

    field: Identifier
    accept: tuple[Text, ...] = ()
    reject: tuple[Text, ...] = ()
    partly: tuple[Text, ...] = ()  # earns half
    at_least: Annotated[int, Field(ge=1)] = 1


class Judged(Value):
    """Needs a language model or a person; the rule grader leaves it not judged."""

    question: Text
    modality: Modality = Modality.TEXT


class Credit(Value):
    """Partial credit: `at_least: {2: 0.5, 3: 1}`; without it an item earns all or nothing."""

    at_least: Annotated[dict[Annotated[int, Field(ge=1)], Annotated[float, Field(ge=0, le=1)]], Field(min_length=1)]


KINDS = ("asked", "examined", "ordered", "not_ordered", "act", "explained", "submitted", "judged")


class ChecklistItem(Value):
    """One line of the grid: a text, a weight, and exactly one way of deciding it."""

    id: Identifier
    text: Text
    domain: Identifier = "interview"
    weight: Annotated[float, Field(gt=0)] = 1
    critical: bool = False
    asked: Asked | None = None
    examined: Examined | None = None
    ordered: Ordered | None = None
    not_ordered: NotOrdered | None = None
    act: ActDone | None = None
    explained: Explained | None = None
    submitted: Submitted | None = None
    judged: Judged | None = None
    credit: Credit | None = None
    would_earn: Text | None = None  # what the candidate could have said or done
    note: Text | None = None  # accept / reject notes for human examiners

    @model_validator(mode="after")
    def _exactly_one_kind(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(KINDS)}; found {', '.join(given) or 'none'}")
        return self

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        listed = self._listed
        wanted = max((self.credit.at_least if self.credit else ()), default=0)
        wanted = max(wanted, getattr(getattr(self, self.kind), "at_least", None) or 0)
        if listed is not None and wanted > listed:
            raise ValueError(f"at_least is {wanted} but only {listed} are listed")
        return self

    @property
    def _listed(self) -> int | None:
        """How many different things the item lists, when that bounds what can be counted."""
        if self.asked:
            return self.asked.wanted
        if self.examined:
            return len(self.examined.findings)
        if self.ordered:
            return len(self.ordered.results)
        return len(self.explained.ideas) if self.explained else None

    @property
    def kind(self) -> str:
        """Which way of deciding the item has."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


class Indicator(Value):
    """Something observable that speaks for a scale's level: acts, or open questions, counted over the encounter."""

    text: Text
    act: ActDone | None = None
    asked: Asked | None = None
    modality: Modality = Modality.TEXT

    @model_validator(mode="after")
    def _decidable(self) -> Self:
        if self.modality is Modality.TEXT and (self.act is None) == (self.asked is None):
            raise ValueError("give exactly one of 'act' or 'asked'")
        return self


class Anchor(Value):
    """One level of a scale in our own words; `level` from 0 to 1."""

    level: Annotated[float, Field(ge=0, le=1)]
    name: Text
    means: Text


class RatingScale(Value):
    """An anchored scale with its observable indicators."""

    id: Identifier
    text: Text
    domain: Identifier = "communication"
    weight: Annotated[float, Field(gt=0)] = 1
    modality: Modality = Modality.TEXT
    anchors: Annotated[tuple[Anchor, ...], Field(min_length=3)]
    indicators: tuple[Indicator, ...] = ()
    crosswalk: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _anchors_rise(self) -> Self:
        levels = [anchor.level for anchor in self.anchors]
        if levels != sorted(set(levels)):
            raise ValueError("anchors must rise from the lowest level to the highest")
        return self


class ScaleSet(Value):
    """Scales shared between rubrics (`rubrics/scales/*.yaml`); a rubric names them as `set.scale`."""

    id: Identifier
    language: Language
    version: Version
    title: Text
    scales: Annotated[tuple[RatingScale, ...], Field(min_length=1)]


class GlobalLevel(Value):
    level: int
    name: Text
    is_borderline: bool = False


class GlobalRating(Value):
    """One judgement of the whole, given independently of the grid."""

    text: Text
    levels: Annotated[tuple[GlobalLevel, ...], Field(min_length=3)]


class Heading(Value):
    """A domain of the grid and how it is called."""

    id: Identifier
    name: Text


class Rubric(Value):
    """The marking scheme of one station in one language."""

    id: Identifier
    language: Language
    version: Version
    status: Status = Status.DRAFT
    title: Text
    preset: Preset = Preset.FR_ECOS
    authors: tuple[Text, ...] = ()
    licence: Text = "CC-BY-4.0"
    domains: tuple[Heading, ...] = ()
    items: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]
    scales: tuple[Identifier | RatingScale, ...] = ()
    global_rating: GlobalRating | None = None
    # The share of the items' weight not judged above which the mark is provisional.
    provisional_above: Annotated[float, Field(ge=0, le=1)] = 0.25

    @model_validator(mode="after")
    def _ids_are_told_apart(self) -> Self:
        ids = [item.id for item in self.items]
        ids += [scale if isinstance(scale, str) else scale.id for scale in self.scales]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"these ids stand twice: {', '.join(twice)}")
        return self

    @property
    def own_scales(self) -> tuple[RatingScale, ...]:
        """The scales, once the shared ones have been read in by the library."""
        return tuple(scale for scale in self.scales if isinstance(scale, RatingScale))
