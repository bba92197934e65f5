"""The trained head: logistic regression over the sentence vector and character n-grams, learnt from the vocabulary.

Its likeliest topics are ranked again by their nearest wording and by the concepts that they share with the text: rare
words weigh, and synonyms count. Trained once per vocabulary and embedder (about a minute on two cores) and kept in a
cache keyed by their hashes.
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
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from simulator.exam.base import Language
from simulator.exam.ports import Embedder
from simulator.exam.transcript import plain
from simulator.understanding.concepts import concepts, fingerprint, rarity
from simulator.vocabulary import Topic, Vocabulary

Floats = NDArray[np.float32]
RECIPE = "10"  # raise it when anything below changes what is learnt
_EMBEDDING_WEIGHT = 1.5
_GRAMS = (2, 3, 4, 5)
_MOST_GRAMS = 24_000
_COMPONENTS = 512
_STRENGTH = 30.0
_ITERATIONS = 40
_SPACE = re.compile(r"\s+")


_NEAREST_WEIGHT = 20.0  # of the cosine to a topic's nearest wording, beside the regression's score
_COVERAGE_WEIGHT = 8.0  # of the share of what is named that the topic's wordings name too
_STRANGE_CONCEPT = 8.0  # rarity of a concept that no wording names
_RANKED_AGAIN = 30  # topics, the likeliest of the regression, for which the nearest wording is looked up
_SHARPNESS = 0.7  # of both together; from the development phrasings (benchmarks/phrasings.py)
_OUT_OF_THE_RUNNING = -40.0


class Wordings(NamedTuple):
    """The sentence vectors of all wordings, topic after topic: rows `starts[t]` to `starts[t + 1]`, in 1/127."""

    vectors: NDArray[np.int8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: Floats, columns: NDArray[np.int64], topics: int) -> "Wordings":
        """Vectors with the number of each one's topic, sorted and rounded."""
        order = np.argsort(columns, kind="stable")
        rounded = np.clip(np.round(vectors[order] * 127), -127, 127).astype(np.int8)
        return cls(rounded, np.searchsorted(columns[order], np.arange(topics + 1)))

    def nearest(self, topic: int, vector: Floats) -> float:
        """The cosine to the topic's nearest wording."""
        rows = self.vectors[self.starts[topic]:self.starts[topic + 1]]
        return float((rows.astype(np.float32) @ vector).max()) / 127 if len(rows) else 0.0


class Coverage(NamedTuple):
    """How much of what a text names each topic's wordings name as well: concepts, their rarity, and who has them."""

    names: tuple[str, ...]
    rarity: Floats
    known: Floats  # (topics, concepts): 0 never named in the topic's wordings, 0.5 once, 1 more often

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]], topics: Sequence[str]) -> "Coverage":
        """From (text, topic) pairs."""
        found = [concepts().of(text) for text, _ in pairs]
        weights = rarity(found)
        names = tuple(sorted(weights))
        column = {name: index for index, name in enumerate(names)}
        row = {topic: index for index, topic in enumerate(topics)}
        counts = np.zeros((len(topics), len(names)), dtype=np.float32)
        for (_, topic), each in zip(pairs, found, strict=True):
            for name in each:
                counts[row[topic], column[name]] += 1
        return cls(names, np.array([weights[name] for name in names], dtype=np.float32), np.minimum(1, counts / 2))

    def shares(self, text: str, topics: NDArray[np.int64], column: dict[str, int]) -> Floats:
        """The share of the text's concepts, by rarity, that each of these topics knows; 0 when it names none."""
        named = concepts().of(text)
        columns = np.array([column[name] for name in named if name in column], dtype=np.int64)
        whole = float(self.rarity[columns].sum()) + _STRANGE_CONCEPT * (len(named) - len(columns))
        if not whole:
            return np.zeros(len(topics), dtype=np.float32)
        shares: Floats = (self.known[np.ix_(topics, columns)] @ self.rarity[columns] / whole).astype(np.float32)
        return shares


