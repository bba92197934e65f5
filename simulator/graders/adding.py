"""Puts a proved judgement into a rating. Points are counted here, never by the model."""

from simulator.exam.base import Language
from simulator.exam.grade import Outcome, Rating
from simulator.exam.rubric import ChecklistItem, Credit, RatingScale
from simulator.graders.because import say
from simulator.graders.explained import told_ideas
from simulator.graders.judgement import LONGEST_REASON
from simulator.graders.proof import Proved, cited
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Demand, Verdict

_LEAST_SURE_SCALE = 0.3


def judged_rating(item: ChecklistItem, before: Rating, answer: Proved, language: Language) -> Rating:
    """A `judged` item: whole, a part where the item has parts, or nothing."""
    credit = _credit_of(answer.outcome, item.credit)
    saying = "model_undecided" if credit is None else "model_says"
    return _changed(before, credit, answer, say(saying, language, reason=_reason(answer, language)))


def _credit_of(outcome: Outcome, credit: Credit | None) -> float | None:
    if outcome is Outcome.NOT_JUDGED:
        return None
    if outcome is Outcome.NOT_MET:
        return 0.0
    shares = sorted(credit.at_least.values()) if credit else [1.0]
    parts = [share for share in shares if 0 < share < 1]
    return 1.0 if outcome is Outcome.MET or not parts else parts[-1]


def explained_rating(item: ChecklistItem, before: Rating, answer: Proved, testimony: Testimony) -> Rating:
    """An `explained` item: the ideas that the rules found and those that the model proved, counted together."""
    assert item.explained
    wanted, language = item.explained, testimony.language
    ruled = {number for number, (told, _) in enumerate(told_ideas(wanted, testimony), 1) if told}
    added = sorted(answer.ideas - ruled)
    demand = Demand.of(len(wanted.ideas), wanted.at_least, wanted.all, item.credit)
    credit = demand.earned(len(ruled) + len(added))
    if not added or credit <= (before.credit or 0):
        return before
    what = "; ".join(wanted.ideas[number - 1].idea for number in added)
    because = say("model_adds", language, what=what, reason=_reason(answer, language))
    with_rules = answer.model_copy(update={"evidence": tuple(dict.fromkeys((*before.evidence, *answer.evidence)))})
    return _changed(before, credit, with_rules, because)


def scale_rating(scale: RatingScale, before: Rating, answer: Proved, language: Language) -> Rating:
    """A scale's level as a suggestion, which counts only once a person confirms it."""
    if answer.level is None:
        return before
    anchor = scale.anchors[answer.level]
    because = say("model_scale", language, level=anchor.name, reason=_reason(answer, language))
    changed = _changed(before, anchor.level, answer, because)
    return changed.model_copy(update={"is_suggestion": True, "confidence": max(_LEAST_SURE_SCALE, answer.confidence)})


def _changed(before: Rating, credit: float | None, answer: Proved, because: str) -> Rating:
    verdict = Verdict(credit=credit, because=because, evidence=answer.evidence,
                      confidence=answer.confidence)
    return Rating.model_validate(before.model_dump() | {
        "outcome": verdict.outcome, "credit": verdict.credit, "evidence": verdict.evidence, "by_model": True,
        "because": verdict.because, "confidence": verdict.confidence})


def _reason(answer: Proved, language: Language) -> str:
    return cited(answer.reason, LONGEST_REASON) or say("model_no_reason", language)
