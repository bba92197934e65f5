"""A scenario is refused when it cannot be played."""

from typing import Any

import pytest
from pydantic import ValidationError

from simulator.exam.scenario import Condition, Level, Scenario
from tests.exam.authored import SCENARIO, a_scenario


def a_fact(**keys: Any) -> dict[str, Any]:
    return {"topic": "symptom.fever", "answer": "Un peu.", **keys}


def test_a_fact_is_named_after_its_topic_unless_it_has_an_id() -> None:
    facts = a_scenario(facts=[a_fact(), a_fact(id="fever_again")]).facts
    assert [fact.id for fact in facts] == ["symptom.fever", "fever_again"]


def test_ideas_concerns_and_expectations_are_facts_when_they_are_written() -> None:
    scenario = a_scenario()
    assert [fact.id for fact in scenario.all_facts] == ["complaint.onset", "social.tobacco", "ice.ideas"]
    ideas = scenario.fact("ice.ideas")
    assert ideas
    assert ideas.answer == "Un rhume."
    assert scenario.fact("ice.concerns") is None


@pytest.mark.parametrize(("reveal", "level"), [
    ("opening", Level.OPENING), ("volunteered", Level.VOLUNTEERED), ("when_asked", Level.WHEN_ASKED),
    ("on_direct_question", Level.ON_DIRECT_QUESTION), ({"after": "act.empathises"}, Level.CONDITIONAL),
])
def test_a_fact_has_the_level_that_its_author_gave_it(reveal: object, level: Level) -> None:
    assert a_scenario(facts=[a_fact(reveal=reveal)]).facts[0].level is level


def test_a_fact_is_told_when_asked_unless_its_author_says_otherwise() -> None:
    assert a_scenario(facts=[a_fact()]).facts[0].level is Level.WHEN_ASKED


def test_a_condition_may_be_one_thing_or_several() -> None:
    facts = a_scenario(facts=[a_fact(id="x", reveal={"after": "act.empathises"}),
                              a_fact(id="y", reveal={"after": ["act.empathises", "x"]})]).facts
    assert [fact.reveal.after for fact in facts if isinstance(fact.reveal, Condition)] == [
        ("act.empathises",), ("act.empathises", "x")]


def test_a_pertinent_negative_may_be_a_bare_topic() -> None:
    assert a_scenario(denies=["symptom.fever"]).denies[0].topic == "symptom.fever"


@pytest.mark.parametrize(("changes", "what"), [
    ({"facts": [a_fact(), a_fact()]}, "these ids stand twice among facts, cues and asks: symptom.fever"),
    ({"facts": [a_fact(id="x")], "cues": [{"id": "x", "says": "…!", "when": {"at": "opening"}}]}, "stand twice"),
    ({"facts": [a_fact(reveal={"after": "fact_x"})]}, "fact 'symptom.fever' waits for fact_x, which is no fact"),
    ({"facts": [a_fact(otherwise="Non.")]}, "'otherwise' is only for a conditional fact"),
    ({"facts": [a_fact(reveal="sometimes")]}, "Input should be 'opening'"),
    ({"facts": [a_fact(reveal={"after": []})]}, "at least 1 item"),
    ({"facts": [a_fact(topic="Symptom Fever")]}, "should match pattern"),
    ({"facts": [a_fact(answer="   ")]}, "at least 1 character"),
    ({"facts": []}, "at least 1 item"),
    ({"closing": []}, "at least 1 item"),
    ({"closing": [{"id": "plan", "asks": "?"}, {"id": "plan", "asks": "!"}]}, "twice in 'closing': plan"),
    ({"findings": [{"examine": "skin", "shows": "a"}, {"examine": "skin", "shows": "b"}]}, "twice in 'findings': skin"),
    ({"results": [{"order": "ecg", "shows": "a"}, {"order": "ecg", "shows": "b"}]}, "twice in 'results': ecg"),
    ({"denies": ["symptom.fever", "symptom.fever"]}, "twice in 'denies': symptom.fever"),
    ({"unknown": ["person.height", "person.height"]}, "twice in 'unknown': person.height"),
    ({"refused": [{"says": "Non."}]}, "give either 'examine' or 'order'"),
    ({"refused": [{"says": "Non.", "examine": "skin", "order": "ecg"}]}, "give either 'examine' or 'order'"),
    ({"asks": [{"id": "q", "says": "Grave ?", "when": {}}]}, "give exactly one of 'after_minute', 'after' or 'at'"),
    ({"asks": [{"id": "q", "says": "Grave ?", "when": {"at": "end", "after_minute": 2}}]}, "give exactly one of"),
    ({"cues": [{"id": "c", "says": "…", "when": {"at": "end"}, "answered_by": []}]}, "at least 1 item"),
    ({"minutes": {"station": 0}}, "greater than 0"),
    ({"minutes": {"reading": float("nan")}}, "finite number"),
    ({"minutes": {"closing": -1}}, "greater than 0"),
    ({"version": "1.0"}, "should match pattern"),
    ({"language": "de"}, "Input should be 'fr' or 'en'"),
    ({"status": "done"}, "Input should be 'draft'"),
    ({"titel": "Une toux"}, "Extra inputs are not permitted"),
    ({"authors": []}, "at least 1 item"),
    ({"diagnosis": {}}, "Field required"),
    ({"results": [{"order": "ecg", "shows": "a", "minutes": -1}]}, "greater than or equal to 0"),
])
def test_a_scenario_that_cannot_be_played_is_refused_with_the_reason(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        a_scenario(**changes)


@pytest.mark.parametrize("key", [key for key in SCENARIO])
def test_every_part_of_the_smallest_scenario_is_needed(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        Scenario.model_validate({name: value for name, value in SCENARIO.items() if name != key})


def test_the_same_negative_may_be_said_of_two_symptoms() -> None:
    absent = [{"topic": "complaint.radiation", "about": about} for about in ("symptom.headache", "symptom.back_pain")]
    assert len(a_scenario(denies=absent).denies) == 2


def test_a_condition_may_wait_for_a_cue() -> None:
    scenario = a_scenario(facts=[a_fact(reveal={"after": "fear"})],
                          cues=[{"id": "fear", "says": "J'ai peur.", "when": {"at": "opening"}}])
    assert scenario.cues[0].answered_by == ("act.empathises",)
