"""Whether the candidate did what he should with words: introduced himself, empathised after a cue, summarised…"""

from typing import NamedTuple

from simulator.exam.rubric import ActDone, Credit
from simulator.exam.transcript import Act, ActKind, Speaker, plain
from simulator.graders.because import say
from simulator.graders.hearing import Heard
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Demand, Verdict, not_judged

SURE = 0.28  # confidence from which an act counts: a little above what the understanding believes at all

# Whoever asks the name checks the identity, in whatever words.
_ALSO_DONE_BY_ASKING = {"person.name": "act.checks_identity"}


class Doing(NamedTuple):
    """One act done in one turn."""

    turn: int
    act: Act


def decide_act(wanted: ActDone, credit: Credit | None, testimony: Testimony) -> Verdict:
    """The verdict on an `act` item: how many times, each kind once per turn, the same words once in all."""
    language = testimony.language
    heard = testimony.heard
    if wanted.after:
        windows = _turns_after(wanted.after, wanted.within, testimony)
        if windows is None:
            return not_judged(say("cue_not_given", language, cue=wanted.after))
        heard = windows
    found = _doings(wanted.kinds, heard)
    demand = Demand(listed=wanted.at_least, needed=wanted.at_least, credit=credit)
    earned = demand.earned(len(found))
    if not found:
        missing = say("not_answered", language, within=wanted.within, cue=wanted.after) if wanted.after \
            else say("not_done", language)
        return Verdict(credit=earned, because=missing)
    what = testimony.names([doing.act.topic or "" for doing in found])
    shown = found[:demand.whole]
    return Verdict(
        credit=earned, because=say("done" if earned == 1 else "done_some", language, what=what, needed=demand.whole),
        evidence=tuple(testimony.quote(doing.turn, doing.act.words) for doing in shown),
        confidence=min(doing.act.confidence for doing in shown))


def _doings(kinds: tuple[str, ...], heard: tuple[Heard, ...]) -> list[Doing]:
    found: list[Doing] = []
    said: set[str] = set()
    for each in heard:
        done_here: set[str | None] = set()
        for act in each.acts:
            done = _deed_in(act)
            is_wanted = done in kinds and act.confidence >= SURE
            if is_wanted and done not in done_here and plain(act.words) not in said:
                done_here.add(done)
                said.add(plain(act.words))
                found.append(Doing(each.turn.number, act))
    return found


def _deed_in(act: Act) -> str | None:
    """The act of communication that an act is, or that a question is at the same time."""
    if act.kind is ActKind.COMMUNICATES:
        return act.topic
    return _ALSO_DONE_BY_ASKING.get(act.topic or "") if act.kind is ActKind.ASKS and not act.is_negated else None


def _turns_after(occasion: str, within: int, testimony: Testimony) -> tuple[Heard, ...] | None:
    """The candidate's next turns after each time the patient said this; nothing when he never did."""
    given = [turn.number for turn in testimony.transcript.turns
             if turn.speaker is Speaker.PATIENT and occasion in turn.told]
    if not given:
        return None
    chosen: dict[int, Heard] = {}
    for number in given:
        following = [each for each in testimony.heard if each.turn.number > number][:within]
        chosen.update((each.turn.number, each) for each in following)
    return tuple(chosen[number] for number in sorted(chosen))
