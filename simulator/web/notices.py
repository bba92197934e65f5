"""Pages rendered on the server: login, the closing form, and short notices; and when a notice is due in a talk."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from simulator.exam.base import Language
from simulator.exam.errors import Trouble
from simulator.exam.transcript import Transcript, Turn
from simulator.web.language import words_in

_FOLDER = Path(__file__).parent / "templates"


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)


def rendered(template: str, language: Language, status: int = 200, /, **values: object) -> HTMLResponse:
    """One of the templates as an answer; it gets the words of the language as `say`."""
    page = _templates().get_template(template)
    return HTMLResponse(page.render(say=words_in(language), language=language.value, **values), status)


def notice(language: Language, status: int, key: str | None = None) -> HTMLResponse:
    """A short page that says kindly what is the matter and leads home."""
    return rendered("notice.html", language, status, key=key or f"notice.{status}")


def understudy_notice(transcript: Transcript, turn: Turn) -> str | None:
    """The key of what is said where the scripted patient steps in for a language model: once, however long it stays."""
    if turn.delivery is None or turn.delivery.trouble is None:
        return None
    before = [each.delivery for each in transcript.turns if each.number < turn.number and each.delivery]
    if before and before[-1].trouble is not None:
        return None
    return "interview.spent" if turn.delivery.trouble is Trouble.SPENT else "interview.understudy"
