"""Whether an utterance states an idea: for what the candidate explained to the patient or wrote at the end."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.exam.ports import Match
from simulator.exam.transcript import plain
from simulator.understanding.lexicon import stems
from simulator.understanding.words import pieces, sentences

Floats = NDArray[np.float32]
CLOSE = 0.62  # cosine at which a sentence is taken to carry an idea, given words in common
VERY_CLOSE = 0.74
_SHORT_WORDING = 4  # words: such a wording must stand there itself
_NEGATION = re.compile(
    r"\b(?:ne|n|pas|aucun|aucune|jamais|sans|non|ni|"
    r"not|no|never|without|neither|nor|isn|don|doesn|didn|won|cannot|can t)\b")
_EMPTY = frozenset(
    "le la les l un une des du de d a au aux et ou en que qui qu ce c est sont vous je il elle on nous votre vos mon "
    "pour par sur avec dans the a an of to in on for and or is are you your i we it this that be will with".split())


def carried(embed: Callable[[Sequence[str]], Floats], words: str, wordings: Sequence[str]) -> Match | None:
    """The sentence that comes nearest to a wording, when it comes near enough and does not deny it."""
    whole = sentences(words)
    clauses = [clause.text for sentence in whole for clause in pieces(sentence) if clause.text != sentence.text]
    parts = [*(sentence.text for sentence in whole), *(each for each in clauses if len(plain(each).split()) > 1)]
    if not parts or not wordings:
        return None
    for wording in wordings:
        for part in parts:
            if part in words and _stands_in(wording, part) and _same_sense(wording, part):
                return Match(words=part, confidence=0.95)
    long = [wording for wording in wordings if len(plain(wording).split()) > _SHORT_WORDING]
    if not long:
        return None
    vectors = embed([*parts, *long])
    close = vectors[:len(parts)] @ vectors[len(parts):].T
    for row in np.argsort(-close.max(axis=1)):
        column = int(np.argmax(close[row]))
        likeness, part, wording = float(close[row, column]), parts[int(row)], long[column]
        shared = _content(part) & _content(wording)
        near = likeness >= VERY_CLOSE or (likeness >= CLOSE and len(shared) >= 2)
        if near and shared and _same_sense(wording, part) and part in words:
            return Match(words=part, confidence=min(1.0, likeness))
    return None


def _stands_in(wording: str, text: str) -> bool:
    wanted, said = stems(wording), stems(text)
    size = len(wanted)
    return bool(size) and any(said[at:at + size] == wanted for at in range(len(said) - size + 1))


def _same_sense(wording: str, text: str) -> bool:
    """Both affirm or both deny: «ce n'est pas un cancer» does not carry «c'est un cancer»."""
    return bool(_NEGATION.search(plain(wording))) == bool(_NEGATION.search(plain(text)))


def _content(text: str) -> set[str]:
    return {word for word in stems(text) if word not in _EMPTY and len(word) > 2}
