"""Which of the readings of a sentence to believe: the whole, its pieces, or none.

A logistic regression on outward signs (how sure, how long, a verb, a question mark, a term named, what was spoken of
before), fitted on annotated interviews by `scripts/fit_acceptance.py`; only its weights are kept.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from simulator.exam.ports import Focus
from simulator.exam.transcript import Act, ActKind
from simulator.understanding import words as text_of
from simulator.understanding.lexicon import Lexicon

WEIGHTS = Path(__file__).with_name("acceptance.json")
ENOUGH = 0.3  # probability from which a reading is believed
SURE_ALONE = 0.9  # a question by itself that is read as surely as this is believed
BESIDE = 0.8  # an act of communication that is likelier than this is done beside what its pieces do
LIKELY_OPENING = 0.45  # an invitation to tell may be worded in any way: believed when it is likelier than not
_OPENINGS = ("complaint.reason", "complaint.elaborate")
_SAID_IN_PASSING = ("act.greets", "act.introduces_role", "act.introduces_self")
_ROW = 2  # terms that make an enumeration
ENOUGH_OF_A_DEED = 0.35  # and of an examination: a finding is shown only when it was meant
ENOUGH_OF_AN_ACT = 0.24  # the same of an act of communication: what students say for the marks is rarer in practice
LIKELY_WHOLE = 0.8  # a whole that is read less surely is cut more readily
WORTH_CUTTING = 0.1  # by how much the pieces must be worth more than the whole
NODS = frozenset(
    ("small.acknowledges", "small.wait", "act.facilitates")
)  # said beside everything: no need to weigh them
_LOST = (ActKind.NOT_UNDERSTOOD, ActKind.UNSURE, ActKind.STATES)
_KINDS = {
    ActKind.ASKS: "asks",
    ActKind.COMMUNICATES: "communicates",
    ActKind.TALKS: "talks",
    ActKind.STRAYS: "strays",
    ActKind.EXAMINES: "does",
    ActKind.ORDERS: "does",
}


class Candidates(NamedTuple):
    """The readings of one sentence: the whole, and the pieces if it was cut."""

    whole: Act
    parts: tuple[Act, ...]
    sentence: str
    focus: Focus
    earlier: int  # sentences before it in the turn
    settled: tuple[bool, ...] = ()  # of the whole and each piece: its form settles it, nothing is to be weighed


def features(act: Act, given: Candidates, lexicon: Lexicon) -> dict[str, float]:
    """The outward signs for believing one reading; names are stable, the weights are kept by them."""
    is_part = act is not given.whole
    kind, topic = _KINDS.get(act.kind, "lost"), act.topic or ""
    sure, length = _logit(act.confidence), math.log(1 + len(act.words.split()))
    place = "part" if is_part else "split" if given.parts else "alone"
    asks = text_of.is_asking(act.words) or given.sentence.rstrip().endswith("?")
    found = {
        f"place {place}": 1.0,
        f"kind {kind}": 1.0,
        f"sure {place}": sure,
        f"sure {kind}": sure,
        f"length {kind}": length,
        f"length {place}": length,
        f"verb {place}": float(text_of.has_verb(act.words)),
        f"asking {kind}": float(asks),
        f"asking {place}": float(asks),
        f"named {place}": float(any(each.topic == topic for each in lexicon.spot(act.words))),
        f"again {kind}": float(topic == given.focus.topic),
        f"first {kind}": float(given.earlier == 0),
        f"family {kind}": float(topic.split(".")[0] == (given.focus.topic or "").split(".")[0]),
        f"pieces {place}": float(len(given.parts)),
    }
    found[f"sure {_band(act.confidence)} {place}"] = 1.0
    found[f"sure {_band(act.confidence)} {kind}"] = 1.0
    is_term = lexicon.topic(act.words) == topic
    found[f"term {place}"] = float(is_term)
    if is_part:
        family = topic.split(".")[0]
        alike = [
            each
            for each in given.parts
            if each is not act
            and (each.topic or "").split(".")[0] == family
            and each.topic != topic
            and each.kind not in _LOST
        ]
        found["alike"] = float(bool(alike))
        found["alike sure"] = max(0.0, max((_logit(each.confidence) for each in alike), default=0.0))
        found["alike terms"] = float(any(lexicon.topic(each.words) == each.topic for each in alike))
        found["alike and term"] = float(is_term and bool(alike))
        found["no verb alike"] = float(bool(alike) and not text_of.has_verb(act.words))
        found["last part"] = float(act is given.parts[-1])
        found["first part"] = float(act is given.parts[0])
        found["share"] = len(act.words) / max(1, len(given.sentence))
    if topic.startswith("complaint."):
        found[f"attribute {place}"] = 1.0
        found[f"attribute verb {place}"] = float(text_of.has_verb(act.words))
    if topic.startswith(("act.", "small.", "meta.")) or topic in ("complaint.associated", "complaint.elaborate"):
        found[f"topic {topic}"] = 1.0
    if is_part:
        against = (
            "lost"
            if given.whole.kind in _LOST
            else "agrees"
            if topic == given.whole.topic
            else "sure"
            if given.whole.confidence > SURE_ALONE
            else "in doubt"
        )
        verb = "clause" if text_of.has_verb(act.words) else "noun"
        found[f"part {_coarse(act.confidence)} {verb} whole {against}"] = 1.0
        agrees = topic == given.whole.topic
        found["part agrees"] = float(agrees)
        found["whole against"] = (
            0.0 if agrees or given.whole.kind in _LOST else max(0.0, _logit(given.whole.confidence) + 4)
        )
    else:
        rivals = [each.confidence for each in given.parts if each.topic != topic and each.kind not in _LOST]
        found["parts against"] = max(0.0, _logit(max(rivals)) + 4) if rivals else 0.0
        found["rivals"] = float(len(rivals))
    return found


def _band(chance: float) -> str:
    """The confidence, roughly: between bands the truth does not rise evenly."""
    return next((f"under {band}" for band in (0.3, 0.45, 0.6, 0.75, 0.9, 0.97) if chance < band), "over 0.97")


def _coarse(chance: float) -> str:
    return "unsure" if chance < 0.6 else "likely" if chance < SURE_ALONE else "sure"


def _logit(chance: float) -> float:
    bounded = min(0.998, max(0.02, chance))
    return math.log(bounded / (1 - bounded))


@cache
def weights() -> Mapping[str, float]:
    """The fitted weights by the names of the features."""
    kept: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return kept


def probability(found: Mapping[str, float], kept: Mapping[str, float] | None = None) -> float:
    """How likely a reading with these signs is right."""
    known = weights() if kept is None else kept
    return 1 / (
        1 + math.exp(-sum(known.get(name, 0.0) * value for name, value in found.items()) - known.get("bias", 0.0))
    )


def chosen(given: Candidates, lexicon: Lexicon, kept: Mapping[str, float] | None = None) -> list[Act]:
    """The readings to believe: the whole or the pieces, whichever are worth more; nothing if none is likely."""

    def worth(act: Act, is_settled: bool) -> float:
        if act.kind in _LOST or not act.topic:
            return -1.0
        likely = act.confidence if is_settled or act.topic in NODS else probability(features(act, given, lexicon), kept)
        return likely - needed(act)

    settled = settled_among(given, lexicon)
    whole = worth(given.whole, settled[0])
    valued = [(worth(act, is_so), act) for act, is_so in zip(given.parts, settled[1:], strict=True)]
    parts = [(max(value, whole) if act.topic == given.whole.topic else value, act) for value, act in valued]
    good = best_of_each([(value, act) for value, act in parts if value > 0])
    if sum(value for value, _ in good) <= max(
        0.0, whole + (WORTH_CUTTING if given.whole.confidence >= LIKELY_WHOLE else 0)
    ):
        good = [(whole, given.whole)] if whole > 0 else []
    elif whole >= BESIDE - ENOUGH and _is_said_beside(given.whole, [act for _, act in good]):
        good.append((whole, given.whole))
    return [act.model_copy(update={"confidence": min(1.0, value + needed(act))}) for value, act in good]


def needed(act: Act) -> float:
    """How likely a reading of this kind must be."""
    if act.kind in (ActKind.EXAMINES, ActKind.ORDERS):
        return ENOUGH_OF_A_DEED
    return ENOUGH_OF_AN_ACT if act.kind is ActKind.COMMUNICATES else ENOUGH


def settled_among(given: Candidates, lexicon: Lexicon) -> tuple[bool, ...]:
    """Which readings, the whole first, need no weighing: settled by form, sure and alone, or terms in a row."""
    formed = given.settled or (False,) * (1 + len(given.parts))
    asking = text_of.is_asking(given.sentence)
    terms = [bool(act.topic) and lexicon.topic(act.words) is not None for act in given.parts]
    sure = not given.parts and given.whole.kind is ActKind.ASKS and given.whole.confidence >= SURE_ALONE and asking
    clear = (
        len(given.parts) >= _ROW
        and asking
        and all(act.kind is ActKind.ASKS and act.confidence >= SURE_ALONE for act in given.parts)
    )
    in_row = sum(terms) >= _ROW and (asking or text_of.announces(given.sentence))
    opens = given.whole.topic in _OPENINGS and given.whole.confidence >= LIKELY_OPENING and asking
    return (
        formed[0] or sure or opens,
        *(
            is_formed or clear or (is_term and in_row) or _is_felt(act)
            for is_formed, is_term, act in zip(formed[1:], terms, given.parts, strict=True)
        ),
    )


def _is_felt(act: Act) -> bool:
    """Empathy, a greeting or one's role said in one breath with something else: what a patient hears first."""
    return act.confidence >= SURE_ALONE and (
        act.topic in _SAID_IN_PASSING or (act.topic == "act.empathises" and text_of.has_verb(act.words))
    )


def _is_said_beside(whole: Act, parts: Sequence[Act]) -> bool:
    """In "hello, I'm Sam, may I ask…" the whole does one thing more than its pieces."""
    return (
        whole.kind is ActKind.COMMUNICATES
        and whole.topic not in {act.topic for act in parts}
        and all(act.kind in (ActKind.COMMUNICATES, ActKind.TALKS) for act in parts)
    )


def best_of_each(valued: Sequence[tuple[float, Act]]) -> list[tuple[float, Act]]:
    """One reading per topic, the likeliest, in the order of the words."""
    best: dict[tuple[str | None, str | None], tuple[float, Act]] = {}
    for each in valued:
        key = (each[1].topic, each[1].about)
        if key not in best or each[0] > best[key][0]:
            best[key] = each
    return [each for each in valued if best[(each[1].topic, each[1].about)] is each]