class Head:
    """Scores topics for texts. `topics` are the columns of every array it returns."""

    def __init__(self, topics: Sequence[str], weights: Floats, gram_weights: Floats, bias: Floats,
                 grams: dict[str, int], rarity: Floats, wordings: Wordings | None = None,
                 coverage: Coverage | None = None) -> None:
        self.topics = tuple(topics)
        self.column = {topic: index for index, topic in enumerate(self.topics)}
        self._weights = weights
        self._gram_weights = gram_weights
        self._bias = bias
        self._grams = grams
        self._rarity = rarity
        self._wordings = wordings
        self._coverage = coverage
        self._concept = {name: index for index, name in enumerate(coverage.names)} if coverage else {}

    def scores(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Unnormalised log-probabilities of shape (len(texts), len(topics))."""
        scores = vectors @ self._weights + self._bias
        for row, text in enumerate(texts):
            columns, values = self._row(text)
            if len(columns):
                scores[row] += values @ self._gram_weights[columns].astype(np.float32)
            if self._wordings is not None:
                scores[row] = self._ranked_again(scores[row], text, vectors[row], self._wordings)
        return scores.astype(np.float32)

    def _ranked_again(self, scores: Floats, text: str, vector: Floats, wordings: Wordings) -> Floats:
        """The likeliest topics, weighed with their nearest wording and shared concepts; the others are out of it."""
        likely = np.argpartition(-scores, min(_RANKED_AGAIN, len(scores) - 1))[:_RANKED_AGAIN]
        near = np.array([wordings.nearest(int(topic), vector) for topic in likely], dtype=np.float32)
        both = scores[likely] + _NEAREST_WEIGHT * near
        if self._coverage is not None:
            both += _COVERAGE_WEIGHT * self._coverage.shares(text, likely, self._concept)
        both *= _SHARPNESS
        ranked = np.full_like(scores, both.max() + _OUT_OF_THE_RUNNING)
        ranked[likely] = both
        return ranked

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
            arrays: dict[str, Any] = {
                "weights": self._weights, "gram_weights": self._gram_weights, "bias": self._bias,
                "rarity": self._rarity, "topics": np.array(json.dumps(self.topics)),
                "grams": np.array(json.dumps(list(self._grams), ensure_ascii=False)), **self._kept_wordings()}
            np.savez(file, **arrays)
        Path(name).replace(path)

    def in_common(self, some: frozenset[str], others: frozenset[str]) -> float:
        """How much two sets of concepts share, by rarity: 0 nothing, 1 everything."""
        def worth(each: frozenset[str]) -> float:
            if self._coverage is None:
                return float(len(each))
            rarity = self._coverage.rarity
            return sum(float(rarity[self._concept[name]]) if name in self._concept else _STRANGE_CONCEPT
                       for name in each)

        whole = worth(some | others)
        return worth(some & others) / whole if whole else 0.0

    def _kept_wordings(self) -> dict[str, NDArray[Any]]:
        kept: dict[str, NDArray[Any]] = dict(self._wordings._asdict()) if self._wordings else {}
        if self._coverage:
            kept |= {"concepts": np.array(json.dumps(self._coverage.names)), "concept_rarity": self._coverage.rarity,
                     "known": (2 * self._coverage.known).astype(np.uint8)}
        return kept

    @classmethod
    def load(cls, path: Path) -> "Head":
        """Reads a saved head; OSError or ValueError when it is damaged."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            grams = {gram: index for index, gram in enumerate(json.loads(str(kept["grams"])))}
            return cls(json.loads(str(kept["topics"])), kept["weights"], kept["gram_weights"], kept["bias"],
                       grams, kept["rarity"],
                       Wordings(kept["vectors"], kept["starts"]) if "starts" in kept.files else None,
                       Coverage(tuple(json.loads(str(kept["concepts"]))), kept["concept_rarity"],
                                kept["known"].astype(np.float32) / 2) if "known" in kept.files else None)


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
_FRENCH_ARTICLE = re.compile(r"^(?:le |la |les |l['’]|un |une |des |du |vos |votre )", re.IGNORECASE)
_COMPOSED_EACH = 2  # symptoms tried with each wording of an attribute
_NOT_COMPOSED = ("complaint.reason", "complaint.elaborate", "complaint.associated", "complaint.why_now",
                 "complaint.breathing", "complaint.exertion")  # a symptom's name there would name another question


def composed(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Attributes asked of named symptoms («depuis quand la toux ?»): the attribute stays the topic.

    Each wording of an attribute that says "it" or "the pain" is repeated for symptoms
    chosen by a fixed seed.
    """
    random = Random(0)
    symptoms = vocabulary.family("symptom")
    pairs = []
    for topic in vocabulary.family("complaint"):
        if topic.id in _NOT_COMPOSED:
            continue
        for language in Language:
            for wording in topic.asks.of(language):
                for _ in range(_COMPOSED_EACH):
                    named = _with_article(random.choice(_names(random.choice(symptoms), language)), language, random)
                    text, count = _PLACEHOLDER[language].subn(named, wording, count=1)
                    if count:
                        pairs.append((text, topic.id))
    return pairs


def _names(symptom: Topic, language: Language) -> tuple[str, ...]:
    return (symptom.name.of(language), *symptom.terms.of(language))


def _with_article(name: str, language: Language, random: Random) -> str:
    """The symptom as it stands in a sentence: "the rash", "your rash", «la toux», «votre toux»."""
    if language is Language.ENGLISH:
        return f"{random.choice(('the', 'your', 'this'))} {_ARTICLE.sub('', name)}"
    return name if _FRENCH_ARTICLE.match(name) else f"{random.choice(('votre', 'cette', 'la'))} {name}"


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
        bias=model.intercept_.astype(np.float32), grams=grams, rarity=rarity,
        wordings=Wordings.of(
            vectors, np.searchsorted(model.classes_, [topic for _, topic in pairs]), len(model.classes_)),
        coverage=Coverage.of(pairs, [str(topic) for topic in model.classes_]))


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
    key = hashlib.sha256(f"{RECIPE}:{vocabulary.fingerprint}:{fingerprint()}:{embedder.name}".encode()).hexdigest()[:16]
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
