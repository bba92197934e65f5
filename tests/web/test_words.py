"""The words of the pages: both languages say the same things, and nothing is said that nobody wrote."""

import re
from pathlib import Path

import yaml

import simulator.web
from simulator.exam.base import Language
from simulator.exam.encounter import Mode
from simulator.exam.errors import Trouble
from simulator.exam.grade import Outcome
from simulator.exam.people import Role
from simulator.exam.scenario import Domain
from simulator.exam.transcript import Objection, Phase, Speaker
from simulator.web.language import words_in
from simulator.web.standing import Standing

WEB = Path(simulator.web.__file__).parent
FRENCH, ENGLISH = words_in(Language.FRENCH), words_in(Language.ENGLISH)


def test_both_languages_have_the_same_words() -> None:
    assert set(FRENCH.starting("")) == set(ENGLISH.starting(""))


def test_the_words_of_both_languages_take_the_same_values() -> None:
    for key, words in ENGLISH.starting("").items():
        assert sorted(re.findall(r"\{\w*\}", words)) == sorted(re.findall(r"\{\w*\}", FRENCH(key))), key


def test_every_word_that_a_page_says_is_written() -> None:
    sources = [*WEB.glob("*.py"), *WEB.glob("templates/*.html")]
    said = {key for path in sources for key in re.findall(r'(?:say|words)\(f?"([a-z_.]+)"', path.read_text("utf-8"))}
    assert len(said) > 80
    assert not [key for key in sorted(said) if not key.endswith(".") and not ENGLISH.known(key)]


def test_every_word_that_the_scripts_say_is_written() -> None:
    script = (WEB / "static" / "interview.js").read_text("utf-8")
    said = {f"dock.{key}" for key in re.findall(r'\b(?:say|w)\("(\w+)"', script)}
    said |= {f"dock.phase_{phase}" for phase in Phase}
    said |= {f"closing.{key}" for key in ("saved", "not_saved", "said_minute", "said_end")}
    assert not [key for key in sorted(said) if not ENGLISH.known(key)]


def test_every_choice_has_its_words() -> None:
    choices = {"role": Role, "mode": Mode, "outcome": Outcome, "domain": Domain, "speaker": Speaker,
               "standing": Standing, "language": Language, "objection": Objection, "trouble": Trouble}
    for prefix, choice in choices.items():
        for each in choice:
            assert ENGLISH.known(f"{prefix}.{each.value}"), each


def test_our_words_over_chainlits_are_the_same_in_both_languages() -> None:
    def keys(content: dict[str, object], prefix: str = "") -> set[str]:
        return {inner for key, value in content.items() for inner in
                (keys(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}"})}

    french, english = (yaml.safe_load((WEB / "words" / f"chainlit.{each}.yaml").read_text("utf-8"))
                       for each in ("fr", "en"))
    assert keys(french) == keys(english)
