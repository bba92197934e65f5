"""A conversation as the disclosure sees it: acts in, what may be told out."""

from datetime import timedelta

from simulator.encounters.disclosure import disclose, first_words
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Act, ActionKind, ActKind, Disclosure, Reading, Speaker, Transcript
from simulator.vocabulary import Vocabulary
from tests.builders import NOW, a_vocabulary
from tests.fakes import an_act

TOPICS = a_vocabulary(
    "complaint.reason", "complaint.elaborate", "complaint.associated", "symptom.cough", "symptom.sputum", "past.asthma",
    "past.diabetes", "past.stroke", "social.tobacco", "social.alcohol", "drug.adherence", "sexual.partners",
    "act.greets", "act.empathises", "act.invites_questions", "act.closes", "act.reassures", "meta.machine",
    "examine.temperature", "order.chest_xray",
    complaint__onset={"if_unscripted": "unknown"},
    complaint__course={"if_unscripted": "silent"},
    symptom__fever={"if_unscripted": "denied", "denies": {"fr": "Non, pas de fièvre.", "en": "No, no fever."}},
    symptom__rash={"if_unscripted": "denied"},
    past__general={"includes": ["past.asthma", "past.diabetes", "past.stroke"]},
)


def asks(topic: str, about: str | None = None, **more: str | bool) -> Act:
    """A question on a topic, however it is put."""
    return an_act(topic).model_copy(update={"about": about, **more})


def mumbles() -> Act:
    return Act(kind=ActKind.NOT_UNDERSTOOD)


def wavers(one: str, other: str) -> Act:
    """A question that could be on either of two topics."""
    return Act(kind=ActKind.UNSURE, topic=one, other=other)


class Talk:
    """An interview, one utterance after the other; the patient says all that it may."""

    def __init__(self, scenario: Scenario, vocabulary: Vocabulary = TOPICS) -> None:
        self.scenario = scenario
        self.vocabulary = vocabulary
        self.disclosure = Disclosure(number=1, at=NOW, turn=0, may_tell=())
        first = first_words(scenario)
        entered = Transcript().act(ActionKind.STARTED, NOW).act(ActionKind.ENTERED, NOW)
        self.transcript = entered.say(Speaker.PATIENT, "…", NOW, told=tuple(each.id for each in first))

    def hear(self, *acts: Act | str, minute: float = 1) -> list[str]:
        """The ids of what may be told in answer to one utterance; a bare topic stands for its plainest act."""
        at = NOW + timedelta(minutes=minute)
        heard = self.transcript.say(Speaker.CANDIDATE, "…", at)
        read = tuple(an_act(each) if isinstance(each, str) else each for each in acts)
        reading = Reading(number=heard.next_number, at=at, turn=heard.entries[-1].number, acts=read)
        heard = heard.add(reading)
        self.disclosure = disclose(self.scenario, self.vocabulary, heard, reading)
        told = tuple(each.id for each in self.disclosure.may_tell)
        self.transcript = heard.add(self.disclosure).say(Speaker.PATIENT, "…", at, answers=reading.turn, told=told)
        return list(told)

    @property
    def words(self) -> list[str]:
        """What may be told in answer to the last utterance, in the author's words."""
        return [each.words for each in self.disclosure.may_tell]

    @property
    def roles(self) -> list[str]:
        return [each.role for each in self.disclosure.may_tell]

    @property
    def withheld(self) -> list[str]:
        return [each.fact for each in self.disclosure.withheld]
