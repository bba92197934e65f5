"""Whether the candidate asked: topics, facts, or free wordings of a question."""

from typing import NamedTuple

from simulator.exam.ports import Match
from simulator.exam.rubric import Asked, Credit
from simulator.exam.scenario import Fact, Level
from simulator.exam.transcript import Act, ActKind, plain
from simulator.graders.because import say
from simulator.graders.hearing import Heard
from simulator.graders.testimony import Testimony
from simulator.graders.verdict import Demand, Verdict

SOUGHT = 0.3  # confidence from which a free wording counts as asked; for topics the understanding's own threshold holds
_OPEN_TOPICS = ("complaint.reason", "complaint.elaborate", "complaint.associated")
_MAY_ASK = (ActKind.ASKS, ActKind.UNSURE, ActKind.EXAMINES, ActKind.ORDERS)


class Question(NamedTuple):
    """One question at its first asking; another with the same key is the same question again."""

    turn: int
    words: str
    confidence: float
    key: tuple[str | None, ...]


class Wanted(NamedTuple):
    """One thing that an item lists: a topic with the facts that stand for it, or a fact by itself."""

    name: str
    topic: str | None
    about: str | None
    facts: tuple[Fact, ...] = ()
    fact_id: str | None = None  # of a fact that no scenario explains


def decide_asked(asked: Asked, credit: Credit | None, testimony: Testimony) -> Verdict:
    """The verdict on an `asked` item; evidence is one quote per distinct thing asked."""
    things = [(wanted.name, _questions(wanted, testimony)) for wanted in _wanted(asked, testimony)]
    if asked.phrases:
        things.append((say("phrases", testimony.language), _sought(asked.phrases, testimony)))
    found = _told_apart(things)
    demand = Demand.of(len(things), asked.at_least, asked.all, credit)
    earned = demand.earned(len(found))
    if not found:
        return Verdict(credit=earned, because=say("not_asked", testimony.language))
    what = ", ".join(dict.fromkeys(name for name, _ in found))
    return Verdict(
        credit=earned,
        because=say("asked" if earned == 1 else "asked_some", testimony.language, what=what, needed=demand.whole),
        evidence=tuple(testimony.quote(question.turn, question.words) for _, question in found),
        confidence=min(question.confidence for _, question in found))


def _told_apart(things: list[tuple[str, list[Question]]]) -> list[tuple[str, Question]]:
    """Each thing with a question of its own: no question is counted for two things."""
    used: set[tuple[str | None, ...]] = set()
    found = []
    for name, questions in sorted(things, key=lambda thing: len(thing[1])):  # those with least choice first
        question = next((each for each in questions if each.key not in used), None)
        if question:
            used.add(question.key)
            found.append((name, question))
    return sorted(found, key=lambda pair: pair[1].turn)


# -- topics and facts ------------------------------------------------------------------------------------------------


def _wanted(asked: Asked, testimony: Testimony) -> list[Wanted]:
    """What the item lists; a fact whose topic is listed too is not a second thing."""
    known = [fact for each in asked.facts if testimony.scenario and (fact := testimony.scenario.fact(each))]
    things = []
    for topic in dict.fromkeys(asked.topics):
        same = tuple(fact for fact in known if fact.topic == topic and fact.about == asked.about)
        things.append(Wanted(testimony.name(topic), topic, asked.about, same))
    merged = {fact.id for thing in things for fact in thing.facts}
    things += [Wanted(testimony.name(fact.topic), None, None, (fact,)) for fact in known if fact.id not in merged]
    found = {fact.id for fact in known}
    things += [Wanted(testimony.name(each), None, None, fact_id=each) for each in dict.fromkeys(asked.facts)
               if each not in found and each not in asked.topics]
    return things


def _questions(wanted: Wanted, testimony: Testimony) -> list[Question]:
    """Every question for it, each at its first asking."""
    first: dict[tuple[str | None, ...], Question] = {}
    for heard in testimony.heard:
        for act in heard.acts:
            if act.kind is ActKind.ASKS and _asks_for(act, wanted, testimony):
                question = Question(heard.turn.number, act.words, act.confidence, _key(act))
                first.setdefault(question.key, question)
    return list(first.values())


def _key(act: Act) -> tuple[str | None, ...]:
    return act.topic, act.about, act.fact


def _asks_for(act: Act, wanted: Wanted, testimony: Testimony) -> bool:
    if wanted.fact_id and wanted.fact_id in (act.fact, act.topic):
        return True
    if wanted.topic and act.topic == wanted.topic and _is_about(act, wanted.about, testimony):
        return True
    if wanted.topic and wanted.topic.startswith("symptom.") and act.about == wanted.topic:
        return True  # whoever asks since when he has the fever asks about the fever
    return any(_asks_fact(act, fact, testimony) for fact in wanted.facts)


def _is_about(act: Act, about: str | None, testimony: Testimony) -> bool:
    """Attributes are asked of one symptom: the one named, or else the main complaint."""
    if not (act.topic or "").startswith("complaint."):
        return True
    if testimony.scenario is None:  # nobody says which complaint is the main one, so any will do
        return about is None or act.about == about
    complaint = testimony.scenario.complaint
    return (act.about or complaint) == (about or complaint)


def _asks_fact(act: Act, fact: Fact, testimony: Testimony) -> bool:
    """The fact itself, its topic, or a topic that raises it too; never a general question for a specific fact."""
    if act.fact:
        return act.fact == fact.id
    if not _is_about(act, fact.about, testimony):
        return False
    if act.topic == fact.topic:
        return True
    return act.topic in fact.also and fact.level is not Level.ON_DIRECT_QUESTION \
        and not _is_general(act.topic, testimony)


def _is_general(topic: str, testimony: Testimony) -> bool:
    known = testimony.vocabulary.get(topic)
    return topic in _OPEN_TOPICS or topic.endswith(".general") or bool(known and known.includes)


# -- free wordings ---------------------------------------------------------------------------------------------------


def _sought(phrases: tuple[str, ...], testimony: Testimony) -> list[Question]:
    """The questions that say what a free wording says."""
    found = []
    for heard, everything in zip(testimony.heard, testimony.all_heard, strict=True):
        if not any(act.kind in _MAY_ASK for act in heard.acts):
            continue
        match = testimony.understanding.seek(heard.words, phrases, heard.focus, testimony.language)
        if match and match.confidence >= SOUGHT and not _was_set_aside(match, heard, everything):
            found.append(_question_of(match, heard))
    return found


def _was_set_aside(match: Match, heard: Heard, everything: Heard) -> bool:
    """Whether these words belong to an act that does not count: withdrawn, quoted, or stuffing."""
    said = plain(match.words)
    return any(plain(act.words) == said for act in everything.acts if act not in heard.acts) and \
        not any(plain(act.words) == said for act in heard.acts)


def _question_of(match: Match, heard: Heard) -> Question:
    said = plain(match.words)
    act = next((each for each in heard.acts if each.kind is ActKind.ASKS and plain(each.words) == said), None)
    return Question(heard.turn.number, match.words, match.confidence, _key(act) if act else ("words", said))
