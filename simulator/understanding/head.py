"""The trained head: logistic regression over the sentence vector and character n-grams, learnt from the vocabulary.

Trained once per vocabulary and embedder (some 20 s on two cores) and kept in a cache keyed by their hashes.
"""

import hashlib
import json
import os
import re
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from simulator.exam.base import Language
from simulator.exam.ports import Embedder
from simulator.exam.transcript import plain
from simulator.vocabulary import Vocabulary

Floats = NDArray[np.float32]
RECIPE = "6"  # raise it when anything below changes what is learnt
_EMBEDDING_WEIGHT = 1.5
_GRAMS = (2, 3, 4, 5)
_MOST_GRAMS = 24_000
_COMPONENTS = 512
_STRENGTH = 30.0
_ITERATIONS = 40
_SPACE = re.compile(r"\s+")


class Head:
    """Scores topics for texts. `topics` are the columns of every array it returns."""

    def __init__(self, topics: Sequence[str], weights: Floats, gram_weights: Floats, bias: Floats,
                 grams: dict[str, int], rarity: Floats) -> None:
        self.topics = tuple(topics)
        self.column = {topic: index for index, topic in enumerate(self.topics)}
        self._weights = weights
        self._gram_weights = gram_weights
        self._bias = bias
        self._grams = grams
        self._rarity = rarity

    def scores(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Unnormalised log-probabilities of shape (len(texts), len(topics))."""
        scores = vectors @ self._weights + self._bias
        for row, text in enumerate(texts):
            columns, values = self._row(text)
            if len(columns):
                scores[row] += values @ self._gram_weights[columns].astype(np.float32)
        return scores.astype(np.float32)

    def _row(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        counts: dict[int, int] = {}
        for gram in grams_of(text):
            column = self._grams.get(gram)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        columns = np.fromiter(counts, dtype=np.int64, count=len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * self._rarity[columns]
        length = float(np.linalg.norm(values))
        return columns, (values / length if length else values).astype(np.float32)

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Writes the head whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, weights=self._weights, gram_weights=self._gram_weights, bias=self._bias,
                     rarity=self._rarity, topics=np.array(json.dumps(self.topics)),
                     grams=np.array(json.dumps(list(self._grams), ensure_ascii=False)))
        Path(name).replace(path)

    @classmethod
    def load(cls, path: Path) -> "Head":
        """Reads a saved head; OSError or ValueError when it is damaged."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            grams = {gram: index for index, gram in enumerate(json.loads(str(kept["grams"])))}
            return cls(json.loads(str(kept["topics"])), kept["weights"], kept["gram_weights"], kept["bias"],
                       grams, kept["rarity"])


def grams_of(text: str) -> list[str]:
    """Character n-grams inside words, with the words' borders."""
    found = []
    for word in plain(text).split():
        padded = f" {word} "
        for size in _GRAMS:
            found += [padded[at:at + size] for at in range(max(1, len(padded) - size + 1))]
            if size >= len(padded):
                break
    return found


def examples(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """(text, topic) pairs to learn from: every wording and every term of both languages."""
    pairs = []
    for topic in vocabulary.values():
        for language in Language:
            pairs += [(text, topic.id) for text in (*topic.asks.of(language), *topic.terms.of(language))]
    return pairs + composed(vocabulary)


_PLACEHOLDER = {
    Language.FRENCH: re.compile(r"\b(?:la|cette|votre) douleur\b|\bles douleurs\b|\bça\b|\bcela\b", re.IGNORECASE),
    Language.ENGLISH: re.compile(r"\b(?:the|this|that|your) pain\b|\bit\b|\bthis\b", re.IGNORECASE),
}
_ARTICLE = re.compile(r"^(?:a|an|the|any|some|your)\s+", re.IGNORECASE)
_NOT_COMPOSED = ("complaint.reason", "complaint.elaborate", "complaint.associated", "complaint.why_now",
                 "complaint.breathing", "complaint.exertion")  # a symptom's name there would name another question


def composed(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Attributes asked of named symptoms («depuis quand la toux ?»): the attribute stays the topic.

    Each wording of an attribute that says "it" or "the pain" is repeated for one symptom, chosen by a fixed seed.
    """
    random = Random(0)
    symptoms = vocabulary.family("symptom")
    pairs = []
    for topic in vocabulary.family("complaint"):
        if topic.id in _NOT_COMPOSED:
            continue
        for language in Language:
            for wording in topic.asks.of(language):
                symptom = random.choice(symptoms).name.of(language)
                named = symptom if language is Language.FRENCH else f"the {_ARTICLE.sub('', symptom)}"
                text, count = _PLACEHOLDER[language].subn(named, wording, count=1)
                if count:
                    pairs.append((text, topic.id))
    return pairs


def train(pairs: Sequence[tuple[str, str]], embedder: Embedder, say: Callable[[str], None] | None = None) -> Head:
    """Learns a head from (text, topic) pairs; `say` hears what is going on."""
    from scipy.sparse import csr_matrix  # here: needed to train only
    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression

    tell = say or (lambda _: None)
    texts = [text for text, _ in pairs]
    tell(f"reading {len(texts)} wordings")
    vectors = np.vstack([np.asarray(embedder.embed(texts[at:at + 256]), dtype=np.float32)
                         for at in range(0, len(texts), 256)])
    grams, rarity = _chosen_grams(texts)
    blank = Head((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32), np.zeros(0, np.float32), grams, rarity)
    rows = [blank._row(text) for text in texts]
    sparse = csr_matrix((np.concatenate([values for _, values in rows]),
                         np.concatenate([columns for columns, _ in rows]),
                         np.cumsum([0, *(len(columns) for columns, _ in rows)])), shape=(len(texts), len(grams)))
    tell("finding the parts of words that matter")
    components = min(_COMPONENTS, min(sparse.shape) - 1)
    reduction = TruncatedSVD(components, n_iter=3, random_state=0).fit(sparse)
    features = np.hstack([_EMBEDDING_WEIGHT * vectors, reduction.transform(sparse).astype(np.float32)])
    tell(f"learning {len(set(topic for _, topic in pairs))} topics")
    model = LogisticRegression(C=_STRENGTH, max_iter=_ITERATIONS)
    _quietly_fit(model, features.astype(np.float32), [topic for _, topic in pairs])
    width = vectors.shape[1]
    return Head(
        topics=[str(topic) for topic in model.classes_],
        weights=np.ascontiguousarray(_EMBEDDING_WEIGHT * model.coef_[:, :width].T, dtype=np.float32),
        gram_weights=np.ascontiguousarray(reduction.components_.T @ model.coef_[:, width:].T, dtype=np.float16),
        bias=model.intercept_.astype(np.float32), grams=grams, rarity=rarity)


def _quietly_fit(model: object, features: Floats, topics: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping before full convergence is intended: it regularises
        model.fit(features, topics)  # type: ignore[attr-defined]  # scikit-learn is untyped


def _chosen_grams(texts: Sequence[str]) -> tuple[dict[str, int], Floats]:
    """The n-grams that stand in two texts or more, the commonest first, and their inverse document frequency."""
    documents: dict[str, int] = {}
    for text in texts:
        for gram in set(grams_of(text)):
            documents[gram] = documents.get(gram, 0) + 1
    kept = sorted((gram for gram, count in documents.items() if count > 1),
                  key=lambda gram: (-documents[gram], gram))[:_MOST_GRAMS]
    rarity = np.log((1 + len(texts)) / (1 + np.array([documents[gram] for gram in kept], dtype=np.float32))) + 1
    return {gram: index for index, gram in enumerate(kept)}, rarity.astype(np.float32)


def head_for(vocabulary: Vocabulary, embedder: Embedder, cache: Path,
             say: Callable[[str], None] | None = None) -> Head:
    """The head of this vocabulary and embedder: from the cache, or trained now and kept there."""
    key = hashlib.sha256(f"{RECIPE}:{vocabulary.fingerprint}:{embedder.name}".encode()).hexdigest()[:16]
    path = cache / f"head-{key}.npz"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):  # several processes at a first start: one learns, the others wait
            return _kept(path) or _learnt(path, vocabulary, embedder, say)
    except OSError as error:
        if say:
            say(f"cannot keep the trained head in {cache} ({error.strerror}); it will be trained at every start")
        return train(examples(vocabulary), embedder, say)


def _kept(path: Path) -> Head | None:
    if not path.is_file():
        return None
    try:
        return Head.load(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        path.unlink(missing_ok=True)  # a damaged cache is rebuilt
        return None


def _learnt(path: Path, vocabulary: Vocabulary, embedder: Embedder, say: Callable[[str], None] | None) -> Head:
    head = train(examples(vocabulary), embedder, say)
    head.save(path)
    return head
