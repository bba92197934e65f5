"""The audit counts how a free patient's turns came about."""

from simulator.encounters.audit import audit_of, audit_of_all
from simulator.exam.errors import Trouble
from simulator.exam.transcript import Delivery, Improvised, Objection, Speaker, Transcript
from tests.builders import NOW, a_transcript

FREE, SCRIPTED = "language_model-1", "scripted-1"


def said(transcript: Transcript, **delivery: object) -> Transcript:
    return transcript.say(Speaker.PATIENT, "…", NOW, delivery=Delivery.model_validate({"by": (FREE,), **delivery}))


def test_a_scripted_encounter_has_nothing_to_audit() -> None:
    audit = audit_of(a_transcript("C: Hello", "P: Hello."))
    assert (audit.turns, audit.free, audit.interventions) == (1, 0, 0)


def test_every_intervention_is_counted_by_its_reason() -> None:
    transcript = said(a_transcript("C: Hello", "P: Hello."))
    transcript = said(transcript, objections=(Objection.NUMBER,), is_repaired=True)
    transcript = said(transcript, objections=(Objection.NUMBER, Objection.CLINICAL), by=(FREE, SCRIPTED), completed=2)
    transcript = said(transcript, by=(SCRIPTED,), trouble=Trouble.TOO_SLOW, completed=1)
    audit = audit_of(transcript)
    assert (audit.turns, audit.free, audit.alone, audit.repaired, audit.completed) == (5, 4, 2, 1, 2)
    assert audit.objections == {Objection.CLINICAL: 1, Objection.NUMBER: 2}
    assert audit.troubles == {Trouble.TOO_SLOW: 1}
    assert audit.by == {FREE: 3, SCRIPTED: 2}
    assert audit.interventions == 3


def test_what_was_made_up_is_listed_and_many_encounters_are_one_audit() -> None:
    made_up = Improvised(topic="social.hobbies", words="I like films.")
    one = a_transcript().say(Speaker.PATIENT, "I like films.", NOW, improvised=(made_up,))
    audit = audit_of_all([one, said(one)])
    assert audit.improvised == (made_up, made_up)
    assert audit.turns == 3
