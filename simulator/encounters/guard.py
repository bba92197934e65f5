"""The guard: no sentence of a free patient is shown that asserts what was not handed over, or leaves the part.

It knows the whole case and checks each sentence by code. When in doubt it objects: the author's words are always right.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from simulator.encounters.ground import NEGATIVE, Case, Ground, Support, runs_of, topics_named
from simulator.encounters.wording import Wording, holds, sentences_of, without, wordbook, wording
from simulator.exam.base import Language
from simulator.exam.ports import Sentence, Understanding
from simulator.exam.transcript import Objection, plain

_STRANGE = re.compile(r"[^0-9A-Za-zÀ-ÖØ-öø-ÿŒœ\s.,;:!?…'’\"“”«»()%°€£/–—-]")
_MARKUP = re.compile(r"[<>{}\[\]`*_#|\\~^=@$]|https?:|www\.|&\w+;|--")
_LABEL = re.compile(r"(?:^|[.!?…]\s|[-–—]\s)\s*([\w’'.]+(?: [\w’'.]+)?)\s*:")
_SPELLED = re.compile(r"\b(?:\w[\s.\-–]+){3,}\w\b")
_CODED = re.compile(r"\b(?=\w*[a-z])(?=\w*[A-Z0-9])\w*[a-z]\w*[A-Z0-9]\w*\b|\w{26,}")
_MOST_SENTENCES = 7
_TAKEN_UP = 4  # words of a question that only repeats what it was asked about
_ONE_NEW_WORD = 3  # telling words of a fact in a sentence that may have one word more of its own
_CLOSE_TO_A_SECRET = 3  # telling words of a sentence from which on its sense is compared with what is hidden
_SAID_FREELY = ("courtesy", "deflection", "rephrase")


class Guard:
    """Checks the sentences of one scenario's patient."""

    def __init__(self, case: Case, understanding: Understanding) -> None:
        self.case = case
        self._understanding = understanding
        self._book = wordbook(case.language)

    def objection(self, sentence: Sentence, ground: Ground, said: Sequence[Sentence] = ()) -> Objection | None:
        """What is wrong with a sentence, after what was said in this turn; nothing when it may be shown."""
        if len(sentence.words) > ground.longest_sentence:
            return Objection.TOO_LONG  # before anything looks at every word
        looked = wording(sentence.words, ground.language)
        if not set(sentence.told) <= {each.id for each in ground.now}:
            return Objection.NOT_HANDED
        return (self._form(sentence.words, looked, ground)
                or self._length(sentence, looked, ground, said)
                or (None if is_authored(looked, ground) else (
                    self._answers_itself(looked, said) or self._asks(sentence, looked, ground)
                    or self._content(sentence, looked, ground))))

    # -- form ---------------------------------------------------------------------------------------------------------

    def _form(self, words: str, looked: Wording, ground: Ground) -> Objection | None:
        is_silence = not looked.tokens and not is_authored(looked, ground)  # "…" may be all that there is to say
        if is_silence or _MARKUP.search(words) or _STRANGE.search(words):
            return Objection.OUT_OF_ROLE
        if is_authored(looked, ground):
            return None
        if self._is_another_language(looked):
            return Objection.OTHER_LANGUAGE
        label = _LABEL.search(words)
        if label and set(plain(label[1]).split()) & self._book.labels:
            return Objection.SPEAKS_FOR_CANDIDATE
        if any(holds(looked.text, phrase) and not holds(ground.text, phrase) for phrase in self._book.roles):
            return Objection.OUT_OF_ROLE
        if _SPELLED.search(words) or _CODED.search(words):
            return Objection.OUT_OF_ROLE
        return None

    def _is_another_language(self, looked: Wording) -> bool:
        """More of the other language's small words than of this one's."""
        other = wordbook(Language.ENGLISH if self.case.language is Language.FRENCH else Language.FRENCH)
        foreign = sum(token in other.marks and token not in self._book.marks for token in looked.tokens)
        own = sum(token in self._book.marks and token not in other.marks for token in looked.tokens)
        return (foreign >= 2 and foreign > own) or foreign >= 4

    def _length(self, sentence: Sentence, looked: Wording, ground: Ground,
                said: Sequence[Sentence]) -> Objection | None:
        length = len(sentence.words) + sum(len(each.words) for each in said)
        again = any(plain(each.words) == looked.text for each in said)
        is_too_long = again or length > ground.longest_turn or len(said) >= max(_MOST_SENTENCES, 2 * len(ground.now))
        return Objection.TOO_LONG if is_too_long else None

    def _answers_itself(self, looked: Wording, said: Sequence[Sentence]) -> Objection | None:
        """After a question of its own the patient does not answer it."""
        asked = bool(said) and said[-1].words.rstrip().endswith("?")
        answers = looked.tokens[0] in self._book.affirming | self._book.refusals if looked.tokens else False
        return Objection.SPEAKS_FOR_CANDIDATE if asked and answers else None

    def _asks(self, sentence: Sentence, looked: Wording, ground: Ground) -> Objection | None:
        """A question is the candidate's to put, but for those handed over and a word or two taken up again."""
        if not sentence.words.rstrip().endswith("?"):
            return None
        is_handed = any(each.asks and each.whole.telling & looked.telling for each in ground.now)
        is_short = len(looked.tokens) <= _TAKEN_UP and not set(looked.tokens) & self._book.addressing
        return None if is_handed or is_short else Objection.SPEAKS_FOR_CANDIDATE

    # -- content ------------------------------------------------------------------------------------------------------

    def _content(self, sentence: Sentence, looked: Wording, ground: Ground) -> Objection | None:
        if sentence.improvises is not None:
            return self._made_up(sentence, looked, ground)
        found = supports_of(sentence, looked, ground)
        return (_number(looked, found, ground)
                or self._clinical(looked, found, ground, frozenset())
                or self._secret(sentence, looked, found, ground)
                or self._sense(looked, found, ground)
                or self._invented(sentence, looked, found, ground))

    def _made_up(self, sentence: Sentence, looked: Wording, ground: Ground) -> Objection | None:
        """On an ordinary topic that the scenario leaves out anything harmless may be said."""
        if sentence.improvises not in ground.themes or sentence.told:
            return Objection.NOT_HANDED
        if looked.numbers:
            return Objection.NUMBER
        return (self._clinical(looked, (), ground, self.case.ordinary)
                or self._secret(sentence, looked, (), ground)
                or self._sense(looked, (), ground, is_made_up=True))

    def _clinical(self, looked: Wording, found: tuple[Support, ...], ground: Ground,
                  allowed: frozenset[str]) -> Objection | None:
        """Drugs, diagnoses, tests, and everything else that the vocabulary has a term for."""
        own = _telling(found) | ground.persona.telling
        denied = {each.topic for each in ground.supports if each.role in NEGATIVE}
        told = {each.topic for each in found} | {each.topic for each in ground.now if each.role == "fact"}
        for term, topic in topics_named(looked, self.case.terms):
            if topic in denied and not looked.denies and not any(
                    set(term) <= each.whole.telling for each in found if not each.is_negative):
                return Objection.CONTRADICTS
            if set(term) & looked.telling <= own or topic in told | allowed or (topic in denied and looked.denies):
                continue
            return Objection.CLINICAL if topic.split(".")[0] in ("drug", "past", "examine", "order") \
                else Objection.NOT_HANDED
        new = looked.telling - own
        named = {each for term, topic in topics_named(looked, self.case.terms) if topic in denied for each in term}
        return Objection.CLINICAL if (new - named) & self._book.clinical or any(
            len(token) > 6 and token.endswith(self._book.endings)
            for token, each in zip(looked.tokens, looked.stems, strict=True) if each in new - named) else None

    def _secret(self, sentence: Sentence, looked: Wording, found: tuple[Support, ...],
                ground: Ground) -> Objection | None:
        """Words, runs of words or the sense of what was not handed over."""
        own = _telling(found) | ground.persona.telling
        new = looked.telling - own
        runs = set(runs_of(looked)) - {run for each in found for part in each.parts for run in runs_of(part)}
        if any(new & secret.telling or runs & secret.runs for secret in ground.secrets):
            return Objection.NOT_HANDED
        if len(looked.telling) < _CLOSE_TO_A_SECRET:
            return None
        hidden = [each.answer for each in ground.secrets if each.answer and len(each.telling & looked.telling) > 1]
        known = [each.whole.text for each in found]
        seen = self._understanding.carries
        if hidden and seen(sentence.words, hidden, ground.language) and not seen(
                sentence.words, known, ground.language):
            return Objection.NOT_HANDED
        return None

    def _sense(self, looked: Wording, found: tuple[Support, ...], ground: Ground,
               is_made_up: bool = False) -> Objection | None:
        """Affirms what is denied, denies what is so, or says of oneself what is so of somebody else."""
        if not is_made_up and self._opens_wrongly(looked, ground):
            return Objection.CONTRADICTS
        parts = [(len(part.telling & looked.telling), part) for each in found for part in each.parts]
        best = max((shared for shared, _ in parts), default=0)
        near = [part for shared, part in parts if shared == best] if best else []
        if near and all(part.denies != looked.denies for part in near):
            return Objection.CONTRADICTS
        if not best and found and all(each.is_negative for each in found) and not looked.denies:
            return Objection.CONTRADICTS
        return Objection.CONTRADICTS if near and all(self._is_of_others(part, looked) for part in near) else None

    def _opens_wrongly(self, looked: Wording, ground: Ground) -> bool:
        """Says yes or no where nothing handed over says so."""
        first = looked.tokens[0]
        if first in self._book.affirming:
            return not any((each.role == "fact" and not each.is_no) or each.whole.tokens[:1] == (first,)
                           for each in ground.now)
        return first in self._book.refusals and not any(each.is_negative or each.is_no for each in ground.now)

    def _is_of_others(self, part: Wording, looked: Wording) -> bool:
        """What is so of somebody else is said without any word for that person."""
        persons = set(part.stems) & self._book.kin
        return bool(persons) and not persons & set(looked.stems) and not set(looked.tokens) & self._book.others

    def _invented(self, sentence: Sentence, looked: Wording, found: tuple[Support, ...],
                  ground: Ground) -> Objection | None:
        """Says more than what it stands on."""
        if not found:
            return None if self._says_nothing(looked) else Objection.NOT_HANDED
        new = looked.telling - _telling(found) - ground.persona.telling - _phatic_stems(ground.language)
        if not new:
            return None
        shared = max(len(each.whole.telling & looked.telling) for each in found)
        is_near = len(new) == 1 and shared >= _ONE_NEW_WORD and self._understanding.carries(
            sentence.words, [each.whole.text for each in found], ground.language)
        return None if is_near else Objection.NOT_HANDED


    def _says_nothing(self, looked: Wording) -> bool:
        """Nothing but what keeps a talk going; a yes or no that may open an answer may also stand alone."""
        rest = without(looked.text, self._book.phatic).split()
        return set(rest) <= self._book.affirming | self._book.refusals


