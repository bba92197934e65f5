"""Chainlit's websocket, narrowed to what an interview needs and bound to its encounter."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from chainlit.server import sio

Environ = dict[str, Any]  # the WSGI environment of the handshake
Auth = dict[str, Any]  # what Chainlit's page says of itself
Connect = Callable[[str, Environ, Auth], Awaitable[bool | None]]

_HEARD = {"connect", "disconnect", "connection_successful", "clear_session", "client_message"}
_PAGE = re.compile(r"/interview/thread/([0-9a-fA-F-]{32,36})(?:[?#]|$)")


def narrow() -> None:
    """Stops hearing the other events (edit, stop, settings, audio, favourites, window messages); binds windows."""
    handlers = sio.handlers["/"]
    for event in set(handlers) - _HEARD:
        del handlers[event]
    handlers["connect"] = bound(handlers["connect"])


def bound(connect: Connect) -> Connect:
    """Connects a window to the encounter of its page.

    On a busy machine Chainlit's page sometimes connects before it knows the thread of its own address, and would stay
    empty. The handshake names the page that it comes from; who may open the thread is checked as ever.
    """

    async def connected(sid: str, environ: Environ, auth: Auth) -> bool | None:
        thread = auth.get("threadId") or thread_in(environ.get("HTTP_REFERER", ""))
        return await connect(sid, environ, {**auth, "threadId": thread})

    return connected


def thread_in(address: str) -> str | None:
    """The thread that an address of the interview names."""
    found = _PAGE.search(address)
    return found[1] if found else None
