"""Asks a language model for advice on what was missed, and keeps only sentences that say nothing new."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulator.exam.base import Language
from simulator.exam.errors import ModelUnavailable
from simulator.exam.feedback import Feedback
from simulator.exam.ports import Message
from simulator.exam.quoting import plain
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.graders.asking import USER, Asking
from simulator.graders.instructions import is_instruction
from simulator.graders.judgement import json_in
from simulator.graders.proof import cited

PROMPT = "debrief"
_MOST_ADVICE = 8  # items, those that weigh most
_LONGEST = 220
_MOST_TOKENS = 900
_STEM = 5
_SCHEMA: dict[str, Any] = {
    "type": "object", "additionalProperties": False, "required": ["advice"], "properties": {"advice": {
        "type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["item", "words"],
            "properties": {"item": {"type": "string"}, "words": {"type": "string"}}}}}}


async def advised(feedback: Feedback, rubric: Rubric, scenario: Scenario | None, asking: Asking) -> Feedback:
    """The debrief with the model's advice where every word of it was checked; without it when the model fails."""
    wanted = feedback.missed[:_MOST_ADVICE]
    if not wanted:
        return feedback
    texts = {item.id: item.text for item in rubric.items}
    items = "\n".join(f"- {each.item}: {texts[each.item]}{f' ({each.example})' if each.example else ''}"
                      for each in wanted)
    system, _, user = asking.prompt(PROMPT).filled(items=items).partition(USER)
    try:
        words = await asking.words([Message(role="system", content=system.strip()),
                                    Message(role="user", content=user.strip())], _SCHEMA, _MOST_TOKENS, 0)
    except ModelUnavailable:
        return feedback
    given = _given(words)
    about = (scenario.debrief.summary, *feedback.lessons) if scenario else feedback.lessons
    missed = tuple(
        each.model_copy(update={"advice": advice}) if (advice := given.get(each.item)) and says_nothing_new(
            advice, (texts[each.item], each.example or "", *about), rubric.language) else each
        for each in feedback.missed)
    return feedback.model_copy(update={"missed": missed})


def _given(words: str) -> dict[str, str]:
    """The advice by item; of an item advised twice, none."""
    found = json_in(words)
    rows = found.get("advice") if isinstance(found, dict) else None
    pairs = [(str(row["item"]), cited(str(row["words"]), _LONGEST + 1)) for row in rows or ()
             if isinstance(row, dict) and {"item", "words"} <= row.keys()] if isinstance(rows, list) else []
    names = [item for item, _ in pairs]
    return {item: words for item, words in pairs if names.count(item) == 1}


def says_nothing_new(words: str, sources: tuple[str, ...], language: Language) -> bool:
    """Whether every word is ordinary or stands in the sources, and no number is new."""
    if not words or len(words) > _LONGEST or is_instruction(words) or re.search(r"[<>{}\[\]`|\\]|https?:", words):
        return False
    known = {word[:_STEM] for source in sources for word in plain(source).split()} | _ordinary(language)
    said = plain(words).split()
    figures = {word for source in sources for word in plain(source).split() if not word.isalpha()}
    return all(word[:_STEM] in known if word.isalpha() else word in figures for word in said)


@cache
def _ordinary(language: Language) -> frozenset[str]:
    words: dict[str, str] = yaml.safe_load(Path(__file__).with_name("ordinary.yaml").read_text(encoding="utf-8"))
    return frozenset(word[:_STEM] for word in plain(words[language.value]).split())