# -- what a sentence stands on -----------------------------------------------------------------------------------------


def is_authored(looked: Wording, ground: Ground) -> bool:
    """Whether it is one of the sentences handed over, or told before and spoken of again, word for word."""
    return any(is_part_of(looked, each) and (each.now or _is_spoken_of(part, ground))
               for each in ground.supports for part in each.parts)


def _is_spoken_of(told: Wording, ground: Ground) -> bool:
    """Whether the candidate comes back to something that was told before."""
    return bool(told.telling & ground.heard.telling)


@lru_cache
def _phatic_stems(language: Language) -> frozenset[str]:
    return frozenset(each for phrase in wordbook(language).phatic for each in wording(phrase, language).telling)


def supports_of(sentence: Sentence, looked: Wording, ground: Ground) -> tuple[Support, ...]:
    """What the sentence really tells, whatever it claims: of this turn first, else what it repeats."""
    now = tuple(each for each in ground.now if _tells(sentence, looked, each))
    if now:
        return now
    return tuple(each for each in ground.supports if not each.now and _repeats(looked, each, ground))


def _tells(sentence: Sentence, looked: Wording, support: Support) -> bool:
    shared = len(looked.telling & support.whole.telling)
    if support.id in sentence.told:
        is_denial = support.role in NEGATIVE and looked.denies and looked.telling <= support.named
        is_it_all = not support.whole.telling and any(holds(looked.text, each.text) for each in support.wordings)
        return shared > 0 or is_it_all or (is_denial and support.role != "evasion")
    return shared >= max(2, len(looked.telling) // 2) or bool(
        shared and shared == len(support.whole.telling) == len(looked.telling))


