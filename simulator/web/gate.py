"""The gate before everything: body size, origin, the pass, the table of rules, headers. Pure ASGI."""

import re
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.exam.people import Account
from simulator.web.headers import added
from simulator.web.house import here
from simulator.web.language import language_of
from simulator.web.notices import notice
from simulator.web.passes import token_in
from simulator.web.rules import rule_for

LARGEST_BODY = 2_000_000  # bytes: a message of 100,000 characters fits, whatever its alphabet
_SAFE = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"[A-Za-z0-9.\-_\[\]:]{1,255}")


class Gate:
    """Lets a request through when the table of rules allows it; `scope['state']['account']` says who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        token = None if scope["path"].startswith("/static/") else token_in(connection.headers.get("cookie", ""))
        account = await here().passes.account(token)
        scope.setdefault("state", {})["account"] = account
        refusal = self._refusal(connection, account)
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send, refusal)
            return
        send = self._with_headers(connection, send)
        if refusal:
            await refusal(scope, receive, send)
        else:
            await self.app(scope, _bounded(receive), send)

    def _refusal(self, connection: HTTPConnection, account: Account | None) -> Response | None:
        """Why this may not pass; nothing when it may."""
        method = "WEBSOCKET" if connection.scope["type"] == "websocket" else str(connection.scope["method"])
        path = connection.scope["path"]
        if method not in _SAFE and not self._is_from_here(connection.headers):
            return JSONResponse({"detail": "cross-origin request refused"}, 403)
        if _declared_size(connection.headers) > LARGEST_BODY:
            return JSONResponse({"detail": "the request is too large"}, 413)
        if method == "GET" and re.fullmatch("/interview/login(/.*)?", path):
            return RedirectResponse("/login", 303)
        rule = rule_for(method, path)
        if rule is None:
            return self._told(connection, 404, account)
        if rule.allows(account):
            return None
        return self._told(connection, 403 if account else 401, account)

    def _told(self, connection: HTTPConnection, status: int, account: Account | None) -> Response:
        """The refusal as a person or a script can read it; a page that needs a login leads there and back."""
        wants_page = "text/html" in connection.headers.get("accept", "") and connection.scope.get("method") == "GET"
        if not wants_page:
            return JSONResponse({"detail": {401: "sign in first", 403: "not allowed"}.get(status, "not found")}, status)
        if status == 401:
            asked = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
            return RedirectResponse("/login" if asked == "/" else f"/login?next={quote(asked, safe='/')}", 303)
        return notice(language_of(connection, account, here().house.settings.default_language), status)

    def _is_from_here(self, headers: Headers) -> bool:
        """Whether the page that asks is ours. Browsers always name the origin of an unsafe request."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        return urlsplit(origin).netloc == headers.get("host") or origin == here().house.settings.origin

    async def _websocket(self, scope: Scope, receive: Receive, send: Send, refusal: Response | None) -> None:
        if refusal is None:
            await self.app(scope, receive, send)
            return
        await receive()  # the connect event must be read before it can be refused
        await send({"type": "websocket.close", "code": 1008})

    def _with_headers(self, connection: HTTPConnection, send: Send) -> Send:
        host = connection.headers.get("host", "localhost")
        host = host if _HOST.fullmatch(host) else "localhost"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                # engine.io writes header names with capitals, which ASGI forbids and Starlette does not find
                message["headers"] = [(name.lower(), value) for name, value in message.get("headers", [])]
                headers = MutableHeaders(scope=message)
                wanted = added(dict(headers), host, connection.scope["path"], here().house.settings.https_only)
                for name, value in wanted.items():
                    headers[name] = value
            await send(message)

        return sending


def _declared_size(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdigit() else LARGEST_BODY + 1


def _bounded(receive: Receive) -> Receive:
    """The body as it comes, cut off as a disconnect when it grows past the limit without having said so."""
    read = 0

    async def receiving() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return message if read <= LARGEST_BODY else {"type": "http.disconnect"}

    return receiving
