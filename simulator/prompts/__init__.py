"""Prompts: Markdown files beside this module, `<name>.<language>.md`, each with its version in the front matter."""

import hashlib
import re
from functools import cache
from pathlib import Path

from simulator.exam.base import Language, Value
from simulator.exam.errors import InvalidFile

FOLDER = Path(__file__).parent
_FRONT = re.compile(r"\A---\nversion: *(\d+)\n---\n(.*)\Z", re.DOTALL)
_PLACE = re.compile(r"\{([a-z_]+)\}")


class Prompt(Value):
    """A text for a language model, with `{places}` to fill; `fingerprint` is the SHA-256 of its file."""

    name: str
    language: Language
    version: int
    text: str
    fingerprint: str

    @property
    def places(self) -> frozenset[str]:
        """The names that `filled` takes."""
        return frozenset(_PLACE.findall(self.text))

    @property
    def label(self) -> str:
        """How a record names it: name, language, version and the first signs of its fingerprint."""
        return f"{self.name}.{self.language}-{self.version} {self.fingerprint[:12]}"

    def filled(self, **values: str) -> str:
        """The text with every place filled, in one pass: braces in a value stay as they are.

        ValueError when a place is left open or a value has no place.
        """
        open_places, strange = sorted(self.places - values.keys()), sorted(values.keys() - self.places)
        if open_places or strange:
            raise ValueError(f"prompt '{self.name}.{self.language}': nothing given for {open_places}, "
                             f"no place for {strange}")
        return _PLACE.sub(lambda place: values[place[1]], self.text)


def prompt(name: str, language: Language) -> Prompt:
    """The prompt of this name in this language; InvalidFile when there is none, or no version in it."""
    return _read(FOLDER / f"{name}.{language}.md", name, language)


@cache
def _read(path: Path, name: str, language: Language) -> Prompt:
    if not path.is_file():
        known = ", ".join(sorted(each.name for each in path.parent.glob("*.md"))) or "none"
        raise InvalidFile((f"{path.name}: no such prompt (there are: {known})",))
    content = path.read_bytes()
    found = _FRONT.match(content.decode("utf-8").replace("\r\n", "\n"))
    if found is None:
        raise InvalidFile((f"{path.name}:1: begin with the lines '---', 'version: 1', '---'",))
    return Prompt(name=name, language=language, version=int(found[1]), text=found[2].strip(),
                  fingerprint=hashlib.sha256(content).hexdigest())
