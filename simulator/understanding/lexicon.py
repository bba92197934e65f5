"""The vocabulary's short terms, found in a text by their words: «fièvre», "SOB", «cancer du côlon»."""

import re
from collections import Counter
from string import ascii_lowercase
from typing import NamedTuple

from simulator.exam.base import Language
from simulator.exam.transcript import plain
from simulator.vocabulary import Vocabulary

_MENDED_FROM = 4  # letters: shorter words have too many neighbours
_LONGEST = 6  # words in a term
_NEARLY_ALWAYS = 0.8
_MENDED_TO = 24  # letters: no word is longer, and trying every letter of a long one takes minutes


class Spotted(NamedTuple):
    """A term found in a text: its topic and the words' positions in the plain text's list of words."""

    topic: str
    first: int
    last: int


class Lexicon:
    """Terms of both languages; plural and singular count as one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._topics: dict[tuple[str, ...], str] = {}
        clashes: set[tuple[str, ...]] = set()
        for topic in vocabulary.values():
            for language in Language:
                for term in topic.terms.of(language):
                    key = stems(term)
                    if key and self._topics.setdefault(key, topic.id) != topic.id:
                        clashes.add(key)
        self._words = _counted(vocabulary)
        self._accented = _accented(vocabulary)
        for key in clashes:  # a term that two topics claim (in two languages, say) settles nothing
            del self._topics[key]

    def __contains__(self, text: str) -> bool:
        return self.topic(text) is not None

    def knows_a_word(self, text: str) -> bool:
        """Whether any word that carries meaning stands somewhere in the vocabulary, one typing error forgiven."""
        return any(word in self._words or self._nearest(word) for word in plain(text).split() if word not in _ARTICLES)

    def mended(self, text: str) -> str:
        """The text with its missing accents, and with unknown words replaced by the one a typing error away, if any."""
        if text.isascii():
            text = re.sub(r"[a-zA-Z]+", lambda found: self._accented.get(found.group().lower(), found.group()), text)
        words = plain(text).split()
        strange = [word for word in words if word not in self._words and len(word) >= _MENDED_FROM and word.isalpha()]
        near = {word: self._nearest(word) for word in strange}
        if not any(near.values()):
            return text
        return re.sub(r"[^\W\d_]+", lambda found: near.get(plain(found.group())) or found.group(), text)

    def _nearest(self, word: str) -> str | None:
        """The commonest known word at one letter's distance: dropped, doubled, changed or swapped."""
        if not _MENDED_FROM <= len(word) <= _MENDED_TO:
            return None
        found = [each for each in _one_letter_off(word) if each in self._words]
        return max(found, key=lambda each: (self._words[each], each)) if found else None

    def topic(self, text: str) -> str | None:
        """The topic whose term this text is, articles aside; nothing when it is more or less than a term."""
        words = [word for word in stems(text) if word not in _ARTICLES]
        whole = self._topics.get(tuple(words)) or self._topics.get(stems(text))
        return whole

    def spot(self, text: str, family: str | None = None) -> list[Spotted]:
        """The longest terms in a text, left to right, none overlapping; of one family of topics when it is given."""
        words = stems(text)
        found, at = [], 0
        while at < len(words):
            for size in range(min(_LONGEST, len(words) - at), 0, -1):
                topic = self._topics.get(words[at:at + size])
                if topic and (family is None or topic.startswith(family)):
                    found.append(Spotted(topic, at, at + size - 1))
                    at += size - 1
                    break
            at += 1
        return found


def _counted(vocabulary: Vocabulary) -> Counter[str]:
    """How often each word stands in the vocabulary, both languages together."""
    return Counter(word for topic in vocabulary.values() for language in Language
                   for text in (*topic.asks.of(language), *topic.terms.of(language)) for word in plain(text).split())


def _accented(vocabulary: Vocabulary) -> dict[str, str]:
    """Words that are nearly always written with an accent in the vocabulary, by their letters without it."""
    spellings: dict[str, Counter[str]] = {}
    for topic in vocabulary.values():
        for language in Language:
            for text in (*topic.asks.of(language), *topic.terms.of(language)):
                for word in re.findall(r"[^\W\d_]+", text.lower()):
                    spellings.setdefault(plain(word), Counter())[word] += 1
    return {bare: best for bare, counts in spellings.items() for best, count in counts.most_common(1)
            if best != bare and count >= _NEARLY_ALWAYS * counts.total()}


def _one_letter_off(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {head + tail[1:] for head, tail in cuts if tail} \
        | {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1} \
        | {head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase} \
        | {head + letter + tail for head, tail in cuts for letter in ascii_lowercase}


_ARTICLES = frozenset(
    "le la les l un une des du de d au aux et ou pas aucun aucune vos votre mes ton ta tes ces cette ce cet "
    "quelque quelques the a an any some your his her their of no and or other".split())


def stems(text: str) -> tuple[str, ...]:
    """The plain words without plural marks."""
    return tuple(word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word
                 for word in plain(text).split())
