"""The project's papers as tests look at them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_NOT_OURS = {"var", "build", "dist", "node_modules"}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
_ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def papers() -> list[Path]:
    """Every Markdown file that belongs to the project."""
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*.md")]
    return sorted(path for path in found if not any(part.startswith(".") or part in _NOT_OURS for part in path.parts))


def text_of(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return [body for language, body in _FENCE.findall(text) if language == kind]


def links(text: str) -> list[str]:
    """Where the links and pictures outside code lead."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """What `#…` may name: the headings as hosts spell them."""
    return {re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in
            _HEADING.findall(_FENCE.sub("", text))}


def keys_under(text: str, heading: str) -> list[str]:
    """The first column, in code, of the table under a heading."""
    section = text.split(f"# {heading}\n", 1)[1]
    return _ROW.findall(re.split(r"^#", section, maxsplit=1, flags=re.MULTILINE)[0])


def code(text: str) -> Iterator[str]:
    """Every line of code: those of fenced blocks, and each stretch of inline code."""
    for _, body in _FENCE.findall(text):
        yield from body.splitlines()
    for each in re.findall(r"`([^`]+)`", _FENCE.sub("", text)):
        yield " ".join(each.split())
