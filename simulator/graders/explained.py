"""Whether the candidate told the patient the ideas that must come across."""

from typing import NamedTuple

from simulator.exam.rubric import Credit, Explained, KeyIdea
from simulator.exam.transcript import Evidence
from simulator.graders.because import say
from simulator.graders.genuine import own_statements
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Demand, Verdict

_SHORTEST = 3  # words of a turn that can carry an idea


class Told(NamedTuple):
    """An idea in the candidate's words."""

    idea: str
    evidence: Evidence
    confidence: float


def decide_explained(wanted: Explained, credit: Credit | None, testimony: Testimony) -> Verdict:
    """The verdict on an `explained` item; what is taken back later was not explained."""
    language = testimony.language
    found = told_ideas(wanted, testimony)
    told = [each for each, _ in found if each]
    contradicted = [idea.idea for idea, (_, is_contradicted) in zip(wanted.ideas, found, strict=True)
                    if is_contradicted]
    demand = Demand.of(len(wanted.ideas), wanted.at_least, wanted.all, credit)
    earned = demand.earned(len(told))
    if not told:
        because = say("contradicted", language, what="; ".join(contradicted)) if contradicted else \
            say("not_explained", language)
        return Verdict(credit=earned, because=because)
    what = "; ".join(each.idea for each in told)
    return Verdict(
        credit=earned,
        because=say("explained" if earned == 1 else "explained_some", language, what=what, needed=demand.whole),
        evidence=tuple(each.evidence for each in told), confidence=min(each.confidence for each in told))


def told_ideas(wanted: Explained, testimony: Testimony) -> list[tuple[Told | None, bool]]:
    """For each idea of the item: where it was told, if it was, and whether it was told and then contradicted."""
    statements = statements_of(testimony)
    return [_told(idea, statements, testimony) for idea in wanted.ideas]


def statements_of(testimony: Testimony) -> list[tuple[int, str]]:
    """What the candidate states in his own name, by turn."""
    return [(heard.turn.number, said) for heard in testimony.heard
            if len((said := own_statements(heard)).split()) >= _SHORTEST]


def _told(idea: KeyIdea, statements: list[tuple[int, str]], testimony: Testimony) -> tuple[Told | None, bool]:
    """The idea's first telling after which nothing contradicts it; and whether it was told and contradicted."""
    carries, language = testimony.understanding.carries, testimony.language
    matches = [(turn, match) for turn, said in statements if (match := carries(said, idea.wordings, language))]
    if not matches:
        return None, False
    denied = [turn for turn, said in statements
              if turn >= matches[0][0] and idea.reject and carries(said, idea.reject, language)]
    standing = [(turn, match) for turn, match in matches if not denied or turn > denied[-1]]
    if not standing:
        return None, True
    turn, match = standing[0]
    return Told(idea.idea, testimony.quote(turn, match.words), match.confidence), False
