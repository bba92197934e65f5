"""A scenario's own wordings of its questions, found again in other words and in the other language."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.exam.scenario import Scenario
from simulator.understanding.concepts import concepts

if TYPE_CHECKING:
    from simulator.understanding.reader import Listening

Floats = NDArray[np.float32]

# Set on development cases (benchmarks/external.py --set ddxplus), where every question has its own wording.
_CONCEPTS = 0.8  # weight of the concepts in common, beside the cosine
_TOPICS = 0.15  # weight of the topics in common
SETTLED = 1.3  # closeness from which a wording settles what is asked, whatever else was understood
AT_LEAST = 0.62  # cosine below which a wording is not met, whatever it shares: one rare word is not a question
SAME = 0.97  # cosine of the same words
VERBATIM = 1.75  # closeness needed when the wording is of an attribute whose symptom is not named
LIKELY = 0.7  # closeness that does so when the topic agrees
AMONG_SIBLINGS = 1.0  # and when another fact has the same topic
ALONE = 1.0  # and when nothing else was understood
AHEAD = 0.03  # by how much it must be closer than the next fact's wording then
_SURE_OF_TOPIC = 0.6
_MAY_BE = 0.15
_TOPICS_THAT_AGREE = 3


class Nearest(NamedTuple):
    """The fact whose wording was met."""

    fact: str
    topic: str
    confidence: float


class OwnPhrasings:
    """The wordings that a scenario's author gave to its facts."""

    def __init__(self, listening: "Listening", scenario: Scenario) -> None:
        self._listening = listening
        self._head = listening.reader.head
        self._facts = [(fact.id, fact.topic, text) for fact in scenario.all_facts for text in fact.phrasings]
        texts = [text for _, _, text in self._facts]
        facts = scenario.all_facts
        self._about = {fact.id: fact.about for fact in facts}
        self._is_complete = all(fact.phrasings for fact in facts)
        self._has_siblings = {
            fact.id: any(each.topic == fact.topic and each.id != fact.id for each in facts) for fact in facts
        }
        self._vectors = listening.reader.embed([listening.reader.lexicon.mended(text) for text in texts])
        self._concepts = [concepts().of(text) for text in texts]
        self._topics = np.sqrt(np.vstack([listening.chances_of(text) for text in texts]))

    def nearest(self, text: str, vector: Floats, chances: Floats) -> Nearest | None:
        """The fact that the text asks for in its author's sense, when that is plain enough."""
        named = concepts().of(text)
        shared = np.array([self._head.in_common(named, each) for each in self._concepts], dtype=np.float32)
        close = self._vectors @ vector + _CONCEPTS * shared + _TOPICS * (self._topics @ np.sqrt(chances))
        cosine = self._vectors @ vector
        close[cosine >= SAME] += VERBATIM  # the author's own words, whatever they name
        best = int(np.argmax(close))
        fact, topic, _ = self._facts[best]
        others = [float(value) for value, (other, _, _) in zip(close, self._facts, strict=True) if other != fact]
        ahead = float(close[best]) - max(others, default=0.0)
        if cosine[best] < AT_LEAST and not self._is_complete:
            return None
        if close[best] < self._needed(fact, topic, chances, text) or (close[best] < SETTLED and ahead < AHEAD):
            return None
        return Nearest(fact, topic, float(min(1.0, close[best] / SETTLED)))

    def _needed(self, fact: str, topic: str, chances: Floats, text: str) -> float:
        """How close a wording must be: less, the better its topic fits; more, if another fact may be meant."""
        likeliest = [int(each) for each in np.argsort(-chances)[:_TOPICS_THAT_AGREE]]
        is_unclear = float(chances[likeliest[0]]) < _SURE_OF_TOPIC
        if self._is_complete:  # every question has its wording: the nearest is the best witness
            agrees = is_unclear or topic in {self._head.topics[each] for each in likeliest}
            return LIKELY if agrees else ALONE
        about = self._about[fact]
        if about and not any(each.topic == about for each in self._listening.reader.lexicon.spot(text, "symptom.")):
            return VERBATIM
        if topic in {self._head.topics[each] for each in likeliest if chances[each] >= _MAY_BE}:
            return AMONG_SIBLINGS if self._has_siblings[fact] else LIKELY
        return ALONE if is_unclear else SETTLED
