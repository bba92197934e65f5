"""The client of one endpoint: a chat model behind an OpenAI-compatible address, whole or streamed, within its time.

Every failure is a ModelUnavailable without a cause: the exceptions beneath it hold the request and its key.
"""

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any, NamedTuple, TypeVar

import httpx2
import openai

from simulator.exam.errors import Trouble
from simulator.exam.ports import Completion, Message, Piece, Usage
from simulator.llm.answers import Said, Spoken, check, estimated, longest_body, parts_of, said_in, without_thoughts
from simulator.llm.connection import connected
from simulator.llm.endpoint import Endpoint, Structured
from simulator.llm.manners import Manners
from simulator.llm.structured import asked_in_words, one_object, response_format
from simulator.llm.troubles import Unavailable, endless, key_hidden, said_by, trouble_of, without_secrets

T = TypeVar("T")
_STALL = 5.0  # seconds without a word, once the first has come, after which a stream counts as broken
_MOST_REQUESTS = 8  # of one call: new tries and other manners together
_MOST_RETRIES = 2
_PAUSE = 0.4  # seconds before the first new try, when the server names none; twice as long before the second
_LEAST_LEFT = 1.0  # seconds that must be left after a pause for a new try to make sense
_FAULTS = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError, ValueError,
           RuntimeError, Unavailable)  # TimeoutError is an OSError, UnicodeError (no such host name) a ValueError


class Ask(NamedTuple):
    """One call: what is asked, and its bounds."""

    messages: tuple[Message, ...]
    most_tokens: int
    deadline: float  # by the loop's clock
    temperature: float
    seed: int | None
    schema: dict[str, Any] | None = None
    is_streamed: bool = False

    def request(self, model: str, manners: Manners) -> dict[str, Any]:
        """The parameters, as this endpoint accepts them."""
        messages: Sequence[Message] = self.messages
        request: dict[str, Any] = {"model": model, manners.most_tokens_as: self.most_tokens}
        if self.schema is not None:
            messages = asked_in_words(messages, manners.structured, self.schema)
            form = response_format(manners.structured, self.schema)
            request |= {"response_format": form} if form else {}
        if manners.sends_temperature:
            request["temperature"] = self.temperature
        if manners.sends_seed and self.seed is not None:
            request["seed"] = self.seed
        if self.is_streamed:
            request["stream"] = True
            request |= {"stream_options": {"include_usage": True}} if manners.sends_stream_options else {}
        return request | {"messages": [{"role": each.role, "content": each.content} for each in messages]}


