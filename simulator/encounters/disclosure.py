"""What the patient may tell in answer to a turn: a pure function of scenario, vocabulary and transcript.

A patient actor gets the result and nothing else, so what is not decided here cannot leak.
"""

from simulator.encounters.courtesies import courtesy, has_courtesy
from simulator.exam.base import Language
from simulator.exam.scenario import Absent, Condition, Cue, Fact, Level, Question, Scenario
from simulator.exam.transcript import (
    Act,
    ActionKind,
    ActKind,
    Disclosure,
    Reading,
    Speaker,
    Tellable,
    Transcript,
    Turn,
    Withheld,
)
from simulator.vocabulary import Topic, Unscripted, Vocabulary

OPEN_TOPICS = ("complaint.reason", "complaint.elaborate", "complaint.associated")
_LET_THE_PATIENT_SPEAK = ("act.invites_questions", "act.screens_more", "act.closes")
_VOLUNTEERED_AT_ONCE = 2  # a person who is invited to talk says a couple of things, not the whole case
_CUE_STAYS_OPEN = 2  # candidate turns within which an emotional cue can be picked up


def disclose(scenario: Scenario, vocabulary: Vocabulary, transcript: Transcript, reading: Reading) -> Disclosure:
    """What may be told in answer to the turn that was read, and what is withheld and why."""
    return _Decision(scenario, vocabulary, transcript, reading).made()


