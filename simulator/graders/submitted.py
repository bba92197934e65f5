"""Whether the closing form says what it should."""

import re

from simulator.exam.rubric import Credit, Submitted
from simulator.exam.transcript import Action, ActionKind, Evidence, plain
from simulator.graders.because import say
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Demand, Verdict, not_judged
from simulator.graders.written import Found, affirmed

SHOTGUN = "shotgun"
DIAGNOSIS = "diagnosis"  # the field whose accepted answers the scenario knows
DIFFERENTIAL = "differential"  # the field that asks what was to be ruled out
MANY_DIAGNOSES = 4  # offered at once, somebody hopes that one of them is right
PARTLY = 0.5
READ_AT_MOST = 4000  # characters of one field: what an examiner reads, and what takes a moment
_RIVALS = 2  # of the scenario's differential, named beside the answer as if equal

_BETWEEN = re.compile(r"[,;/\n?]+|\b(?:ou(?: bien)?|or|vs\.?|versus|et|and)\b", re.IGNORECASE)
# What sets one diagnosis beside another as well: sentences, bullets, numbers, signs. It also parts a summary's remarks,
# so it counts only when the parts are rivals of the answer.
_LISTS = re.compile(
    r"[,;/\n?|•·&]+|\.(?!\d)|(?<=\s)[-–—+](?=\s)|\b\d{1,2}\s*[).](?=\s)"
    r"|\b(?:ou(?: bien)?|or|vs\.?|versus|et|and)\b", re.IGNORECASE)
_HEDGE = re.compile(r"\b(?:ou|or|vs|versus|soit|either|possibl\w+|peut etre|eventuell\w+|maybe|perhaps)\b|\?")
# What follows such a word describes the diagnosis or the patient; it is no further diagnosis.
_DESCRIBES = re.compile(
    r"^(?:chez|avec|sans|sur|dans|par|du|de|des|d|a|au|non|pas|with|without|in|on|due|from|by|no|not|after|apres|since|"
    r"depuis|secondaire|secondary|complique\w*|complicated|contexte|terrain|history|antecedents?|facteurs?|risk)\b|"
    r"\b(?:tabac|tabagi\w+|fumeu\w+|smok\w+|facteurs? de risque|risk factors?|antecedents?|hta|hypertendu\w*|"
    r"diabetique)\b")


def decide_submitted(wanted: Submitted, credit: Credit | None, testimony: Testimony) -> Verdict:
    """The verdict on a `submitted` item; a rejected answer outweighs an accepted one."""
    language = testimony.language
    accepted = _accepted(wanted, testimony)
    if not accepted:
        return not_judged(say("no_scenario", language))
    form = _form(testimony)
    if form is None and not testimony.is_ours:
        return not_judged(say("no_form", language))
    text = form.fields.get(wanted.field, "")[:READ_AT_MOST] if form else ""
    if form is None or not plain(text):
        return Verdict(credit=0, because=say("field_empty", language))
    return _Answer(wanted, text, form.number, testimony).verdict(accepted, credit)


def _accepted(wanted: Submitted, testimony: Testimony) -> tuple[str, ...]:
    if wanted.accept or testimony.scenario is None:
        return wanted.accept
    return (testimony.scenario.diagnosis.stated, *testimony.scenario.diagnosis.also_accept)


def _form(testimony: Testimony) -> Action | None:
    """The closing form as handed in, or else as last drafted: the same that `Transcript.submitted` gives."""
    return next((action for action in reversed(testimony.transcript.actions)
                 if action.action in (ActionKind.SUBMITTED, ActionKind.DRAFTED)), None)


