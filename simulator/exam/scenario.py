"""The case: who the patient is, what may be told and when, what examinations and tests show, what it all was."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from simulator.exam.base import Language, Value

Text = Annotated[str, StringConstraints(min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]


class Status(StrEnum):
    """Where an authored file stands in review."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PILOTED = "piloted"
    LIVE = "live"
    RETIRED = "retired"


class Domain(StrEnum):
    """The eleven competence domains of the French national examination."""

    INTERVIEW = "interview"
    EXAMINATION = "examination"
    ANNOUNCEMENT = "announcement"
    EDUCATION = "education"
    COMMUNICATION_BETWEEN_PROFESSIONALS = "communication_between_professionals"
    IMAGING = "imaging"
    PROCEDURE = "procedure"
    DIAGNOSTIC_STRATEGY = "diagnostic_strategy"
    TREATMENT_STRATEGY = "treatment_strategy"
    SYNTHESIS_OF_RESULTS = "synthesis_of_results"
    EMERGENCY = "emergency"


class StartingSituation(Value):
    """What a station starts from; `number` only when the official numbering is known for certain."""

    number: int | None = None
    title: Text


class Tags(Value):
    """How a station is found again."""

    starting_situations: tuple[StartingSituation, ...] = ()
    domain: Domain
    specialty: Text
    professions: tuple[Text, ...] = ("medicine",)
    difficulty: Annotated[int, Field(ge=1, le=5)] = 2


class Door(Value):
    """The door note: all that the candidate knows on entering."""

    role: Text
    setting: Text
    patient: Text
    given: tuple[Text, ...] = ()
    tasks: Annotated[tuple[Text, ...], Field(min_length=1)]
    not_tasks: tuple[Text, ...] = ()


class Minutes(Value):
    """The station's clock, in minutes; `warning` is the time left when the warning sounds."""

    reading: Annotated[float, Field(ge=0, le=30)] = 1
    station: Annotated[float, Field(gt=0, le=120)] = 8
    warning: Annotated[float, Field(ge=0, le=30)] = 2
    closing: Annotated[float, Field(gt=0, le=60)] = 4


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class LanguageLevel(StrEnum):
    """How the patient speaks."""

    PLAIN = "plain"
    EDUCATED = "educated"
    LIMITED = "limited"


class Persona(Value):
    """Who answers: all that a patient actor may always know."""

    name: Text
    age: Annotated[int, Field(ge=0, le=120)]
    sex: Sex
    occupation: Text | None = None
    language_level: LanguageLevel = LanguageLevel.PLAIN
    cooperation: Annotated[float, Field(ge=0, le=1)] = 0.8
    distress: Annotated[float, Field(ge=0, le=1)] = 0.3
    recall: Annotated[float, Field(ge=0, le=1)] = 0.9
    manner: Text | None = None  # one sentence on how the person behaves
    title: Text | None = None  # how the person is addressed: "M.", "Mrs"


