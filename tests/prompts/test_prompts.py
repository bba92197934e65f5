"""Prompts are files with a version, in both languages, and are filled completely or not at all."""

import hashlib
from pathlib import Path

import pytest

from simulator import prompts
from simulator.exam.base import Language
from simulator.exam.errors import InvalidFile
from simulator.prompts import Prompt, prompt


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    return tmp_path


def written(folder: Path, content: str, name: str = "trial.en.md") -> None:
    (folder / name).write_text(content, encoding="utf-8")


def test_a_prompt_is_its_body_and_carries_version_and_fingerprint(folder: Path) -> None:
    written(folder, "---\nversion: 3\n---\n\nYou are {name}.\n")
    found = prompt("trial", Language.ENGLISH)
    assert (found.text, found.version) == ("You are {name}.", 3)
    assert found.fingerprint == hashlib.sha256((folder / "trial.en.md").read_bytes()).hexdigest()
    assert "trial.en-3" in found.label
    assert found.fingerprint[:12] in found.label


def test_a_changed_word_is_another_fingerprint(folder: Path) -> None:
    written(folder, "---\nversion: 1\n---\nOne.", "one.en.md")
    written(folder, "---\nversion: 1\n---\nTwo.", "two.en.md")
    assert prompt("one", Language.ENGLISH).fingerprint != prompt("two", Language.ENGLISH).fingerprint


def a_prompt(text: str) -> Prompt:
    return Prompt(name="trial", language=Language.ENGLISH, version=1, text=text, fingerprint="0" * 64)


def test_every_place_is_filled() -> None:
    assert a_prompt("{who} says {what}, {who}").filled(who="Ann", what="hello") == "Ann says hello, Ann"


@pytest.mark.parametrize("values", [{}, {"who": "Ann"}, {"who": "Ann", "what": "hello", "why": "because"}])
def test_an_open_place_or_a_value_without_one_is_loud(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="trial"):
        a_prompt("{who} says {what}").filled(**values)


def test_braces_in_a_value_and_json_in_a_prompt_stay_as_they_are() -> None:
    filled = a_prompt('{heard} → {"id": "x"}').filled(heard="{secret} {0}")
    assert filled == '{secret} {0} → {"id": "x"}'


def test_a_prompt_without_a_version_is_refused(folder: Path) -> None:
    written(folder, "You are a patient.")
    with pytest.raises(InvalidFile, match="version"):
        prompt("trial", Language.ENGLISH)


def test_a_prompt_that_is_not_there_is_named_with_those_that_are(folder: Path) -> None:
    written(folder, "---\nversion: 1\n---\nText", "other.fr.md")
    with pytest.raises(InvalidFile, match=r"trial\.en\.md.*other\.fr\.md"):
        prompt("trial", Language.ENGLISH)


def test_each_shipped_prompt_is_in_both_languages_with_the_same_version_and_places() -> None:
    names = {path.name.split(".")[0] for path in prompts.FOLDER.glob("*.md")}
    assert names
    for name in names:
        french, english = prompt(name, Language.FRENCH), prompt(name, Language.ENGLISH)
        assert (french.version, french.places) == (english.version, english.places), name
