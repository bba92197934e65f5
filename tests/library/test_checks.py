"""What a schema cannot see is told too: ids that no vocabulary knows, missing media, a rubric that asks for nothing there."""

import pytest

from .shelf import Shelf, line_of

SCENARIO = [
    ("complaint: symptom.chest_pain", "complaint: symptom.chestpain", "symptom.chestpain",
     "complaint: the vocabulary has no 'symptom.chestpain' (did you mean 'symptom.chest_pain'?)"),
    ("- topic: complaint.onset\n", "- topic: complaint.onsett\n", "complaint.onsett",
     "facts[2].topic: the vocabulary has no 'complaint.onsett' (did you mean 'complaint.onset'?)"),
    ("also: [complaint.duration]", "also: [complaint.durations]", "complaint.durations",
     "facts[2].also: the vocabulary has no 'complaint.durations' (did you mean 'complaint.duration'?)"),
    ("reveal: volunteered", "about: symptom.coughs", "symptom.coughs",
     "facts[1].about: the vocabulary has no 'symptom.coughs' (did you mean 'symptom.cough'?)"),
    ("reveal: volunteered", "reveal: {after: act.empathise}", "act.empathise}",
     "facts[1].reveal: the vocabulary has no 'act.empathise' (did you mean 'act.empathises'?)"),
    ("denies:\n", "denies:\n  - symptom.feever\n", "symptom.feever",
     "denies[0]: the vocabulary has no 'symptom.feever' (did you mean 'symptom.fever'?)"),
    ("denies:\n", "denies:\n  - complaint.site\n", "- complaint.site\n",
     "denies[0]: 'complaint.site' is told by a fact and also listed here"),
    ("findings:\n", "findings:\n  - {examine: skins, shows: x}\n", "skins",
     "findings[0]: the vocabulary has no 'examine.skins' (did you mean 'examine.skin'?)"),
    ("results:\n", "results:\n  - {order: troponine, shows: x}\n", "troponine",
     "results[0]: the vocabulary has no 'order.troponine' (did you mean 'order.troponin'?)"),
    ("refused:\n", "refused:\n  - {examine: rectals, says: x}\n", "rectals",
     "refused[0]: the vocabulary has no 'examine.rectals' (did you mean 'examine.rectal'?)"),
    ("cues:\n", "cues:\n  - {id: c, says: x, when: {after: complaint.sight}}\n", "complaint.sight",
     "cues[0].when: 'complaint.sight' is no fact, topic or act (did you mean 'complaint.site'?)"),
    ("cues:\n", "cues:\n  - {id: c, says: x, when: {at: end}, answered_by: [act.empathyses]}\n", "act.empathyses",
     "cues[0].answered_by: the vocabulary has no 'act.empathyses' (did you mean 'act.empathises'?)"),
    ("\nasks:\n", "\nasks:\n  - {id: q, says: x, when: {after: nothing_known}}\n", "nothing_known",
     "asks[0].when: 'nothing_known' is no fact, topic or act"),
    ("file: media/chest_pain_ecg.svg", "file: media/chest_pain_egc.svg", "chest_pain_egc",
     "results[0].media.file: 'media/chest_pain_egc.svg' is missing in "),
    ("file: media/chest_pain_ecg.svg", "file: ../rubrics/chest_pain.en.yaml", "../rubrics",
     "results[0].media.file: '../rubrics/chest_pain.en.yaml' lies outside "),
    ("file: media/chest_pain_ecg.svg", "file: /etc/hostname", "/etc/hostname",
     "results[0].media.file: '/etc/hostname' lies outside "),
    ("file: media/chest_pain_ecg.svg", 'file: "media/a\\0b"', "media/a", "results[0].media.file: 'media/a\\x00b' is missing in "),
    ("file: media/chest_pain_ecg.svg", "file: " + "x" * 400, "xxxx", "results[0].media.file: 'xxxx"),
    ("id: chest_pain", "id: chest_pains", "chest_pains", "id: 'chest_pains' is not what the file is named after, 'chest_pain'"),
    ("language: en", "language: fr", "language: fr", "language: the file's name should end in '.fr.yaml'"),
]

