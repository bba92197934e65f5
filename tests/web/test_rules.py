"""Every route × every role; and what is in no rule does not exist."""

import re
from collections.abc import Sequence

import pytest
from starlette.routing import Route

from simulator.exam.people import Role
from simulator.web.rules import RULES, Rule, rule_for
from tests.web.conftest import Site

NOBODY = "0" * 32
EXAMPLES = {
    "/login": ["/login"], "/logout": ["/logout"], "/language": ["/language"],
    r"/static/[a-z_]+\.(css|js|svg)": ["/static/site.css", "/static/interview.js"],
    "/account/(password|sign-out-everywhere)": ["/account/password"],
    "/interview/(favicon|logo|user|auth/config)": ["/interview/user", "/interview/auth/config"],
    "/interview/project/(translations|settings)": ["/interview/project/settings"],
    "/_nicegui/.+": ["/_nicegui/nothing"], "/_nicegui_ws/.*": ["/_nicegui_ws/socket.io/"],
    r"/interview/assets/[\w.-]+": ["/interview/assets/nothing.js"],
    r"/interview/public/[\w./-]+": ["/interview/public/theme.json"],
    r"/interview/avatars/[\w -]+": ["/interview/avatars/patient"],
}
VISITORS = (None, *Role)


def examples(rule: Rule) -> list[str]:
    """Addresses that the rule speaks of."""
    if rule.path in EXAMPLES:
        return EXAMPLES[rule.path]
    path = rule.path.replace(r"[0-9a-fA-F-]{32,36}", NOBODY).replace(r"[a-z0-9_.]+", "order.ecg")
    path = path.replace("(enter|examine|help|finish|draft)", "enter").replace("/?", "/")
    assert re.fullmatch(rule.path, path), path
    return [path]


def routes_of(routes: Sequence[object]) -> list[tuple[str, str]]:
    """The paths and methods among some routes, those of included routers too."""
    found = [(each.path, method) for each in routes if isinstance(each, Route) for method in each.methods or ()]
    included = [router for each in routes if (router := getattr(each, "original_router", None))]
    return found + [pair for router in included for pair in routes_of(router.routes)]


@pytest.mark.parametrize("visitor", VISITORS)
async def test_each_route_lets_in_exactly_those_whom_its_rule_allows(site: Site, visitor: Role | None) -> None:
    for rule in RULES:
        for method in set(rule.methods.split()) - {"WEBSOCKET"}:
            for path in examples(rule):
                async with site.visitor(visitor) as browser:
                    account = await site.house.accounts.named(visitor) if visitor else None
                    answer = await browser.request(method, path)
                    if (method, path) == ("POST", "/login"):
                        assert "do not go together" in answer.text  # an empty form is let in, and signs nobody in
                        continue
                    assert (answer.status_code not in (401, 403)) == rule.allows(account), (method, path, visitor)
                    assert answer.status_code != 500, (method, path)


async def test_the_table_says_who_may_do_what(site: Site) -> None:
    students_may_not = ["/encounters", "/troubles"]
    async with site.visitor("student") as browser:
        assert [(await browser.get(each)).status_code for each in students_may_not] == [403, 403]
    async with site.visitor("teacher") as browser:
        assert [(await browser.get(each)).status_code for each in students_may_not] == [403, 200]
    async with site.visitor("faculty") as browser:
        assert [(await browser.get(each)).status_code for each in students_may_not] == [200, 200]


async def test_what_the_frameworks_offer_beside_the_table_is_closed(site: Site) -> None:
    from chainlit.server import app as chainlit_app
    from nicegui import core

    offered = [(f"/interview{path}", method) for path, method in routes_of(chainlit_app.routes)]
    offered += routes_of(core.app.routes)
    closed = [(path, method) for path, method in offered if rule_for(method, re.sub(r"\{.*?\}", NOBODY, path)) is None]
    assert len(closed) > 20
    async with site.visitor("admin") as browser:
        for path, method in closed:
            answer = await browser.request(method, re.sub(r"\{.*?\}", NOBODY, path))
            assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize(("method", "path"), [
    ("PUT", "/interview/feedback"), ("DELETE", "/interview/feedback"), ("DELETE", "/interview/project/thread"),
    ("PUT", "/interview/project/thread"), ("PUT", "/interview/project/thread/share"),
    ("GET", f"/interview/project/share/{NOBODY}"), ("POST", "/interview/project/file"),
    ("PUT", "/interview/project/element"), ("POST", "/interview/project/action"), ("POST", "/interview/mcp"),
    ("POST", "/interview/login"), ("POST", "/interview/logout"), ("POST", "/interview/auth/jwt"),
    ("POST", "/interview/project/threads"), ("GET", "/openapi.json"), ("GET", "/docs"),
])
async def test_the_routes_that_could_change_or_leak_a_record_are_closed(site: Site, method: str, path: str) -> None:
    async with site.visitor("student") as browser:
        assert (await browser.request(method, path, json={})).status_code in (303, 404)
        assert rule_for(method, path) is None


async def test_every_page_of_ours_has_a_rule(site: Site) -> None:
    ours = routes_of(site.app.routes)
    assert len(ours) > 20
    for path, method in ours:
        assert rule_for(method, re.sub(r"\{.*?\}", NOBODY, path.replace("{target}", "order.ecg"))), (path, method)


@pytest.mark.usefixtures("site")
async def test_chainlit_hears_only_the_events_that_an_interview_needs() -> None:
    from chainlit.server import sio

    assert set(sio.handlers["/"]) == {
        "connect", "disconnect", "connection_successful", "clear_session", "client_message"}
