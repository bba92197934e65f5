"""An author's own wording of a question must not swallow other questions: it settles what was asked."""

from itertools import product

import numpy as np
import pytest

from simulator.exam.base import Language
from simulator.exam.focus import focus_of
from simulator.exam.transcript import ActKind, Transcript
from simulator.library.files import FileLibrary
from simulator.understanding.reader import PHRASING, Reader
from simulator.vocabulary import Vocabulary
from tests.conftest import ROOT

STATIONS = sorted(path.name.split(".")[0] for path in (ROOT / "scenarios").glob("*.fr.yaml"))


def _are_neighbours(one: str, other: str, vocabulary: Vocabulary) -> bool:
    """Whether either topic is named as easily confused with the other: then one answer serves both."""
    return other in vocabulary[one].near or one in vocabulary[other].near


@pytest.mark.parametrize(("station", "language"), product(STATIONS, Language))
def test_a_phrasing_is_mistaken_for_no_question_of_the_vocabulary_but_its_neighbours(
        station: str, language: Language, library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> None:
    scenario = library.station(station, language).scenario
    phrasings = [(fact, text) for fact in scenario.all_facts for text in fact.phrasings]
    wordings = [(topic, text) for topic in vocabulary for text in vocabulary[topic].asks.of(language)]
    close = understanding.embed([text for _, text in phrasings]) @ understanding.embed(
        [text for _, text in wordings]).T
    listener, focus = understanding.listener(scenario, language), focus_of(scenario, Transcript())
    swallowed = []
    for row, column in np.argwhere(close >= PHRASING):
        (fact, phrasing), (topic, wording) = phrasings[row], wordings[column]
        if topic in (fact.topic, *fact.also) or _are_neighbours(fact.topic, topic, vocabulary):
            continue
        if any(act.kind is ActKind.ASKS and act.fact == fact.id for act in listener.read(wording, focus)):
            swallowed.append(f"«{phrasing}» ({fact.id}) swallows «{wording}» ({topic})")
    assert swallowed == []
