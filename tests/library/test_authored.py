"""Every mistake in an authored file is told with its file, its line, its place, and the nearest right word."""

import re
from pathlib import Path

import pytest

from simulator.exam.errors import InvalidFile
from simulator.exam.scenario import Scenario
from simulator.library.authored import AuthoredFile, written

from .shelf import Shelf, line_of

LOCATED = re.compile(r"^[^:\n]+:[1-9]\d*: \S.*", re.DOTALL)

# (what stands in the file, what is put in its place, words in the changed text that mark the mistake's line, the message)
SCHEMA = [
    ("title: ", "titel: ", "titel: ", "unknown key 'titel' (did you mean 'title'?)"),
    ("title: ", "titel: ", "id: chest_pain", "'title' is missing"),
    ("    occupation: ", "    ocupation: ", "ocupation", "patient.persona: unknown key 'ocupation' (did you mean 'occupation'?)"),
    ("  - topic: complaint.onset\n", "  - topic: complaint.onset\n    anser: x\n", "anser",
     "facts[2]: unknown key 'anser' (did you mean 'answer'?)"),
    ("reveal: volunteered", "reveal: voluntered", "voluntered",
     "facts[1].reveal: 'voluntered' is not one of 'opening', 'volunteered', 'when_asked' or 'on_direct_question' "
     "(did you mean 'volunteered'?)"),
    ("reveal: volunteered", "reveal: {afterr: act.empathises}", "afterr",
     "facts[1].reveal: unknown key 'afterr' (did you mean 'after'?)"),
    ("reveal: volunteered", "reveal: {afterr: act.empathises}", "afterr", "facts[1].reveal: 'after' is missing"),
    ("reveal: volunteered", "reveal: [volunteered]", "[volunteered]",
     "facts[1].reveal: ['volunteered'] is not one of 'opening', 'volunteered', 'when_asked' or 'on_direct_question'"),
    ("status: reviewed", "status: reviewd", "reviewd", "status: 'reviewd' is not one of 'draft', 'reviewed', 'piloted', 'live' "
     "or 'retired' (did you mean 'reviewed'?)"),
    ("language: en", "language: eng", "language: eng", "language: 'eng' is not one of 'fr' or 'en' (did you mean 'en'?)"),
    ("age: 58", "age: 580", "age: 580", "patient.persona.age: Input should be less than or equal to 120"),
    ("age: 58", "age: fifty-eight", "age: fifty", "patient.persona.age: Input should be a valid integer, "
     "unable to parse string as an integer"),
    ("age: 58", "age: [58]", "age: [58]", "patient.persona.age: Input should be a valid integer"),
    ("complaint: symptom.chest_pain", "complaint: 12", "complaint: 12", "complaint: expected text (a number needs quotes)"),
    ('authors: ["OSCE simulator authors"]', "authors: 3", "authors: 3", "authors: expected a list"),
    ("minutes: {reading: 1", "minutes: {reading: .nan", "minutes:", "minutes.reading: Input should be a finite number"),
    ("  - topic: complaint.onset\n", "  - 12\n  - topic: complaint.onset\n", "- 12", "facts[2]: expected keys and values"),
    ("language: en", "language: en\n7: x", "7: x", "7: a key must be text: put it in quotes"),
]

YAML = [
    ("age: 58", "age: 58: 59", "58: 59", "YAML: mapping values are not allowed here"),
    ("    age: 58", "\tage: 58", "\tage", "YAML: found character '\\t' that cannot start any token"),
    ("age: 58", "age: &a 58\n    sax: *a", "sax", "YAML: aliases (*name) are not allowed here"),
    ("age: 58", "age: !!int 58", "!!int", "YAML: tags (!name) are not allowed here"),
    ("age: 58", "age: !!python/object/apply:os.getpid []", "!!python", "YAML: tags (!name) are not allowed here"),
    ("age: 58", "age: " + "9" * 5000, "9999999", "YAML: Exceeds the limit (4300 digits)"),
    ("age: 58", "age: 58\n    age: 59", "age: 59", "patient.persona.age: the key stands twice"),
    ("age: 58", "age: 58\n    <<: {sex: female}", "<<", "patient.persona: unknown key '<<'"),
    ("title: ", "--- \ntitle: ", "--- ", "YAML: but found another document"),
    ('title: "Chest', 'title: "\x07Chest', "\x07", "YAML: the character U+0007 is not allowed"),
]


