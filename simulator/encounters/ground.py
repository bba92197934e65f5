"""What a patient's sentence may stand on in one turn, and what it must keep clear of: the guard's view of a case."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from simulator.encounters.wording import Wording, sentences_of, stem, wordbook, wording
from simulator.exam.base import Language
from simulator.exam.ports import Moment, Told
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Persona, Scenario
from simulator.exam.transcript import Tellable, plain
from simulator.vocabulary import Vocabulary

NEGATIVE = ("denial", "unknown", "evasion")
_KEPT_TO_THEMSELVES = ("act", "small", "meta", "ice", "complaint", "news", "person")  # families without clinical terms
_CLAUSE = re.compile(r"[,;:.!?…]")
_RUN = 3  # telling words in a row that give a hidden text away


class Support(NamedTuple):
    """One thing that a sentence may tell, with its sentences looked at; `now` if it is handed over in this turn."""

    id: str
    role: str
    topic: str | None
    wordings: tuple[Wording, ...]  # the author's words, and the author's words for a second time
    whole: Wording  # both together
    parts: tuple[Wording, ...]
    opens_with_no: bool
    asks: bool
    now: bool
    named: frozenset[str] = frozenset()  # the stems by which the vocabulary names its topic

    @property
    def telling(self) -> frozenset[str]:
        """Every stem that a sentence about it may hold."""
        return self.whole.telling | self.named

    @property
    def is_negative(self) -> bool:
        """Whether it says no, or nothing, as a whole."""
        return self.role in NEGATIVE or (bool(self.parts) and all(part.denies for part in self.parts))

    @property
    def is_no(self) -> bool:
        """Whether "yes" would be wrong before it."""
        return self.role in NEGATIVE or self.opens_with_no


class Secret(NamedTuple):
    """Something of the case that the patient has not been handed."""

    answer: str  # as the author wrote it; nothing for what no patient ever tells
    telling: frozenset[str]
    runs: frozenset[tuple[str, ...]]


class Ground(NamedTuple):
    """All of it, for one turn."""

    language: Language
    supports: tuple[Support, ...]
    secrets: tuple[Secret, ...]
    heard: Wording
    persona: Wording
    age: str
    themes: frozenset[str]
    longest_sentence: int
    longest_turn: int

    @property
    def now(self) -> tuple[Support, ...]:
        return tuple(each for each in self.supports if each.now)

    @property
    def text(self) -> str:
        """Every handed word, plain."""
        return " . ".join((*(each.whole.text for each in self.supports), self.persona.text))


class Case:
    """One scenario as the guard knows it: all of it, which the patient actor never does."""

    def __init__(self, scenario: Scenario, vocabulary: Vocabulary, rubric: Rubric | None = None) -> None:
        self.language = scenario.language
        self.terms = terms_of(vocabulary, scenario.language)
        self._names = _names_of(vocabulary, scenario.language)
        self.ordinary = frozenset(topic.id for topic in vocabulary.values() if topic.is_ordinary)
        self._facts = tuple((fact.id, _secret((fact.answer, fact.again or ""), self.language))
                            for fact in scenario.all_facts)
        said = [*((cue.id, cue.says) for cue in scenario.cues), *((each.id, each.says) for each in scenario.asks)]
        self._lines = tuple((name, _secret((words,), self.language)) for name, words in said)
        self._hidden = tuple(_secret((text,), self.language, is_told=False) for text in _never_told(scenario, rubric))
        self._persona = wording(persona_text(scenario.patient.persona), self.language)
        self._age = str(scenario.patient.persona.age)

    def ground(self, moment: Moment, told: Iterable[Told]) -> Ground:
        """The ground of one turn; `told` is everything told so far, however long ago."""
        supports = tuple([self._named(_support(each, self.language)) for each in moment.may_tell]
                         + [self._named(_old_support(each, self.language)) for each in told if each.words])
        known = {each.id for each in supports}
        secrets = tuple(secret for name, secret in (*self._facts, *self._lines) if name not in known) + self._hidden
        longest = max([0, *(len(part) for each in moment.may_tell for part in sentences_of(each.words))])
        whole = sum(len(each.words) for each in moment.may_tell)
        return Ground(language=self.language, supports=supports, secrets=secrets,
                      heard=wording(moment.heard, self.language), persona=self._persona, age=self._age,
                      themes=frozenset(each.topic for each in moment.may_improvise),
                      longest_sentence=max(260, longest * 5 // 4), longest_turn=max(600, whole * 3 // 2))

    def _named(self, support: Support) -> Support:
        """With the names of its topic, unless the patient keeps the topic to himself."""
        return support if support.role == "evasion" else support._replace(
            named=self._names.get(support.topic or "", frozenset()))


def _names_of(vocabulary: Vocabulary, language: Language) -> dict[str, frozenset[str]]:
    return {topic.id: frozenset().union(*(wording(term, language).telling for term in topic.terms.of(language)))
            for topic in vocabulary.values()}


def persona_text(persona: Persona) -> str:
    """What the persona says of itself."""
    return f"{persona.title or ''} {persona.name}. {persona.occupation or ''}"


def _support(tellable: Tellable, language: Language) -> Support:
    texts = [each for each in (tellable.words, tellable.again) if each]
    return _looked(tellable.id, tellable.role, tellable.topic, texts, language, now=True)


def _old_support(told: Told, language: Language) -> Support:
    role = "denial" if told.id.startswith("denied:") else "fact"
    return _looked(told.id, role, told.id.partition(":")[2] or told.id, [told.words], language, now=False)


def _looked(name: str, role: str, topic: str | None, texts: list[str], language: Language, now: bool) -> Support:
    clause = wording(_CLAUSE.split(texts[0])[0] if texts else "", language)
    return Support(name, role, topic, tuple(wording(text, language) for text in texts),
                   wording(" ".join(texts), language),
                   tuple(wording(part, language) for text in texts for part in sentences_of(text)),
                   opens_with_no=clause.denies, asks=any("?" in text for text in texts), now=now)


def _secret(texts: tuple[str, ...], language: Language, is_told: bool = True) -> Secret:
    looked = [wording(each, language) for text in texts for each in sentences_of(text)]
    runs = [run for each in looked for run in runs_of(each)]
    return Secret(answer=texts[0] if is_told else "", telling=frozenset().union(*(each.telling for each in looked)),
                  runs=frozenset(runs))


def runs_of(looked: Wording) -> list[tuple[str, ...]]:
    """Telling words as they follow each other."""
    telling = [each for each in looked.stems if each in looked.telling]
    return [tuple(telling[at:at + _RUN]) for at in range(len(telling) - _RUN + 1)]


def _never_told(scenario: Scenario, rubric: Rubric | None) -> list[str]:
    """What stands in the files and is no part of the patient's: findings, results, the diagnosis, the marking."""
    diagnosis, debrief = scenario.diagnosis, scenario.debrief
    shown = [each.shows for each in scenario.findings] + [each.shows for each in scenario.results]
    measured = [f"{line.name} {line.value}" for each in scenario.results for line in each.table]
    media = [each.media for each in scenario.findings] + [each.media for each in scenario.results]
    drawn = [each.alt for each in media if each]
    marked = [item.text for item in rubric.items] if rubric else []
    return [diagnosis.stated, *diagnosis.also_accept, *diagnosis.differential, *shown, *measured, *drawn,
            scenario.title, debrief.summary, *(each.teaches for each in debrief.points), *marked]


Terms = dict[str, tuple[tuple[tuple[str, ...], str], ...]]


def terms_of(vocabulary: Vocabulary, language: Language) -> Terms:
    """The vocabulary's clinical and personal terms by the stem of their first word, with the topic that each names."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for topic in vocabulary.values():
        if topic.family in _KEPT_TO_THEMSELVES:
            continue
        for term in topic.terms.of(language):
            stems = _stems(term, language)
            if stems:
                found.setdefault(stems[0], []).append((stems, topic.id))
    return {first: tuple(each) for first, each in found.items()}


@lru_cache(maxsize=16384)
def _stems(term: str, language: Language) -> tuple[str, ...]:
    """The stems of a term; none when it is made of plain words or of one or two letters."""
    words = plain(term).split()
    telling = [word for word in words if word not in wordbook(language).plain]
    return tuple(stem(word) for word in words) if any(len(word) > 2 for word in telling) else ()


def topics_named(looked: Wording, terms: Terms) -> list[tuple[tuple[str, ...], str]]:
    """Every term of the vocabulary that stands in the words."""
    stems = looked.stems
    return [(term, topic) for at, first in enumerate(stems) for term, topic in terms.get(first, ())
            if stems[at:at + len(term)] == term]
