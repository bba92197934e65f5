"""Checks what a language model gives as proof: only words that the candidate said, and that can speak for the item."""

import re
from typing import NamedTuple

from simulator.exam.base import Value
from simulator.exam.errors import QuoteNotFound, SimulatorError
from simulator.exam.grade import Outcome
from simulator.exam.quoting import plain
from simulator.exam.rubric import ChecklistItem, Explained, KeyIdea, RatingScale
from simulator.exam.transcript import Act, ActKind, Evidence
from simulator.graders.acts import SURE
from simulator.graders.because import say
from simulator.graders.briefs import CANNOT_TELL, Brief
from simulator.graders.dossier import Dossier
from simulator.graders.explained import statements_of
from simulator.graders.genuine import SUSPICION, own_statements
from simulator.graders.hearing import Heard
from simulator.graders.instructions import is_instruction, is_padding
from simulator.graders.judgement import MOST_QUOTES, Judgement, Quoted
from simulator.graders.testimony import Testimony

FORGED, UNSUPPORTED, WRONG_SHAPE = "quote_forged", "quote_unsupported", "wrong_shape"
_FEWEST_WORDS = 2
_MOST_WORDS = 80
_RECITED = 0.8  # share of an item's own words in a quotation that recites it
_FEWEST_RECITED = 4
_CARE = (ActKind.ASKS, ActKind.EXAMINES, ActKind.ORDERS, ActKind.UNSURE)
_TO_YOU = re.compile(r"\b(?:vous|votre|vos|you|your|yours)\b")
_LONGEST_CITED = 200
_FEWEST_LISTED = 4  # nouns side by side
_ECHO = 5  # words that repeat the patient's
_COMMON = frozenset((
    "vous votre avez nous notre pour dans avec cette mais plus tout tous toute bien fait faire etre avoir suis sommes "
    "etes sont peut peux pouvez quand comme aussi alors donc elle ils leur sans tres voila dire chose choses encore "
    "your have this that with from what when will would could should there their they been about some very just only "
    "more then than well know like want need can going does doing thing things").split())


class Unproved(SimulatorError):
    """A judgement that its quotations do not carry; `flag` says in which way, the words say why.

    `beside` are real words of the candidate that prove nothing.
    """

    def __init__(self, flag: str, words: str, beside: tuple[Evidence, ...] = ()) -> None:
        super().__init__(words)
        self.flag = flag
        self.beside = beside


class Proof(NamedTuple):
    """One verified quotation and what it was given for."""

    evidence: Evidence
    quoted: Quoted


class Proved(Value):
    """A judgement whose every quotation was verified."""

    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    ideas: frozenset[int] = frozenset()  # numbers of the ideas that were told, from 1
    level: int | None = None
    reason: str = ""
    confidence: float = 0.5


