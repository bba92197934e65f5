"""A language model's judgement of one item: its shape as a JSON Schema, and how it is read from what came back."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

_MOST_STARTS = 40  # braces at which an object is looked for in prose
_MOST_READ = 60_000  # characters of an answer that are looked at
MOST_QUOTES = 8
LONGEST_REASON = 400


class Quoted(BaseModel):
    """Words that the model says the candidate said, where, and for what."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    entry: int
    quote: str
    idea: int | None = None
    claim: str = ""


class Judgement(BaseModel):
    """One item's judgement as the model gave it; nothing of it is checked yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    item: str
    evidence: tuple[Quoted, ...] = ()
    reason: str = ""
    outcome: str = ""
    level: int | None = None
    confidence: float = 0.5


def schema_of(item: str, outcomes: tuple[str, ...] = (), levels: int = 0, ideas: int = 0) -> dict[str, Any]:
    """The shape of one judgement: evidence, then reason, then outcome or level, then confidence."""
    quoted: dict[str, Any] = {"entry": {"type": "integer"}, "quote": {"type": "string"}}
    if ideas:
        quoted = {"idea": {"type": "integer", "enum": list(range(1, ideas + 1))}, **quoted}
    if levels:
        quoted = {"claim": {"type": "string"}, **quoted}
    decided = {"level": {"type": "integer", "enum": list(range(levels))}} if levels else \
        {"outcome": {"type": "string", "enum": list(outcomes)}}
    return _object({
        "item": {"type": "string", "enum": [item]},
        "evidence": {"type": "array", "items": _object(quoted), "maxItems": MOST_QUOTES},
        "reason": {"type": "string"}, **decided, "confidence": {"type": "number"}})


def schema_of_several(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """The shape of an answer about several items."""
    return _object({"judgements": {"type": "array", "items": {"anyOf": schemas}}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def judgements_in(words: str) -> dict[str, Judgement]:
    """The judgements that an answer holds, by item; without those of no right shape, or of an item judged twice."""
    found = json_in(words)
    listed = found.get("judgements", [found]) if isinstance(found, dict) else []
    read: list[Judgement] = []
    for each in listed if isinstance(listed, list) else []:
        try:
            read.append(Judgement.model_validate(each))
        except ValidationError:
            continue
    return {each.item: each for each in read if sum(other.item == each.item for other in read) == 1}


def json_in(words: str) -> Any:
    """The first JSON object in an answer, with whatever stands around it; nothing when there is none."""
    words, decoder, at = words[:_MOST_READ], json.JSONDecoder(), -1
    for _ in range(_MOST_STARTS):
        at = words.find("{", at + 1)
        if at < 0:
            return None
        try:
            return decoder.raw_decode(words, at)[0]
        except (json.JSONDecodeError, RecursionError):
            continue
    return None
