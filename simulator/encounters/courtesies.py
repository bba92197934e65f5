"""What any patient and any station say when no authored fact is concerned."""

from functools import cache
from pathlib import Path

import yaml

from simulator.exam.base import Language


@cache
def _lines() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).with_name("courtesies.yaml")
    lines: dict[str, dict[str, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return lines


def courtesy(occasion: str, language: Language, turn: int = 0, **parts: str) -> str:
    """The words for an occasion; each turn gets the next variant, so that no line is heard twice in a row."""
    variants = _lines()[language].get(occasion) or _lines()[language]["states"]
    return variants[turn % len(variants)].format(**parts)


def has_courtesy(occasion: str, language: Language) -> bool:
    """Whether there are words for this occasion."""
    return occasion in _lines()[language]
