from typing import Any

from simulator.exam.grade import Grade, Outcome
from simulator.exam.transcript import Transcript
from simulator.graders.rules import RuleGrader
from tests.builders import NOW, a_rubric

from .records import an_encounter, asks, does

LEVELS = [{"level": level, "name": f"level {level}", "means": "So."} for level in (0, 0.25, 0.5, 0.75, 1)]
SCALE: dict[str, Any] = {
    "id": "listening", "text": "Listens", "anchors": LEVELS, "indicators": [
        {"text": "Names the emotion", "act": {"kinds": ["act.empathises"]}},
        {"text": "Sums up", "act": {"kinds": ["act.summarises"]}},
        {"text": "Asks about fears", "asked": {"topics": ["ice.concerns"]}},
        {"text": "Answers the fear", "act": {"kinds": ["act.empathises"], "after": "cue.fear"}},
        {"text": "Looks at the patient", "modality": "video"}]}
ITEM = {"asked": {"topics": ["social.tobacco"]}}
TALK = an_encounter(("This is hard for you.", [does("act.empathises", "This is hard for you.")]),
                    ("To sum up, a cough.", [does("act.summarises", "To sum up, a cough.")]))


def graded(grader: RuleGrader, transcript: Transcript, **changes: Any) -> Grade:
    return grader.graded(a_rubric(ITEM, scales=[SCALE | changes]), transcript, None, NOW)


def test_the_level_nearest_to_the_share_of_indicators_is_suggested_with_quotes(grader: RuleGrader) -> None:
    rating = graded(grader, TALK).ratings[-1]
    assert rating.credit == 0.75, "two of the three that can be decided: the cue was not given, sight is not there"
    assert (rating.is_scale, rating.is_suggestion) == (True, True)
    assert [quote.words for quote in rating.evidence] == ["This is hard for you.", "To sum up, a cough."]
    assert 0.3 <= rating.confidence <= 0.6


def test_a_suggestion_never_enters_the_mark(grader: RuleGrader) -> None:
    grade = graded(grader, TALK)
    assert (grade.points, grade.possible) == (0, 1)


def test_the_lowest_level_needs_no_quote(grader: RuleGrader) -> None:
    rating = graded(grader, an_encounter(("Do you smoke?", [asks("social.tobacco", "Do you smoke?")]))).ratings[-1]
    assert (rating.credit, rating.evidence) == (0, ())


def test_a_scale_for_the_eye_or_without_indicators_is_not_judged(grader: RuleGrader) -> None:
    assert graded(grader, TALK, modality="video").ratings[-1].outcome is Outcome.NOT_JUDGED
    assert graded(grader, TALK, indicators=[]).ratings[-1].outcome is Outcome.NOT_JUDGED
