"""Writes the debrief from the grade alone, by templates: what went well, what was missed, how to ask it next time."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from simulator.exam.base import Language
from simulator.exam.feedback import Feedback, Remark
from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.rubric import ChecklistItem, Rubric
from simulator.exam.scenario import Scenario
from simulator.vocabulary import Vocabulary

_MOST = 0.6  # share of items from which the essentials are said to be there
_LONGEST_QUOTE = 160


def feedback_of(grade: Grade, rubric: Rubric, scenario: Scenario | None, vocabulary: Vocabulary) -> Feedback:
    """The debrief of a grade; what a person has changed in the grade is changed here too."""
    ratings = {rating.item: rating for rating in grade.ratings if not rating.is_scale}
    pairs = [(item, ratings[item.id]) for item in rubric.items if item.id in ratings]
    judged = [(item, rating) for item, rating in pairs if rating.counts]
    well = [(item, rating) for item, rating in judged if rating.outcome is Outcome.MET]
    missed = sorted(((item, rating) for item, rating in judged if rating.outcome is not Outcome.MET),
                    key=lambda pair: (not pair[0].critical, -pair[0].weight * (1 - (pair[1].credit or 0))))
    say = _Sayings(rubric.language)
    return Feedback(
        opening=say.opening(len(well), len(judged)),
        went_well=tuple(Remark(item=item.id, words=say.well(item, rating)) for item, rating in well),
        missed=tuple(Remark(item=item.id, words=say.missed(item, rating),
                            example=example_of(item, rubric.language, scenario, vocabulary))
                     for item, rating in missed),
        unsure=tuple(Remark(item=item.id, words=say("unsure")) for item, rating in pairs
                     if rating.outcome is Outcome.NOT_JUDGED),
        lessons=tuple(point.teaches for point in scenario.debrief.points) if scenario else ())


def feedback_in_force(grade: Grade, rubric: Rubric, scenario: Scenario | None, vocabulary: Vocabulary) -> Feedback:
    """The debrief of the grade as it stands now, with the advice that was written for what is still missed."""
    fresh = feedback_of(grade, rubric, scenario, vocabulary)
    advice = {each.item: each.advice for each in grade.feedback.missed} if grade.feedback else {}
    return fresh.model_copy(update={"missed": tuple(
        each.model_copy(update={"advice": advice.get(each.item)}) for each in fresh.missed)})


def example_of(item: ChecklistItem, language: Language, scenario: Scenario | None,
               vocabulary: Vocabulary) -> str | None:
    """How it could be said: the author's example, or a wording of the vocabulary."""
    if item.would_earn or item.not_ordered:
        return item.would_earn
    topics = item.asked.topics if item.asked else item.act.kinds if item.act else ()
    facts = item.asked.facts if item.asked and scenario else ()
    asked = (*topics, *(fact.topic for each in facts if scenario and (fact := scenario.fact(each))))
    return next((wording for topic in asked if topic in vocabulary
                 for wording in vocabulary[topic].asks.of(language)[:1]), None)


class _Sayings:
    """The templates of one language."""

    def __init__(self, language: Language) -> None:
        self._words: dict[str, Any] = _templates()[language.value]

    def __call__(self, key: str, **parts: object) -> str:
        words: Any = self._words
        for part in key.split("."):
            words = words[part]
        return str(words).format(**parts)

    def opening(self, met: int, judged: int) -> str:
        if not judged:
            return self("opening.nothing")
        key = "all" if met == judged else "none" if not met else "most" if met >= _MOST * judged else "some"
        return self(f"opening.{key}", met=met, judged=judged)

    def well(self, item: ChecklistItem, rating: Rating) -> str:
        if not rating.evidence:
            return self("well.abstained")
        return self("well.written" if item.submitted else "well.quoted", quote=_quoted(rating))

    def missed(self, item: ChecklistItem, rating: Rating) -> str:
        """What was not done, and that it comes first when it is essential."""
        if rating.outcome is Outcome.PARTLY_MET and rating.evidence:
            words = self("partly", quote=_quoted(rating))
        elif rating.evidence and not item.not_ordered and (item.examined or item.ordered):
            words = self("too_late")
        else:
            words = self(f"missed.{item.kind}")
        return f"{words} {self('critical')}" if item.critical else words


@cache
def _templates() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return content


def _quoted(rating: Rating) -> str:
    words = " ".join(rating.evidence[0].words.split()).rstrip(" .")
    return words if len(words) <= _LONGEST_QUOTE else f"{words[:_LONGEST_QUOTE].rsplit(' ', 1)[0]}…"