RUBRIC = [
    ("asked: {topics: [complaint.onset, complaint.duration]}", "asked: {topics: [complaint.onset, complaint.duratio]}",
     "complaint.duratio]", "items[2].asked.topics: the vocabulary has no 'complaint.duratio' (did you mean 'complaint.duration'?)"),
    ("asked: {topics: [complaint.onset, complaint.duration]}", "asked: {facts: [symptom.sweat]}", "symptom.sweat]",
     "items[2].asked.facts: the scenario has no fact 'symptom.sweat' (did you mean 'symptom.sweats'?)"),
    ("asked: {topics: [complaint.onset, complaint.duration]}", "asked: {topics: [complaint.onset], about: symptom.pains}",
     "symptom.pains", "items[2].asked.about: the vocabulary has no 'symptom.pains' (did you mean 'symptom.pain'?)"),
    ("act.introduces_self,", "act.introduces_myself,", "act.introduces_myself",
     "items[0].act.kinds: the vocabulary has no 'act.introduces_myself' (did you mean 'act.introduces_self'?)"),
    ("act: {kinds: [act.introduces_self, act.introduces_role], at_least: 2}", "act: {kinds: [act.greets], after: feer, at_least: 2}",
     "feer", "items[0].act.after: 'feer' is no cue or fact of the scenario"),
    ("domain: communication", "domain: comunication", "comunication", "items[0].domain: 'comunication' is not among 'domains': "),
    ("general_interview.listening", "general_interview.listenin", "listenin",
     "scales[2]: no scale 'listenin' in 'general_interview' (did you mean 'general_interview.listening'?)"),
    ("general_interview.listening", "general_talk.listening", "general_talk", "scales[2]: no shared scales 'general_talk' ("),
    ("asked: {topics: [complaint.onset, complaint.duration]}", "submitted: {field: diagnose}", "diagnose}",
     "items[2].submitted: the closing form has no field 'diagnose'; it has: diagnosis, "),
    ("asked: {topics: [complaint.onset, complaint.duration]}", "ordered: {results: [ecgs]}", "ecgs",
     "items[2].ordered: the vocabulary has no 'order.ecgs' (did you mean 'order.ecg'?)"),
    ("asked: {topics: [complaint.onset, complaint.duration]}", "not_ordered: {results: [d_dimers]}", "d_dimers",
     "items[2].not_ordered: the vocabulary has no 'order.d_dimers' (did you mean 'order.d_dimer'?)"),
    ("asked: {topics: [complaint.onset, complaint.duration]}", "examined: {findings: [skins]}", "skins",
     "items[2].examined: the vocabulary has no 'examine.skins' (did you mean 'examine.skin'?)"),
    ("language: en", "language: fr", "language: fr", "language: the scenario is in 'en', the rubric in 'fr'"),
    ("credit: {at_least: {1: 0.5, 2: 1}}", "credit: {at_least: {1: 0.5, 2: 2}}", "2: 2",
     "items[0].credit.at_least[2]: Input should be less than or equal to 1"),
]


@pytest.mark.parametrize(("old", "new", "marker", "message"), SCENARIO)
def test_a_mistake_in_a_scenario_is_told_with_its_line(shelf: Shelf, old: str, new: str, marker: str, message: str) -> None:
    assert old in shelf.scenario_text
    text = shelf.scenario_text.replace(old, new, 1)
    told = shelf.scenario_mistakes(text)
    assert any(each.startswith(f"chest_pain.en.yaml:{line_of(text, marker)}: {message}") for each in told), told


@pytest.mark.parametrize(("old", "new", "marker", "message"), RUBRIC)
def test_a_mistake_in_a_rubric_is_told_with_its_line(shelf: Shelf, old: str, new: str, marker: str, message: str) -> None:
    assert old in shelf.rubric_text
    scenario = shelf.station().scenario
    text = shelf.rubric_text.replace(old, new, 1)
    told = shelf.rubric_mistakes(text, scenario)
    assert any(each.startswith(f"chest_pain.en.yaml:{line_of(text, marker)}: {message}") for each in told), told


def test_a_diagnosis_may_be_left_to_the_scenario_but_no_other_field_may(shelf: Shelf) -> None:
    scenario = shelf.station().scenario
    other = next(task.id for task in scenario.closing if task.id != "diagnosis")
    old = "asked: {topics: [complaint.onset, complaint.duration]}"
    assert shelf.rubric_mistakes(shelf.rubric_text.replace(old, "submitted: {field: diagnosis}", 1), scenario) == []
    told = shelf.rubric_mistakes(shelf.rubric_text.replace(old, f"submitted: {{field: {other}}}", 1), scenario)
    assert len(told) == 1
    assert told[0].endswith("'accept' may be empty only for the field 'diagnosis'")


def test_mistakes_of_several_kinds_are_told_together(shelf: Shelf) -> None:
    text = shelf.scenario_text.replace("complaint: symptom.chest_pain", "complaint: symptom.chestpain", 1)
    text = text.replace("chest_pain_ecg.svg", "gone.svg", 1).replace("denies:\n", "denies:\n  - symptom.feever\n", 1)
    assert len(shelf.scenario_mistakes(text)) == 3


def test_a_file_with_a_name_of_its_own_may_hold_any_station(shelf: Shelf) -> None:
    draft = shelf.scenario_path.with_name("draft.yaml")
    draft.write_text(shelf.scenario_text, encoding="utf-8")
    assert shelf.reader().scenario_from(draft).id == "chest_pain"