class ChatClient:
    """Implements LanguageModel. What the endpoint turns out not to accept is remembered and not tried again."""

    def __init__(self, endpoint: Endpoint, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.endpoint = endpoint
        is_found_out = endpoint.structured is Structured.AUTO
        self.manners = Manners(structured=Structured.SCHEMA if is_found_out else endpoint.structured,
                               steps_down=is_found_out)
        self._pause = pause
        self._unreadable = 0  # answers in a row that held no JSON
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = \
            weakref.WeakKeyDictionary()  # connections belong to the loop they were opened in

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def connection(self) -> openai.AsyncOpenAI:
        """The official client, one for each event loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = connected(self.endpoint)
        return self._clients[loop]

    async def close(self) -> None:
        """Closes the connections that are kept open."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()

    async def complete(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                       schema: dict[str, Any] | None = None, temperature: float = 0.0,
                       seed: int | None = None) -> Completion:
        """The answer, whole; everything, new tries too, takes no longer than `seconds`."""
        ask = self._ask(messages, most_tokens, seconds, temperature, seed)._replace(schema=schema)
        return await self.until(ask.deadline, self._completed(ask))

    def stream(self, messages: Sequence[Message], *, most_tokens: int, seconds: float, temperature: float = 0.0,
               seed: int | None = None) -> AsyncIterator[Piece]:
        """The answer as it comes; closing it closes the connection, so that the server can stop."""
        return self._streamed(self._ask(messages, most_tokens, seconds, temperature, seed)._replace(is_streamed=True))

    async def until(self, deadline: float, work: Awaitable[T]) -> T:
        """What is awaited; every failure as a ModelUnavailable that nothing is chained to."""
        try:
            async with asyncio.timeout_at(deadline):
                return await work
        except _FAULTS as error:
            trouble = trouble_of(error, self.endpoint)
        trouble.__cause__ = trouble.__context__ = None
        raise trouble.with_traceback(None)

    # -- how -----------------------------------------------------------------------------------------------------------

    def _ask(self, messages: Sequence[Message], most_tokens: int, seconds: float, temperature: float,
             seed: int | None) -> Ask:
        own = self.endpoint
        deadline = asyncio.get_running_loop().time() + min(seconds, own.seconds)
        return Ask(tuple(messages), min(most_tokens, own.most_tokens), deadline,
                   temperature if own.temperature is None else own.temperature, seed)

    async def _completed(self, ask: Ask) -> Completion:
        body = bytearray()
        async with AsyncExitStack() as stack:
            response = await self._opened(stack, ask)
            async for part in response.iter_bytes():
                body += part
                if len(body) > longest_body(ask.most_tokens):
                    raise endless(self.endpoint)
        said = said_in(bytes(body), self.endpoint)
        usage = self.endpoint.priced(said.usage or estimated(ask.messages, said.words))
        words = key_hidden(without_thoughts(said.words), self.endpoint)
        is_cut = said.finish == "length"
        try:
            check(words, said, self.endpoint, ask.most_tokens)
            words = self._object(words, ask.schema, is_cut) if ask.schema is not None else words
        except Unavailable as trouble:
            trouble.usage = usage
            raise
        return Completion(words=words, model=self._model(said), usage=usage, is_cut=is_cut)

    def _object(self, words: str, schema: dict[str, Any], is_cut: bool) -> str:
        """The JSON in the answer; after two answers without any, it is asked for in a simpler way."""
        found = one_object(words, schema)
        if found is not None:
            self._unreadable = 0
            return found
        if is_cut:
            raise Unavailable(Trouble.MALFORMED, f"{self.name} was cut off before its JSON ended: allow more tokens")
        self._unreadable += 1
        if self._unreadable >= 2 and (simpler := self.manners.simpler()):
            self.manners, self._unreadable = simpler, 0
        raise Unavailable(Trouble.MALFORMED, f"{self.name} gives no JSON: choose a model with structured output")

    def _model(self, said: Said) -> str:
        return without_secrets(said.model, self.endpoint)[:100] or self.endpoint.model

    async def _streamed(self, ask: Ask) -> AsyncIterator[Piece]:
        spoken = Spoken(self.endpoint, ask.most_tokens)
        stack = AsyncExitStack()
        try:
            response = await self.until(ask.deadline, self._opened(stack, ask))
            parts = parts_of(response.iter_lines(), self.endpoint)
            while (said := await self.until(self._next_by(ask, spoken), anext(parts, None))) is not None:
                if new := spoken.add(said):
                    yield Piece(new)
            if rest := spoken.rest():
                yield Piece(rest)
            yield Piece("", self._used(spoken, ask))
        except Unavailable as trouble:
            trouble.usage = trouble.usage or self._used(spoken, ask)
            raise
        finally:
            await stack.aclose()

    @staticmethod
    def _next_by(ask: Ask, spoken: Spoken) -> float:
        """Until when the next part may come: a stream that has begun and stalls is broken."""
        stall = asyncio.get_running_loop().time() + _STALL
        return min(ask.deadline, stall) if spoken.words else ask.deadline

    def _used(self, spoken: Spoken, ask: Ask) -> Usage:
        return self.endpoint.priced(spoken.usage or estimated(ask.messages, spoken.words))

    async def _opened(self, stack: AsyncExitStack, ask: Ask) -> openai.AsyncAPIResponse[Any]:
        """The answer's beginning, after as many tries as make sense in the time left."""
        manners, retries = self.manners, 0
        for _ in range(_MOST_REQUESTS):
            try:
                response = await self._sent(stack, ask, manners)
            except openai.APIError as error:
                refusal = error
            else:
                self.manners = manners
                return response
            other = self._other_manners(refusal, manners, ask)
            wait = 0.0 if other else self._pause_after(refusal, retries, ask.deadline)
            if wait is None:
                raise refusal
            manners, retries = other or manners, retries if other else retries + 1
            await self._pause(wait)
        raise Unavailable(Trouble.FAILED, f"{self.endpoint.host} refuses every form of request: see `simulator doctor`")

    async def _sent(self, stack: AsyncExitStack, ask: Ask, manners: Manners) -> openai.AsyncAPIResponse[Any]:
        request = ask.request(self.endpoint.model, manners)
        create = self.connection.chat.completions.with_streaming_response.create
        response: openai.AsyncAPIResponse[Any] = await stack.enter_async_context(create(**request))
        return response

    def _other_manners(self, error: openai.APIError, manners: Manners, ask: Ask) -> Manners | None:
        if not isinstance(error, openai.APIStatusError):
            return None
        return manners.after(error.status_code, said_by(error, self.endpoint),
                             ask.request(self.endpoint.model, manners))

    def _pause_after(self, error: openai.APIError, retries: int, deadline: float) -> float | None:
        """How long to wait before a new try; nothing when there is no sense in one, or no time."""
        trouble = trouble_of(error, self.endpoint)
        if retries >= _MOST_RETRIES or trouble.trouble not in (Trouble.BUSY, Trouble.FAILED, Trouble.CUT_OFF):
            return None
        if isinstance(error, openai.APIStatusError) and 400 <= error.status_code < 500 and error.status_code != 429:
            return None
        wait = _PAUSE * 2 ** retries if trouble.again_in is None else trouble.again_in
        left = deadline - asyncio.get_running_loop().time()
        return wait if wait + _LEAST_LEFT <= left else None