class _Decision:
    def __init__(self, scenario: Scenario, vocabulary: Vocabulary, transcript: Transcript, reading: Reading) -> None:
        self.scenario = scenario
        self.vocabulary = vocabulary
        self.transcript = transcript
        self.reading = reading
        self.language: Language = scenario.language
        self.tellable: list[Tellable] = []
        self.withheld: list[Withheld] = []
        self.happened = _what_happened(transcript) | _acts_in(reading)
        self.times = _times_told(transcript)
        self.variant = len(transcript.candidate_turns)

    def made(self) -> Disclosure:
        acts = [act for act in self.reading.acts if not act.is_negated]
        for act in acts:
            if act.kind is ActKind.ASKS:
                self._asked(act)
        self._open_up()
        for act in acts:
            if act.kind is ActKind.COMMUNICATES:
                self._communicated(act)
        if not self.tellable:
            self._otherwise(acts)
        self._unprompted(acts)
        return Disclosure(number=self.transcript.next_number, at=self.reading.at, turn=self.reading.turn,
                          may_tell=tuple(self.tellable), withheld=tuple(self.withheld))

    # -- questions -------------------------------------------------------------------------------------------------

    def _asked(self, act: Act) -> None:
        topic = act.topic or ""
        direct, loose = self._facts_for(act)
        told_any = False
        for fact in direct:
            told_any |= self._tell_or_withhold(fact)
        if not direct or topic in OPEN_TOPICS or self._is_general(topic):
            for fact in loose:
                told_any |= self._tell_or_withhold(fact)
        if topic in OPEN_TOPICS:
            told_any |= self._volunteer()
        if not told_any and not direct and not loose:
            self._unscripted(act)

    def _facts_for(self, act: Act) -> tuple[list[Fact], list[Fact]]:
        """The facts that the question is about, and those that it also raises."""
        if act.fact and (fact := self.scenario.fact(act.fact)):
            return [fact], []
        direct = [fact for fact in self.scenario.all_facts if fact.topic == act.topic and self._is_about(fact, act)]
        loose = [fact for fact in self.scenario.all_facts
                 if act.topic in fact.also and fact not in direct and fact.level is not Level.ON_DIRECT_QUESTION
                 and self._is_about(fact, act)]
        if not direct and not loose and act.about and not self._listed(act):
            direct = [fact for fact in self.scenario.all_facts  # what it is about, at least
                      if fact.topic == act.about and fact.level not in (Level.ON_DIRECT_QUESTION, Level.CONDITIONAL)]
        return direct, loose

    def _listed(self, act: Act) -> bool:
        """Whether the author has said that this is absent or unknown."""
        lists = (self.scenario.denies, self.scenario.unknown)
        return any(_listed(each, act, self.scenario.complaint) for each in lists)

    def _is_about(self, fact: Fact, act: Act) -> bool:
        if not (act.topic or "").startswith("complaint."):
            return True
        asked_about = act.about or self.scenario.complaint
        return (fact.about or self.scenario.complaint) == asked_about or fact.topic == asked_about

    def _is_general(self, topic: str) -> bool:
        return topic.endswith(".general") or bool(topic in self.vocabulary and self.vocabulary[topic].includes)

    def _tell_or_withhold(self, fact: Fact) -> bool:
        """Tells the fact, or says why not; whether something will be said."""
        if isinstance(fact.reveal, Condition) and not self._holds(fact.reveal):
            self.withheld.append(Withheld(fact=fact.id, because=f"waits for {', '.join(fact.reveal.after)}"))
            words = fact.otherwise or courtesy("evasion", self.language, self.variant)
            self._add(Tellable(id=f"{fact.id}:withheld", words=words, role="evasion", topic=fact.topic))
            return True
        self._tell(fact)
        return True

    def _holds(self, condition: Condition) -> bool:
        return all(each in self.happened for each in condition.after)

    def _tell(self, fact: Fact) -> None:
        self._add(Tellable(id=fact.id, words=fact.answer, topic=fact.topic, again=fact.again,
                           times_told=self.times.get(fact.id, 0)))

    def _volunteer(self) -> bool:
        """After an open question: the next things that the person would say unasked."""
        ready = [fact for fact in self.scenario.facts
                 if fact.level is Level.VOLUNTEERED and fact.id not in self.times and not self._is_chosen(fact.id)]
        for fact in ready[:_VOLUNTEERED_AT_ONCE]:
            self._tell(fact)
        return bool(ready)

    def _unscripted(self, act: Act) -> None:
        """The scenario has no fact: a pertinent negative, an unknown, or the vocabulary's safe default."""
        absent = _listed(self.scenario.denies, act, self.scenario.complaint)
        if absent:
            self._add(self._denial(absent.topic, absent.says))
            return
        unknown = _listed(self.scenario.unknown, act, self.scenario.complaint)
        if unknown:
            words = unknown.says or courtesy("unknown", self.language, self.variant)
            self._add(Tellable(id=f"unknown:{unknown.topic}", words=words, role="unknown", topic=act.topic))
            return
        topic = self.vocabulary.get(act.topic or "")
        if topic is None or self._covered(topic) or self._made_up_before(topic):
            return
        if topic.family == "complaint" and act.about and self._is_denied(act.about):
            self._add(self._denial(act.about, None))
        elif act.topic in OPEN_TOPICS:
            words = courtesy("no_more", self.language, self.variant)
            self._add(Tellable(id=f"unscripted:{topic.id}", words=words, role="denial", topic=topic.id))
        elif topic.if_unscripted is Unscripted.DENIED:
            self._add(self._denial(topic.id, None))
        else:
            occasion = "unknown" if topic.if_unscripted is Unscripted.UNKNOWN else "silent"
            words = courtesy(occasion, self.language, self.variant)
            self._add(Tellable(id=f"unscripted:{topic.id}", words=words, role="unknown", topic=topic.id))

    def _covered(self, topic: Topic) -> bool:
        """A general question is answered by what the scenario tells of the topics it includes."""
        found = [fact for fact in self.scenario.facts
                 if fact.topic in topic.includes and fact.level in (Level.WHEN_ASKED, Level.VOLUNTEERED, Level.OPENING)]
        for fact in found[:_VOLUNTEERED_AT_ONCE]:
            self._tell(fact)
        return bool(found)

    def _made_up_before(self, topic: Topic) -> bool:
        """What the patient made up on an ordinary topic is so for the rest of the encounter."""
        words = [each.words for turn in self.transcript.turns for each in turn.improvised if each.topic == topic.id]
        if words:
            name = f"improvised:{topic.id}"
            self._add(Tellable(id=name, words=words[0], topic=topic.id, times_told=1 + self.times.get(name, 0)))
        return bool(words)

    def _is_denied(self, topic: str) -> bool:
        if any(fact.topic == topic for fact in self.scenario.facts):
            return False
        return any(each.topic == topic for each in self.scenario.denies)

    def _denial(self, topic: str, says: str | None) -> Tellable:
        known = self.vocabulary.get(topic)
        words = says or (known.denies.of(self.language) if known and known.denies else
                         courtesy("denied", self.language, self.variant))
        return Tellable(id=f"denied:{topic}", words=words, role="denial", topic=topic,
                        times_told=self.times.get(f"denied:{topic}", 0))

    # -- what the candidate does with words --------------------------------------------------------------------------

    def _open_up(self) -> None:
        """A fact that was asked for and evaded is told once its condition has come true."""
        evaded = {each.fact for entry in self.transcript.entries if isinstance(entry, Disclosure)
                  for each in entry.withheld} - self.times.keys()
        for fact in self.scenario.facts:
            if fact.id in evaded and isinstance(fact.reveal, Condition) and self._holds(fact.reveal):
                self._tell(fact)

    def _communicated(self, act: Act) -> None:
        cue = self._open_cue(act.topic or "")
        if cue and cue.once_met:
            # Who is moved skips the politeness.
            self.tellable = [each for each in self.tellable if each.role != "courtesy"]
            self._add(Tellable(id=f"{cue.id}:met", words=cue.once_met, role="cue"))
            return
        if act.topic == "act.screens_more" and self._volunteer():
            return
        if act.topic in _LET_THE_PATIENT_SPEAK and (last := self._next_at_the_end()):
            self._add(_spoken(last))
            return
        names = [fact for fact in self.scenario.facts if fact.topic == "person.name"]
        if act.topic == "act.checks_identity" and names:
            self._tell(names[0])  # whoever is asked to confirm who he is says his name
            return
        farewell = self.scenario.patient.farewell
        if act.topic == "act.closes" and farewell:
            self._add(Tellable(id="farewell", words=farewell, role="courtesy"))
        elif act.topic and not self.tellable and has_courtesy(act.topic, self.language):
            words = courtesy(act.topic, self.language, self.variant)
            self._add(Tellable(id=act.topic, words=words, role="courtesy"))

    def _open_cue(self, act: str) -> Cue | None:
        """The cue that this act picks up: given within the last turns and not yet met."""
        turns = [turn.number for turn in self.transcript.candidate_turns]
        since = turns[-_CUE_STAYS_OPEN - 1] if len(turns) > _CUE_STAYS_OPEN else 0
        recent = {each for turn in self.transcript.turns if turn.number >= since for each in turn.told}
        return next((cue for cue in self.scenario.cues if cue.id in recent and act in cue.answered_by
                     and f"{cue.id}:met" not in self.times), None)

    def _otherwise(self, acts: list[Act]) -> None:
        """Nothing was asked that could be answered: react as a person would."""
        kinds = {act.kind for act in acts}
        if kinds & {ActKind.EXAMINES, ActKind.ORDERS}:
            return
        unsure = next((act for act in acts if act.kind is ActKind.UNSURE), None)
        if unsure and not self._just_asked_back():
            one, other = (self._named(topic) for topic in (unsure.topic, unsure.other))
            words = courtesy("choice", self.language, self.variant, one=one, other=other)
            self._add(Tellable(id=f"choice:{unsure.topic}:{unsure.other}", words=_elided(words), role="choice"))
            return
        stray = next((act for act in acts if act.kind is ActKind.STRAYS), None)
        if stray:
            words = courtesy(stray.topic or "meta.off_topic", self.language, self.variant)
            self._add(Tellable(id=stray.topic or "meta", words=words, role="deflection"))
        elif kinds & {ActKind.NOT_UNDERSTOOD, ActKind.UNSURE}:
            words = courtesy("not_understood", self.language, self.variant)
            self._add(Tellable(id="not_understood", words=words, role="rephrase"))
        else:
            topic = next((act.topic for act in acts if act.topic), None)
            occasion = topic if topic and has_courtesy(topic, self.language) else "states"
            self._add(Tellable(id=occasion, words=courtesy(occasion, self.language, self.variant), role="courtesy"))

    def _just_asked_back(self) -> bool:
        last = next((turn for turn in reversed(self.transcript.turns) if turn.speaker is Speaker.PATIENT), None)
        return bool(last and any(each.startswith("choice:") for each in last.told))

    def _named(self, topic: str | None) -> str:
        known = self.vocabulary.get(topic or "")
        return known.name.of(self.language) if known else ""

    # -- what the patient says of its own accord ---------------------------------------------------------------------

    def _unprompted(self, acts: list[Act]) -> None:
        """At most one cue or question of the patient's own, when its moment has come."""
        now = {each.id for each in self.tellable} | {act.topic for act in acts if act.topic}
        minute = _minutes_in(self.transcript, self.reading)
        for each in _of_its_own_accord(self.scenario):
            if each.id in self.times or self._is_chosen(each.id):
                continue
            due = (each.when.after_minute is not None and minute is not None and minute >= each.when.after_minute) or \
                (each.when.after is not None and each.when.after in now)
            if due:
                self._add(_spoken(each))
                return

    def _next_at_the_end(self) -> Cue | Question | None:
        return next((each for each in _of_its_own_accord(self.scenario)
                     if each.when.at == "end" and each.id not in self.times), None)

    def _is_chosen(self, tellable_id: str) -> bool:
        return any(each.id == tellable_id for each in self.tellable)

    def _add(self, tellable: Tellable) -> None:
        if not self._is_chosen(tellable.id):
            self.tellable.append(tellable)


