from datetime import timedelta
from pathlib import Path

import pytest

from simulator.exam.errors import InvalidFile
from simulator.exam.transcript import ActionKind, Speaker
from simulator.graders.files import read_transcript, transcript_of


def test_each_line_is_one_turn_numbered_like_the_line() -> None:
    transcript = transcript_of('{"speaker": "doctor", "text": "Hello."}\n{"speaker": "Patient", "text": "Hi."}\n')
    assert [(turn.number, turn.speaker, turn.words) for turn in transcript.turns] == [
        (1, Speaker.CANDIDATE, "Hello."), (2, Speaker.PATIENT, "Hi.")]


def test_times_are_iso_seconds_or_minutes_from_the_start() -> None:
    rows = "\n".join(f'{{"speaker": "candidate", "text": "x", "at": {at}}}' for at in
                     ('"2026-03-02T09:30:00Z"', "12.5", '"01:30"', '"1:00:00"', "null"))
    moments = [turn.at for turn in transcript_of(rows).turns]
    assert [moment - moments[0] for moment in moments] == [
        timedelta(seconds=seconds) for seconds in (0, 12.5, 90, 3600, 3600)]
    assert all(moment.tzinfo for moment in moments)


def test_actions_may_stand_between_the_turns() -> None:
    transcript = transcript_of(
        '{"speaker": "student", "text": "Hello."}\n{"action": "ordered", "target": "ecg"}\n'
        '{"action": "examined", "target": "examine.throat", "words": "the throat"}\n'
        '{"action": "submitted", "fields": {"diagnosis": "flu"}}')
    assert [(each.action, each.target, each.words) for each in transcript.actions[:2]] == [
        (ActionKind.ORDERED, "order.ecg", "ecg"), (ActionKind.EXAMINED, "examine.throat", "the throat")]
    assert transcript.submitted == {"diagnosis": "flu"}


def test_every_mistake_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    path.write_text('{"speaker": "pateint", "text": "x"}\n\nnot json\n[1]\n{"speaker": "patient"}\n'
                    '{"speaker": "patient", "text": "x", "at": "soon"}\n{"action": "orderd", "target": "ecg"}\n'
                    '{"action": "ordered"}\n{"speaker": "patient", "txt": "x"}\n', encoding="utf-8")
    with pytest.raises(InvalidFile) as caught:
        read_transcript(path)
    lines = [mistake.removeprefix(f"{path}:").split(":", 1) for mistake in caught.value.mistakes]
    assert [int(number) for number, _ in lines] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert "did you mean 'patient'?" in lines[0][1]
    assert "did you mean 'text'?" in lines[8][1]


def test_a_missing_file_and_one_that_is_not_text_say_so(tmp_path: Path) -> None:
    binary = tmp_path / "talk.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (binary, tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(InvalidFile, match=f"^{path}:1: "):
            read_transcript(path)


def test_an_empty_file_is_an_empty_transcript() -> None:
    assert len(transcript_of("\n")) == 0
