"""The concepts that a text names, whatever the words and the language: «du sang», "bleeding" and «saigné» are one."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from simulator.exam.base import Language
from simulator.exam.transcript import plain

FILE = Path(__file__).with_name("concepts.yaml")
_LONGEST = 4  # words in a phrase
_SHORTEST_STEM = 4  # letters
_FRENCH = frozenset(
    "le la les de des du un une et est vous votre vos que qui ca je ce en au aux pour pas ou avez etes dans sur avec "
    "il elle on quand comment combien".split()
)
_ENGLISH = frozenset(
    "the a an of and you your is are do does did have has had it to in on at any for with how what when where why who "
    "that this i my we".split()
)


class Concepts:
    """The lexicon of concepts; `of` finds those of a text."""

    def __init__(self, entries: dict[str, dict[str, list[str]]]) -> None:
        self._phrases: dict[Language, dict[tuple[str, ...], str]] = {language: {} for language in Language}
        self._stems: dict[Language, dict[str, str]] = {language: {} for language in Language}
        for concept, forms in entries.items():
            for language in Language:
                for form in map(str, forms[language]):
                    if form.endswith("*"):
                        self._stems[language].setdefault(plain(form[:-1]), concept)
                    else:
                        self._phrases[language].setdefault(tuple(plain(form).split()), concept)

    def of(self, text: str) -> frozenset[str]:
        """The concepts named in a text; a text whose language its small words do not tell is read in both."""
        words = plain(text).split()
        french, english = (sum(word in small for word in words) for small in (_FRENCH, _ENGLISH))
        found: set[str] = set()
        if french >= english:
            found.update(self._named(words, Language.FRENCH))
        if english >= french:
            found.update(self._named(words, Language.ENGLISH))
        return frozenset(found)

    def _named(self, words: list[str], language: Language) -> Iterable[str]:
        phrases, stems, at = self._phrases[language], self._stems[language], 0
        while at < len(words):
            size = next(
                (
                    size
                    for size in range(min(_LONGEST, len(words) - at), 0, -1)
                    if tuple(words[at : at + size]) in phrases
                ),
                0,
            )
            if size:
                yield phrases[tuple(words[at : at + size])]
            else:
                word = words[at]
                stem = next(
                    (word[:length] for length in range(len(word), _SHORTEST_STEM - 1, -1) if word[:length] in stems),
                    None,
                )
                if stem:
                    yield stems[stem]
            at += max(1, size)


@cache
def concepts() -> Concepts:
    """The lexicon that ships."""
    entries: dict[str, dict[str, list[str]]] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return Concepts(entries)


@cache
def fingerprint() -> str:
    """The hash of the lexicon that ships."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def rarity(texts: Iterable[frozenset[str]]) -> dict[str, float]:
    """How telling each concept is: the logarithm of one over its share of the texts."""
    counted: Counter[str] = Counter()
    number = 0
    for each in texts:
        counted.update(each)
        number += 1
    return {concept: math.log(number / count) for concept, count in counted.items()}
