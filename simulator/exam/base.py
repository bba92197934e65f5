"""What every authored or recorded value shares: frozen, strict, no unknown key."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Language(StrEnum):
    """The languages that stations, pages and the vocabulary are written in."""

    FRENCH = "fr"
    ENGLISH = "en"