class Prover:
    """Checks the judgements on one transcript."""

    def __init__(self, testimony: Testimony, dossier: Dossier) -> None:
        self.testimony = testimony
        self.dossier = dossier
        self.heard = {each.turn.number: (each, everything) for each, everything in
                      zip(testimony.heard, testimony.all_heard, strict=True)}

    def proved(self, judgement: Judgement | None, brief: Brief) -> Proved:
        """The judgement with its evidence; Unproved when a quotation is forged or cannot speak for the item."""
        if judgement is None or judgement.item != brief.id:
            raise self._wrong_shape(brief.id)
        if isinstance(brief.about, RatingScale):
            return self._scale(judgement, brief.about)
        if judgement.outcome not in brief.outcomes:
            raise self._wrong_shape(brief.id)
        outcome = Outcome.NOT_JUDGED if judgement.outcome == CANNOT_TELL else Outcome(judgement.outcome)
        if outcome not in (Outcome.MET, Outcome.PARTLY_MET):
            return Proved(outcome=outcome, reason=judgement.reason, confidence=_share(judgement.confidence))
        proofs = self._proofs(judgement, brief.about)
        ideas = frozenset(each.quoted.idea for each in proofs if each.quoted.idea)
        return Proved(outcome=outcome, evidence=_evidence(proofs), ideas=ideas, reason=judgement.reason,
                      confidence=_share(judgement.confidence))

    def _scale(self, judgement: Judgement, scale: RatingScale) -> Proved:
        level = judgement.level
        if level is None or not 0 <= level < len(scale.anchors):
            raise self._wrong_shape(scale.id)
        proofs = self._proofs(judgement, scale) if judgement.evidence or level else ()
        credit = scale.anchors[level].level
        outcome = Outcome.NOT_MET if not credit else Outcome.MET if credit == 1 else Outcome.PARTLY_MET
        return Proved(outcome=outcome, evidence=_evidence(proofs), level=level, reason=judgement.reason,
                      confidence=_share(judgement.confidence))

    def _proofs(self, judgement: Judgement, about: ChecklistItem | RatingScale) -> tuple[Proof, ...]:
        if not judgement.evidence:
            raise Unproved(FORGED, say("why_none", self.testimony.language))
        if len(judgement.evidence) > MOST_QUOTES:
            raise self._wrong_shape(about.id)
        proofs: list[Proof] = []
        refused: list[Unproved] = []
        for each in judgement.evidence:
            try:
                proofs.append(self._proof(each, about))
            except Unproved as error:
                refused.append(error)
        if refused:
            first = next((each for each in refused if each.flag == FORGED), refused[0])
            raise Unproved(first.flag, str(first), tuple(quote for each in refused for quote in each.beside))
        return tuple(proofs)

    def _proof(self, quoted: Quoted, about: ChecklistItem | RatingScale) -> Proof:
        language = self.testimony.language
        try:
            evidence = self.dossier.quote(quoted.entry, quoted.quote)
        except QuoteNotFound as error:
            words = say("why_forged", language, entry=quoted.entry, words=cited(quoted.quote))
            raise Unproved(FORGED, words) from error
        why = self._objection(evidence, about)
        if why is None and isinstance(about, ChecklistItem) and about.explained:
            why = self._not_told(evidence, quoted.idea, about.explained)
        if why:
            words = say(why, language, words=cited(quoted.quote), least=_FEWEST_WORDS, most=_MOST_WORDS)
            raise Unproved(UNSUPPORTED, words, (evidence,))
        return Proof(evidence, quoted)

    def _wrong_shape(self, item: str) -> Unproved:
        return Unproved(WRONG_SHAPE, say("why_shape", self.testimony.language, item=item))

    # -- what cannot speak for an item ---------------------------------------------------------------------------------

    def _objection(self, evidence: Evidence, about: ChecklistItem | RatingScale) -> str | None:
        size = len(plain(evidence.words).split())
        if size > _MOST_WORDS or (size < _FEWEST_WORDS and evidence.turn in self.heard):
            return "why_size"
        if is_instruction(evidence.words):
            return "why_instruction"
        if is_padding(evidence.words, _FEWEST_LISTED):
            return "why_dropped"
        if any(_recites(evidence.words, text) for text in _grid_texts(about)):
            return "why_recited"
        return self._not_genuine(evidence, *self.heard[evidence.turn]) if evidence.turn in self.heard else None

    def _not_genuine(self, evidence: Evidence, counted: Heard, everything: Heard) -> str | None:
        """Stuffing, withdrawn words, words for the machine, and the patient's own words said back."""
        dropped = [act for act in everything.acts if act not in counted.acts]
        if any(_overlap(act, evidence.words) for act in dropped):
            return "why_dropped"
        if not _speaks_to_patient(evidence.words, counted):
            return "why_not_care"
        said, mine = f" {plain(counted.focus.patient_said)} ", f" {plain(evidence.words)} "
        return "why_echo" if len(mine.split()) >= _ECHO and mine in said else None

    def _not_told(self, evidence: Evidence, number: int | None, wanted: Explained) -> str | None:
        """An idea is told by a statement of one's own that speaks of it and that nothing later takes back."""
        if number is None or not 0 < number <= len(wanted.ideas):
            return "why_no_idea"
        idea = wanted.ideas[number - 1]
        heard = self.heard.get(evidence.turn)
        if heard is None or f" {plain(evidence.words)} " not in f" {plain(own_statements(heard[0]))} ":
            return "why_not_told"
        if not _stems(evidence.words) & _stems(" ".join((idea.idea, *idea.wordings))):
            return "why_beside"
        return "why_taken_back" if self._is_contradicted(idea, evidence.turn) else None

    def _is_contradicted(self, idea: KeyIdea, turn: int) -> bool:
        carries, language = self.testimony.understanding.carries, self.testimony.language
        return bool(idea.reject) and any(carries(said, idea.reject, language) for number, said in
                                         statements_of(self.testimony) if number >= turn)


def _grid_texts(about: ChecklistItem | RatingScale) -> tuple[str, ...]:
    if isinstance(about, RatingScale):
        return (about.text, *(anchor.means for anchor in about.anchors))
    return (about.text, about.judged.question) if about.judged else (about.text,)


def cited(words: str, most: int = _LONGEST_CITED) -> str:
    """A model's words on one line, short enough to be shown."""
    shown = " ".join("".join(each if each.isprintable() else " " for each in words).split())
    return shown if len(shown) <= most else f"{shown[:most]}…"


def _speaks_to_patient(words: str, heard: Heard) -> bool:
    """Whether the understanding reads these words as care: asking, examining, communicating, telling the person.

    What it takes for small talk, for words to the machine, or for nothing, proves nothing: an attack that no list of
    patterns foresaw is none of the things that one does with a patient.
    """
    acts = [act for act in heard.acts if _overlap(act, words)] or heard.acts
    if any(act.kind is ActKind.STRAYS and act.confidence >= SUSPICION for act in acts):
        return False
    return any(_is_care(act, words) for act in acts)


def _is_care(act: Act, words: str) -> bool:
    if act.kind is ActKind.STATES:
        return bool(_TO_YOU.search(plain(words)))
    return act.kind in _CARE or (act.kind is ActKind.COMMUNICATES and act.confidence >= SURE)


def _share(confidence: float) -> float:
    return min(1.0, max(0.0, confidence)) if confidence == confidence else 0.0  # a model may write NaN


def _evidence(proofs: tuple[Proof, ...]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(each.evidence for each in proofs))


def _overlap(act: Act, words: str) -> bool:
    act_words, mine = f" {plain(act.words)} ", f" {plain(words)} "
    return bool(act_words.strip()) and (act_words in mine or mine in act_words)


def _recites(words: str, text: str) -> bool:
    wanted = _stems(text)
    return len(wanted) >= _FEWEST_RECITED and len(wanted & _stems(words)) >= _RECITED * len(wanted)


def _stems(words: str) -> frozenset[str]:
    """The first letters of the words that say something."""
    return frozenset(word[:5] for word in re.findall(r"[^\W_]{4,}", plain(words)) if word not in _COMMON)
