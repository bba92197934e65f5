from typing import Any

from simulator.exam.grade import Outcome
from simulator.exam.transcript import ActionKind
from tests.builders import NOW, a_scenario, a_transcript

from .conftest import Rate
from .records import a_form

SCENARIO = a_scenario(diagnosis={"is": "pneumonia", "also_accept": ["chest infection"],
                                 "differential": ["pulmonary embolism", "lung cancer", "tuberculosis"]})
DIAGNOSIS: dict[str, Any] = {"submitted": {"field": "diagnosis", "partly": ["infection"], "reject": ["viral"]}}
TALK = a_transcript("C: Hello.")


def test_the_scenarios_diagnosis_is_accepted_and_quoted_from_the_form(rate: Rate) -> None:
    rating = rate(a_form(TALK, diagnosis="A right basal pneumonia."), SCENARIO, **DIAGNOSIS)
    assert rating.credit == 1
    assert (rating.evidence[0].turn, rating.evidence[0].words) == (4, "pneumonia")


def test_a_part_of_the_answer_earns_half(rate: Rate) -> None:
    assert rate(a_form(TALK, diagnosis="Some infection"), SCENARIO, **DIAGNOSIS).credit == 0.5


def test_a_rejected_answer_outweighs_an_accepted_one(rate: Rate) -> None:
    rating = rate(a_form(TALK, diagnosis="viral pneumonia"), SCENARIO, **DIAGNOSIS)
    assert rating.credit == 0
    assert rating.evidence[0].words == "viral"


def test_a_shotgun_of_diagnoses_earns_half_at_most_and_is_flagged(rate: Rate) -> None:
    for text in ("pneumonia, embolism, cancer, tuberculosis", "pneumonia or asthma or flu or sinusitis"):
        rating = rate(a_form(TALK, diagnosis=text), SCENARIO, **DIAGNOSIS)
        assert (rating.credit, rating.flags) == (0.5, ("shotgun",)), text


def test_a_shotgun_is_one_however_its_diagnoses_are_set_apart(rate: Rate) -> None:
    named = ("Pneumonia", "pulmonary embolism", "lung cancer", "tuberculosis")
    for between in (". ", " + ", " - ", " | ", " • ", " & "):
        rating = rate(a_form(TALK, diagnosis=between.join(named)), SCENARIO, **DIAGNOSIS)
        assert (rating.credit, rating.flags) == (0.5, ("shotgun",)), between
    numbered = "1) pneumonia 2) pulmonary embolism 3) lung cancer 4) tuberculosis"
    assert rate(a_form(TALK, diagnosis=numbered), SCENARIO, **DIAGNOSIS).credit == 0.5


def test_a_summary_in_sentences_is_no_shotgun(rate: Rate) -> None:
    text = "Right basal pneumonia. Onset two days ago. Possible pleural effusion. On ramipril. Lives alone."
    assert rate(a_form(TALK, diagnosis=text), SCENARIO, **DIAGNOSIS).credit == 1


def test_only_the_first_pages_of_a_field_are_read(rate: Rate) -> None:
    text = "cough. " * 2000 + "pneumonia"
    assert rate(a_form(TALK, diagnosis=text), SCENARIO, **DIAGNOSIS).credit == 0


def test_a_diagnosis_with_its_details_is_no_shotgun(rate: Rate) -> None:
    text = "Right basal pneumonia, with fever, in a smoker, CURB-65 of 0, no sepsis"
    assert rate(a_form(TALK, diagnosis=text), SCENARIO, **DIAGNOSIS).credit == 1


def test_without_a_scenario_the_diagnosis_is_not_judged(rate: Rate) -> None:
    assert rate(a_form(TALK, diagnosis="pneumonia"), **DIAGNOSIS).outcome is Outcome.NOT_JUDGED


def test_an_empty_or_missing_form_is_not_met(rate: Rate) -> None:
    assert rate(a_form(TALK, diagnosis="  "), SCENARIO, **DIAGNOSIS).outcome is Outcome.NOT_MET
    assert rate(TALK, SCENARIO, **DIAGNOSIS).outcome is Outcome.NOT_MET


def test_a_draft_counts_when_nothing_was_handed_in(rate: Rate) -> None:
    drafted = TALK.act(ActionKind.DRAFTED, NOW, fields={"diagnosis": "pneumonia"})
    assert rate(drafted, SCENARIO, **DIAGNOSIS).credit == 1


def test_at_least_counts_different_answers_and_never_one_stretch_twice(rate: Rate) -> None:
    plan = {"submitted": {"field": "plan", "accept": ["oxygen", "antibiotics", "oral antibiotics"], "at_least": 2}}
    assert rate(a_form(TALK, plan="oral antibiotics"), **plan).credit == 0
    assert rate(a_form(TALK, plan="oral antibiotics, oxygen"), **plan).credit == 1
