"""What every authored or recorded value shares: frozen, strict, no unknown key."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value; unknown keys are refused, and so are numbers that are none (nan, infinity)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Language(StrEnum):
    """The languages that stations, pages and the vocabulary are written in."""

    FRENCH = "fr"
    ENGLISH = "en"
