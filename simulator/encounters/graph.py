"""The LangGraph machine: one run per event, entered from the archived transcript, whose only state is the transcript.

The event is the transcript's last entry. Nodes read a transcript and return a transcript; they save nothing.
"""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import cached_property
from typing import Any, NamedTuple, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph

from simulator.encounters.courtesies import courtesy
from simulator.encounters.disclosure import disclose, first_words
from simulator.encounters.findings import is_described, shown_for
from simulator.encounters.ground import Case
from simulator.encounters.guard import Guard
from simulator.encounters.moment import moment_of, told_so_far
from simulator.encounters.speech import Speech, Spoken
from simulator.exam.focus import focus_of
from simulator.exam.ports import Listener, Moment, PatientActor, Sentence, Understanding
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import (
    Action,
    ActionKind,
    ActKind,
    Disclosure,
    Phase,
    Reading,
    Speaker,
    Tellable,
    Transcript,
    Turn,
)
from simulator.vocabulary import Vocabulary

READ_AT_MOST = 2000  # characters of one utterance that a patient takes in


class State(TypedDict):
    """The machine's whole state."""

    transcript: Transcript


Heard = Callable[[Transcript], Awaitable[None]]
"""Told of a transcript whose last entry is the patient's turn so far, each time that a sentence has been added."""


class Understudied(NamedTuple):
    """What a patient who speaks freely needs: somebody to step in, a guard's knowledge, and a time limit."""

    understudy: PatientActor
    understanding: Understanding
    rubric: Rubric | None = None
    seconds: float = 8.0


