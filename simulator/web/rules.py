"""Every route and who may use it, on one screen. What is not listed does not exist, whatever a framework offers."""

import re
from typing import NamedTuple

from simulator.exam.people import Account, Deed, may

_ID = r"[0-9a-fA-F-]{32,36}"


class Rule(NamedTuple):
    """Who may use a route: anyone, anyone signed in (`deed` is None), or those who may do the deed."""

    methods: str
    path: str
    deed: Deed | None = None
    is_public: bool = False

    def matches(self, method: str, path: str) -> bool:
        return method in self.methods.split() and re.fullmatch(self.path, path) is not None

    def allows(self, account: Account | None) -> bool:
        """Whether this person, or nobody, may pass."""
        if self.is_public:
            return True
        return account is not None and (self.deed is None or may(account.role, self.deed))


RULES: tuple[Rule, ...] = (
    # signing in and out, and what the login page needs
    Rule("GET HEAD POST", "/login", is_public=True),
    Rule("POST", "/logout", is_public=True),
    Rule("POST", "/language", is_public=True),
    Rule("GET HEAD", r"/static/[a-z_]+\.(css|js|svg)", is_public=True),
    Rule("GET HEAD", "/favicon.ico", is_public=True),
    Rule("GET HEAD", "/health", is_public=True),
    # one's own account
    Rule("GET", "/account"),
    Rule("POST", "/account/(password|sign-out-everywhere)"),
    Rule("GET", "/account/export"),
    # stations and encounters; that an encounter is one's own is checked where it is read
    Rule("GET", "/", Deed.SIT),
    Rule("GET", "/stations", Deed.SIT),
    Rule("POST", "/stations/start", Deed.SIT),
    Rule("GET", f"/encounter/{_ID}", Deed.SIT),
    Rule("GET POST", f"/encounter/{_ID}/closing", Deed.SIT),
    Rule("GET", rf"/encounter/{_ID}/shown/[a-z0-9_.]+", Deed.SIT),
    Rule("GET", f"/encounter/{_ID}/export", Deed.SIT),
    Rule("GET", f"/api/encounter/{_ID}", Deed.SIT),
    Rule("POST", f"/api/encounter/{_ID}/(enter|examine|help|finish|draft)", Deed.SIT),
    Rule("GET", "/api/terms", Deed.SIT),
    # staff
    Rule("GET", "/encounters", Deed.READ_ANY),
    Rule("GET", "/troubles", Deed.AUTHOR),
    # the interview: the few routes of Chainlit that it needs
    Rule("GET", "/interview/?", Deed.SIT),
    Rule("GET", f"/interview/thread/{_ID}", Deed.SIT),
    Rule("GET", r"/interview/assets/[\w.-]+", Deed.SIT),
    Rule("GET", r"/interview/public/[\w./-]+", Deed.SIT),
    Rule("GET", r"/interview/avatars/[\w -]+", Deed.SIT),
    Rule("GET", "/interview/(favicon|logo|user|auth/config)", Deed.SIT),
    Rule("GET", "/interview/project/(translations|settings)", Deed.SIT),
    Rule("GET", f"/interview/project/thread/{_ID}", Deed.SIT),
    Rule("POST", "/interview/set-session-cookie", Deed.SIT),
    Rule("GET POST WEBSOCKET", "/interview/ws/socket.io/?", Deed.SIT),
    # what NiceGUI's pages load
    Rule("GET", "/_nicegui/.+"),
    Rule("GET POST WEBSOCKET", "/_nicegui_ws/.*"),
)


def rule_for(method: str, path: str) -> Rule | None:
    """The first rule that speaks of this route; nothing when it is closed."""
    return next((rule for rule in RULES if rule.matches(method, path)), None)
