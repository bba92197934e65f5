"""What the candidate said, turn by turn, with what each turn does: as recorded, or read now."""

from typing import NamedTuple

from simulator.exam.base import Language
from simulator.exam.focus import focus_of
from simulator.exam.ports import Focus, Understanding
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Act, Entry, Reading, Speaker, Transcript, Turn

READ_AT_MOST = 2000  # characters of one utterance: what a patient takes in (encounters/graph.py)
_FOCUS_REACHES = 60  # entries back: more than focus looks at, so that a long encounter takes linear time


class Heard(NamedTuple):
    """A turn of the candidate in time, what it does, and what the dialogue was about when it was said."""

    turn: Turn
    acts: tuple[Act, ...]
    focus: Focus

    @property
    def words(self) -> str:
        """As much of the turn as a patient takes in."""
        return self.turn.words[:READ_AT_MOST]


def hear(transcript: Transcript, scenario: Scenario | None, understanding: Understanding,
         language: Language) -> tuple[Heard, ...]:
    """Every turn of the candidate in time. Turns without a recorded reading are read, each in the light of the last."""
    recorded = {entry.turn: entry for entry in transcript.entries if isinstance(entry, Reading)}
    listener = understanding.listener(scenario, language)
    past: list[Entry] = []
    heard: list[Heard] = []
    for entry in transcript.entries:
        past.append(entry)
        if not isinstance(entry, Turn) or entry.speaker is not Speaker.CANDIDATE or entry.is_late:
            continue
        focus = focus_of(scenario, Transcript.model_construct(entries=tuple(past[-_FOCUS_REACHES:])))
        if entry.number in recorded:
            acts = recorded[entry.number].acts
        else:
            acts = listener.read(entry.words[:READ_AT_MOST], focus)
            past.append(Reading(number=entry.number, at=entry.at, turn=entry.number, acts=acts))
        heard.append(Heard(entry, acts, focus))
    return tuple(heard)
