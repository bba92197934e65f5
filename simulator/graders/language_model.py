"""The language-model grader: the rules decide what rules can decide; a model judges the rest, and proves every point.

Whatever the model does, no point of the rules is lost, and none is added without the candidate's own words. A judgement
that cannot be used leaves the rating as the rules left it.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from simulator.exam.grade import Grade, Outcome, Rating, SecondOpinion
from simulator.exam.ports import LanguageModel, Progress
from simulator.exam.rubric import ChecklistItem, Modality, RatingScale, Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Transcript
from simulator.graders.adding import explained_rating, judged_rating, scale_rating
from simulator.graders.advice import advised
from simulator.graders.asking import MODEL_UNAVAILABLE, Asking, Missing
from simulator.graders.because import say
from simulator.graders.briefs import Brief, brief_of
from simulator.graders.dossier import Dossier
from simulator.graders.feedback import feedback_of
from simulator.graders.judgement import LONGEST_REASON, Judgement
from simulator.graders.proof import Proved, Prover, cited
from simulator.graders.rules import RuleGrader
from simulator.graders.testimony import Testimony

MODEL_DOWN = "model_down"  # no call was answered: the grade is that of the rules
MODEL_DISAGREES = "model_disagrees"
REPEAT_DISAGREEMENT = "repeat_disagreement"
MODEL_UNDECIDED = "model_undecided"
TOO_LONG = "too_long_for_model"

Answer = Proved | Missing


class Voted(NamedTuple):
    """What repeated judgements of one item come to."""

    answer: Answer
    agreement: float | None
    differ: bool


class LanguageModelGrader:
    """The `Grader` port with a language model beside the rules; without one it is the rule grader."""

    name = "language-model-1"

    def __init__(self, model: LanguageModel, rules: RuleGrader, *, batch: int = 1, repeats: int = 1,
                 second_opinions: bool = False, seconds: float = 60.0, at_once: int = 2,
                 advises: bool = False) -> None:
        self.model = model
        self.rules = rules
        self.batch = max(1, batch)
        self.repeats = max(1, repeats)
        self.second_opinions = second_opinions  # also asks about what the rules decide, to flag disagreement
        self.seconds = seconds
        self.at_once = max(1, at_once)
        self.advises = advises  # also asks for advice on what was missed

    async def grade(self, rubric: Rubric, transcript: Transcript, scenario: Scenario | None, now: datetime,
                    progress: Progress | None = None) -> Grade:
        """The rules' grade with the model's judgements in it, each proved, and what they used."""
        testimony = await asyncio.to_thread(self.rules.testimony, rubric, transcript, scenario)
        ruled = await asyncio.to_thread(self.rules.decided, testimony, rubric, now)
        ruled = ruled.model_copy(update={"grader": self.name})
        dossier = Dossier(transcript, rubric.language, testimony.all_heard)
        if dossier.is_too_long:
            return ruled.model_copy(update={"flags": (*ruled.flags, TOO_LONG)})
        asking = Asking(self.model, dossier, rubric.language, self.seconds)
        marking = _Marking(self, ruled, rubric, testimony, Prover(testimony, dossier), asking, progress)
        grade = await marking.grade()
        if self.advises and MODEL_DOWN not in grade.flags:
            feedback = feedback_of(grade, rubric, scenario, self.rules.vocabulary)
            grade = grade.model_copy(update={"feedback": await advised(feedback, rubric, scenario, asking)})
        parameters: dict[str, float | int | bool] = {"batch": self.batch, "second_opinions": self.second_opinions,
                                                     "seconds": self.seconds}
        return grade.model_copy(update={"model_use": asking.use(self.repeats, parameters)})


class _Marking:
    """One grading: which items are asked about, and what becomes of the answers."""

    def __init__(self, grader: LanguageModelGrader, ruled: Grade, rubric: Rubric, testimony: Testimony,
                 prover: Prover, asking: Asking, progress: Progress | None) -> None:
        self.grader = grader
        self.ruled = ruled
        self.testimony = testimony
        self.prover = prover
        self.asking = asking
        self.ratings = {rating.item: rating for rating in ruled.ratings}
        listed: tuple[ChecklistItem | RatingScale, ...] = (*rubric.items, *rubric.own_scales)
        self.briefs = [brief_of(each, testimony.scenario, rubric.language) for each in listed if self._is_asked(each)]
        self.progress = progress
        self.done = len(listed) - len(self.briefs)
        self.all = len(listed)

    def _is_asked(self, about: ChecklistItem | RatingScale) -> bool:
        if not self.testimony.has_anything:
            return False
        rating = self.ratings[about.id]
        if isinstance(about, RatingScale):
            return about.modality is Modality.TEXT and bool(self.testimony.heard)
        if about.judged:
            return about.judged.modality is Modality.TEXT
        if about.explained and (rating.credit or 0) < 1:
            return True
        return self.grader.second_opinions and rating.credit is not None and not about.not_ordered

    async def grade(self) -> Grade:
        """Every item's rating, in the rubric's order."""
        self._tell(0)
        room = asyncio.Semaphore(self.grader.at_once)
        await asyncio.gather(*(self._judge(group, room) for group in self._groups()))
        ratings = tuple(self.ratings[rating.item] for rating in self.ruled.ratings)
        flags = [*self.ruled.flags, *(flag for rating in ratings for flag in rating.flags)]
        if self.briefs and not self.asking.completions:
            flags = [*self.ruled.flags, MODEL_DOWN]
        return self.ruled.model_copy(update={"ratings": ratings, "flags": tuple(dict.fromkeys(flags))})

    def _groups(self) -> list[list[Brief]]:
        """The items of one call each; a scale is always asked about by itself."""
        size = self.grader.batch
        items = [each for each in self.briefs if each.prompt == "grader"]
        return [items[at:at + size] for at in range(0, len(items), size)] + \
            [[each] for each in self.briefs if each.prompt != "grader"]

    async def _judge(self, briefs: list[Brief], room: asyncio.Semaphore) -> None:
        async with room:
            rounds = [await self.asking.judged(briefs, self._check, seed) for seed in range(self.grader.repeats)]
        for brief in briefs:
            voted = vote([answers[brief.id] for answers in rounds], self.testimony)
            self.ratings[brief.id] = self._rated(brief, voted)
        self._tell(len(briefs))

    def _check(self, judgement: Judgement | None, brief: Brief) -> Proved:
        return self.prover.proved(judgement, brief)

    def _tell(self, more: int) -> None:
        self.done += more
        if self.progress:
            self.progress(self.done, self.all)

    # -- ratings -------------------------------------------------------------------------------------------------------

    def _rated(self, brief: Brief, voted: Voted) -> Rating:
        """The rules' rating with the model's word added; its points stay."""
        before, about, answer = self.ratings[brief.id], brief.about, voted.answer
        if isinstance(answer, Missing):
            return self._without_model(before, about, answer, voted)
        if isinstance(about, RatingScale):
            rating = scale_rating(about, before, answer, self.testimony.language)
        elif about.judged:
            rating = judged_rating(about, before, answer, self.testimony.language)
        elif about.explained and (before.credit or 0) < 1:
            rating = explained_rating(about, before, answer, self.testimony)
        else:
            return self._seconded(before, answer)
        flags = [*rating.flags]
        flags += [MODEL_UNDECIDED] if answer.outcome is Outcome.NOT_JUDGED else []
        flags += [REPEAT_DISAGREEMENT] if voted.differ else []
        confidence = round(rating.confidence * (voted.agreement or 1.0), 4)
        return rating.model_copy(update={"flags": tuple(dict.fromkeys(flags)), "agreement": voted.agreement,
                                         "confidence": confidence})

    def _without_model(self, before: Rating, about: ChecklistItem | RatingScale, missing: Missing,
                       voted: Voted) -> Rating:
        if isinstance(about, ChecklistItem) and not about.judged and not about.explained:
            return before  # only a second opinion is missing
        is_judged = isinstance(about, ChecklistItem) and about.judged is not None
        flags = (*before.flags, missing.flag) if missing.flag else before.flags
        flags = (*flags, REPEAT_DISAGREEMENT) if voted.differ else flags
        return before.model_copy(update={"because": missing.because if is_judged else before.because,
                                         "flags": tuple(dict.fromkeys(flags)), "agreement": voted.agreement})

    def _seconded(self, before: Rating, answer: Proved) -> Rating:
        """The rules' rating; a differing opinion is kept beside it and flagged."""
        if answer.outcome is Outcome.NOT_JUDGED or answer.outcome is before.outcome:
            return before
        reason = cited(answer.reason, LONGEST_REASON) or say("model_no_reason", self.testimony.language)
        opinion = SecondOpinion(outcome=answer.outcome, because=reason, evidence=answer.evidence)
        return before.model_copy(update={"flags": (*before.flags, MODEL_DISAGREES), "second_opinion": opinion})


def vote(answers: Sequence[Answer], testimony: Testimony) -> Voted:
    """What most of the judgements say; a tie says nothing."""
    if len(answers) == 1:
        return Voted(answers[0], None, False)
    keys = [_key(each) for each in answers]
    (winner, votes), *others = Counter(keys).most_common()
    differ = bool(others)
    if others and others[0][1] == votes:
        because = say("model_tie", testimony.language, times=len(answers))
        return Voted(Missing("", because), votes / len(answers), differ)
    return Voted(answers[keys.index(winner)], votes / len(answers), differ)


def _key(answer: Answer) -> str:
    if isinstance(answer, Missing):
        return "missing"
    return f"{answer.outcome} {answer.level} {sorted(answer.ideas)}"


__all__ = ["MODEL_DISAGREES", "MODEL_DOWN", "MODEL_UNAVAILABLE", "REPEAT_DISAGREEMENT", "LanguageModelGrader"]
