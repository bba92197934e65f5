"""Small things to test with, written as they would be said."""

from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.exam.transcript import ActionKind, Speaker, Transcript
from simulator.vocabulary import Topic, Vocabulary

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_SPEAKERS = {"C": Speaker.CANDIDATE, "P": Speaker.PATIENT, "S": Speaker.STATION}


def a_transcript(*lines: str, seconds_between: float = 10) -> Transcript:
    """`a_transcript("C: Does it spread?", "P: Down my arm.")`: an interview that has been entered, and these turns."""
    transcript = Transcript().act(ActionKind.STARTED, NOW).act(ActionKind.ENTERED, NOW)
    for index, line in enumerate(lines):
        speaker, _, words = line.partition(": ")
        at = NOW + timedelta(seconds=seconds_between * (index + 1))
        transcript = transcript.say(_SPEAKERS[speaker], words, at)
    return transcript


def a_scenario(**changes: Any) -> Scenario:
    """A small case about a cough, as an author would write it; `changes` replace top-level keys."""
    authored: dict[str, Any] = {
        "id": "cough", "language": "en", "version": "1.0.0", "status": "draft", "title": "A cough",
        "authors": ["A teacher"], "tags": {"domain": "interview", "specialty": "chest"},
        "door": {"role": "You are a doctor.", "setting": "A surgery.", "patient": "Ann Bell, 40.", "tasks": ["Ask."]},
        "minutes": {"reading": 1, "station": 8, "warning": 2, "closing": 4},
        "patient": {"persona": {"name": "Ann Bell", "age": 40, "sex": "female"}, "opening": "I've got this cough."},
        "complaint": "symptom.cough",
        "facts": [
            {"topic": "complaint.onset", "answer": "Three weeks now."},
            {"topic": "symptom.fever", "answer": "I've been hot at night."},
            {"topic": "social.tobacco", "answer": "I smoke ten a day."},
        ],
        "findings": [{"examine": "temperature", "shows": "38.4 degrees."}],
        "results": [{"order": "chest_xray", "shows": "A shadow at the right base."}],
        "diagnosis": {"is": "pneumonia"},
        "closing": [{"id": "diagnosis", "asks": "What is it?"}, {"id": "plan", "asks": "What now?"}],
        "debrief": {"summary": "A chest infection.", "points": [{"teaches": "Listen.", "source": "us"}]},
    }
    return Scenario.model_validate(authored | changes)


def a_station(**changes: Any) -> Station:
    """A station of `a_scenario`, with a rubric of one item."""
    scenario = a_scenario(**changes)
    rubric = {"id": scenario.id, "language": scenario.language, "version": "1.0.0", "title": "A cough",
              "items": [{"id": "onset", "text": "Asks since when", "asked": {"topics": ["complaint.onset"]},
                         "credit": {"at_least": {1: 1}}}]}
    return Station(scenario=scenario, rubric=Rubric.model_validate(rubric))


def a_vocabulary(*topics: str, **more: dict[str, Any]) -> Vocabulary:
    """Topics by their ids alone; `more` gives a topic's other keys (`symptom__pain={"includes": […]}`)."""
    known: dict[str, dict[str, Any]] = {topic: {} for topic in topics}
    known |= {name.replace("__", "."): keys for name, keys in more.items()}
    return Vocabulary(tuple(Topic.model_validate({"id": topic, **_named(topic), **keys})
                            for topic, keys in known.items()))


def _named(topic: str) -> dict[str, Any]:
    """A topic is named after the last part of its id, and asked for by that name."""
    name = topic.split(".")[-1].replace("_", " ")
    return {"name": {"fr": name, "en": name}, "asks": {"fr": [name], "en": [name]}}


def a_rubric(*items: dict[str, Any], language: str = "en", **more: Any) -> Rubric:
    """A rubric of these items, each as an author would write it; `id`, `text` may be left out."""
    named = [{"id": f"item_{number}", "text": "An item", **item} for number, item in enumerate(items, 1)]
    return Rubric.model_validate({"id": "trial", "language": language, "version": "1.0.0", "title": "A trial",
                                  "items": named, **more})
