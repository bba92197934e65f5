"""The trained head: kept once learnt, rebuilt when damaged or when what it learnt from changes."""

from pathlib import Path

import numpy as np
import pytest

from simulator.exam.base import Language
from simulator.exam.ports import Focus
from simulator.understanding.embedding import LexicalEmbedder
from simulator.understanding.head import Head, examples, grams_of, head_for
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary

TOPICS = ("symptom.fever", "symptom.cough", "social.tobacco", "act.greets")


@pytest.fixture(scope="module")
def small(vocabulary: Vocabulary) -> Vocabulary:
    """Four topics: learnt in a moment."""
    return Vocabulary(tuple(vocabulary[topic].model_copy(update={"near": (), "includes": ()}) for topic in TOPICS))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, small: Vocabulary) -> Path:
    """A cache that holds the head of the small vocabulary."""
    folder = tmp_path_factory.mktemp("cache")
    head_for(small, LexicalEmbedder(), folder)
    return folder


def heads(folder: Path) -> list[Path]:
    return sorted(folder.glob("head-*.npz"))


def scores(head: Head, text: str) -> np.ndarray:
    return head.scores([text], LexicalEmbedder().embed([text]))


def test_a_head_is_learnt_once_and_then_read(small: Vocabulary, cache: Path) -> None:
    (path,) = heads(cache)
    learnt = path.stat().st_mtime_ns
    said: list[str] = []
    head = head_for(small, LexicalEmbedder(), cache, said.append)
    assert said == []
    assert path.stat().st_mtime_ns == learnt
    assert sorted(head.topics) == sorted(TOPICS)


def test_a_head_that_was_read_scores_as_the_one_that_was_learnt(small: Vocabulary, tmp_path: Path) -> None:
    learnt = head_for(small, LexicalEmbedder(), tmp_path)
    read = head_for(small, LexicalEmbedder(), tmp_path)
    for text in ("Vous fumez ?", "Any fever?", "", "😀"):
        assert np.array_equal(scores(learnt, text), scores(read, text))


def test_learning_tells_what_it_is_doing(small: Vocabulary, tmp_path: Path) -> None:
    said: list[str] = []
    head_for(small, LexicalEmbedder(), tmp_path, said.append)
    assert said[0].startswith("reading ")
    assert "learning 4 topics" in said


@pytest.mark.parametrize("damage", [b"", b"not an archive", b"PK\x03\x04 cut short"])
def test_a_damaged_cache_is_rebuilt(small: Vocabulary, cache: Path, tmp_path: Path, damage: bytes) -> None:
    kept = tmp_path / heads(cache)[0].name
    kept.write_bytes(damage)
    head = head_for(small, LexicalEmbedder(), tmp_path)
    assert sorted(head.topics) == sorted(TOPICS)
    assert sorted(Head.load(kept).topics) == sorted(TOPICS)


def test_a_cache_cut_off_in_the_middle_is_rebuilt(small: Vocabulary, cache: Path, tmp_path: Path) -> None:
    whole = heads(cache)[0].read_bytes()
    kept = tmp_path / heads(cache)[0].name
    kept.write_bytes(whole[:len(whole) // 2])
    assert sorted(head_for(small, LexicalEmbedder(), tmp_path).topics) == sorted(TOPICS)


def test_another_vocabulary_and_another_embedder_have_heads_of_their_own(small: Vocabulary, cache: Path, tmp_path: Path) -> None:
    (kept,) = heads(cache)
    fewer = Vocabulary(tuple(small.values())[:-1])
    head_for(fewer, LexicalEmbedder(), tmp_path)

    class Other(LexicalEmbedder):
        name = "other-1"

    head_for(small, Other(), tmp_path)
    assert len(heads(tmp_path)) == 2
    assert kept.name not in {path.name for path in heads(tmp_path)}


def test_a_cache_that_cannot_be_written_costs_time_not_the_start(small: Vocabulary, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x", encoding="utf-8")
    said: list[str] = []
    head = head_for(small, LexicalEmbedder(), in_the_way / "cache", said.append)
    assert sorted(head.topics) == sorted(TOPICS)
    assert any("cannot keep the trained head" in each for each in said)


def test_nothing_half_written_is_left_beside_the_head(cache: Path) -> None:
    assert [path.suffix for path in cache.iterdir() if path.suffix == ".npz"] == [".npz"]


def test_a_head_learns_from_every_wording_and_term_of_both_languages(small: Vocabulary) -> None:
    pairs = set(examples(small))
    for topic in small.values():
        for language in Language:
            assert {(text, topic.id) for text in (*topic.asks.of(language), *topic.terms.of(language))} <= pairs


def test_grams_know_where_words_begin_and_end() -> None:
    assert grams_of("Été") == [" e", "et", "te", "e ", " et", "ete", "te ", " ete", "ete ", " ete "]
    assert grams_of("?!") == []


# -- without the sentence model ----------------------------------------------------------------------------------------


def test_without_the_sentence_model_questions_are_understood_by_their_letters(small: Vocabulary, cache: Path) -> None:
    reader = Reader(small, LexicalEmbedder(), head_for(small, LexicalEmbedder(), cache))
    for language, words, topic in ((Language.FRENCH, "Vous fumez ?", "social.tobacco"), (Language.ENGLISH, "Any fever?", "symptom.fever"),
                                   (Language.ENGLISH, "Have you got a cough?", "symptom.cough")):
        acts = reader.listener(None, language).read(words, Focus())
        assert topic in {act.topic for act in acts}, words


def test_the_name_of_a_reading_says_what_it_rests_on(small: Vocabulary, cache: Path) -> None:
    reader = Reader(small, LexicalEmbedder(), head_for(small, LexicalEmbedder(), cache))
    assert reader.name == f"reader-1+lexical-1+{small.fingerprint[:12]}"


@pytest.mark.parametrize("text", ["", "?", "😀", "Vous fumez ?", "a" * 20_000, "\x00"])
def test_a_lexical_vector_has_length_one_or_nought(text: str) -> None:
    (vector,) = LexicalEmbedder().embed([text])
    assert vector.shape == (512,)
    assert round(float(np.linalg.norm(vector)), 5) in (0.0, 1.0)


def test_equal_letters_have_equal_vectors_and_others_have_others() -> None:
    one, same, other = LexicalEmbedder().embed(["Ça irradie ?", "ca irradie", "Vous fumez ?"])
    assert np.array_equal(one, same)
    assert float(one @ other) < 0.5
    assert LexicalEmbedder().embed([]).shape == (0, 512)
