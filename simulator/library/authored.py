"""Reads authored YAML strictly: every mistake at once, each as `file:line: path: what is wrong (did you mean …)`."""

import difflib
import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.exam.base import Value
from simulator.exam.errors import InvalidFile

V = TypeVar("V", bound=Value)
Place = tuple[str | int, ...]

_LARGEST_FILE = 2_000_000  # bytes: an authored file is a few dozen kilobytes
_EXPECTED = {
    "tuple_type": "expected a list", "model_type": "expected keys and values", "dict_type": "expected keys and values",
    "string_type": "expected text (a number needs quotes)", "string_too_short": "the text is empty",
}


class _Loader(yaml.SafeLoader):
    """Safe YAML without surprises: no aliases (bombs), tags or merges, no timestamps, no yes/no booleans."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it untyped
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not allowed here", mark)
        if getattr(event, "tag", None) is not None:
            raise yaml.composer.ComposerError(None, None, "tags (!name) are not allowed here", mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # a number of five thousand digits, say
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in
            ("timestamp", "bool", "merge", "value")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


class AuthoredFile:
    """One YAML file with the line of every key."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self._lines: dict[Place, int] = {}
        self._repeated: list[str] = []
        self.content = self._parse(self._read() if text is None else text)

    def _read(self) -> str:
        try:
            if self.path.stat().st_size > _LARGEST_FILE:
                raise InvalidFile((f"{self.path}:1: the file is larger than {_LARGEST_FILE // 1_000_000} MB",))
            return self.path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise InvalidFile((f"{self.path}:1: cannot be read: {error.strerror}",)) from error
        except UnicodeDecodeError as error:
            raise InvalidFile((f"{self.path}:1: is not UTF-8 text (byte {error.start}); save it as UTF-8",)) from error

    def _parse(self, text: str) -> Any:
        loader = None
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
            if node is None:
                raise InvalidFile((f"{self.path}:1: the file is empty",))
            self._note_lines(node, ())
            return loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            what = error.problem or "not valid YAML"
            raise InvalidFile((f"{self.path}:{line}: YAML: {what}",)) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            what = f"the character U+{int(error.character):04X} is not allowed"
            raise InvalidFile((f"{self.path}:{line}: YAML: {what}",)) from error
        except (yaml.YAMLError, RecursionError) as error:
            what = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
            raise InvalidFile((f"{self.path}:1: YAML: {what}",)) from error
        finally:
            if loader:
                loader.dispose()

    def _note_lines(self, node: yaml.Node, place: Place) -> None:
        self._lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    self._repeated.append(f"{self.path}:{key.start_mark.line + 1}: {written((*place, name))}: "
                                          "the key stands twice")
                seen.add(name)
                self._lines[(*place, name)] = key.start_mark.line + 1
                self._note_lines(value, (*place, name))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._note_lines(value, (*place, index))

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def mistake(self, place: Place, what: str) -> str:
        """One mistake, located."""
        return f"{self.path}:{self.line(place)}: {written(place)}: {what}" if place else \
            f"{self.path}:{self.line(place)}: {what}"

    def read_as(self, model: type[V]) -> V:
        """The file as a value; InvalidFile with every mistake."""
        if not isinstance(self.content, dict):
            raise InvalidFile((self.mistake((), "expected keys and values ('id: …'), found something else"),))
        try:
            value = model.model_validate(self.content)
        except ValidationError as error:
            raise InvalidFile((*self._repeated, *dict.fromkeys(self._mistakes(error, model)))) from error
        if self._repeated:
            raise InvalidFile(tuple(self._repeated))
        return value

    def _mistakes(self, error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
        wrong = error.errors(include_url=False)
        for each in wrong:
            place = self._place(each)
            if self._is_echo(each, wrong):
                continue
            if each["type"] == "extra_forbidden":
                key = str(each["loc"][-1])
                close = difflib.get_close_matches(key, _keys_at(model, each["loc"][:-1]), 1)
                hint = f" (did you mean '{close[0]}'?)" if close else ""
                yield self._unknown(place, key, hint)
            elif each["type"] == "invalid_key":
                yield self.mistake((*place[:-1], str(each["loc"][-1])), "a key must be text: put it in quotes")
            elif each["type"] == "missing":
                yield self.mistake(place[:-1], f"'{place[-1] if place else '?'}' is missing")
            elif each["type"] in ("enum", "literal_error"):
                allowed = str(each.get("ctx", {}).get("expected", ""))
                close = difflib.get_close_matches(str(each["input"]), [a.strip(" '") for a in
                                                  allowed.replace(" or ", ",").split(",")], 1)
                hint = f" (did you mean '{close[0]}'?)" if close else ""
                yield self.mistake(place, f"{each['input']!r} is not one of {allowed}{hint}")
            else:
                yield self.mistake(place, _EXPECTED.get(each["type"], each["msg"].removeprefix("Value error, ")))

    def _place(self, error: ErrorDetails) -> Place:
        return tuple(part for part in error["loc"] if self._is_authored(part))

    def _is_echo(self, error: ErrorDetails, wrong: list[ErrorDetails]) -> bool:
        """Whether an error only follows from another one.

        A list is too short because its entries are wrong; a value fits none of two forms, and the form that its
        author meant says what is wrong with it.
        """
        place = self._place(error)
        others = [self._place(other) for other in wrong if other is not error]
        beneath = [other for other in others if other[:len(place)] == place]
        if error["type"] in ("too_short", "literal_error", "string_type") and not isinstance(error["input"], str):
            return any(len(other) > len(place) for other in beneath)
        return error["type"] == "model_type" and place in others

    def _unknown(self, place: Place, key: str, hint: str) -> str:
        around = written(place[:-1])
        return f"{self.path}:{self.line(place)}: {around + ': ' if around else ''}unknown key '{key}'{hint}"

    @staticmethod
    def _is_authored(part: str | int) -> bool:
        """Pydantic puts the names of union members among the keys: they are capitalised or hold brackets."""
        return isinstance(part, int) or not (part[:1].isupper() or "[" in part or part.startswith("constrained"))


def written(place: Place) -> str:
    """('facts', 2, 'reveal') as `facts[2].reveal`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _keys_at(model: Any, place: tuple[str | int, ...]) -> list[str]:
    """The keys that the schema allows at a place; for did-you-mean."""
    models = _models(model)
    for part in place:
        if isinstance(part, int):
            continue
        steps = [field.annotation for each in models for name, field in each.model_fields.items()
                 if part in (name, field.alias)]
        if steps:
            models = [each for step in steps for each in _models(step)]
        else:
            models = [each for each in models if each.__name__ == part] or models
    return [field.alias or name for each in models for name, field in each.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, types.UnionType, tuple, list, dict) or get_args(annotation):
        return [each for part in get_args(annotation) for each in _models(part)]
    return []
