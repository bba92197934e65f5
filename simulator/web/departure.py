"""Closes the open windows of a person who has signed out: a websocket outlives the cookie it came with."""

from chainlit.server import sio
from chainlit.session import WebsocketSession, ws_sessions_id

from simulator.web.passes import token_in


async def close_windows_of(account_id: str, token: str | None = None) -> None:
    """Disconnects the interview windows of an account, or those opened with one token only."""
    for session in list(ws_sessions_id.values()):
        if session.user and session.user.identifier == account_id and token in (None, _token(session)):
            await sio.disconnect(session.socket_id)


def _token(session: WebsocketSession) -> str | None:
    """The token that the window's present connection came with."""
    return token_in(session.environ.get("HTTP_COOKIE", ""))
