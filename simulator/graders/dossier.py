"""The transcript as a language model reads it: numbered lines of escaped data; only the candidate's may be quoted."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from simulator.exam.base import Language
from simulator.exam.errors import QuoteNotFound
from simulator.exam.names import names_given, without_names
from simulator.exam.quoting import plain, span, tokens
from simulator.exam.transcript import Action, ActionKind, Entry, Evidence, Speaker, Transcript, Turn
from simulator.graders.genuine import instructs
from simulator.graders.hearing import READ_AT_MOST, Heard
from simulator.graders.instructions import without_instructions, without_labels

LONGEST = 160_000  # characters, some 40,000 tokens: an encounter of hours, or somebody pads
_FIELD_AT_MOST = 4000  # characters of one field of the form
_WHO = {
    Language.FRENCH: {"candidate": "candidat", "patient": "patient", "station": "station",
                      "form": "formulaire du candidat", "examined": "le candidat examine",
                      "ordered": "le candidat demande", "name": "NOM"},
    Language.ENGLISH: {"candidate": "candidate", "patient": "patient", "station": "station", "form": "candidate's form",
                       "examined": "the candidate examines", "ordered": "the candidate orders", "name": "NAME"},
}
_MARKS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "`": "'", "|": "/", "#": "·"})
_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029\v\f]+\s*")


class Line(NamedTuple):
    """One numbered line: whose it is, the words that may be quoted, and as they are shown."""

    number: int
    who: str
    words: str
    shown: str
    is_own: bool  # the candidate's: may be quoted


class Dossier:
    """One transcript made ready to be judged.

    No name that the candidate gives himself is in its text, and nothing that he says to the grader.
    """

    def __init__(self, transcript: Transcript, language: Language, heard: Sequence[Heard] = (),
                 left_out: Sequence[Evidence] = ()) -> None:
        self.transcript = transcript
        self._language = language
        self._heard = heard
        self._strays = {each.turn.number: [act.words for act in each.acts if instructs(act)] for each in heard}
        for each in left_out:
            self._strays.setdefault(each.turn, []).append(each.words)
        self._who = _WHO[language]
        self._names = names_given(turn.words for turn in transcript.candidate_turns)
        form = next((entry.number for entry in reversed(transcript.actions)
                     if entry.action in (ActionKind.SUBMITTED, ActionKind.DRAFTED)), None)
        self.lines = tuple(line for entry in transcript.entries for line in self._lines(entry, form))

    @property
    def text(self) -> str:
        """The lines between two marks that nothing within them can imitate."""
        body = "\n".join(f"[{line.number}] {line.who}: {json.dumps(line.shown, ensure_ascii=False)}"
                         for line in self.lines)
        key = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:12]
        return f"<transcript {key}>\n{body}\n</transcript {key}>"

    def text_without(self, words: Sequence[Evidence]) -> str:
        """The same text without the sentences that these words are of."""
        return Dossier(self.transcript, self._language, self._heard, words).text

    @property
    def is_too_long(self) -> bool:
        """Whether it is longer than anything that was said in a station."""
        return sum(len(line.shown) for line in self.lines) > LONGEST

    def quote(self, number: int, words: str) -> Evidence:
        """Evidence for words that were shown as the candidate's; QuoteNotFound for any others."""
        wanted = tuple(plain(words).split())
        for line in self.lines:
            if line.number == number and line.is_own:
                shown, own = tokens(line.shown), tokens(line.words)
                found = span(tuple(each.word for each in shown), wanted)
                if found and len(shown) == len(own):
                    return self.transcript.quote(number, line.words[own[found[0]].start:own[found[1]].end])
        raise QuoteNotFound(f"line {number} of the candidate does not hold the words {words[:200]!r}")

    # -- lines -------------------------------------------------------------------------------------------------------

    def _lines(self, entry: Entry, form: int | None) -> list[Line]:
        if isinstance(entry, Turn) and not entry.is_late:
            is_own = entry.speaker is Speaker.CANDIDATE
            return [self._line(entry.number, entry.speaker.value, entry.words[:READ_AT_MOST], is_own)]
        if not isinstance(entry, Action):
            return []
        if entry.action in (ActionKind.EXAMINED, ActionKind.ORDERED) and entry.turn is None:
            return [self._line(entry.number, entry.action.value, entry.words[:READ_AT_MOST], True)]
        if entry.number == form:
            return [self._line(entry.number, "form", words[:_FIELD_AT_MOST], True, f" ({name})")
                    for name, words in entry.fields.items() if words.strip()]
        return []

    def _line(self, number: int, who: str, words: str, is_own: bool, about: str = "") -> Line:
        kept = without_instructions(words, self._strays.get(number, ())) if is_own else words
        shown = _harmless(without_names(kept, self._names, self._who["name"]))
        return Line(number, self._who[who] + about, kept, shown, is_own)


def _harmless(words: str) -> str:
    """The same words without anything that could pass for the frame, for markup, or for another line."""
    words = _BREAKS.sub(" / ", without_labels(words)).translate(_MARKS)
    return "".join(" " if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co") else each for each in words)
