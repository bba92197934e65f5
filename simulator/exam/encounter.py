"""One candidate at one station."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from simulator.exam.base import Language, Value


class Mode(StrEnum):
    """Practice shows the estimate at once; in an exam nothing is shown until a person has decided."""

    PRACTICE = "practice"
    EXAM = "exam"


class Encounter(Value):
    """Who meets whom, on what terms. What happens is in the transcript."""

    id: str
    station: str
    language: Language
    candidate: str  # the account's id, never a name
    mode: Mode = Mode.PRACTICE
    factor: float = 1.0
    opened_at: datetime
    fingerprints: dict[str, str] = Field(default_factory=dict)
    parts: dict[str, str] = Field(default_factory=dict)  # which understanding, patient and grader ran
    seed: int = 0
