"""The vocabulary's short terms, found in a text by their words: «fièvre», "SOB", «cancer du côlon»."""

from typing import NamedTuple

from simulator.exam.base import Language
from simulator.exam.transcript import plain
from simulator.vocabulary import Vocabulary

_LONGEST = 6  # words in a term


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
        for key in clashes:  # a term that two topics claim (in two languages, say) settles nothing
            del self._topics[key]

    def __contains__(self, text: str) -> bool:
        return self.topic(text) is not None

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


_ARTICLES = frozenset(
    "le la les l un une des du de d au aux et ou pas aucun aucune vos votre mes ton ta tes ces cette ce cet quelque quelques "
    "the a an any some your his her their of no and or other".split())


def stems(text: str) -> tuple[str, ...]:
    """The plain words without plural marks."""
    return tuple(word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word
                 for word in plain(text).split())