def _repeats(looked: Wording, support: Support, ground: Ground) -> bool:
    """All it says stands in one sentence told before and spoken of again, and most of that sentence is in it."""
    return any(looked.telling and looked.telling <= part.telling and 5 * len(looked.telling) >= 3 * len(part.telling)
               and _is_spoken_of(part, ground) for part in support.parts)


def tells(sentences: Sequence[Sentence], ground: Ground) -> tuple[str, ...]:
    """The ids of what these sentences have told well enough, in the order in which they were handed over."""
    looked = [(each, wording(each.words, ground.language)) for each in sentences if each.improvises is None]
    stated = [(each, words) for each, words in looked if not each.words.rstrip().endswith("?")]
    return tuple(support.id for support in ground.now if _is_told(support, looked if support.asks else stated))


def _is_told(support: Support, said: list[tuple[Sentence, Wording]]) -> bool:
    if support.role in _SAID_FREELY:
        return bool(said)  # any answer is one
    if not support.whole.text:
        return True
    saying = [looked for sentence, looked in said
              if _tells(sentence, looked, support) or is_part_of(looked, support)]
    if not saying:
        return False
    if support.role in NEGATIVE:
        return True
    words = frozenset().union(*(each.telling for each in saying))
    numbers = frozenset().union(*(each.numbers for each in saying))
    return any(each.numbers <= numbers and 2 * len(each.telling & words) >= len(each.telling)
               for each in support.wordings)


def is_part_of(looked: Wording, support: Support) -> bool:
    """Whether the words are one of its sentences, or all of it."""
    return looked.text == support.whole.text or any(looked.text == part.text for part in support.parts)


def _telling(found: tuple[Support, ...]) -> frozenset[str]:
    return frozenset().union(*(each.telling for each in found)) if found else frozenset()


def _number(looked: Wording, found: tuple[Support, ...], ground: Ground) -> Objection | None:
    known = frozenset().union(*(each.whole.numbers for each in found)) if found else frozenset()
    is_of_age = {"ans", "years", "year"} & set(looked.tokens)
    new = looked.numbers - known - ({ground.age} if is_of_age else set())
    return Objection.NUMBER if new else None


def split(sentence: Sentence) -> tuple[Sentence, ...]:
    """A line of several sentences as single ones, each with the line's ids."""
    return tuple(sentence.model_copy(update={"words": words}) for words in sentences_of(sentence.words)) or (sentence,)
