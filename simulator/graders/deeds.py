"""Whether the candidate examined or ordered, in time; and what he should not have ordered."""

from datetime import datetime
from typing import NamedTuple

from simulator.exam.rubric import Credit, Examined, NotOrdered, Ordered
from simulator.exam.transcript import ActionKind, ActKind, Evidence
from simulator.graders.because import say
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Demand, Verdict, not_judged


class Deed(NamedTuple):
    """One examination or test, from the picker or in words, at its first time."""

    target: str
    entry: int
    words: str
    at: datetime
    confidence: float = 1.0


def decide_examined(wanted: Examined, credit: Credit | None, testimony: Testimony) -> Verdict:
    """The verdict on an `examined` item."""
    targets = [f"examine.{each}" for each in dict.fromkeys(wanted.findings)]
    return _decide(targets, wanted, credit, testimony, _deeds(ActionKind.EXAMINED, testimony))


def decide_ordered(wanted: Ordered, credit: Credit | None, testimony: Testimony) -> Verdict:
    """The verdict on an `ordered` item."""
    targets = [f"order.{each}" for each in dict.fromkeys(wanted.results)]
    return _decide(targets, wanted, credit, testimony, _deeds(ActionKind.ORDERED, testimony))


def decide_not_ordered(wanted: NotOrdered, testimony: Testimony) -> Verdict:
    """The verdict on a `not_ordered` item: earned by leaving it out, but not by doing nothing at all."""
    language = testimony.language
    unwanted = {f"order.{each}" for each in wanted.results}
    same = _same_as(testimony)
    wrong = [deed for deed in _deeds(ActionKind.ORDERED, testimony)
             if deed.target in unwanted or same.get(deed.target) in unwanted]
    if wrong:
        what = testimony.names([deed.target for deed in wrong])
        return Verdict(credit=0, because=say("ordered_wrongly", language, what=what),
                       evidence=_quotes(wrong, testimony))
    if not testimony.has_anything:
        return Verdict(credit=0, because=say("nothing_done", language))
    return Verdict(credit=1, because=say("not_ordered", language), rests_on_absence=True)


def _decide(targets: list[str], wanted: Examined | Ordered, credit: Credit | None, testimony: Testimony,
            deeds: list[Deed]) -> Verdict:
    language, minute = testimony.language, wanted.before_minute
    demand = Demand.of(len(targets), wanted.at_least, wanted.all, credit)
    in_time = [deed for deed in deeds if _is_in_time(deed, minute, testimony)]
    found = _told_apart(targets, in_time, testimony)
    late = _told_apart(targets, [deed for deed in deeds if deed not in in_time], testimony)
    earned = demand.earned(len(found))
    if minute is not None and earned and not testimony.has_clock:
        return not_judged(say("no_clock", language))
    if not earned and late:
        what = testimony.names([deed.target for deed in late])
        return Verdict(credit=0, because=say("too_late", language, minute=minute, what=what),
                       evidence=_quotes(late, testimony))
    if not found:
        return Verdict(credit=earned, because=say("not_done", language))
    what = testimony.names([deed.target for deed in found])
    return Verdict(
        credit=earned, because=say("done" if earned == 1 else "done_some", language, what=what, needed=demand.whole),
        evidence=_quotes(found, testimony), confidence=min(deed.confidence for deed in found))


def _deeds(kind: ActionKind, testimony: Testimony) -> list[Deed]:
    """What was done, each target once, in order: recorded actions, and words of a transcript that has no actions."""
    recorded = [action for action in testimony.transcript.actions if action.action is kind and action.target]
    found = [Deed(action.target or "", action.turn or action.number, action.words, action.at) for action in recorded]
    known = {(deed.target, deed.entry) for deed in found}
    spoken = ActKind.EXAMINES if kind is ActionKind.EXAMINED else ActKind.ORDERS
    for heard in testimony.heard:
        for act in heard.acts:
            if act.kind is spoken and act.topic and (act.topic, heard.turn.number) not in known:
                found.append(Deed(act.topic, heard.turn.number, act.words, heard.turn.at, act.confidence))
    first: dict[str, Deed] = {}
    for deed in sorted(found, key=lambda each: (each.at, each.entry)):
        first.setdefault(deed.target, deed)
    return list(first.values())


def _is_in_time(deed: Deed, minute: float | None, testimony: Testimony) -> bool:
    if minute is None or testimony.started is None:
        return True
    return (deed.at - testimony.started).total_seconds() <= minute * 60


def _told_apart(targets: list[str], deeds: list[Deed], testimony: Testimony) -> list[Deed]:
    """A deed of its own for each target: first those that are named, then those that show the same."""
    same = _same_as(testimony)
    free = {deed.target: deed for deed in deeds}
    found = [free.pop(target) for target in targets if target in free]
    named = {deed.target for deed in found}
    for target in targets:
        if target in named:
            continue
        other = next((each for each in free if same.get(each) == target or same.get(target) == each), None)
        if other:
            found.append(free.pop(other))
    return sorted(found, key=lambda deed: (deed.at, deed.entry))


def _same_as(testimony: Testimony) -> dict[str, str]:
    """Each `also` of a finding or a result, and the one that it shows the same as."""
    if testimony.scenario is None:
        return {}
    pairs = {f"examine.{other}": f"examine.{each.examine}" for each in testimony.scenario.findings
             for other in each.also}
    pairs.update({f"order.{other}": f"order.{each.order}" for each in testimony.scenario.results
                  for other in each.also})
    return pairs


def _quotes(deeds: list[Deed], testimony: Testimony) -> tuple[Evidence, ...]:
    return tuple(testimony.quote(deed.entry, deed.words) for deed in deeds)