class Machine:
    """The graph of one scenario, compiled; `run` takes a transcript whose last entry is the event.

    ValueError for a patient who is not scripted and has no understudy.
    """

    def __init__(self, scenario: Scenario, listener: Listener, patient: PatientActor, vocabulary: Vocabulary,
                 seed: int = 0, understudied: Understudied | None = None) -> None:
        if not patient.is_scripted and understudied is None:
            raise ValueError(f"the patient actor {patient.name} speaks freely: give it an understudy and a guard")
        self.scenario = scenario
        self.listener = listener
        self.patient = patient
        self.vocabulary = vocabulary
        self.seed = seed
        self._understudied = understudied
        self._graph = self._built()

    async def run(self, transcript: Transcript, on_sentence: Heard | None = None) -> Transcript:
        """The transcript with all that follows from its last entry; a free patient's sentences as they come."""
        after = transcript
        states = self._graph.astream({"transcript": transcript}, stream_mode=["custom", "values"])
        async with aclosing(states):
            async for mode, chunk in states:
                if mode == "values":
                    after = chunk["transcript"]
                elif on_sentence is not None:
                    await on_sentence(chunk)
        return after

    @cached_property
    def case(self) -> Case:
        """The scenario as the guard knows it."""
        assert self._understudied is not None
        return Case(self.scenario, self.vocabulary, self._understudied.rubric)

    @cached_property
    def _speech(self) -> Speech:
        assert self._understudied is not None
        guard = Guard(self.case, self._understudied.understanding)
        return Speech(self.patient, self._understudied.understudy, guard, self._understudied.seconds)

    @classmethod
    def diagram(cls) -> str:
        """The machine as a Mermaid diagram; it is the same for every scenario."""
        machine = cls.__new__(cls)
        return str(machine._built().get_graph().draw_mermaid())

    def _built(self) -> Any:
        graph = StateGraph(State)
        graph.add_node("welcome", self.welcome)
        graph.add_node("understand", self.understand)
        graph.add_node("disclose", self.disclose)
        graph.add_node("answer", self.answer)
        graph.add_node("report", self.report)
        graph.add_node("part", self.part)
        graph.add_conditional_edges(START, event_of, {
            "entered": "welcome", "heard": "understand", "examined": "report", "ordered": "report",
            "finished": "part", "time is up": "part", "nothing to do": END})
        graph.add_edge("welcome", END)
        graph.add_edge("understand", "disclose")
        graph.add_edge("disclose", "answer")
        graph.add_conditional_edges("answer", is_examining, {"examines or orders": "report", "talks only": END})
        graph.add_edge("report", END)
        graph.add_edge("part", END)
        return graph.compile()

    # -- nodes -------------------------------------------------------------------------------------------------------

    async def welcome(self, state: State) -> State:
        """The patient's first words when the candidate enters."""
        transcript = state["transcript"]
        return {"transcript": await self._said(transcript, first_words(self.scenario), None)}

    async def understand(self, state: State) -> State:
        """What the candidate's turn asks for and does."""
        transcript = state["transcript"]
        turn = transcript.entries[-1]
        assert isinstance(turn, Turn)
        acts = self.listener.read(turn.words[:READ_AT_MOST], focus_of(self.scenario, transcript))
        return {"transcript": transcript.add(
            Reading(number=transcript.next_number, at=turn.at, turn=turn.number, acts=acts))}

    async def disclose(self, state: State) -> State:
        """What may be told in answer."""
        transcript = state["transcript"]
        reading = transcript.entries[-1]
        assert isinstance(reading, Reading)
        return {"transcript": transcript.add(disclose(self.scenario, self.vocabulary, transcript, reading))}

    async def answer(self, state: State) -> State:
        """The patient actor speaks, from what it was handed and nothing else."""
        transcript = state["transcript"]
        disclosure = transcript.entries[-1]
        assert isinstance(disclosure, Disclosure)
        may_tell = disclosure.may_tell
        heard = transcript.entries[disclosure.turn - 1]
        if isinstance(heard, Turn) and len(heard.words) > READ_AT_MOST:
            words = courtesy("too_long", self.scenario.language)
            may_tell = (*may_tell, Tellable(id="too_long", words=words, role="rephrase"))
        if not may_tell:
            return {"transcript": transcript}
        return {"transcript": await self._said(transcript, may_tell, disclosure.turn)}

    async def report(self, state: State) -> State:
        """The station shows what the examination or the test gives."""
        transcript = state["transcript"]
        last = transcript.entries[-1]
        if isinstance(last, Action):
            return {"transcript": self._picked(transcript, last)}
        reading = next(entry for entry in reversed(transcript.entries) if isinstance(entry, Reading))
        targets: dict[str, None] = {}
        for act in reading.acts:
            if act.kind not in _DEEDS or act.is_negated:
                continue
            for target in self._expanded(act.topic or ""):
                transcript = transcript.act(
                    _DEEDS[act.kind], reading.at, target=target, words=act.words, turn=reading.turn)
                targets[target] = None
        return {"transcript": shown_for(self.scenario, transcript, tuple(targets), reading.turn)}

    def _picked(self, transcript: Transcript, picked: Action) -> Transcript:
        """What the picker's examination shows; a general one is recorded with its parts."""
        targets = self._expanded(picked.target or "")
        for target in targets:
            if target != picked.target:
                transcript = transcript.act(picked.action, picked.at, target=target, words=picked.words)
        return shown_for(self.scenario, transcript, targets, None)

    def _expanded(self, target: str) -> tuple[str, ...]:
        """A general examination («examen neurologique») as the parts of it that the scenario describes."""
        topic = self.vocabulary.get(target)
        if topic is None or not topic.includes or is_described(self.scenario, target):
            return (target,)
        return tuple(each for each in topic.includes if is_described(self.scenario, each)) or (target,)

    async def part(self, state: State) -> State:
        """The interview is over: the station says so, when time has run out."""
        transcript = state["transcript"]
        last = transcript.entries[-1]
        assert isinstance(last, Action)
        if last.action is ActionKind.TIMED_OUT:
            transcript = transcript.say(Speaker.STATION, courtesy("time_up", self.scenario.language), last.at)
        return {"transcript": transcript}

    async def _said(self, transcript: Transcript, may_tell: tuple[Tellable, ...], answers: int | None) -> Transcript:
        """The patient's turn: the first words and a scripted patient's as written, a free patient's guarded."""
        free = None if self.patient.is_scripted else self._understudied
        seed = self.seed + transcript.next_number
        if free is not None and answers is not None:
            return await self._said_freely(transcript, may_tell, answers, seed)
        heard = transcript.entries[answers - 1] if answers else None
        moment = Moment(persona=self.scenario.patient.persona, language=self.scenario.language, may_tell=may_tell,
                        heard=heard.words[:READ_AT_MOST] if isinstance(heard, Turn) else "", seed=seed)
        said = await _whole(free.understudy if free is not None else self.patient, moment)
        return _with(transcript, answers, guarded(said, may_tell))

    async def _said_freely(self, transcript: Transcript, may_tell: tuple[Tellable, ...], answers: int,
                           seed: int) -> Transcript:
        """A free patient's turn; each sentence that the guard lets through is written to the run's stream."""
        show = get_stream_writer()
        moment = moment_of(self.scenario, self.vocabulary, transcript, may_tell, answers, seed)
        ground = self.case.ground(moment, told_so_far(self.scenario, transcript))
        spoken = await self._speech.spoken(
            moment, ground, lambda words: show(_with(transcript, answers, Sentence(words=words))))
        return _with(transcript, answers, Sentence(words=spoken.words, told=spoken.told), spoken)


