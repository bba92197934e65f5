"""The tutor of practice mode: hints about what the grid still waits for: a nudge, then the topic, then an example.

A pure function of the rubric, the transcript and its readings. It never speaks of what is explained or concluded, and
never says a word of the diagnosis.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from simulator.exam.base import Language
from simulator.exam.rubric import ChecklistItem, Rubric
from simulator.exam.scenario import Diagnosis, Scenario
from simulator.exam.transcript import ActionKind, ActKind, Reading, Transcript, plain
from simulator.vocabulary import Topic, Vocabulary

_SURE = 0.28  # confidence from which an act of communication counts, as in marking


class HintLevel(StrEnum):
    """How much a hint gives away."""

    NUDGE = "nudge"
    TOPIC = "topic"
    EXAMPLE = "example"


class Hint(NamedTuple):
    """What the tutor says, and about which item; no item when nothing is left to hint at."""

    words: str
    item: str | None = None
    level: HintLevel | None = None

    @property
    def fields(self) -> dict[str, str]:
        """How the transcript records it."""
        return {"item": self.item, "level": self.level.value} if self.item and self.level else {}


def next_hint(rubric: Rubric, scenario: Scenario, transcript: Transcript, vocabulary: Vocabulary) -> Hint:
    """The next hint: one level further on the first item that is open, or on to the next open item."""
    done, language = _done(transcript), rubric.language
    given = [action.fields for action in transcript.actions if action.action is ActionKind.ASKED_FOR_HELP]
    for item in rubric.items:
        topics = _missing(item, scenario, transcript, done, vocabulary)
        level = _next_level([fields.get("level") for fields in given if fields.get("item") == item.id])
        if not topics or level is None:
            continue
        words = _words(item, level, topics[0], language)
        if not _tells(words, scenario.diagnosis):
            return Hint(words, item.id, level)
    return Hint(_lines()[language.value]["none"])


def _next_level(given: list[str | None]) -> HintLevel | None:
    return next((level for level in HintLevel if level.value not in given), None)


def _done(transcript: Transcript) -> frozenset[str]:
    """Topics and facts asked about, acts done, examinations and tests, as read in the turns."""
    done = {action.target for action in transcript.actions if action.target}
    acts = [act for entry in transcript.entries if isinstance(entry, Reading) for act in entry.acts]
    for act in acts:
        is_counted = act.kind is not ActKind.COMMUNICATES or act.confidence >= _SURE
        if is_counted and not act.is_negated and act.kind is not ActKind.UNSURE:
            done |= {each for each in (act.topic, act.fact) if each}
    return frozenset(done)


def _missing(item: ChecklistItem, scenario: Scenario, transcript: Transcript, done: frozenset[str],
             vocabulary: Vocabulary) -> list[Topic]:
    """The topics of the item that were not brought up; none once it has as many as it wants."""
    wanted, needed = _wanted(item, scenario, transcript)
    open_ones = [topic for topic, names in wanted if not names & done]
    if len(wanted) - len(open_ones) >= needed:
        return []
    return [vocabulary[topic] for topic in open_ones if topic in vocabulary]


def _wanted(item: ChecklistItem, scenario: Scenario,
            transcript: Transcript) -> tuple[list[tuple[str, frozenset[str]]], int]:
    """What an item lists, each as a topic with the names under which it may be read, and how many it needs."""
    if item.asked:
        facts = [fact for each in item.asked.facts if (fact := scenario.fact(each))]
        wanted = {topic: frozenset((topic,)) for topic in item.asked.topics}
        wanted |= {fact.topic: frozenset((fact.topic, fact.id)) for fact in facts}
        return list(wanted.items()), _needed(item, len(wanted), item.asked.at_least, item.asked.all)
    if item.examined:
        found = [(f"examine.{each}", frozenset((f"examine.{each}",))) for each in item.examined.findings]
        return found, _needed(item, len(found), item.examined.at_least, item.examined.all)
    if item.ordered:
        found = [(f"order.{each}", frozenset((f"order.{each}",))) for each in item.ordered.results]
        return found, _needed(item, len(found), item.ordered.at_least, item.ordered.all)
    if item.act and (item.act.after is None or item.act.after in transcript.told):
        kinds = frozenset(item.act.kinds)
        return [(item.act.kinds[0], kinds)], 1
    return [], 0


def _needed(item: ChecklistItem, listed: int, at_least: int | None, wants_all: bool) -> int:
    if item.credit:
        best = max(item.credit.at_least.values())
        return min(least for least, share in item.credit.at_least.items() if share == best)
    return listed if wants_all else min(at_least or 1, listed)


def _words(item: ChecklistItem, level: HintLevel, topic: Topic, language: Language) -> str:
    lines = _lines()[language.value]
    name = topic.name.of(language)
    if level is HintLevel.NUDGE:
        area = topic.group.of(language) if topic.group else lines["areas"].get(topic.family, lines["areas"]["other"])
        return str(lines["nudge"][item.kind]).format(area=area)
    if level is HintLevel.TOPIC:
        return str(lines["topic"]).format(topic=name)
    return str(lines["example"]).format(words=topic.asks.of(language)[0])


def _tells(words: str, diagnosis: Diagnosis) -> bool:
    """Whether a hint holds a word of what it was, or might have been."""
    said = f" {plain(words)} "
    return any(f" {plain(each)} " in said
               for each in (diagnosis.stated, *diagnosis.also_accept, *diagnosis.differential) if plain(each))


@cache
def _lines() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return content
