"""Checks an endpoint step by step, and says of each failure what to mend; no step shows the key."""

import asyncio
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

from simulator.exam.checks import Check, State
from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Message
from simulator.llm.answers import estimated
from simulator.llm.client import ChatClient
from simulator.llm.endpoint import Endpoint, Kind, Structured
from simulator.llm.troubles import trouble_of, without_secrets

_CONNECT_SECONDS = 5.0
_LISTED = 8  # models named in a message
_TOKENS = 60  # of each trial answer
_SLOWEST = 8.0  # tokens a second below which a patient keeps one waiting
_SCHEMA = {"type": "object", "additionalProperties": False, "required": ["language", "number"],
           "properties": {"language": {"type": "string", "enum": ["fr", "en"]},
                          "number": {"type": "integer", "minimum": 1, "maximum": 9}}}
_JSON = (Message(role="user", content="Give a language, fr or en, and a number from 1 to 9, as JSON."),)
_HELLO = (Message(role="user", content="Say in one short sentence how you are today."),)
_FRENCH = (Message(role="system", content="Vous êtes un patient. Vous répondez en français, en une phrase."),
           Message(role="user", content="Bonjour, qu'est-ce qui vous amène aujourd'hui ?"))
_FRENCH_WORDS = frozenset("je j ai mal la le les de des du un une est et à au depuis ne pas vous c bonjour suis que "
                          "me m dans pour avec".split())
_ENGLISH_WORDS = frozenset("i the and to of is it my have a in for you am that with pain since not hello".split())

Step = Callable[["Checkup"], Awaitable[Check]]


class Checkup(NamedTuple):
    """An endpoint, a client of it, and how long an answer may take."""

    endpoint: Endpoint
    client: ChatClient
    seconds: float


async def checkup(endpoint: Endpoint, seconds: float, client: ChatClient | None = None) -> tuple[Check, ...]:
    """Every check of one endpoint, in order; after a failure of the way to it, the rest is not tried."""
    examined = Checkup(endpoint, client or ChatClient(endpoint), seconds)
    checks: list[Check] = []
    try:
        for name, step in _WAY:
            checks.append(await _tried(name, step, examined))
            if checks[-1].state is State.FAILED:
                return (*checks, *_not_tried(len(checks)))
        return (*checks, *[await _tried(name, step, examined) for name, step in _WORK])
    finally:
        if client is None:
            await examined.client.close()


async def _tried(name: str, step: Step, checkup: Checkup) -> Check:
    try:
        check = await step(checkup)
    except ModelUnavailable as trouble:
        check = Check(state=State.FAILED, found=trouble.trouble.value.replace("_", " "), fix=str(trouble))
    return check.model_copy(update={"name": name})


def _not_tried(done: int) -> list[Check]:
    names = [name for name, _ in (*_WAY, *_WORK)]
    return [Check(name=name, state=State.SKIPPED, found="not tried after this failure") for name in names[done:]]


# -- the way there -----------------------------------------------------------------------------------------------------


def _place(endpoint: Endpoint) -> tuple[str, int, bool]:
    parts = urlsplit(endpoint.url)
    is_https = parts.scheme == "https"
    return parts.hostname or "", parts.port or (443 if is_https else 80), is_https


def _goes_through_a_proxy(endpoint: Endpoint) -> bool:
    names = ("https_proxy", "all_proxy") if endpoint.url.startswith("https") else ("http_proxy", "all_proxy")
    return not endpoint.is_here and any(os.environ.get(name) or os.environ.get(name.upper()) for name in names)


async def _address(checkup: Checkup) -> Check:
    host, port, _ = _place(checkup.endpoint)
    if _goes_through_a_proxy(checkup.endpoint):
        return Check(state=State.SKIPPED, found=f"{host} is reached through the proxy of the environment")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise trouble_of(socket.gaierror(), checkup.endpoint) from None
    return Check(found=f"the name is known: {found[0][4][0]}")


async def _reachable(checkup: Checkup) -> Check:
    host, port, _ = _place(checkup.endpoint)
    if _goes_through_a_proxy(checkup.endpoint):
        return Check(state=State.SKIPPED, found="through the proxy")
    if not await _opens(host, port, None):
        return Check(state=State.FAILED, found=f"nothing answers at {host}:{port}",
                     fix="start the model's server, or correct the port; look for a firewall between")
    return Check(found=f"{host}:{port} answers")


async def _secure(checkup: Checkup) -> Check:
    host, port, is_https = _place(checkup.endpoint)
    if not is_https:
        is_open = not checkup.endpoint.is_here
        return Check(state=State.WARNING if is_open else State.OK,
                     found="without TLS" + ("" if is_open else ", on this machine"),
                     fix="use https://, or a network that only these machines share: the key and the candidate's "
                         "words can be read on the way" if is_open else "")
    if _goes_through_a_proxy(checkup.endpoint):
        return Check(state=State.SKIPPED, found="through the proxy")
    try:
        is_secure = await _opens(host, port, ssl.create_default_context())
    except ssl.SSLError:
        is_secure = False
    if not is_secure:
        raise trouble_of(ssl.SSLError(), checkup.endpoint)
    return Check(found="TLS with a certificate that is trusted")


