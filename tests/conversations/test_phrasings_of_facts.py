"""An author's own wording of a question must not swallow other questions: it settles what was asked."""

import numpy as np
import pytest

from simulator.exam.base import Language
from simulator.exam.focus import focus_of
from simulator.exam.scenario import Fact
from simulator.exam.station import Station
from simulator.exam.transcript import ActKind, Transcript
from simulator.library.files import FileLibrary
from simulator.understanding.reader import PHRASING, Reader
from simulator.vocabulary import Vocabulary
from tests.conftest import ROOT

STATIONS = sorted(path.name.split(".")[0] for path in (ROOT / "scenarios").glob("*.fr.yaml"))


@pytest.mark.parametrize("language", Language)
def test_a_phrasing_is_mistaken_for_no_question_of_the_vocabulary_but_its_neighbours(
        language: Language, library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> None:
    wordings = [(topic, text) for topic in vocabulary for text in vocabulary[topic].asks.of(language)]
    vectors = understanding.embed([text for _, text in wordings])
    swallowed: list[str] = []
    for name in STATIONS:
        station = library.station(name, language)
        phrasings = [(fact, text) for fact in station.scenario.all_facts for text in fact.phrasings]
        close = understanding.embed([text for _, text in phrasings]) @ vectors.T
        for row, column in np.argwhere(close >= PHRASING):
            (fact, phrasing), (topic, wording) = phrasings[row], wordings[column]
            if not _may_answer(fact, topic, vocabulary) and _is_settled(wording, fact, station, understanding):
                swallowed.append(f"{name}: «{phrasing}» ({fact.id}) swallows «{wording}» ({topic})")
    assert swallowed == []


def _may_answer(fact: Fact, topic: str, vocabulary: Vocabulary) -> bool:
    """Whether the fact answers this topic as well, or one easily confused with it."""
    return topic in (fact.topic, *fact.also, *vocabulary[fact.topic].near) or fact.topic in vocabulary[topic].near


def _is_settled(wording: str, fact: Fact, station: Station, understanding: Reader) -> bool:
    """Whether the reader takes this wording for the fact's own."""
    listener = understanding.listener(station.scenario, station.language)
    acts = listener.read(wording, focus_of(station.scenario, Transcript()))
    return any(act.kind is ActKind.ASKS and act.fact == fact.id for act in acts)
