"""`simulator ask`: utterances in, what was understood and answered out, one JSON object per line."""

import json
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from simulator.commands.console import out
from simulator.commands.parts import Parts
from simulator.encounters.graph import Machine
from simulator.encounters.runner import tidy
from simulator.exam.station import Station
from simulator.exam.transcript import (
    Act,
    ActionKind,
    ActKind,
    Disclosure,
    Reading,
    Speaker,
    Transcript,
    Turn,
)
from simulator.patients.scripted import ScriptedPatient

NOT_UNDERSTOOD = (ActKind.NOT_UNDERSTOOD, ActKind.UNSURE)


async def ask(parts: Parts, station: Station, lines: Iterable[str], in_conversation: bool, as_json: bool) -> None:
    """Answers every line; each line is a fresh encounter unless they make one conversation."""
    listener = parts.understanding.listener(station.scenario, station.language)
    machine = Machine(station.scenario, listener, ScriptedPatient(), parts.vocabulary)
    fresh = await machine.run(_entered())
    transcript = fresh
    for line in lines:
        words = tidy(line)
        if not words:
            continue
        before = transcript if in_conversation else fresh
        started = time.perf_counter()
        transcript = await machine.run(before.say(Speaker.CANDIDATE, words, datetime.now(UTC)))
        milliseconds = (time.perf_counter() - started) * 1000
        answer = answered(station, words, transcript, len(before), milliseconds)
        if as_json:
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            _show(answer)


def _entered() -> Transcript:
    now = datetime.now(UTC)
    return Transcript().act(ActionKind.STARTED, now).act(ActionKind.ENTERED, now)


def answered(station: Station, words: str, transcript: Transcript, before: int, milliseconds: float) -> dict[str, Any]:
    """One line of the output: what was understood, what was answered, which facts were told."""
    entries = transcript.entries[before:]
    acts = next((entry.acts for entry in entries if isinstance(entry, Reading)), ())
    disclosure = next((entry for entry in entries if isinstance(entry, Disclosure)), None)
    spoken = [entry for entry in entries if isinstance(entry, Turn) and entry.speaker is not Speaker.CANDIDATE]
    told = [each for turn in spoken for each in turn.told if station.scenario.fact(each)]
    return {
        "utterance": words,
        "understood": any(act.kind not in NOT_UNDERSTOOD for act in acts),
        "acts": [_act(act, station, told) for act in acts],
        "reply": " ".join(turn.words for turn in spoken),
        "told": told,
        "ms": round(milliseconds, 2),
        "denied": [each.topic for each in disclosure.may_tell if each.role == "denial"] if disclosure else [],
        "shown": [each for turn in spoken for each in turn.shown],
        "withheld": [each.fact for each in disclosure.withheld] if disclosure else [],
    }


def _act(act: Act, station: Station, told: list[str]) -> dict[str, Any]:
    facts = [station.scenario.fact(each) for each in told]
    fact = act.fact or next((each.id for each in facts if each and act.topic in (each.topic, *each.also)), None)
    return {"kind": act.kind.value, "topic": act.topic, "fact": fact, "confidence": round(act.confidence, 3),
            "words": act.words, "about": act.about, "other": act.other, "negated": act.is_negated, "form": act.form}


def _show(answer: dict[str, Any]) -> None:
    read = ", ".join(f"{act['topic'] or act['kind']} {act['confidence']:.2f}" for act in answer["acts"])
    out.print(f"[bold]{answer['utterance']}[/bold]", markup=True)
    out.print(f"  {answer['reply']}", markup=False)
    out.print(f"  ({read}; {answer['ms']:.0f} ms)", style="dim", markup=False)
