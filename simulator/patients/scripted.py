"""The embedded patient: the author's words, joined and varied as a person would."""

import re
from collections.abc import AsyncGenerator

from simulator.exam.base import Language
from simulator.exam.ports import Moment, Sentence
from simulator.exam.transcript import Tellable

_AGAIN = {
    Language.FRENCH: ("Comme je vous le disais, {words}", "Je vous l'ai dit : {words}", "Encore une fois, {words}"),
    Language.ENGLISH: ("As I said, {words}", "Like I told you, {words}", "Again, {words}"),
}
_BEFORE_CUE = {"cue", "question"}
_NO = re.compile(r"^(?:non|no)\b[\s,.;:…-]*", re.IGNORECASE)
_KEEPS_ITS_CAPITAL = re.compile(r"^(?:I\b|I['’]|[A-ZÀ-Ý]{2,}|M\.|(?:Dr|Mr|Mrs|Ms|Mme|Mlle)\b)")


class ScriptedPatient:
    """Says what it may tell and nothing else; the same arguments give the same words."""

    name = "scripted-1"
    is_scripted = True

    async def speak(self, moment: Moment) -> AsyncGenerator[Sentence, None]:
        """The author's words, all at once."""
        yield Sentence(words=self._words(moment.may_tell, moment.language, moment.seed),
                       told=tuple(each.id for each in moment.may_tell))

    def _words(self, may_tell: tuple[Tellable, ...], language: Language, seed: int) -> str:
        """The authored words in order: answers first, then denials as one breath, then what the patient adds."""
        answers = [each for each in may_tell if each.role not in ("denial", *_BEFORE_CUE)]
        denials = [each for each in may_tell if each.role == "denial"]
        added = [each for each in may_tell if each.role in _BEFORE_CUE]
        sentences = [self._said(each, language, seed) for each in answers]
        sentences += joined_denials([self._said(each, language, seed) for each in denials], language)
        sentences += [each.words for each in added]
        return " ".join(sentence for sentence in sentences if sentence)

    @staticmethod
    def _said(tellable: Tellable, language: Language, seed: int) -> str:
        if tellable.times_told == 0 or tellable.role != "fact":
            return tellable.words
        if tellable.again and tellable.times_told % 2 == 1:
            return tellable.again
        forms = _AGAIN[language]
        form = forms[(seed + tellable.times_told) % len(forms)]
        return form.format(words=lowered(_NO.sub("", tellable.words) if not _is_bare_no(tellable.words) else
                                         tellable.words))


def joined_denials(denials: list[str], language: Language) -> list[str]:
    """Several negatives as one breath: the first keeps its "no", the next ones drop it."""
    spoken: list[str] = []
    different = list(dict.fromkeys(denials))
    for index, words in enumerate(different):
        rest = _NO.sub("", words)
        if index == 0 or not rest:
            spoken.append(words)
        else:
            also = {"fr": " non plus.", "en": " either."}[language]
            is_short = rest.endswith(".") and len(rest) < 40 and rest.lower().startswith(("pas ", "not "))
            spoken.append(_capital(rest[:-1] + also) if is_short and index == len(different) - 1 else _capital(rest))
    return spoken


def lowered(words: str) -> str:
    """The words as they stand inside a sentence; names and "I" keep their capital."""
    return words if _KEEPS_ITS_CAPITAL.match(words) else words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _is_bare_no(words: str) -> bool:
    return not _NO.sub("", words).strip(" .!…")
