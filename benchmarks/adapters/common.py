"""What the adapters share: the rows of a file, the parts of the product, and one question asked of one station."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common import Measured
from simulator.encounters.graph import Machine
from simulator.exam.base import Language
from simulator.exam.focus import focus_of
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Act, ActionKind, ActKind, Reading, Speaker, Transcript, Turn
from simulator.patients.scripted import ScriptedPatient
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary

Row = dict[str, Any]
WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOST = (ActKind.NOT_UNDERSTOOD, ActKind.UNSURE)


@dataclass
class Tools:
    """The parts that an adapter runs; `annotations` is a folder of topic ids per turn, if there is one."""

    reader: Reader
    vocabulary: Vocabulary
    annotations: Path | None = None
    on_row: Callable[[], None] = lambda: None


@dataclass
class Outcome:
    """What came out, and one line per mistake for whoever wants to learn from them."""

    measured: Measured
    mistakes: list[str] = field(default_factory=list)


class Answer(NamedTuple):
    """What one utterance was read as and answered with."""

    acts: tuple[Act, ...]
    told: tuple[str, ...]
    words: str

    @property
    def is_lost(self) -> bool:
        """Whether nothing in it was understood, so that the patient asks back."""
        return all(act.kind in LOST for act in self.acts)


def rows_of(path: Path) -> list[Row]:
    """The objects of a JSON-lines file; a line that is none is named."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SystemExit(f"{path}:{number}: no JSON ({error}); every line must be one object") from None
        if not isinstance(row, dict):
            raise SystemExit(f"{path}:{number}: every line must be one object")
        found.append(row)
    if not found:
        raise SystemExit(f"{path}: nothing in it")
    return found


class Play:
    """A station that answers single utterances, each as the first of a fresh encounter unless told to go on."""

    def __init__(self, scenario: Scenario, tools: Tools) -> None:
        listener = tools.reader.listener(scenario, scenario.language)
        self._machine = Machine(scenario, listener, ScriptedPatient(), tools.vocabulary)
        entered = Transcript().act(ActionKind.STARTED, WHEN).act(ActionKind.ENTERED, WHEN)
        self._fresh = asyncio.run(self._machine.run(entered))

    def ask(self, words: str) -> Answer:
        """The station's answer to the words."""
        after = asyncio.run(self._machine.run(self._fresh.say(Speaker.CANDIDATE, words, WHEN)))
        fresh = after.entries[len(self._fresh) + 1 :]
        acts = next((entry.acts for entry in fresh if isinstance(entry, Reading)), ())
        turns = [entry for entry in fresh if isinstance(entry, Turn)]
        told = tuple(each for turn in turns for each in (*turn.told, *turn.shown))
        return Answer(acts, told, " ".join(turn.words for turn in turns))


def readings(turns: Iterable[Row], reader: Reader, language: Language) -> list[tuple[int, Row, tuple[Act, ...]]]:
    """Each candidate turn with its place (from 1) and what was read in it, the dialogue kept in mind."""
    listener = reader.listener(None, language)
    transcript = Transcript().act(ActionKind.STARTED, WHEN).act(ActionKind.ENTERED, WHEN)
    found = []
    for place, turn in enumerate(turns, 1):
        words = str(turn.get("text", ""))
        if not is_candidate(turn):
            transcript = transcript.say(Speaker.PATIENT, words, WHEN)
            continue
        acts = listener.read(words, focus_of(None, transcript))
        transcript = transcript.say(Speaker.CANDIDATE, words, WHEN)
        transcript = transcript.add(
            Reading(number=transcript.next_number, at=WHEN, turn=transcript.next_number - 1, acts=acts)
        )
        found.append((place, turn, acts))
    return found


def is_candidate(turn: Row) -> bool:
    """Whether a turn is the doctor's or the student's."""
    return str(turn.get("speaker", "")).lower().startswith(("d", "c", "m", "s"))


def language_of(row: Row, default: Language = Language.ENGLISH) -> Language:
    """The row's language: its `lang`, or the default."""
    return Language(row["lang"]) if row.get("lang") in tuple(Language) else default


def share(part: int, whole: int) -> float:
    """A proportion to four places; 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0


def f1(hits: int, said: int, wanted: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    precision, recall = share(hits, said), share(hits, wanted)
    return precision, recall, round(2 * precision * recall / (precision + recall), 4) if hits else 0.0
