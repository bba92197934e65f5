"""What the dialogue is about now, read from the transcript: the help that short follow-up questions need."""

from simulator.exam.ports import Focus
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import ActKind, Reading, Speaker, Transcript, Turn

_BACK = 6  # readings to look back for the symptom spoken of


def focus_of(scenario: Scenario | None, transcript: Transcript) -> Focus:
    """The complaint, the topic asked about last, and the symptom spoken of last."""
    complaint = scenario.complaint if scenario else None
    topic = symptom = None
    offered: tuple[str, ...] = ()
    seen = 0
    for entry in reversed(transcript.entries):
        if isinstance(entry, Turn) and entry.speaker is Speaker.PATIENT and not offered and seen == 0:
            offered = next((tuple(each.split(":")[1:]) for each in entry.told if each.startswith("choice:")), ())
        if not isinstance(entry, Reading):
            continue
        seen += 1
        for act in reversed(entry.acts):
            if act.kind is not ActKind.ASKS or not act.topic:
                continue
            topic = topic or act.topic
            symptom = symptom or act.about or (act.topic if act.topic.startswith("symptom.") else None)
        if seen >= _BACK or (topic and symptom):
            break
    said = next((turn.words for turn in reversed(transcript.turns) if turn.speaker is Speaker.PATIENT), "")
    return Focus(complaint=complaint, topic=topic, symptom=symptom or complaint, offered=offered, patient_said=said)
