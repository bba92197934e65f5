from typing import Any

from tests.builders import a_transcript

from .conftest import Rate

ARTERY = {"idea": "An artery of the heart is blocked",
          "wordings": ["an artery of your heart is blocked", "you are having a heart attack"],
          "reject": ["it is nothing serious", "it is only your stomach"]}
REOPEN = {"idea": "It must be reopened now", "wordings": ["we will reopen the artery straight away",
                                                          "you need an urgent procedure to unblock it"]}
BOTH: dict[str, Any] = {"explained": {"ideas": [ARTERY, REOPEN], "at_least": 2}, "credit": {"at_least": {1: 0.5, 2: 1}}}
SAID = "C: I'm afraid you are having a heart attack."


def test_an_idea_counts_when_it_is_told(rate: Rate) -> None:
    rating = rate(a_transcript(SAID), **BOTH)
    assert rating.credit == 0.5
    assert "heart attack" in rating.evidence[0].words


def test_all_ideas_earn_the_whole_point(rate: Rate) -> None:
    assert rate(a_transcript(SAID, "C: We will reopen the artery straight away."), **BOTH).credit == 1


def test_a_question_explains_nothing(rate: Rate) -> None:
    assert rate(a_transcript("C: Do you think that you are having a heart attack?"), **BOTH).credit == 0


def test_a_check_at_the_end_does_not_make_a_question_of_an_explanation(rate: Rate) -> None:
    assert rate(a_transcript("C: You are having a heart attack, do you understand?"), **BOTH).credit == 0.5


def test_what_the_patient_said_is_not_explained_by_saying_it_again(rate: Rate) -> None:
    reported = a_transcript("P: My brother said you are having a heart attack.",
                            "C: You said you are having a heart attack.", "C: you are having a heart attack")
    assert rate(reported, **BOTH).credit == 0


def test_what_is_contradicted_later_was_not_explained(rate: Rate) -> None:
    taken_back = a_transcript(SAID, "P: Oh no.", "C: It is nothing serious.")
    assert rate(taken_back, **BOTH).credit == 0
    assert rate(a_transcript("C: It is nothing serious.", "P: Sure?", SAID), **BOTH).credit == 0.5


def test_the_opposite_does_not_carry_an_idea(rate: Rate) -> None:
    assert rate(a_transcript("C: You are not having a heart attack."), **BOTH).credit == 0
