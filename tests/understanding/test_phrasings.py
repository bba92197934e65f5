"""How much is understood of utterances that the vocabulary's authors did not see (tests/understanding/phrasings.yaml)."""

from pathlib import Path

import pytest
import yaml

from simulator.exam.base import Language
from simulator.exam.ports import Focus
from simulator.exam.transcript import ActKind, plain
from simulator.understanding.embedding import LexicalEmbedder
from simulator.understanding.head import head_for
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary

PHRASINGS: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("phrasings.yaml").read_text(encoding="utf-8"))
FLOOR = {Language.FRENCH: 0.93, Language.ENGLISH: 0.94}  # measured: 0.945 and 0.956 of 182 each
FLOOR_WITHOUT_ACCENTS = 0.90  # measured: 0.94
FLOOR_OF_LETTERS = 0.80  # measured: 0.94 (French) and 0.87 (English)


def understood(reader: Reader, utterance: str, topic: str, language: Language) -> bool:
    """Whether the topic is among what is read, surely and not withdrawn."""
    return any(act.topic == topic and act.kind is not ActKind.UNSURE and not act.is_negated
               for act in reader.listener(None, language).read(utterance, Focus()))


def share(reader: Reader, language: Language, change: object = None) -> tuple[float, list[str]]:
    """The share understood and what was not."""
    asked = [(topic, each) for topic, wordings in PHRASINGS[language].items() for each in wordings]
    lost = [f"{topic}: {each}" for topic, each in asked
            if not understood(reader, change(each) if callable(change) else each, topic, language)]
    return 1 - len(lost) / len(asked), lost


@pytest.mark.parametrize("language", Language)
def test_utterances_that_nobody_learnt_from_are_understood(understanding: Reader, language: Language) -> None:
    reached, lost = share(understanding, language)
    assert reached >= FLOOR[language], lost


def test_french_is_understood_without_its_accents_and_marks(understanding: Reader) -> None:
    reached, lost = share(understanding, Language.FRENCH, plain)
    assert reached >= FLOOR_WITHOUT_ACCENTS, lost


@pytest.mark.parametrize("language", Language)
def test_the_measuring_set_is_large_and_was_not_learnt_from(vocabulary: Vocabulary, language: Language) -> None:
    utterances = [each for wordings in PHRASINGS[language].values() for each in wordings]
    assert len(utterances) >= 150
    assert len(PHRASINGS[language]) >= 100
    learnt = {plain(each) for topic in vocabulary.values() for each in topic.asks.of(language)}
    common = [each for each in utterances if plain(each) in learnt]
    assert len(common) <= len(utterances) * 0.15, common  # everyday questions have few forms


def test_every_measured_topic_exists(vocabulary: Vocabulary) -> None:
    assert {topic for topics in PHRASINGS.values() for topic in topics} <= vocabulary.ids()


@pytest.mark.parametrize("language", Language)
def test_without_the_sentence_model_less_is_understood_but_most_still_is(lexical: Reader, language: Language) -> None:
    reached, lost = share(lexical, language)
    assert reached >= FLOOR_OF_LETTERS, lost


@pytest.fixture(scope="session")
def lexical(vocabulary: Vocabulary) -> Reader:
    """The understanding without the sentence model; its head is learnt once (a minute) and kept in var/cache."""
    cache = Path(__file__).parent.parent.parent / "var" / "cache"
    return Reader(vocabulary, LexicalEmbedder(), head_for(vocabulary, LexicalEmbedder(), cache))
