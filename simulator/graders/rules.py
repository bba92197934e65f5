"""The rule grader: decides every kind of item but `judged`, suggests scale levels, and quotes for every point."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from simulator.exam.grade import Grade, Rating
from simulator.exam.ports import Progress, Understanding
from simulator.exam.rubric import ChecklistItem, RatingScale, Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.station import fingerprint
from simulator.exam.transcript import Transcript
from simulator.graders.acts import decide_act
from simulator.graders.asked import decide_asked
from simulator.graders.because import say
from simulator.graders.deeds import decide_examined, decide_not_ordered, decide_ordered
from simulator.graders.explained import decide_explained
from simulator.graders.scales import suggest
from simulator.graders.submitted import decide_submitted
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Verdict, not_judged
from simulator.vocabulary import Vocabulary

log = logging.getLogger(__name__)


class RuleGrader:
    """The `Grader` port without a language model; the same arguments give the same grade."""

    name = "rules-1"

    def __init__(self, understanding: Understanding, vocabulary: Vocabulary) -> None:
        self.understanding = understanding
        self.vocabulary = vocabulary

    async def grade(self, rubric: Rubric, transcript: Transcript, scenario: Scenario | None, now: datetime,
                    progress: Progress | None = None) -> Grade:
        """A rating for every item and scale, made in a thread; `progress` is called from there."""
        return await asyncio.to_thread(self.graded, rubric, transcript, scenario, now, progress)

    def graded(self, rubric: Rubric, transcript: Transcript, scenario: Scenario | None, now: datetime,
               progress: Progress | None = None) -> Grade:
        """The same without an event loop, for a command that marks many."""
        return self.decided(self.testimony(rubric, transcript, scenario), rubric, now, progress)

    def testimony(self, rubric: Rubric, transcript: Transcript, scenario: Scenario | None) -> Testimony:
        """The transcript, read once."""
        return Testimony(transcript, scenario, rubric.language, self.understanding, self.vocabulary)

    def decided(self, testimony: Testimony, rubric: Rubric, now: datetime, progress: Progress | None = None) -> Grade:
        """The grade of a transcript that has been read."""
        tell = progress or _nobody
        listed: tuple[ChecklistItem | RatingScale, ...] = (*rubric.items, *rubric.own_scales)
        tell(0, len(listed))
        ratings: list[Rating] = []
        for each in listed:
            ratings.append(_rated(each, testimony))
            tell(len(ratings), len(listed))
        flags = (*testimony.flags, *(flag for rating in ratings for flag in rating.flags))
        return Grade(
            grader=self.name, rubric=rubric.id, out_of=rubric.preset.out_of, ratings=tuple(ratings), at=now,
            provisional_above=rubric.provisional_above,
            critical=tuple(item.id for item in rubric.items if item.critical),
            fingerprints=self._fingerprints(rubric, testimony.scenario), flags=tuple(dict.fromkeys(flags)))

    def _fingerprints(self, rubric: Rubric, scenario: Scenario | None) -> dict[str, str]:
        prints = {"rubric": fingerprint(rubric), "understanding": self.understanding.name}
        return {**prints, "scenario": fingerprint(scenario)} if scenario else prints


def _rated(each: ChecklistItem | RatingScale, testimony: Testimony) -> Rating:
    """One rating, whatever happens."""
    if isinstance(each, RatingScale):
        return _safely(each, testimony, lambda: suggest(each, testimony))
    return _safely(each, testimony, lambda: _rating(each, decide(each, testimony)))


def _safely(each: ChecklistItem | RatingScale, testimony: Testimony, rate: Callable[[], Rating]) -> Rating:
    try:
        return rate()
    except Exception as error:  # whatever goes wrong with one item costs the candidate nothing and spares the others
        log.exception("item %s could not be judged", each.id)
        because = say("failed", testimony.language, error=type(error).__name__)
        failed = _rating(each, not_judged(because))
        return failed.model_copy(update={"is_scale": isinstance(each, RatingScale)})


def _rating(item: ChecklistItem | RatingScale, verdict: Verdict) -> Rating:
    return Rating(
        item=item.id, outcome=verdict.outcome, credit=verdict.credit, weight=item.weight, evidence=verdict.evidence,
        because=verdict.because, confidence=verdict.confidence, rests_on_absence=verdict.rests_on_absence,
        flags=verdict.flags)


def decide(item: ChecklistItem, testimony: Testimony) -> Verdict:
    """The verdict on one item by its kind."""
    if item.asked:
        return decide_asked(item.asked, item.credit, testimony)
    if item.examined:
        return decide_examined(item.examined, item.credit, testimony)
    if item.ordered:
        return decide_ordered(item.ordered, item.credit, testimony)
    if item.not_ordered:
        return decide_not_ordered(item.not_ordered, testimony)
    if item.act:
        return decide_act(item.act, item.credit, testimony)
    if item.explained:
        return decide_explained(item.explained, item.credit, testimony)
    if item.submitted:
        return decide_submitted(item.submitted, item.credit, testimony)
    return not_judged(say("needs_judge", testimony.language))


def _nobody(_done: int, _all: int) -> None:
    """Hears of the progress when no one else does."""