class Level(StrEnum):
    """When a fact may be told."""

    OPENING = "opening"
    VOLUNTEERED = "volunteered"
    WHEN_ASKED = "when_asked"
    ON_DIRECT_QUESTION = "on_direct_question"
    CONDITIONAL = "conditional"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Condition(Value):
    """Opens a conditional fact once everything listed has happened: act ids (`act.empathises`), fact ids or cue ids."""

    after: Annotated[tuple[Identifier, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list_of_one(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("after"), str):
            return {**value, "after": [value["after"]]}
        return value


class Fact(Value):
    """One thing that the patient can tell, keyed to the topic that asks for it.

    `also` lists more topics that raise it (for a `when_asked` fact); `about` names the symptom when the topic is an
    attribute (`complaint.onset`) of something else than the main complaint; `again` is how it is said a second time;
    `otherwise` is what a conditional fact's question gets until its condition holds; `phrasings` are extra wordings of
    the question, in the file's language.
    """

    id: Identifier
    topic: Identifier
    answer: Text
    about: Identifier | None = None
    also: tuple[Identifier, ...] = ()
    reveal: Literal["opening", "volunteered", "when_asked", "on_direct_question"] | Condition = "when_asked"
    otherwise: Text | None = None
    again: Text | None = None
    phrasings: tuple[Text, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named_after_its_topic(cls, value: Any) -> Any:
        if isinstance(value, dict) and "id" not in value and isinstance(value.get("topic"), str):
            return {"id": value["topic"], **value}
        return value

    @model_validator(mode="after")
    def _otherwise_needs_a_condition(self) -> Self:
        if self.otherwise and not isinstance(self.reveal, Condition):
            raise ValueError("'otherwise' is only for a conditional fact (reveal: {after: …})")
        return self

    @property
    def level(self) -> Level:
        """The disclosure level (FIELD: opening, volunteered, when asked, on a direct question, conditional)."""
        return Level.CONDITIONAL if isinstance(self.reveal, Condition) else Level(self.reveal)


class Absent(Value):
    """A pertinent negative, or a thing that the patient does not know; `says` overrides the vocabulary's wording."""

    topic: Identifier
    about: Identifier | None = None
    says: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_bare_topic(cls, value: Any) -> Any:
        return {"topic": value} if isinstance(value, str) else value


class When(Value):
    """When the patient says something unprompted: exactly one of the three."""

    after_minute: Annotated[float, Field(ge=0)] | None = None
    after: Identifier | None = None  # a fact id, a topic or an act that has just come up
    at: Literal["opening", "end"] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(part is not None for part in (self.after_minute, self.after, self.at)) != 1:
            raise ValueError("give exactly one of 'after_minute', 'after' or 'at'")
        return self


class Cue(Value):
    """An emotional cue that the patient gives; `answered_by` are the acts that pick it up."""

    id: Identifier
    says: Text
    when: When
    answered_by: Annotated[tuple[Identifier, ...], Field(min_length=1)] = ("act.empathises",)
    once_met: Text | None = None  # what the patient says when the cue is picked up


class Question(Value):
    """A question that the patient asks the candidate."""

    id: Identifier
    says: Text
    when: When


class Media(Value):
    """A picture or a sound beside the scenario, with its description in words."""

    file: Text  # relative to scenarios/
    alt: Text
    source: Text | None = None


class Measure(Value):
    """One line of a laboratory sheet."""

    name: Text
    value: Text
    unit: str = ""
    reference: str = ""
    is_abnormal: bool = False


class Finding(Value):
    """What an examination shows when it is asked for; `examine` is an id of the vocabulary without `examine.`."""

    examine: Identifier
    shows: Text
    also: tuple[Identifier, ...] = ()  # other examinations that show the same
    media: Media | None = None


class Result(Value):
    """What a test shows when it is ordered; `minutes` is the delay before the result is there (0: at once)."""

    order: Identifier
    shows: Text
    also: tuple[Identifier, ...] = ()
    table: tuple[Measure, ...] = ()
    media: Media | None = None
    minutes: Annotated[float, Field(ge=0)] = 0


class Refusal(Value):
    """An examination or a test that this station does not offer, and the polite words that say so."""

    examine: Identifier | None = None
    order: Identifier | None = None
    says: Text

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.examine is None) == (self.order is None):
            raise ValueError("give either 'examine' or 'order'")
        return self


class Diagnosis(Value):
    """What it was: never handed to a patient actor."""

    stated: Annotated[Text, Field(alias="is")]
    also_accept: tuple[Text, ...] = ()
    differential: tuple[Text, ...] = ()


class ClosingTask(Value):
    """One field of the form that the candidate fills at the end."""

    id: Identifier
    asks: Text
    lines: Annotated[int, Field(ge=1, le=20)] = 3


class TeachingPoint(Value):
    teaches: Text
    source: Text


class Debrief(Value):
    """What the candidate reads after release."""

    summary: Text
    points: Annotated[tuple[TeachingPoint, ...], Field(min_length=1)]


class Patient(Value):
    """The patient's part: who speaks, the first words, and the ideas, concerns and expectations."""

    persona: Persona
    opening: Text
    ideas: Text | None = None
    concerns: Text | None = None
    expectations: Text | None = None
    farewell: Text | None = None


class Scenario(Value):
    """One case in one language, as its author wrote it."""

    id: Identifier
    language: Language
    version: Version
    status: Status
    title: Text  # shown before the encounter: must not tell the diagnosis
    authors: Annotated[tuple[Text, ...], Field(min_length=1)]
    licence: Text = "CC-BY-4.0"
    sources: tuple[Text, ...] = ()
    tags: Tags
    door: Door
    minutes: Minutes = Minutes()
    patient: Patient
    complaint: Identifier  # the symptom topic that attributes (`complaint.*`) speak of by default
    facts: Annotated[tuple[Fact, ...], Field(min_length=1)]
    denies: tuple[Absent, ...] = ()
    unknown: tuple[Absent, ...] = ()
    cues: tuple[Cue, ...] = ()
    asks: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()
    results: tuple[Result, ...] = ()
    refused: tuple[Refusal, ...] = ()
    other_findings: Text | None = None  # said for an examination that the file does not describe
    other_results: Text | None = None
    diagnosis: Diagnosis
    closing: Annotated[tuple[ClosingTask, ...], Field(min_length=1)]
    debrief: Debrief

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        """The authored facts, and the ideas, concerns and expectations as facts."""
        parts = (("ideas", self.patient.ideas), ("concerns", self.patient.concerns),
                 ("expectations", self.patient.expectations))
        return self.facts + tuple(
            Fact(id=f"ice.{name}", topic=f"ice.{name}", answer=words) for name, words in parts if words
        )

    def fact(self, fact_id: str) -> Fact | None:
        """The fact with this id, or nothing."""
        return next((fact for fact in self.all_facts if fact.id == fact_id), None)

    @model_validator(mode="after")
    def _ids_are_told_apart(self) -> Self:
        ids = [fact.id for fact in self.all_facts] + [cue.id for cue in self.cues] + [each.id for each in self.asks]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"these ids stand twice among facts, cues and asks: {', '.join(twice)} (give 'id')")
        self._nothing_stands_twice()
        known = set(ids)
        for fact in self.facts:
            if isinstance(fact.reveal, Condition):
                lost = [each for each in fact.reveal.after if not each.startswith("act.") and each not in known]
                if lost:
                    raise ValueError(f"fact '{fact.id}' waits for {', '.join(lost)}, which is no fact, cue or act")
        return self

    def _nothing_stands_twice(self) -> None:
        lists: dict[str, list[tuple[str, str | None]]] = {
            "findings": [(each.examine, None) for each in self.findings],
            "results": [(each.order, None) for each in self.results],
            "closing": [(each.id, None) for each in self.closing],
            "denies": [(each.topic, each.about) for each in self.denies],
            "unknown": [(each.topic, each.about) for each in self.unknown],
        }
        for name, keys in lists.items():
            twice = sorted({each[0] for each in keys if keys.count(each) > 1})
            if twice:
                raise ValueError(f"these stand twice in '{name}': {', '.join(twice)}")
