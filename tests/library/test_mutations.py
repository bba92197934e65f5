"""However a file is spoilt, it is a valid station or a list of located mistakes: never another exception."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.exam.errors import InvalidFile
from simulator.exam.scenario import Scenario
from simulator.library.files import FileLibrary
from simulator.vocabulary import Vocabulary

from .shelf import ROOT

FILES = sorted([*(ROOT / "scenarios").glob("*.??.yaml"), *(ROOT / "rubrics").glob("*.??.yaml")])
MUTATIONS_PER_FILE = 20  # over sixteen files: 320
LOCATED = re.compile(r"^[^:]+\.(?:fr|en)\.yaml:([1-9]\d*): \S")
ODD = ["\x00", "\x07", "\t", "\u202e", "\ufeff", "é", "😀", "'", '"', ":", "- ", "{", "]", "#", "&a ", "*a", "!!int ", "|", ">", "%", "@",
       "`", "\\", "\r", "\u2028", "? ", "---\n", "null", "~", "1e999", ".nan", "0x1F", "\u0301", "\udc80"]
VALUES = ["null", "[]", "{}", "12", "-3.5", ".inf", "true", '""', "[a, [b]]", "{a: {b: c}}", '"\\0"', '"\\ud800"', "9" * 400, "2024-01-01"]


def without_a_line(chance: random.Random, lines: list[str]) -> list[str]:
    del lines[chance.randrange(len(lines))]
    return lines


def indented_otherwise(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.randrange(len(lines))
    lines[at] = " " * chance.randrange(9) + lines[at].lstrip(" ")
    return lines


def with_two_lines_swapped(chance: random.Random, lines: list[str]) -> list[str]:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def with_a_key_changed(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.choice([index for index, line in enumerate(lines) if re.search(r"\w+:", line)])
    keys = [found for line in lines for found in re.findall(r"(\w+):", line)]
    lines[at] = re.sub(r"\w+:", f"{chance.choice(keys)}:", lines[at], count=1)
    return lines


def with_another_value(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.choice([index for index, line in enumerate(lines) if ": " in line])
    lines[at] = lines[at].split(": ", 1)[0] + ": " + chance.choice(VALUES)
    return lines


def cut_off(chance: random.Random, lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    return text[:chance.randrange(len(text))].split("\n")


def with_a_block_twice(chance: random.Random, lines: list[str]) -> list[str]:
    first = chance.randrange(len(lines))
    block = lines[first:first + chance.randrange(1, 12)]
    at = chance.randrange(len(lines))
    return lines[:at] + block + lines[at:]


def with_odd_characters(chance: random.Random, lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(ODD) + text[at:]
    return text.split("\n")


def with_a_line_said_of_something_else(chance: random.Random, lines: list[str]) -> list[str]:
    at = chance.choice([index for index, line in enumerate(lines) if re.search(r"\w", line)])
    lines[at] = re.sub(r"[a-z]+(?=[_.])", lambda found: found.group()[::-1], lines[at])
    return lines


MUTATIONS: list[Callable[[random.Random, list[str]], list[str]]] = [
    without_a_line, indented_otherwise, with_two_lines_swapped, with_a_key_changed, with_another_value, cut_off,
    with_a_block_twice, with_odd_characters, with_a_line_said_of_something_else,
]


def mistakes_in(path: Path, library: FileLibrary, scenario: Scenario | None) -> tuple[str, ...]:
    """What is wrong with a rubric of this scenario, or with a scenario; any exception but InvalidFile fails the test."""
    try:
        if scenario:
            library.rubric_from(path, scenario)
        else:
            library.scenario_from(path)
    except InvalidFile as error:
        return error.mistakes or ("InvalidFile without a mistake",)
    return ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_spoilt_file_is_valid_or_told_where_it_is_wrong(path: Path, tmp_path: Path, vocabulary: Vocabulary) -> None:
    library = FileLibrary(ROOT / "scenarios", ROOT / "rubrics", vocabulary)
    scenario = library.scenario_from(ROOT / "scenarios" / path.name)
    (tmp_path / "media").symlink_to(ROOT / "scenarios" / "media")
    chance = random.Random(path.name + path.parent.name)
    wrong = 0
    for number in range(MUTATIONS_PER_FILE):
        mutation = MUTATIONS[number % len(MUTATIONS)]
        text = "\n".join(mutation(chance, path.read_text(encoding="utf-8").split("\n")))
        spoilt = tmp_path / path.name
        spoilt.write_bytes(text.encode("utf-8", "surrogateescape"))
        mistakes = mistakes_in(spoilt, library, scenario if path.parent.name == "rubrics" else None)
        wrong += bool(mistakes)
        for mistake in mistakes:
            located = LOCATED.match(mistake)
            assert located, (mutation.__name__, mistake)
            assert int(located[1]) <= len(text.splitlines()) + 1, (mutation.__name__, mistake)
            mistake.encode()  # can be shown
    assert wrong >= MUTATIONS_PER_FILE / 4  # the mutations do spoil
