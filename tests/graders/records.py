"""Encounters with their readings recorded, so that a test does not hang on what the understanding makes of words."""

from datetime import timedelta

from simulator.exam.transcript import Act, ActionKind, ActKind, Reading, Speaker, Transcript
from tests.builders import NOW

Said = tuple[str, list[Act]]


def asks(topic: str, words: str, **more: object) -> Act:
    return Act.model_validate({"kind": ActKind.ASKS, "topic": topic, "words": words, **more})


def does(topic: str, words: str, confidence: float = 0.9) -> Act:
    return Act(kind=ActKind.COMMUNICATES, topic=topic, words=words, confidence=confidence)


def an_encounter(*said: Said | str) -> Transcript:
    """The candidate's turns with their acts; a bare text is the patient's, `cue.x: words` tells a cue."""
    transcript = Transcript().act(ActionKind.STARTED, NOW).act(ActionKind.ENTERED, NOW)
    for number, each in enumerate(said, 1):
        at = NOW + timedelta(seconds=10 * number)
        if isinstance(each, str):
            told, _, words = each.rpartition(": ")
            transcript = transcript.say(Speaker.PATIENT, words, at, told=(told,) if told else ())
            continue
        transcript = transcript.say(Speaker.CANDIDATE, each[0], at)
        transcript = transcript.add(Reading(number=transcript.next_number, at=at, turn=len(transcript),
                                            acts=tuple(each[1])))
    return transcript


def a_form(transcript: Transcript, **fields: str) -> Transcript:
    """The encounter with its closing form handed in."""
    return transcript.act(ActionKind.SUBMITTED, NOW + timedelta(minutes=9), fields=fields)
