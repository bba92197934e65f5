"""What is read carries the candidate's own words, whatever was filled in or joined to understand them."""

import pytest

from benchmarks.phrasings import HALVES, phrasings
from simulator.exam.base import Language
from simulator.exam.ports import Focus
from simulator.exam.transcript import ActKind, plain
from simulator.understanding.concepts import concepts
from simulator.understanding.reader import Reader


@pytest.mark.parametrize("language", Language)
def test_the_words_of_every_act_stand_in_the_utterance(language: Language, understanding: Reader) -> None:
    listener = understanding.listener(None, language)
    lost = [(act.words, each.words) for each in phrasings(language, HALVES[0])
            for act in listener.read(each.words, Focus()) if f" {plain(act.words)} " not in f" {plain(each.words)} "]
    assert lost == []


@pytest.mark.parametrize(("language", "words", "topic"), [
    (Language.ENGLISH, "Some people get a fever with this; is that so for you?", "symptom.fever"),
    (Language.FRENCH, "Il arrive que l'on ait de la fièvre. Est-ce votre cas ?", "symptom.fever"),
    (Language.FRENCH, "J'aimerais savoir si vous fumez.", "social.tobacco"),
])
def test_a_question_in_a_frame_is_the_question(language: Language, words: str, topic: str, understanding: Reader) -> None:
    acts = understanding.listener(None, language).read(words, Focus())
    assert topic in {act.topic for act in acts if act.kind is ActKind.ASKS}
    assert all(plain(act.words) in plain(words) for act in acts)


def test_an_attribute_of_a_named_symptom_is_asked_of_it(understanding: Reader) -> None:
    acts = understanding.listener(None, Language.ENGLISH).read("How bad is your shortness of breath?", Focus())
    assert [(act.topic, act.about) for act in acts] == [("complaint.severity", "symptom.breathlessness")]


def test_a_concept_is_the_same_in_both_languages_and_in_lay_words() -> None:
    assert concepts().of("Is there any blood?") & concepts().of("Avez-vous vu du sang ?")
    assert not concepts().of("Is it painful?") & concepts().of("Vous mangez du pain ?")
