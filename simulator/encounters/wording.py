"""How a sentence is worded, for the guard: its telling words, its numbers, whether it denies. No model, no network."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from simulator.exam.base import Language
from simulator.exam.transcript import plain

_NUMBER = re.compile(r"\d+")
_SENTENCE = re.compile(r"(?<=[.!?…])[\s»”\"]+(?=\S)")
_TITLES = re.compile(r"(?:\b(?:M|Mr|Mrs|Ms|Dr|Pr|St|Mme|Mlle|env|cf|etc)\.|\b[A-Z]\.)$")


class Wordbook(NamedTuple):
    """The words that the guard knows in one language, as `plain` leaves them."""

    phatic: tuple[str, ...]
    hedges: tuple[str, ...]
    roles: tuple[str, ...]
    plain: frozenset[str]
    denying: frozenset[str]
    refusals: frozenset[str]
    affirming: frozenset[str]
    clinical: frozenset[str]
    endings: tuple[str, ...]
    labels: frozenset[str]
    marks: frozenset[str]
    kin: frozenset[str]
    others: frozenset[str]
    addressing: frozenset[str]
    numbers: dict[str, str]


class Wording(NamedTuple):
    """A stretch of words as the guard sees it."""

    text: str  # after `plain`
    tokens: tuple[str, ...]
    stems: tuple[str, ...]  # of every token, in order
    telling: frozenset[str]  # the stems that say something: no plain word, no number
    numbers: frozenset[str]
    denies: bool


@cache
def wordbook(language: Language) -> Wordbook:
    """The authored words of guard.yaml."""
    path = Path(__file__).with_name("guard.yaml")
    authored: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))[language.value]

    def words(key: str) -> frozenset[str]:
        return frozenset(plain(authored[key]).split())

    def phrases(key: str) -> tuple[str, ...]:
        return tuple(sorted({plain(each) for each in authored[key].split("|")}, key=len, reverse=True))

    return Wordbook(phatic=phrases("phatic"), hedges=phrases("hedges"), roles=phrases("roles"), plain=words("plain"),
                    denying=words("denying"), refusals=words("refusals"), affirming=words("affirming"),
                    clinical=frozenset(stem(each) for each in words("clinical")), endings=tuple(authored["endings"]),
                    labels=words("labels"), marks=words("marks"), kin=frozenset(stem(each) for each in words("kin")),
                    others=words("others"), addressing=words("addressing"),
                    numbers=dict(authored["numbers"]))


def stem(word: str) -> str:
    """A word without most of its ending: two forms of one word usually have the same."""
    if len(word) <= 4:
        return word[:-1] if len(word) == 4 and word[-1] in "sx" else word
    word = word[:-1] if word[-1] in "sx" else word
    return word[:4] if len(word) <= 6 else word[:5] if len(word) <= 8 else word[:6]


@lru_cache(maxsize=8192)
def wording(text: str, language: Language) -> Wording:
    """The words of a text, looked at."""
    book = wordbook(language)
    text = plain(text)
    tokens = tuple(text.split())
    bare = tuple(without(text, book.hedges).split())
    figures = [_figures(token, book) for token in tokens]
    telling = frozenset(stem(token) for token, figure in zip(tokens, figures, strict=True)
                        if not figure and token not in book.plain and len(token) > 1)
    return Wording(text=text, tokens=tokens, stems=tuple(stem(token) for token in tokens), telling=telling,
                   numbers=frozenset(each for figure in figures for each in figure),
                   denies=any(token in book.denying for token in bare))


def _figures(token: str, book: Wordbook) -> tuple[str, ...]:
    known = book.numbers.get(token)
    return (known,) if known else tuple(each.lstrip("0") or "0" for each in _NUMBER.findall(token))


def without(text: str, phrases: tuple[str, ...]) -> str:
    """A plain text with these plain phrases taken out, longest first."""
    padded = f" {text} "
    for phrase in phrases:
        while f" {phrase} " in padded:
            padded = padded.replace(f" {phrase} ", " ")
    return padded.strip()


def holds(text: str, phrase: str) -> bool:
    """Whether a plain text holds a plain phrase, as whole words."""
    return f" {phrase} " in f" {text} "


@lru_cache(maxsize=8192)
def sentences_of(text: str) -> tuple[str, ...]:
    """The text's sentences; a title ("Mr.") or an initial ends none."""
    found: list[str] = []
    for part in _SENTENCE.split(text.strip()):
        if found and _TITLES.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif part:
            found.append(part)
    return tuple(found)
