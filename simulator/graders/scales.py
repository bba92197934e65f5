"""Suggests the level of a rating scale from its observable indicators; only a person's word makes it count."""

from simulator.exam.grade import Outcome, Rating
from simulator.exam.rubric import Indicator, Modality, RatingScale
from simulator.graders.acts import decide_act
from simulator.graders.asked import decide_asked
from simulator.graders.because import say
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Verdict, not_judged

LEAST_SURE, MOST_SURE = 0.3, 0.6  # two humans agree on such a scale in .27 to .44 of cases (FIELD.md §2)
_SURER_PER_INDICATOR = 0.06


def suggest(scale: RatingScale, testimony: Testimony) -> Rating:
    """The scale's rating: the anchor nearest to the share of indicators met, as a suggestion with low confidence."""
    verdict = _verdict(scale, testimony)
    return Rating(
        item=scale.id, outcome=verdict.outcome, credit=verdict.credit, weight=scale.weight, evidence=verdict.evidence,
        because=verdict.because, confidence=verdict.confidence, is_scale=True,
        is_suggestion=verdict.outcome is not Outcome.NOT_JUDGED)


def _verdict(scale: RatingScale, testimony: Testimony) -> Verdict:
    language = testimony.language
    if scale.modality is not Modality.TEXT:
        return not_judged(say("not_perceptible", language))
    verdicts = [_observed(each, testimony) for each in scale.indicators if each.modality is Modality.TEXT]
    decided = [verdict for verdict in verdicts if verdict.credit is not None]
    met = [verdict for verdict in decided if verdict.credit == 1]
    if not decided or not testimony.heard:
        return not_judged(say("no_indicator", language))
    share = len(met) / len(decided)
    anchor = min(scale.anchors, key=lambda each: (abs(each.level - share), each.level)) if met else scale.anchors[0]
    if anchor.level and not met:
        return not_judged(say("no_indicator", language))
    evidence = tuple(dict.fromkeys(quote for verdict in met for quote in verdict.evidence)) if anchor.level else ()
    return Verdict(
        credit=anchor.level, evidence=evidence,
        because=say("scale", language, met=len(met), all=len(decided), level=anchor.name),
        confidence=min(MOST_SURE, LEAST_SURE + _SURER_PER_INDICATOR * (len(decided) - 1)))


def _observed(indicator: Indicator, testimony: Testimony) -> Verdict:
    if indicator.act:
        return decide_act(indicator.act, None, testimony)
    assert indicator.asked  # Indicator._decidable
    return decide_asked(indicator.asked, None, testimony)
