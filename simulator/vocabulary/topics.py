"""Topics and the vocabulary that holds them, read strictly from the YAML files beside this module."""

import hashlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError

from simulator.exam.base import Language, Value
from simulator.exam.errors import InvalidFile
from simulator.exam.transcript import plain

FOLDER = Path(__file__).parent


class Unscripted(StrEnum):
    """What a patient may say on a topic that the scenario leaves out."""

    DENIED = "denied"
    UNKNOWN = "unknown"
    SILENT = "silent"


class InLanguages(Value):
    """One text per language."""

    fr: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def of(self, language: Language) -> str:
        return self.fr if language is Language.FRENCH else self.en


class Wordings(Value):
    """Several texts per language."""

    fr: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def of(self, language: Language) -> tuple[str, ...]:
        return self.fr if language is Language.FRENCH else self.en


class Topic(Value):
    """One controlled term: `symptom.fever`, `complaint.onset`, `act.greets`, `examine.throat`, `order.ecg`.

    `terms` are short noun phrases that name it and nothing else; `asks` are full utterances; `includes` lists the
    topics that a general question covers; `near` those most easily confused with it; on an ordinary topic that the
    scenario leaves out, a free patient may make something harmless up.
    """

    id: str
    name: InLanguages
    group: InLanguages | None = None
    terms: Wordings = Wordings()
    asks: Wordings
    denies: InLanguages | None = None
    if_unscripted: Unscripted = Unscripted.SILENT
    is_ordinary: bool = False
    near: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The part before the first point: `symptom`, `complaint`, `act`…"""
        return self.id.split(".", 1)[0]


class Vocabulary(Mapping[str, Topic]):
    """All topics by id."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._topics = {topic.id: topic for topic in topics}

    def __getitem__(self, topic: str) -> Topic:
        return self._topics[topic]

    def __iter__(self) -> Iterator[str]:
        return iter(self._topics)

    def __len__(self) -> int:
        return len(self._topics)

    def ids(self) -> frozenset[str]:
        return frozenset(self._topics)

    def family(self, *names: str) -> tuple[Topic, ...]:
        """The topics of these families, in the files' order."""
        return tuple(topic for topic in self._topics.values() if topic.family in names)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of all that the understanding learns from."""
        digest = hashlib.sha256()
        for topic in sorted(self._topics.values(), key=lambda each: each.id):
            digest.update(topic.model_dump_json(include={"id", "name", "terms", "asks"}).encode())
        return digest.hexdigest()

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Vocabulary":
        """The vocabulary of a folder; InvalidFile with every mistake, each as `file: topic: what`."""
        topics: dict[str, Topic] = {}
        mistakes: list[str] = []
        for path in sorted(folder.glob("*.yaml")):
            for name, entry in _entries(path).items():
                if name in topics:
                    mistakes.append(f"{path.name}: {name}: stands in two files")
                try:
                    topics[name] = Topic.model_validate({"id": name, **entry})
                except (ValidationError, TypeError) as error:
                    mistakes += [f"{path.name}: {name}: {line}" for line in _told(error)]
        vocabulary = cls(tuple(topics.values()))
        mistakes += lint(vocabulary)
        if mistakes:
            raise InvalidFile(tuple(mistakes))
        return vocabulary


def _entries(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidFile((f"{path.name}:{line}: YAML: {error.problem}",)) from error
    if not isinstance(content, dict):
        raise InvalidFile((f"{path.name}:1: expected topics as keys",))
    return content


def _told(error: ValidationError | TypeError) -> list[str]:
    if isinstance(error, TypeError):
        return ["expected keys and values"]
    return [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors(include_url=False)]


def lint(vocabulary: Vocabulary) -> list[str]:
    """What makes a vocabulary incoherent: a wording under two topics, a language missing, an unknown neighbour."""
    mistakes = []
    for language in Language:
        owners: dict[str, str] = {}
        for topic in vocabulary.values():
            if not topic.asks.of(language):
                mistakes.append(f"{topic.id}: no way of asking in '{language}'")
            for wording in {plain(each) for each in (*topic.asks.of(language), *topic.terms.of(language))}:
                other = owners.setdefault(wording, topic.id)
                if other != topic.id:
                    mistakes.append(f"{topic.id}: {wording!r} ({language}) also belongs to {other}")
    for topic in vocabulary.values():
        for other in (*topic.near, *topic.includes):
            if other not in vocabulary:
                mistakes.append(f"{topic.id}: names '{other}', which is no topic")
    return mistakes
