"""Finds quoted words in what somebody said: the one place that decides how exact a quotation must be.

Case, accents, punctuation and white space never matter. What speech leaves behind may be missing from the quotation:
hesitations, a word said twice. One letter may be off in a long word, and in few words; never in a number.
"""

import re
import unicodedata
from typing import NamedTuple

_SPACE = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_LONG = 6  # letters from which a word may hold one wrong one: «fume» and «fute» are two words
_WORDS_PER_SLIP = 4  # one word may be misspelt in so many; a shorter quotation must be exact
_HESITATIONS = frozenset("euh heu hum hem ben bah hein um uh uhm er erm hmm mm mmm".split())
_OPPOSITES = ("hyper", "hypo", "non", "in", "im", "un", "ir", "des", "dis", "anti", "ante", "inter", "intra")


class Token(NamedTuple):
    """A plain word and where it stands."""

    word: str
    start: int
    end: int


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    text = "".join(each for each in text if not unicodedata.combining(each))
    return _SPACE.sub(" ", _PUNCTUATION.sub(" ", text)).strip()


def tokens(text: str) -> tuple[Token, ...]:
    """The plain words of a text; the parts of «est-ce» stand where the whole stands."""
    return tuple(Token(word, match.start(), match.end()) for match in re.finditer(r"\S+", text)
                 for word in plain(match.group()).split())


def stretch(own: str, words: str) -> str:
    """The stretch of `own` that these words quote, in its own spelling; '' when there is none."""
    if not plain(words):
        return ""
    words = words.strip()
    if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", own):  # whole words: "no" is not said in "know"
        return words
    said = tokens(own)
    found = span(tuple(each.word for each in said), tuple(plain(words).split()))
    return own[said[found[0]].start:said[found[1]].end] if found else ""


def span(said: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[int, int] | None:
    """The first and the last word that the quotation covers: an exact place if there is one, else a close one."""
    if not wanted:
        return None
    for first in range(len(said) - len(wanted) + 1):
        if said[first:first + len(wanted)] == wanted:
            return first, first + len(wanted) - 1
    for first in range(len(said)):
        last = _close(said, first, wanted)
        if last is not None:
            return first, last
    return None


def _close(said: tuple[str, ...], first: int, wanted: tuple[str, ...]) -> int | None:
    """The last word of the quotation when it begins here, slips forgiven; nothing when it does not."""
    slips, at, last = len(wanted) // _WORDS_PER_SLIP, first, first
    for number, word in enumerate(wanted):
        while number and at < len(said) and said[at] != word and _is_noise(said, at):
            at += 1
        if at >= len(said):
            return None
        if said[at] != word:
            slips -= 1
            if slips < 0 or not is_slip(word, said[at]):
                return None
        last, at = at, at + 1
    return last


def _is_noise(said: tuple[str, ...], at: int) -> bool:
    return said[at] in _HESITATIONS or (at > 0 and said[at] == said[at - 1])


def is_slip(one: str, other: str) -> bool:
    """Whether two words differ as one word misspelt or misheard does: by one letter, in a long word without figures."""
    if min(len(one), len(other)) < _LONG or not (one + other).isalpha() or one[0] != other[0]:
        return False
    if any(one.startswith(each) != other.startswith(each) for each in _OPPOSITES):
        return False
    return _one_letter_off(*sorted((one, other), key=len))


def _one_letter_off(short: str, long: str) -> bool:
    if len(long) - len(short) > 1:
        return False
    same = next((at for at, (left, right) in enumerate(zip(short, long, strict=False)) if left != right), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1:]
    swapped = short[same:same + 2] == long[same:same + 2][::-1] and short[same + 2:] == long[same + 2:]
    return swapped or short[same + 1:] == long[same + 1:]