class _Answer:
    """What stands in one field."""

    def __init__(self, wanted: Submitted, text: str, entry: int, testimony: Testimony) -> None:
        self.wanted = wanted
        self.text = text
        self.entry = entry
        self.testimony = testimony
        self.language = testimony.language

    def verdict(self, accepted: tuple[str, ...], credit: Credit | None) -> Verdict:
        rejected = self._given(self.wanted.reject)
        if rejected:
            return Verdict(credit=0, because=self._say("rejected", rejected), evidence=self._quotes(rejected))
        given = self._given(accepted)
        demand = Demand(listed=len(accepted), needed=self.wanted.at_least, credit=credit)
        earned = demand.earned(len(given))
        partly = self._given(self.wanted.partly) if earned < PARTLY else []
        if not given and not partly:
            return Verdict(credit=0, because=say("not_written", self.language))
        if partly:
            verdict = Verdict(credit=PARTLY, because=self._say("written_partly", partly), evidence=self._quotes(partly))
        else:
            saying = "written" if earned == 1 else "written_some"
            verdict = Verdict(credit=earned, because=self._say(saying, given, needed=demand.whole),
                              evidence=self._quotes(given))
        return self._without_shotgun(verdict, accepted)

    def _given(self, phrases: tuple[str, ...]) -> list[Found]:
        """One stretch of text for each phrase that the text gives; stretches that overlap count once, the longest."""
        is_meant = self.wanted.field == DIFFERENTIAL
        found = [(phrase, each) for phrase in dict.fromkeys(phrases)
                 for each in affirmed(phrase, self.text, is_ruling_out_meant=is_meant)]
        kept: list[Found] = []
        used: set[str] = set()
        for phrase, each in sorted(found, key=lambda pair: (pair[1].first - pair[1].last, pair[1].first)):
            if phrase not in used and all(each.last < other.first or other.last < each.first for other in kept):
                used.add(phrase)
                kept.append(each)
        return sorted(kept, key=lambda each: each.first)

    def _without_shotgun(self, verdict: Verdict, accepted: tuple[str, ...]) -> Verdict:
        count = self._diagnoses_offered(accepted)
        if self.wanted.field != DIAGNOSIS or count < MANY_DIAGNOSES:
            return verdict
        because = f"{verdict.because} {say('shotgun', self.language, count=count)}"
        return verdict.model_copy(update={"credit": min(verdict.credit or 0, PARTLY), "because": because,
                                          "flags": (SHOTGUN,)})

    def _diagnoses_offered(self, accepted: tuple[str, ...]) -> int:
        """How many different diagnoses are offered as if equal; 1 for a summary that hedges nothing."""
        right = (*accepted, *self.wanted.partly)
        others, listed = self._others(_BETWEEN, right), self._others(_LISTS, right)
        if len(self._rivals(listed)) >= _RIVALS:
            return len(listed) + 1
        hedges = self.testimony.scenario is None or bool(_HEDGE.search(_flat(self.text)))
        return len(others) + 1 if hedges or len(self._rivals(others)) >= _RIVALS else 1

    def _others(self, between: re.Pattern[str], right: tuple[str, ...]) -> set[str]:
        """The parts of the text that give no right answer and describe nothing."""
        parts = [part for part in between.split(self.text) if plain(part) and not _DESCRIBES.search(plain(part))]
        return {plain(part) for part in parts if not any(affirmed(each, part) for each in right)}

    def _rivals(self, parts: set[str]) -> list[str]:
        """The scenario's differential diagnoses that are offered, named in full or in short."""
        scenario = self.testimony.scenario
        return [each for each in scenario.diagnosis.differential
                if any(affirmed(each, part) or affirmed(part, each) for part in parts)] if scenario else []

    def _say(self, saying: str, found: list[Found], **parts: object) -> str:
        what = "; ".join(dict.fromkeys(self.text[each.start:each.end] for each in found))
        return say(saying, self.language, what=what, **parts)

    def _quotes(self, found: list[Found]) -> tuple[Evidence, ...]:
        return tuple(self.testimony.quote(self.entry, self.text[each.start:each.end]) for each in found)


def _flat(text: str) -> str:
    """Plain words, with the question marks kept: they hedge."""
    return " ".join(f"{plain(part)} ?" if mark else plain(part) for part, mark in
                    zip(text.split("?"), [True] * text.count("?") + [False], strict=True))
