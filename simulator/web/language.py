"""Which language a page speaks, and its words."""

from functools import cache
from pathlib import Path

import yaml
from starlette.requests import HTTPConnection

from simulator.exam.base import Language
from simulator.exam.people import Account

COOKIE = "language"
_FOLDER = Path(__file__).parent / "words"


def language_of(connection: HTTPConnection, account: Account | None, default: Language = Language.ENGLISH) -> Language:
    """The account's choice, or the browser's remembered one, or the first of ours that the browser asks for."""
    if account and account.language:
        return account.language
    chosen = connection.cookies.get(COOKIE, "")
    if chosen in set(Language):
        return Language(chosen)
    asked = connection.headers.get("accept-language", "")
    tags = [part.split(";")[0].strip()[:2].lower() for part in asked.split(",")]
    return next((Language(tag) for tag in tags if tag in set(Language)), default)


class Words:
    """The words of the pages in one language; KeyError for a key that nobody wrote."""

    def __init__(self, language: Language, words: dict[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, key: str, **values: object) -> str:
        words = self._words[key]
        return words.format(**values) if values else words

    def known(self, key: str) -> bool:
        """Whether these words exist: for keys made of an id."""
        return key in self._words

    def starting(self, prefix: str) -> dict[str, str]:
        """All words under a prefix, without it: for a script in the page."""
        return {key.removeprefix(prefix): text for key, text in self._words.items() if key.startswith(prefix)}

    def number(self, value: float, digits: int = 2) -> str:
        """A number as the language writes it, without trailing zeros."""
        text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
        return text.replace(".", ",") if self.language is Language.FRENCH else text


@cache
def words_in(language: Language) -> Words:
    """The words of the pages in this language."""
    content = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return Words(language, dict(_flat(content)))


def _flat(content: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