async def _opens(host: str, port: int, tls: ssl.SSLContext | None) -> bool:
    """Whether a connection opens; ssl.SSLError when only its security fails."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=tls)
    except ssl.SSLError:
        raise
    except OSError:
        return False
    writer.close()
    return True


async def _model(checkup: Checkup) -> Check:
    """Whether the key is accepted and the model is among those that the server lists."""
    endpoint = checkup.endpoint
    if endpoint.kind is Kind.AZURE:
        return Check(state=State.SKIPPED, found="Azure lists no deployments to a key; the answer will tell")
    try:
        names = await checkup.client.until(_in(checkup.seconds), _listed(checkup.client))
    except ModelUnavailable as trouble:
        if trouble.trouble in (Trouble.KEY_REFUSED, Trouble.TOO_SLOW, Trouble.UNREACHABLE, Trouble.INSECURE):
            raise
        return Check(state=State.SKIPPED, found="the server does not list its models; the answer will tell")
    if endpoint.model in names or f"{endpoint.model}:latest" in names:
        return Check(found=f"'{endpoint.model}' is there, the key is accepted")
    near = get_close_matches(endpoint.model, names, 3, 0.4) or sorted(names)[:_LISTED]
    shown = without_secrets(", ".join(f"'{each}'" for each in near), endpoint)
    return Check(state=State.FAILED, found=f"no model '{endpoint.model}' among {len(names)}",
                 fix=f"set MODEL to one that is there: {shown}" if names else "load a model into the server")


async def _listed(client: ChatClient) -> list[str]:
    page = await client.connection.models.list()
    return [str(each.id) for each in page.data or ()]


def _in(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


_WAY: tuple[tuple[str, Step], ...] = (
    ("address", _address), ("reachable", _reachable), ("TLS", _secure), ("key and model", _model))


# -- what it can do ----------------------------------------------------------------------------------------------------


async def _answers(checkup: Checkup) -> Check:
    began = perf_counter()
    answer = await checkup.client.complete(_HELLO, most_tokens=_TOKENS, seconds=checkup.seconds)
    cost = "" if answer.usage.cost is None else f", cost {answer.usage.cost:.6f}"
    return Check(found=f"in {perf_counter() - began:.1f} s; {answer.usage.prompt_tokens} tokens asked, "
                       f"{answer.usage.completion_tokens} answered{cost}")


async def _streams(checkup: Checkup) -> Check:
    """Streaming and speed: the first words, and how many tokens come a second."""
    began, first, words, pieces = perf_counter(), 0.0, "", 0
    async for piece in checkup.client.stream(_FRENCH, most_tokens=_TOKENS, seconds=checkup.seconds):
        if piece.words:
            first = first or perf_counter() - began
            words, pieces = words + piece.words, pieces + 1
        tokens = piece.usage.completion_tokens if piece.usage else estimated((), words).completion_tokens
    rate = tokens / max(perf_counter() - began, 0.001)
    found = f"first words after {first:.2f} s, {rate:.0f} tokens a second"
    if pieces < 2:
        return Check(state=State.WARNING, found=f"{found}, but all in one piece",
                     fix="the patient works, but is heard only when the whole answer is there: let the server stream")
    if rate < _SLOWEST or first > checkup.seconds / 2:
        return Check(state=State.WARNING, found=found, fix="too slow for a conversation: choose a smaller model, or "
                                                           "give its server more to run on")
    return Check(found=found)


async def _structured(checkup: Checkup) -> Check:
    """How JSON can be asked for, found out as a grader would."""
    tries = 2 * len(Structured)  # two unreadable answers at each level lead to the next one
    trouble: ModelUnavailable | None = None
    for _ in range(tries if checkup.endpoint.structured is Structured.AUTO else 1):
        try:
            await checkup.client.complete(_JSON, most_tokens=_TOKENS * 2, seconds=checkup.seconds, schema=_SCHEMA)
        except ModelUnavailable as error:
            trouble = error
            if error.trouble is not Trouble.MALFORMED:
                raise
        else:
            return _how(checkup.client.manners.structured)
    return Check(state=State.FAILED, found="no JSON in any way", fix=f"unfit for the grader: {trouble}")


def _how(structured: Structured) -> Check:
    if structured is Structured.SCHEMA:
        return Check(found="JSON Schema, by the server itself")
    found = "JSON mode" if structured is Structured.JSON else "none: the prompt alone asks for JSON"
    return Check(state=State.WARNING, found=found, fix="it works; a server with JSON Schema makes a grader's answers "
                                                       "surer")


async def _french(checkup: Checkup) -> Check:
    answer = await checkup.client.complete(_FRENCH, most_tokens=_TOKENS, seconds=checkup.seconds)
    if is_french(answer.words):
        return Check(found="answers in French when asked in French")
    return Check(state=State.WARNING, found="does not answer in French",
                 fix="French stations will mostly be played by the scripted patient: choose a model that speaks it")


def is_french(words: str) -> bool:
    """Whether more of the common words are French than English."""
    tokens = "".join(each if each.isalpha() else " " for each in words.lower()).split()
    french = sum(each in _FRENCH_WORDS for each in tokens)
    return french > sum(each in _ENGLISH_WORDS for each in tokens)


_WORK: tuple[tuple[str, Step], ...] = (
    ("answers", _answers), ("streaming and speed", _streams), ("structured output", _structured), ("French", _french))
