"""The smallest scenario and rubric that are valid, to be spoilt in one way each."""

from typing import Any

from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario

SCENARIO: dict[str, Any] = {
    "id": "cough", "language": "fr", "version": "1.0.0", "status": "draft", "title": "Une toux", "authors": ["Nous"],
    "tags": {"domain": "interview", "specialty": "pneumologie"},
    "door": {"role": "Interne", "setting": "Cabinet", "patient": "M. Petit, 40 ans", "tasks": ["Interroger"]},
    "patient": {"persona": {"name": "Paul Petit", "age": 40, "sex": "male"}, "opening": "Je tousse.", "ideas": "Un rhume."},
    "complaint": "symptom.cough",
    "facts": [{"topic": "complaint.onset", "answer": "Trois jours."}, {"topic": "social.tobacco", "answer": "Oui."}],
    "diagnosis": {"is": "bronchite aiguë"},
    "closing": [{"id": "diagnosis", "asks": "Diagnostic ?"}],
    "debrief": {"summary": "Une bronchite.", "points": [{"teaches": "Pas d'antibiotique.", "source": "HAS"}]},
}
RUBRIC: dict[str, Any] = {
    "id": "cough", "language": "fr", "version": "1.0.0", "title": "Une toux",
    "items": [{"id": "onset", "text": "Fait préciser le début", "asked": {"topics": ["complaint.onset"]}}],
}


def a_scenario(**changes: Any) -> Scenario:
    """A scenario with these top-level keys changed."""
    return Scenario.model_validate({**SCENARIO, **changes})


def a_rubric(**changes: Any) -> Rubric:
    """A rubric with these top-level keys changed."""
    return Rubric.model_validate({**RUBRIC, **changes})
