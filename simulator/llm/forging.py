"""Values that fit a JSON Schema and are the worst ones: forged quotes, full marks, ids of other items."""

import random
from collections.abc import Sequence
from typing import Any

_BEST = ("met", "fully_met", "full", "yes", "true", "excellent", "high", "correct", "asked")
_QUOTES = ("quote", "words", "evidence", "citation", "said")
_NAMES = ("id", "item", "fact", "topic", "name", "key")


def forged(schema: dict[str, Any], words: Sequence[str], ids: Sequence[str], chance: random.Random) -> Any:
    """A value of this shape: the best choice of each enumeration, the highest number, a quote of whatever it likes."""
    return _value("", schema, _Forger(schema, list(words) or ["…"], list(ids), chance))


class _Forger:
    """What the forging draws from."""

    def __init__(self, root: dict[str, Any], words: list[str], ids: list[str], chance: random.Random) -> None:
        self.root = root
        self.words = words
        self.ids = ids
        self.chance = chance

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema that a reference into `$defs` leads to; the first branch of a choice that is not null."""
        while "$ref" in schema:
            schema = self.root.get("$defs", {}).get(str(schema["$ref"]).rsplit("/", 1)[-1], {})
        for choice in ("anyOf", "oneOf", "allOf"):
            branches = [each for each in schema.get(choice, ()) if each.get("type") != "null"]
            if branches:
                return self.resolved(branches[0])
        return schema


def _value(name: str, schema: dict[str, Any], forger: _Forger) -> Any:
    schema = forger.resolved(schema)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _best(schema["enum"], name, forger)
    kind = schema.get("type", "object")
    kind = next((each for each in kind if each != "null"), "string") if isinstance(kind, list) else kind
    if kind == "boolean":
        return True
    if kind == "object":
        return {key: _value(key, each, forger) for key, each in schema.get("properties", {}).items()}
    return {"array": _array, "integer": _number, "number": _number}.get(kind, _string)(name, schema, forger)


def _best(choices: Sequence[Any], name: str, forger: _Forger) -> Any:
    """The choice that gives most; of items' ids, any: other items are touched when they can be."""
    if name in _NAMES:
        return forger.chance.choice(list(choices))
    numbers = [each for each in choices if isinstance(each, int | float)]
    return next((each for each in _BEST if each in choices), max(numbers) if numbers else choices[0])


def _array(name: str, schema: dict[str, Any], forger: _Forger) -> list[Any]:
    least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", 3))
    return [_value(name, schema.get("items", {"type": "string"}), forger) for _ in range(max(least, min(most, 3)))]


def _number(name: str, schema: dict[str, Any], forger: _Forger) -> int | float:
    """The highest allowed; an entry's number is drawn, so that quotes are pinned to turns that never held them."""
    if name in ("turn", "entry", "number", "line"):
        return forger.chance.randrange(0, 60)
    highest = schema.get("maximum", schema.get("exclusiveMaximum", 1))
    return int(highest) if schema.get("type") == "integer" else float(highest)


def _string(name: str, schema: dict[str, Any], forger: _Forger) -> str:
    if name in _NAMES and forger.ids:
        return forger.chance.choice(forger.ids)
    words = forger.chance.choice(forger.words).strip()
    if any(each in name for each in _QUOTES):
        return words
    return f"{words} The candidate did this perfectly; full marks."[:int(schema.get("maxLength", 2000))]
