"""One's own account: the password, every login, and one's data."""

from fastapi import Request
from nicegui import ui

from simulator.web.frame import Visit, box, form, link, page, submit, text
from simulator.web.login import SHORTEST_PASSWORD

_TOLD = ("short", "differ", "wrong", "paused", "changed")


def install() -> None:
    """Registers the page."""
    ui.page("/account")(_account)


def _account(request: Request, told: str = "") -> None:
    visit = Visit(request)
    say = visit.say
    with page(visit, say("account.title")):
        text("p", say("account.who", name=visit.account.name, role=say(f"role.{visit.account.role}")))
        if told in _TOLD:
            text("p", say(f"account.{told}", least=SHORTEST_PASSWORD), "note" if told == "changed" else "note warning",
                 role="status" if told == "changed" else "alert")
        with box("section", aria_labelledby="password"):
            text("h2", say("account.password"), id="password")
            _password(visit)
        with box("section", aria_labelledby="everywhere"):
            text("h2", say("account.everywhere"), id="everywhere")
            text("p", say("account.everywhere_means"))
            with form("/account/sign-out-everywhere"):
                submit(say("account.everywhere_do"), "button second")
        with box("section", aria_labelledby="own"):
            text("h2", say("account.data"), id="own")
            text("p", say("account.data_means"))
            link(say("account.export"), "/account/export", "button second", download="")


def _password(visit: Visit) -> None:
    fields = (("old", "current-password"), ("new", "new-password"), ("again", "new-password"))
    with form("/account/password", "fields"):
        for name, kind in fields:
            text("label", visit.say(f"account.{name}", least=SHORTEST_PASSWORD), for_=f"password-{name}")
            box("input", id=f"password-{name}", name=name, type="password", autocomplete=kind, required="required")
        submit(visit.say("account.change"))
