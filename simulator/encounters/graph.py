"""The LangGraph machine: one run per event, entered from the archived transcript, whose only state is the transcript.

The event is the transcript's last entry. Nodes read a transcript and return a transcript; they save nothing.
"""

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph

from simulator.encounters.courtesies import courtesy
from simulator.encounters.disclosure import disclose, first_words
from simulator.encounters.findings import is_described, shown_for
from simulator.exam.focus import focus_of
from simulator.exam.ports import Listener, PatientActor, Reply
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


class Machine:
    """The graph of one scenario, compiled; `run` takes a transcript whose last entry is the event."""

    def __init__(self, scenario: Scenario, listener: Listener, patient: PatientActor, vocabulary: Vocabulary,
                 seed: int = 0) -> None:
        self.scenario = scenario
        self.listener = listener
        self.patient = patient
        self.vocabulary = vocabulary
        self.seed = seed
        self._graph = self._built()

    async def run(self, transcript: Transcript) -> Transcript:
        """The transcript with all that follows from its last entry."""
        result: dict[str, Any] = await self._graph.ainvoke({"transcript": transcript})
        after = result["transcript"]
        assert isinstance(after, Transcript)
        return after

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
        """The actor's reply, guarded, as the patient's turn."""
        heard = transcript.entries[answers - 1] if answers else None
        reply = await self.patient.reply(
            self.scenario.patient.persona, self.scenario.language, may_tell,
            heard.words[:READ_AT_MOST] if isinstance(heard, Turn) else "", self.seed + transcript.next_number)
        reply = guarded(reply, may_tell)
        return transcript.say(Speaker.PATIENT, reply.words, transcript.entries[-1].at,
                              answers=answers, told=reply.told)


def guarded(reply: Reply, may_tell: tuple[Tellable, ...]) -> Reply:
    """The reply if it tells only what was handed over and says something; else the authored words."""
    handed = {each.id for each in may_tell}
    if reply.words.strip() and set(reply.told) <= handed:
        return reply
    return Reply(words=" ".join(each.words for each in may_tell if each.words), told=tuple(sorted(handed)))


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
