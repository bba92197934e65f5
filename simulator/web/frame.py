"""What every NiceGUI page has around it: the head, the navigation, the language, and a few plain elements."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from simulator.exam.base import Language
from simulator.exam.people import Account, Deed, may
from simulator.web.house import here
from simulator.web.language import Words, language_of, words_in

_NAMES = {Language.FRENCH: "Français", Language.ENGLISH: "English"}


def text(tag: str, words: str, classes: str = "", **attributes: str) -> Element:
    """One HTML element with plain words in it."""
    made = ui.html(escape(words), sanitize=False, tag=tag)
    return _dressed(made, classes, attributes)


def box(tag: str, classes: str = "", **attributes: str) -> Element:
    """One HTML element that others go into."""
    return _dressed(ui.element(tag), classes, attributes)


def link(words: str, to: str, classes: str = "", **attributes: str) -> Element:
    """A link of ours."""
    return text("a", words, classes, href=to, **attributes)


def _dressed(made: Element, classes: str, attributes: dict[str, str]) -> Element:
    if classes:
        made.classes(classes)
    for name, value in attributes.items():
        made.props[name.rstrip("_").replace("_", "-")] = value
    return made


@contextmanager
def form(action: str, classes: str = "") -> Iterator[None]:
    """A plain form: it works as long as the page is there, even when its websocket is not."""
    with box("form", classes, method="post", action=action):
        yield


def hidden(name: str, value: str) -> None:
    """A hidden field of a form."""
    box("input", type="hidden", name=name, value=value)


def submit(words: str, classes: str = "button", **attributes: str) -> Element:
    """The button of a form."""
    return text("button", words, classes, type="submit", **attributes)


class Visit:
    """Who looks at a page, and in which language."""

    def __init__(self, request: Request) -> None:
        account = request.state.account
        assert isinstance(account, Account)
        self.account = account
        self.language = language_of(request, account, here().house.settings.default_language)
        self.say: Words = words_in(self.language)
        self.path = request.url.path

    def may(self, deed: Deed) -> bool:
        return may(self.account.role, deed)


@contextmanager
def page(visit: Visit, title: str) -> Iterator[None]:
    """The frame of a page: a link past the navigation, the navigation, and one main part under its title."""
    ui.page_title(f"{title} – {visit.say('site.name')}")
    ui.add_head_html(f'<script>document.documentElement.lang="{visit.language}"</script>'
                     '<link rel="stylesheet" href="/static/site.css">')
    ui.query(".nicegui-content").classes("site")
    link(visit.say("nav.skip"), "#main", "skip")
    _header(visit)
    with box("main", "main", id="main", tabindex="-1"):
        text("h1", title)
        yield


def _header(visit: Visit) -> None:
    say = visit.say
    places = [("/", "nav.home", True), ("/stations", "nav.stations", True),
              ("/encounters", "nav.encounters", visit.may(Deed.READ_ANY)),
              ("/troubles", "nav.troubles", visit.may(Deed.AUTHOR)), ("/account", "nav.account", True)]
    with box("header", "head"):
        link(say("site.name"), "/", "brand")
        with box("nav", "nav", aria_label=say("nav.label")):
            for path, key, is_offered in places:
                if is_offered:
                    link(say(key), path, "here" if path == visit.path else "",
                         **({"aria_current": "page"} if path == visit.path else {}))
        with box("div", "head-end"):
            _languages(visit)
            with form("/logout"):
                submit(say("nav.sign_out"), "quiet")


def _languages(visit: Visit) -> None:
    with form("/language", "languages"):
        for language in Language:
            is_chosen = language is visit.language
            submit(_NAMES[language], "quiet chosen" if is_chosen else "quiet", name="language", value=language.value,
                   lang=language.value, aria_pressed="true" if is_chosen else "false")
