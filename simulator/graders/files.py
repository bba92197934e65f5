"""Reads a transcript from JSON lines, so that an interview held elsewhere can be marked."""

import difflib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.exam.errors import InvalidFile
from simulator.exam.transcript import Action, ActionKind, Speaker, Transcript, Turn

_SPEAKERS = {
    Speaker.CANDIDATE: ("candidate", "candidat", "candidate_", "student", "etudiant", "étudiant", "étudiante", "doctor",
                        "docteur", "physician", "médecin", "medecin", "clinician", "interviewer", "nurse", "infirmier"),
    Speaker.PATIENT: ("patient", "patiente", "sp", "standardized patient", "standardised patient", "seeker"),
    Speaker.STATION: ("station", "examiner", "examinateur", "system", "narrator"),
}
_SPEAKER_OF = {name: speaker for speaker, names in _SPEAKERS.items() for name in names}
_ACTIONS = {each.value: each for each in (ActionKind.ENTERED, ActionKind.EXAMINED, ActionKind.ORDERED,
                                          ActionKind.FINISHED, ActionKind.SUBMITTED)}
_PREFIX = {ActionKind.EXAMINED: "examine.", ActionKind.ORDERED: "order."}
_KEYS = ("speaker", "text", "at", "action", "target", "fields", "words")
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)$")
_IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")
_LARGEST_FILE = 20_000_000  # bytes: an hour of talk is 100 kilobytes
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # of an encounter whose file gives only time from the start


def read_transcript(path: Path) -> Transcript:
    """The transcript of a file, each line one entry numbered like the line; InvalidFile with every mistake."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InvalidFile((f"{path}:1: the file is larger than {_LARGEST_FILE // 1_000_000} MB",))
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidFile((f"{path}:1: cannot be read: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise InvalidFile((f"{path}:1: is not UTF-8 text (byte {error.start}); save it as UTF-8",)) from error
    return transcript_of(text, str(path))


def transcript_of(text: str, name: str = "transcript") -> Transcript:
    """The transcript of a text of JSON lines; `name` stands for the file in the mistakes."""
    lines = text.rstrip().split("\n") if text.strip() else []
    reading = _Reading(name)
    entries = [reading.entry(number, line) for number, line in enumerate(lines, 1)]
    if reading.mistakes:
        raise InvalidFile(tuple(reading.mistakes))
    return Transcript().add(*(entry for entry in entries if entry))


class _Reading:
    """One file on its way to a transcript: the mistakes so far, and the time of the line before."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.mistakes: list[str] = []
        self.beginning: datetime | None = None
        self.last = _BEGINNING

    def wrong(self, number: int, what: str) -> None:
        self.mistakes.append(f"{self.name}:{number}: {what}")

    def entry(self, number: int, line: str) -> Turn | Action | None:
        if not line.strip():
            self.wrong(number, "the line is empty; take it out: entries are numbered by their lines")
            return None
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            where = f" (column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
            self.wrong(number, f"not JSON{where}: each line is one object such as "
                               '{"speaker": "candidate", "text": "…"}')
            return None
        if not isinstance(row, dict):
            self.wrong(number, 'expected one object such as {"speaker": "candidate", "text": "…"}')
            return None
        self._check_keys(number, row)
        self.last = self._time(number, row.get("at"))
        return self._action(number, row) if "action" in row else self._turn(number, row)

    def _check_keys(self, number: int, row: dict[str, Any]) -> None:
        """Other keys are left alone, unless they look like one of ours mistyped."""
        for key in row:
            close = difflib.get_close_matches(key, [each for each in _KEYS if each not in row], 1, cutoff=0.75)
            if key not in _KEYS and close:
                self.wrong(number, f"unknown key '{key}' (did you mean '{close[0]}'?)")

    # -- entries -----------------------------------------------------------------------------------------------------

    def _turn(self, number: int, row: dict[str, Any]) -> Turn | None:
        speaker, text = row.get("speaker"), row.get("text")
        known = _SPEAKER_OF.get(speaker.strip().casefold()) if isinstance(speaker, str) else None
        if known is None:
            close = difflib.get_close_matches(str(speaker), list(Speaker), 1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            self.wrong(number, f"'speaker' is {speaker!r}; say candidate, patient or station{hint}" if "speaker" in row
                       else "'speaker' is missing: say candidate, patient or station")
        if not isinstance(text, str):
            self.wrong(number, "'text' is missing" if text is None else "'text' must be text")
        if known is None or not isinstance(text, str):
            return None
        return Turn(number=number, at=self.last, speaker=known, words=_clean(text))

    def _action(self, number: int, row: dict[str, Any]) -> Action | None:
        action = _ACTIONS.get(str(row["action"]))
        if action is None:
            close = difflib.get_close_matches(str(row["action"]), list(_ACTIONS), 1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            self.wrong(number, f"'action' is {row['action']!r}; say {', '.join(_ACTIONS)}{hint}")
            return None
        if action in _PREFIX:
            return self._deed(number, row, action)
        fields = row.get("fields", {})
        if not isinstance(fields, dict) or not all(isinstance(each, str) for each in fields.values()):
            self.wrong(number, "'fields' must hold texts, such as {\"diagnosis\": \"…\"}")
            return None
        return Action(number=number, at=self.last, action=action, fields={k: _clean(v) for k, v in fields.items()})

    def _deed(self, number: int, row: dict[str, Any], action: ActionKind) -> Action | None:
        target, words = row.get("target"), row.get("words")
        if not isinstance(target, str) or not _IDENTIFIER.match(target):
            self.wrong(number, f"'target' must be an id such as '{_PREFIX[action]}…'")
            return None
        if words is not None and not isinstance(words, str):
            self.wrong(number, "'words' must be text")
            return None
        short = target.removeprefix(_PREFIX[action])
        return Action(number=number, at=self.last, action=action, target=_PREFIX[action] + short,
                      words=_clean(words or "") or short.replace("_", " "))

    # -- times -------------------------------------------------------------------------------------------------------

    def _time(self, number: int, at: object) -> datetime:
        """An instant: given, or counted from the start, or that of the line before."""
        if at is None or at == "":
            return self.last
        seconds = _seconds(at)
        try:
            if seconds is not None:
                return (self.beginning or _BEGINNING) + timedelta(seconds=seconds)
            if isinstance(at, str):
                instant = datetime.fromisoformat(at)
                instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
                self.beginning = self.beginning or instant
                return instant
        except (ValueError, OverflowError):
            pass
        self.wrong(number, f"'at' is {at!r}; give an ISO time, or seconds or 'mm:ss' from the start")
        return self.last


def _seconds(at: object) -> float | None:
    if isinstance(at, int | float) and not isinstance(at, bool):
        return float(at)
    if not isinstance(at, str):
        return None
    if re.fullmatch(r"\d+(?:[.,]\d+)?", at.strip()):
        return float(at.strip().replace(",", "."))
    clock = _CLOCK.match(at.strip())
    if clock is None:
        return None
    hours, minutes, seconds = clock.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))


def _clean(text: str) -> str:
    """Without lone surrogates, which no archive can keep."""
    return text.encode("utf-8", "ignore").decode("utf-8")