@pytest.mark.parametrize(("old", "new", "marker", "message"), SCHEMA + YAML)
def test_a_mistake_is_told_with_its_line_and_its_place(shelf: Shelf, old: str, new: str, marker: str, message: str) -> None:
    text = shelf.scenario_text.replace(old, new, 1)
    told = shelf.scenario_mistakes(text)
    assert any(each.startswith(f"chest_pain.en.yaml:{line_of(text, marker)}: {message}") for each in told), told


def test_all_mistakes_are_told_at_once(shelf: Shelf) -> None:
    text = shelf.scenario_text.replace("title: ", "titel: ", 1).replace("age: 58", "age: old", 1)
    text = text.replace("    occupation: ", "    ocupation: ", 1).replace("reveal: volunteered", "reveal: often", 1)
    text = text.replace("    sex: male", "    sex: male\n    sex: female", 1)
    told = "\n".join(shelf.scenario_mistakes(text))
    for what in ("unknown key 'titel'", "'title' is missing", "age: Input", "'ocupation'", "'often' is not one of", "stands twice"):
        assert what in told
    assert len(told.splitlines()) == 6


def test_one_mistake_gives_one_message(shelf: Shelf) -> None:
    for old, new in (("reveal: volunteered", "reveal: often"), ("age: 58", "age: old"), ("status: reviewed", "status: 3")):
        told = shelf.scenario_mistakes(shelf.scenario_text.replace(old, new, 1))
        assert len(told) == 1, told


def test_a_list_whose_only_entry_is_wrong_is_not_also_called_empty(shelf: Shelf) -> None:
    start = shelf.scenario_text.index("closing:\n")
    end = shelf.scenario_text.index("debrief:\n")
    text = shelf.scenario_text[:start] + "closing:\n  - {id: diagnosis, ask: x}\n" + shelf.scenario_text[end:]
    assert shelf.scenario_mistakes(text) == [
        f"chest_pain.en.yaml:{line_of(text, '- {id: diagnosis, ask')}: closing[0]: 'asks' is missing",
        f"chest_pain.en.yaml:{line_of(text, '- {id: diagnosis, ask')}: closing[0]: unknown key 'ask' (did you mean 'asks'?)"]


@pytest.mark.parametrize(("content", "message"), [
    ("", "1: the file is empty"),
    ("# only a comment\n", "1: the file is empty"),
    ("---\n", "2: expected keys and values"),
    ("- a\n- b\n", "1: expected keys and values"),
    ("Hello", "1: expected keys and values"),
    ("title: Ché".encode("latin-1"), "1: is not UTF-8 text (byte 9)"),
    ("title: x".encode("utf-16"), "1: is not UTF-8 text"),
    (b"#" * 2_000_001, "1: the file is larger than 2 MB"),
    ("a: " + "[" * 3000 + "]" * 3000, "1: YAML: nested too deeply"),
    ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "2: YAML: aliases (*name) are not allowed here"),
    ("? [a, b]\n: c\n", "1: YAML: found unhashable key"),
    ("a: b\n  c: [d\n", "2: YAML:"),
])
def test_a_file_that_is_no_scenario_at_all_says_why(shelf: Shelf, content: str | bytes, message: str) -> None:
    told = shelf.scenario_mistakes(content)
    assert len(told) == 1
    assert told[0].startswith(f"chest_pain.en.yaml:{message}")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="cannot be read: No such file"):
        AuthoredFile(tmp_path / "nowhere.yaml")
    with pytest.raises(InvalidFile, match="cannot be read: Is a directory"):
        AuthoredFile(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(shelf: Shelf) -> None:
    assert shelf.scenario_mistakes("\ufeff" + shelf.scenario_text) == []
    assert shelf.scenario_mistakes(shelf.scenario_text.replace("\n", "\r\n")) == []


def test_yes_no_and_dates_are_text(tmp_path: Path) -> None:
    file = AuthoredFile(tmp_path / "x.yaml", "a: yes\nb: no\nc: 2024-01-02\nd: true\ne: on\nf: =\n")
    assert file.content == {"a": "yes", "b": "no", "c": "2024-01-02", "d": True, "e": "on", "f": "="}


def test_a_text_may_be_given_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"draft\.yaml:1: 'door' is missing"):
        AuthoredFile(tmp_path / "draft.yaml", "id: x\n").read_as(Scenario)


def test_a_place_is_written_as_an_author_reads_it() -> None:
    assert written(("facts", 2, "reveal", "after", 0)) == "facts[2].reveal.after[0]"
    assert written(()) == ""


def test_every_message_is_located(shelf: Shelf) -> None:
    for old, new, _, _ in SCHEMA + YAML:
        for each in shelf.scenario_mistakes(shelf.scenario_text.replace(old, new, 1)):
            assert LOCATED.match(each), each