def _with(transcript: Transcript, answers: int | None, said: Sentence, spoken: Spoken | None = None) -> Transcript:
    """The transcript with the patient's turn."""
    return transcript.say(Speaker.PATIENT, said.words, transcript.entries[-1].at, answers=answers, told=said.told,
                          improvised=spoken.improvised if spoken else (), delivery=spoken.delivery if spoken else None)


async def _whole(actor: PatientActor, moment: Moment) -> Sentence:
    """All that an actor says, as one sentence."""
    async with aclosing(actor.speak(moment)) as sentences:
        said = [each async for each in sentences]
    return Sentence(words=" ".join(each.words for each in said),
                    told=tuple(dict.fromkeys(told for each in said for told in each.told)))


def guarded(reply: Sentence, may_tell: tuple[Tellable, ...]) -> Sentence:
    """The reply if it tells only what was handed over and says something; else the authored words."""
    handed = {each.id for each in may_tell}
    if reply.words.strip() and set(reply.told) <= handed:
        return reply
    return Sentence(words=" ".join(each.words for each in may_tell if each.words), told=tuple(sorted(handed)))


_DEEDS = {ActKind.EXAMINES: ActionKind.EXAMINED, ActKind.ORDERS: ActionKind.ORDERED}
_EVENTS = {ActionKind.ENTERED: "entered", ActionKind.EXAMINED: "examined", ActionKind.ORDERED: "ordered",
           ActionKind.FINISHED: "finished", ActionKind.TIMED_OUT: "time is up"}


def event_of(state: State) -> str:
    """Which event the last entry is; the phase decides whether anything follows from it."""
    transcript = state["transcript"]
    last = transcript.entries[-1] if transcript.entries else None
    if isinstance(last, Turn) and last.speaker is Speaker.CANDIDATE:
        in_time = transcript.phase is Phase.INTERVIEW and not last.is_late
        return "heard" if in_time else "nothing to do"
    if isinstance(last, Action):
        return _EVENTS.get(last.action, "nothing to do")
    return "nothing to do"


def is_examining(state: State) -> str:
    """Whether the turn just read examines or orders something."""
    reading = next(entry for entry in reversed(state["transcript"].entries) if isinstance(entry, Reading))
    busy = any(act.kind in (ActKind.EXAMINES, ActKind.ORDERS) and not act.is_negated for act in reading.acts)
    return "examines or orders" if busy else "talks only"
