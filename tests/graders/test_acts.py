from simulator.exam.grade import Outcome
from tests.builders import a_transcript

from .conftest import Rate
from .records import an_encounter, asks, does

EMPATHY = does("act.empathises", "This must be frightening.")
AFTER_FEAR = {"kinds": ["act.empathises"], "after": "cue.fear", "within": 2}


def test_an_act_is_read_from_the_words(rate: Rate) -> None:
    rating = rate(a_transcript("C: Hello, my name is Paul Martin."), act={"kinds": ["act.introduces_self"]})
    assert rating.credit == 1
    assert "Martin" in rating.evidence[0].words


def test_two_acts_of_two_kinds_may_stand_in_one_turn(rate: Rate) -> None:
    both = ("I'm Paul, the intern.",
            [does("act.introduces_self", "I'm Paul"), does("act.introduces_role", "the intern")])
    item = {"act": {"kinds": ["act.introduces_self", "act.introduces_role"], "at_least": 2},
            "credit": {"at_least": {1: 0.5, 2: 1}}}
    assert rate(an_encounter(both), **item).credit == 1
    assert rate(an_encounter((both[0], both[1][:1])), **item).credit == 0.5


def test_saying_the_same_words_again_counts_once(rate: Rate) -> None:
    empathy = ("This must be frightening.", [EMPATHY])
    assert rate(an_encounter(empathy, empathy), act={"kinds": ["act.empathises"], "at_least": 2}).credit == 0


def test_an_act_that_is_barely_recognised_does_not_count(rate: Rate) -> None:
    faint = ("Hm, hard.", [does("act.empathises", "Hm, hard.", confidence=0.2)])
    assert rate(an_encounter(faint), act={"kinds": ["act.empathises"]}).credit == 0


def test_the_answer_to_a_cue_counts_within_the_next_turns_only(rate: Rate) -> None:
    question = ("Do you smoke?", [asks("social.tobacco", "Do you smoke?")])
    empathy = ("This must be frightening.", [EMPATHY])
    assert rate(an_encounter("cue.fear: My hands shake.", question, empathy), act=AFTER_FEAR).credit == 1
    assert rate(an_encounter("cue.fear: My hands shake.", question, question, empathy), act=AFTER_FEAR).credit == 0
    assert rate(an_encounter(empathy, "cue.fear: My hands shake.", question), act=AFTER_FEAR).credit == 0


def test_a_cue_that_was_never_given_is_not_held_against_the_candidate(rate: Rate) -> None:
    rating = rate(an_encounter(("This must be frightening.", [EMPATHY])), act=AFTER_FEAR)
    assert rating.outcome is Outcome.NOT_JUDGED
    assert "cue.fear" in rating.because
