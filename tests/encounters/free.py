"""Patients who speak freely, and what the guard makes of their sentences."""

from collections.abc import AsyncGenerator, Iterable

from simulator.encounters.ground import Case
from simulator.encounters.guard import Guard, split, tells
from simulator.exam.ports import LanguageModel, Moment, Sentence, Theme, Told, Understanding
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Objection, Tellable
from simulator.llm.canned import Canned
from simulator.patients.language_model import LanguageModelPatient
from simulator.vocabulary import Vocabulary
from tests.fakes import Keywords


class Inspector:
    """A guard at one turn: what it objects to, sentence by sentence."""

    def __init__(self, scenario: Scenario, vocabulary: Vocabulary, *handed: Tellable, told: Iterable[Told] = (),
                 themes: tuple[Theme, ...] = (), heard: str = "", understanding: Understanding | None = None) -> None:
        case = Case(scenario, vocabulary)
        self.guard = Guard(case, understanding or Keywords({}))
        self.moment = Moment(persona=scenario.patient.persona, language=scenario.language, may_tell=handed,
                             heard=heard, may_improvise=themes)
        self.ground = case.ground(self.moment, told)

    def objections(self, words: str, *told: str, improvises: str | None = None) -> list[Objection]:
        """To each sentence that was not let through."""
        found: list[Objection] = []
        said: list[Sentence] = []
        for sentence in split(Sentence(words=words, told=told, improvises=improvises)):
            objection = self.guard.objection(sentence, self.ground, said)
            if objection is None:
                said.append(sentence)
            else:
                found.append(objection)
        return found

    def told(self, words: str, *ids: str) -> tuple[str, ...]:
        """What these words have told."""
        return tells(split(Sentence(words=words, told=ids)), self.ground)


def a_tellable(words: str, name: str = "f", role: str = "fact", topic: str | None = None) -> Tellable:
    return Tellable.model_validate({"id": name, "words": words, "role": role, "topic": topic})


def a_free_patient(*answers: str) -> LanguageModelPatient:
    """Speaks these answers, one a call; after them its model is EMPTY."""
    return LanguageModelPatient(Canned(answers))


def speaking(model: LanguageModel) -> LanguageModelPatient:
    return LanguageModelPatient(model)


class Broken:
    """A patient actor that fails in a way that no language model should."""

    name = "broken"
    is_scripted = False

    async def speak(self, moment: Moment) -> AsyncGenerator[Sentence, None]:
        yield Sentence(words="I smoke ten a day.", told=("social.tobacco",))
        raise KeyError("a mistake in the actor")
