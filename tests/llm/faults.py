"""A model's server on this machine that fails in every way there is, and keeps each byte it received.

The first part of the path names the way: `server.url("drip")` is an address whose every answer drips.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

import pytest_asyncio

MODEL = "small"
FLOOD = 50_000  # tokens


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class FaultyServer:
    """Serves /<fault>/v1/… on a free port of 127.0.0.1."""

    def __init__(self) -> None:
        self.received = b""
        self.asked: list[Asked] = []
        self.hung_up = asyncio.Event()  # a client closed its connection before the answer's end
        self.was_asked = asyncio.Event()
        self.answers: list[str] = []  # what `good` says next
        self.says: Callable[[dict[str, Any]], str] = lambda _: "Fine, thank you."  # and after that
        self._server: asyncio.Server | None = None

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, fault: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{fault}/v1"

    @property
    def calls(self) -> list[Asked]:
        """The requests for an answer."""
        return [each for each in self.asked if each.method == "POST"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await self._read(reader)) is not None:
                self.asked.append(asked)
                self.was_asked.set()
                await self._answer(asked, reader, writer)
                if asked.headers.get("connection") == "close":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> Asked | None:
        first = await reader.read(1)
        if first in (b"", b"\x16"):  # the end, or a client that begins TLS
            return None
        head = first + await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.received += head + body
        return Asked(method, path, headers, json.loads(body) if body else {})

    async def _answer(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = asked.path.split("/")[1]
        is_list = asked.path.split("?")[0].endswith("/models")
        if is_list and fault not in STATUSES:
            await send(writer, 200, json.dumps({"object": "list", "data": [{"id": MODEL}, {"id": "other"}]}))
            return
        await _FAULTS.get(fault, _good)(Exchange(self, asked, reader, writer))

    async def wait_for_hang_up(self, reader: asyncio.StreamReader) -> None:
        """Says nothing more; returns when the client has gone."""
        while await reader.read(1000):
            pass
        self.hung_up.set()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FaultyServer]:
    """A fault-injecting server on a free port."""
    faulty = FaultyServer()
    await faulty.start()
    yield faulty
    await faulty.stop()


class Exchange(NamedTuple):
    """A request that waits for its answer."""

    server: FaultyServer
    asked: Asked
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


async def send(writer: asyncio.StreamWriter, status: int, body: str, headers: str = "",
               kind: str = "application/json") -> None:
    content = body.encode()
    writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
                 .encode() + content)
    await writer.drain()


def completion(words: str | None, finish: str = "stop", **more: Any) -> str:
    """A whole answer as servers give it."""
    message = {"role": "assistant", "content": words, **more}
    return json.dumps({
        "id": "x", "object": "chat.completion", "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 60}}})


def chunk(words: str, finish: str | None = None) -> str:
    """A part of a streamed answer."""
    return "data: " + json.dumps({"object": "chat.completion.chunk", "model": MODEL, "choices": [
        {"index": 0, "delta": {"content": words}, "finish_reason": finish}]}) + "\n\n"


USAGE_CHUNK = "data: " + json.dumps({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 10}}) + "\n\n"


async def begin_stream(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    await writer.drain()


async def write(writer: asyncio.StreamWriter, text: str) -> None:
    writer.write(text.encode())
    await writer.drain()


async def say(call: Exchange, words: str, finish: str = "stop") -> None:
    """An answer, streamed when that was asked for."""
    if not call.asked.body.get("stream"):
        await send(call.writer, 200, completion(words, finish))
        return
    await begin_stream(call.writer)
    for word in words.split(" "):
        await write(call.writer, chunk(word + " "))
    await write(call.writer, chunk("", finish) + USAGE_CHUNK + "data: [DONE]\n\n")
    call.writer.close()


async def _good(call: Exchange) -> None:
    await say(call, call.server.answers.pop(0) if call.server.answers else call.server.says(call.asked.body))


# -- statuses ----------------------------------------------------------------------------------------------------------

STATUSES: dict[str, tuple[int, str, str]] = {
    "unauthorized": (401, "Incorrect API key provided: {key}. Authorization: Bearer {key}", ""),
    "forbidden": (403, "no access", ""),
    "no_model": (404, "The model 'small' does not exist", ""),
    "busy": (429, "Rate limit reached", ""),
    "busy_soon": (429, "Rate limit reached", "Retry-After: 0.01\r\n"),
    "busy_long": (429, "Rate limit reached", "Retry-After: 3600\r\n"),
    "broken": (500, "internal error for {key}", ""),
    "away": (503, "overloaded", ""),
    "moved": (307, "", "Location: http://127.0.0.1:1/elsewhere\r\n"),
    "filtered": (400, "The response was filtered: content_filter", ""),
    "too_large": (400, "maximum context length exceeded", ""),
}


def _status(name: str) -> "Fault":
    async def answer(call: Exchange) -> None:
        status, words, headers = STATUSES[name]
        key = call.asked.headers.get("authorization", call.asked.headers.get("api-key", "")).removeprefix("Bearer ")
        await send(call.writer, status, json.dumps({"error": {"message": words.replace("{key}", key)}}), headers)
    return answer


async def _once(call: Exchange, fault: str) -> None:
    """The fault at the first call, a good answer after it."""
    await (_FAULTS[fault] if len(call.server.calls) == 1 else _good)(call)


def _first(fault: str) -> "Fault":
    return lambda call: _once(call, fault)


# -- bodies and streams ------------------------------------------------------------------------------------------------


async def _silent(call: Exchange) -> None:
    await call.server.wait_for_hang_up(call.reader)


async def _drip(call: Exchange) -> None:
    """A letter now and then, without end."""
    if call.asked.body.get("stream"):
        await begin_stream(call.writer)
    else:
        await write(call.writer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n")
    waiting = asyncio.create_task(call.server.wait_for_hang_up(call.reader))
    for number in range(1000):
        if waiting.done():
            break
        await write(call.writer, chunk(f"w{number} ") if call.asked.body.get("stream") else " ")
        await asyncio.sleep(0.01)
    waiting.cancel()


async def _cut(call: Exchange) -> None:
    """Half an answer, then the connection breaks."""
    if call.asked.body.get("stream"):
        await begin_stream(call.writer)
        await write(call.writer, chunk("Half an ") + chunk("answer"))
    else:
        await write(call.writer, "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + completion("Half")[:20])
    call.writer.close()


async def _hang_up(call: Exchange) -> None:
    call.writer.close()


async def _flood(call: Exchange) -> None:
    """Fifty thousand different words, whatever was asked for."""
    await say(call, " ".join(f"word{number}" for number in range(FLOOD)))


async def _loop(call: Exchange) -> None:
    await say(call, "It hurts here. " * 60)


async def _not_json(call: Exchange) -> None:
    await send(call.writer, 200, "<html>Welcome</html>", kind="text/html")


async def _other_shape(call: Exchange) -> None:
    await send(call.writer, 200, json.dumps({"answer": "Fine", "choices": [{"words": 3}]}))


async def _error_within(call: Exchange) -> None:
    """200, and the error in the stream."""
    error = json.dumps({"error": {"message": "out of memory"}})
    if not call.asked.body.get("stream"):
        await send(call.writer, 200, error)
        return
    await begin_stream(call.writer)
    await write(call.writer, chunk("Half ") + f"data: {error}\n\n")
    call.writer.close()


async def _whole_only(call: Exchange) -> None:
    """A server that does not know how to stream."""
    await send(call.writer, 200, completion("Fine, thank you."))


async def _refusal(call: Exchange) -> None:
    await send(call.writer, 200, completion(None, refusal="I won't."))


async def _echo(call: Exchange) -> None:
    """Says the key it was given."""
    await say(call, "My key is " + call.asked.headers["authorization"].removeprefix("Bearer "))


def _says(words: str, finish: str = "stop") -> "Fault":
    async def answer(call: Exchange) -> None:
        await say(call, words, finish)
    return answer


def _knows_not(*parameters: str, then: str = '{"mood": "fine"}') -> "Fault":
    """A server that refuses requests with one of these parameters or forms, by name."""
    async def answer(call: Exchange) -> None:
        form = call.asked.body.get("response_format", {}).get("type")
        wrong = next((each for each in parameters if each in call.asked.body or each == form), None)
        if wrong is None:
            await say(call, then)
            return
        name = "response_format" if wrong == form else wrong
        hint = ": use 'max_completion_tokens' instead" if wrong == "max_tokens" else ""
        await send(call.writer, 400, json.dumps({"error": {"message": f"Unsupported parameter '{name}'{hint}"}}))
    return answer


Fault = Callable[[Exchange], Awaitable[None]]
_FAULTS: dict[str, Fault] = {
    **{name: _status(name) for name in STATUSES},
    "busy_once": _first("busy_soon"), "broken_once": _first("broken"), "hang_up_once": _first("hang_up"),
    "silent": _silent, "drip": _drip, "cut": _cut, "hang_up": _hang_up, "flood": _flood, "loop": _loop,
    "not_json": _not_json, "other_shape": _other_shape, "error_within": _error_within, "whole_only": _whole_only,
    "refusal": _refusal, "echo": _echo, "empty": _says(""), "blank": _says("  \n "),
    "sorry": _says("I'm sorry, but I can't assist with that request."),
    "german": _says("Ich habe keine Schmerzen, danke der Nachfrage."),
    "prose": _says("Of course! The mood is fine."), "cut_json": _says('{"mood": "fi', "length"),
    "fenced": _says('Here it is:\n```json\n{"mood": "fine"}\n```\nAnything else?'),
    "thinks": _says('<think>He asks {"mood": "bad"} of me.</think> {"mood": "fine"}'),
    "only_thinks": _says("<think>Let me see, what could", "length"),
    "no_schema": _knows_not("json_schema"), "no_format": _knows_not("json_schema", "json_object"),
    "reasoning": _knows_not("max_tokens", "temperature", then="Fine, thank you."),
    "no_seed": _knows_not("seed", "stream_options", then="Fine, thank you."),
}