def first_words(scenario: Scenario) -> tuple[Tellable, ...]:
    """What the patient says when the candidate enters."""
    openings = [Tellable(id=fact.id, words="", role="fact") for fact in scenario.facts if fact.level is Level.OPENING]
    unprompted = [_spoken(each) for each in _of_its_own_accord(scenario) if each.when.at == "opening"]
    return (Tellable(id="opening", words=scenario.patient.opening, role="courtesy"), *openings, *unprompted)


def _of_its_own_accord(scenario: Scenario) -> tuple[Cue | Question, ...]:
    return (*scenario.cues, *scenario.asks)


def _spoken(unprompted: Cue | Question) -> Tellable:
    return Tellable(id=unprompted.id, words=unprompted.says, role="cue" if isinstance(unprompted, Cue) else "question")


def _listed(listed: tuple[Absent, ...], act: Act, complaint: str) -> Absent | None:
    def is_about(each: Absent) -> bool:
        return not each.topic.startswith("complaint.") or (each.about or complaint) == (act.about or complaint)
    return next((each for each in listed if each.topic == act.topic and is_about(each)), None)


def _acts_in(reading: Reading) -> frozenset[str]:
    return frozenset(act.topic for act in reading.acts
                     if act.kind is ActKind.COMMUNICATES and act.topic and not act.is_negated)


def _what_happened(transcript: Transcript) -> frozenset[str]:
    """Acts done, facts told and cues given so far: what conditions wait for."""
    acts = [_acts_in(entry) for entry in transcript.entries if isinstance(entry, Reading)]
    return frozenset().union(transcript.told, *acts)


def _times_told(transcript: Transcript) -> dict[str, int]:
    times: dict[str, int] = {}
    for entry in transcript.entries:
        if isinstance(entry, Turn):
            for each in entry.told:
                times[each] = times.get(each, 0) + 1
    return times


def _minutes_in(transcript: Transcript, reading: Reading) -> float | None:
    entered = transcript.moment(ActionKind.ENTERED)
    return (reading.at - entered).total_seconds() / 60 if entered else None


def _elided(words: str) -> str:
    """French contractions: "de le" is "du", "de les" is "des"."""
    for written, spoken in ((" de le ", " du "), (" de les ", " des "), (" de un ", " d'un "), (" de une ", " d'une "),
                            (" de des ", " de "), (" de vos ", " de vos ")):
        words = words.replace(written, spoken)
    return words.replace(" de l’", " de l'").replace(" de a", " d'a").replace(" de e", " d'e")
