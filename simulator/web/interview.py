"""The Chainlit target: what happens when a candidate opens a window on an encounter, and says something."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import chainlit as cl
from chainlit.data.base import BaseDataLayer
from chainlit.session import WebsocketSession
from chainlit.types import ThreadDict

from simulator.encounters.runner import Live, check_owner
from simulator.exam.errors import Conflict, EncounterNotFound, NothingSaid, NotNow, SimulatorError, TooLong
from simulator.web.conversation import encounter_id, steps_of
from simulator.web.house import here
from simulator.web.language import Words, words_in
from simulator.web.passes import token_in
from simulator.web.threads import EncounterThreads

_KEYS: dict[type[SimulatorError], str] = {
    NothingSaid: "fault.nothing_said", TooLong: "fault.too_long", NotNow: "fault.not_now",
    EncounterNotFound: "fault.not_found", Conflict: "fault.conflict",
}


@cl.data_layer
def _threads() -> BaseDataLayer:
    return EncounterThreads()


@cl.on_chat_resume
async def on_chat_resume(thread: ThreadDict) -> None:
    """A window opens, comes back after a break of the network, or finds a server that was started anew."""
    session = _session()
    live = await _own(session)
    thread["steps"] = steps_of(live)  # type: ignore[typeddict-item]  # plain dicts
    here().wall.has_seen(session, live)
    here().clock.follow(live)


@cl.on_chat_start
async def on_chat_start() -> None:
    """A window without an encounter: it cannot be opened from our pages; the script in the page leads away."""


@cl.on_message
async def on_message(message: cl.Message) -> None:
    """The candidate says something."""
    session = _session()
    try:
        await asyncio.shield(_hear(session, message.content, message.id))
    except SimulatorError as error:
        await _say_kindly(session, error)


async def _hear(session: WebsocketSession, words: str, message_id: str) -> None:
    premises = here()
    live = await _own(session)
    live = await premises.house.runner.hear(live.encounter.id, words, datetime.now(UTC), message_id=message_id,
                                             on_sentence=premises.wall.show_growing)
    premises.clock.follow(live)
    await premises.wall.show(live)


async def _own(session: WebsocketSession) -> Live:
    """The window's encounter; EncounterNotFound when it is not this person's, or the pass has ended meanwhile."""
    account = await here().passes.account(token_in(session.environ.get("HTTP_COOKIE", "")))
    found = encounter_id(session.thread_id)
    if account is None or found is None:
        raise EncounterNotFound("sign in again")
    return await check_owner(here().house.runner, found, account.id)


async def _say_kindly(session: WebsocketSession, error: SimulatorError) -> None:
    """A fault as a message of the station, in this window only; it is no part of the record."""
    say = await _words(session)
    key = next((key for kind, key in _KEYS.items() if isinstance(error, kind)), "fault.other")
    now = datetime.now(UTC).isoformat()
    await session.emit("new_message", {  # type: ignore[misc]  # typed as None, awaitable
        "id": str(uuid4()), "threadId": session.thread_id, "parentId": None, "type": "assistant_message",
        "name": "Station", "input": "", "output": say(key), "createdAt": now, "start": now, "end": now,
        "streaming": False, "isError": True, "metadata": {}})


async def _words(session: WebsocketSession) -> Words:
    try:
        return words_in((await _own(session)).encounter.language)
    except SimulatorError:
        return words_in(here().house.settings.default_language)


def _session() -> WebsocketSession:
    session = cl.context.session
    assert isinstance(session, WebsocketSession)
    return session


__all__ = ["on_chat_resume", "on_chat_start", "on_message"]
