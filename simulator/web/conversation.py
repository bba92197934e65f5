"""The transcript as the interview shows it: Chainlit's steps, made from what is recorded and nothing else."""

import re
import uuid
from typing import Any

from simulator.encounters.findings import details_of
from simulator.encounters.runner import Live
from simulator.exam.scenario import Measure
from simulator.exam.transcript import Action, ActionKind, Entry, Speaker, Turn
from simulator.web.language import words_in
from simulator.web.notices import understudy_notice

Step = dict[str, Any]  # Chainlit's StepDict, which is a TypedDict of a library that this module does not import

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)", re.MULTILINE)
_SPEAKERS = {Speaker.CANDIDATE: "user_message", Speaker.PATIENT: "assistant_message", Speaker.STATION:
             "assistant_message"}
_NAMES = {Speaker.CANDIDATE: "Candidate", Speaker.PATIENT: "Patient", Speaker.STATION: "Station"}


def thread_id(encounter_id: str) -> str:
    """An encounter's id as Chainlit writes thread ids, with dashes."""
    return str(uuid.UUID(encounter_id))


def encounter_id(thread: str) -> str | None:
    """The encounter behind a thread id; nothing when it cannot be one."""
    try:
        return uuid.UUID(thread).hex
    except ValueError:
        return None


def steps_of(live: Live, after: int = 0) -> list[Step]:
    """What the interview shows of the entries numbered above `after`, in order."""
    return [step for entry in live.transcript.entries[after:] for step in _steps(live, entry)]


def _steps(live: Live, entry: Entry) -> list[Step]:
    say = words_in(live.encounter.language)
    if isinstance(entry, Turn):
        words = entry.words if entry.speaker is Speaker.CANDIDATE else _shown(live, entry)
        own = _step(live, entry, words, _SPEAKERS[entry.speaker], _NAMES[entry.speaker])
        if entry.is_late:
            return [own, _step(live, entry, say("interview.late"), "assistant_message", "Station", "late")]
        key = understudy_notice(live.transcript, entry)
        return [own, _step(live, entry, say(key), "assistant_message", "Station", "understudy")] if key else [own]
    if isinstance(entry, Action) and entry.turn is None and entry.action in (ActionKind.EXAMINED, ActionKind.ORDERED):
        key = "interview.examined" if entry.action is ActionKind.EXAMINED else "interview.ordered"
        return [_step(live, entry, say(key, name=entry.words), "user_message", "Candidate")]
    if isinstance(entry, Action) and entry.action is ActionKind.ASKED_FOR_HELP:
        hint = say("interview.hint", words=escaped(entry.words))
        return [_step(live, entry, hint, "assistant_message", "Station")]
    if isinstance(entry, Action) and entry.action is ActionKind.FINISHED:
        return [_step(live, entry, say("interview.finished"), "assistant_message", "Station")]
    return []


def _step(live: Live, entry: Turn | Action, words: str, kind: str, name: str, part: str = "") -> Step:
    at = entry.at.isoformat()
    return {
        "id": _step_id(live, entry, part), "threadId": thread_id(live.encounter.id), "parentId": None, "type": kind,
        "name": name, "input": "", "output": words, "createdAt": at, "start": at, "end": at, "streaming": False,
        "isError": False, "waitForAnswer": False, "metadata": {}, "tags": [],
    }


def _step_id(live: Live, entry: Turn | Action, part: str) -> str:
    """The browser's own id for what the candidate typed, so that it is shown once; else one made from the number."""
    if isinstance(entry, Turn) and entry.message_id and not part and encounter_id(entry.message_id):
        return str(uuid.UUID(entry.message_id))
    return str(uuid.uuid5(uuid.UUID(live.encounter.id), f"{entry.number}{part}"))


def _shown(live: Live, turn: Turn) -> str:
    """The words, then the picture and the table of each thing shown."""
    say = words_in(live.encounter.language)
    parts = [escaped(turn.words)]
    for shown in turn.shown:
        media, table = details_of(live.station.scenario, shown)
        if media:
            address = f"/encounter/{live.encounter.id}/shown/{shown}"
            parts += [f"![{escaped(_bare(media.alt))}]({address})", f"[{say('picture.open')}]({address})"]
        if table:
            parts.append(_table(table, live))
    return "\n\n".join(parts)


def _table(table: tuple[Measure, ...], live: Live) -> str:
    say = words_in(live.encounter.language)
    heads = [say(f"table.{each}") for each in ("name", "value", "unit", "reference", "remark")]
    rows = [[each.name, f"**{_cell(each.value)}**" if each.is_abnormal else _cell(each.value), _cell(each.unit),
             _cell(each.reference), say("table.abnormal") if each.is_abnormal else ""] for each in table]
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    return "\n".join(lines + [f"| {' | '.join([_cell(row[0]), *row[1:]])} |" for row in rows])


def _cell(text: str) -> str:
    return escaped(_bare(text))


def _bare(text: str) -> str:
    return " ".join(text.split())


def escaped(words: str) -> str:
    """The words as Markdown that shows exactly them."""
    words = _MARKDOWN.sub(r"\\\1", words)
    words = _LIST.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", words)
    return words.replace("\n", "  \n")
