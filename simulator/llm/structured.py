"""One JSON object from a model, whether its server enforces a schema, any JSON, or nothing."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from simulator.exam.ports import Message
from simulator.llm.endpoint import Structured

_TRIED = 40  # places at which an object may begin; a text of braces is not searched for ever
_STEPS = {Structured.SCHEMA: Structured.JSON, Structured.JSON: Structured.NONE}

# The form, not the content: the keys of the schemas are English whatever language the answer's words are in.
_ASK = ("Answer with one JSON object and nothing else: no sentence before or after it, no code fence. It must fit this "
        "JSON Schema:\n{schema}")


def lower(level: Structured) -> Structured | None:
    """The next simpler way to ask; nothing below the prompt alone."""
    return _STEPS.get(level)


def response_format(level: Structured, schema: dict[str, Any]) -> dict[str, Any] | None:
    """The parameter of the request; strict only for schemas that close every object, as OpenAI demands."""
    if level is Structured.SCHEMA:
        return {"type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": is_closed(schema)}}
    return {"type": "json_object"} if level is Structured.JSON else None


def asked_in_words(messages: Sequence[Message], level: Structured, schema: dict[str, Any]) -> list[Message]:
    """The messages, with the schema in the last one when nothing else brings it to the model."""
    asked = list(messages)
    if level is Structured.SCHEMA or not asked:
        return asked
    ask = _ASK.format(schema=json.dumps(schema, ensure_ascii=False))
    asked[-1] = Message(role=asked[-1].role, content=f"{asked[-1].content}\n\n{ask}")
    return asked


def is_closed(schema: Any) -> bool:
    """Whether every object in it forbids other keys and requires all of its own."""
    if isinstance(schema, list):
        return all(is_closed(each) for each in schema)
    if not isinstance(schema, dict):
        return True
    own = schema.get("properties")
    if isinstance(own, dict) and (schema.get("additionalProperties") is not False
                                  or set(schema.get("required", ())) != set(own)):
        return False
    return all(is_closed(each) for each in schema.values())


def one_object(text: str, schema: dict[str, Any] | None = None) -> str | None:
    """The JSON object in a text, as JSON; of several, the one with most of the schema's keys, the first of equals."""
    wanted = set((schema or {}).get("properties", ()))
    found = list(_objects(text))
    if not found:
        return None
    best = max(found, key=lambda each: len(wanted & set(each)))
    return json.dumps(best, ensure_ascii=False)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The objects that stand in a text one after the other, those inside others left out."""
    decoder = json.JSONDecoder(parse_constant=_no_such_number)
    at, tried = text.find("{"), 0
    while at >= 0 and tried < _TRIED:
        tried += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        if isinstance(value, dict):
            yield value
        at = text.find("{", end)


def _no_such_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")
