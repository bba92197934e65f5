"""What a server's answer says, whole or in parts; the shapes of many servers, and none that is not understood."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from simulator.exam.errors import Trouble
from simulator.exam.ports import Message, Usage
from simulator.llm.endpoint import Endpoint
from simulator.llm.troubles import Unavailable, endless, key_hidden, without_secrets

_CHARACTERS_A_TOKEN = 8  # more than any language needs: what is longer than this is no answer of the length asked for
_BYTES_A_CHARACTER = 6  # \\u00e9
_BESIDES = 20_000  # bytes of a body beside its words
_CHECKED_EVERY = 100  # characters between two looks for a loop
_THOUGHT = "<think"
_SHORTEST_LOOP = 300  # characters that repeat before it counts as a loop
_LONGEST_PERIOD = 200
_TIMES = 6

_REFUSES = re.compile(
    r"\A(?:i['’]?m sorry|i am sorry|sorry|je suis désolée?|désolée?)?[\s,.]*(?:but|mais)?[\s,]*"
    r"(?:i (?:can(?:no|['’])t|am unable to|won['’]t) (?:help|assist|comply|continue|fulfil)|as an ai\b|"
    r"je ne peux pas (?:vous aider|répondre à cette demande|accéder)|en tant qu['’](?:ia|intelligence artificielle))",
    re.IGNORECASE)
_THOUGHTS = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>\s*", re.DOTALL | re.IGNORECASE)
_UNFINISHED_THOUGHTS = re.compile(r"\A\s*<think(?:ing)?>", re.IGNORECASE)


def longest_body(most_tokens: int) -> int:
    """How many bytes an answer of this length can have."""
    return most_tokens * _CHARACTERS_A_TOKEN * _BYTES_A_CHARACTER + _BESIDES


class Said(NamedTuple):
    """A whole answer or one part of it."""

    words: str = ""
    finish: str | None = None
    usage: Usage | None = None
    model: str = ""


def said_in(text: str | bytes, endpoint: Endpoint, at: str = "message") -> Said:
    """What a JSON body (`message`) or an event of a stream (`delta`) says; Unavailable when it says no such thing."""
    body = _json(text, endpoint)
    if body.get("error"):
        words = body["error"].get("message") if isinstance(body["error"], dict) else body["error"]
        raise Unavailable(Trouble.FAILED, f"{endpoint.host} broke off: {without_secrets(str(words), endpoint)}")
    choices = body.get("choices")
    usage = _usage(body.get("usage"))
    if at == "delta" and (choices == [] or (choices is None and usage)):
        return Said(usage=usage)
    choice = choices[0] if isinstance(choices, list) and choices else None
    part = choice.get(at) if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(part, dict):
        raise _malformed(endpoint)
    finish = choice.get("finish_reason")
    if finish == "content_filter" or part.get("refusal"):
        raise Unavailable(Trouble.DECLINED, f"{endpoint.name} refuses to answer this", usage=usage)
    return Said(_words(part.get("content"), endpoint), finish, usage, str(body.get("model") or ""))


def _json(text: str | bytes, endpoint: Endpoint) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise _malformed(endpoint)
    return body


def _malformed(endpoint: Endpoint) -> Unavailable:
    return Unavailable(Trouble.MALFORMED, f"{endpoint.host} does not answer as a chat model's server does: check that "
                                          f"the address is that of an OpenAI-compatible API (it usually ends in /v1)")


def _words(content: Any, endpoint: Endpoint) -> str:
    """The text of a content: a string, nothing, or a list of parts."""
    if isinstance(content, list):
        content = "".join(str(each.get("text", "")) for each in content if isinstance(each, dict))
    if content is None:
        return ""
    if not isinstance(content, str):
        raise _malformed(endpoint)
    return content


def _usage(counted: Any) -> Usage | None:
    """The tokens that the server counted; nothing when it did not."""
    if not isinstance(counted, dict):
        return None
    details = counted.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else counted.get("prompt_cache_hit_tokens")
    return Usage(prompt_tokens=_count(counted.get("prompt_tokens")), cached_tokens=_count(cached),
                 completion_tokens=_count(counted.get("completion_tokens")))


def _count(number: Any) -> int:
    return number if isinstance(number, int) and 0 <= number < 1_000_000_000 else 0


def estimated(messages: Sequence[Message], words: str) -> Usage:
    """About what a call used, for servers that do not count: three characters a token, rather too many than too few."""
    asked = sum(len(message.content) // 3 + 5 for message in messages)
    return Usage(prompt_tokens=asked, completion_tokens=-(-len(words) // 3))


def without_thoughts(words: str) -> str:
    """The answer of a model that thinks aloud first; '' while it has only thought."""
    answer = _THOUGHTS.sub("", words, count=1)
    return "" if _UNFINISHED_THOUGHTS.match(answer) else answer


def is_refusal(words: str) -> bool:
    """Whether a short text is a model's refusal and nothing else."""
    return len(words) < 400 and bool(_REFUSES.match(words.strip()))


def is_looping(words: str) -> bool:
    """Whether a text ends in the same stretch again and again."""
    for period in range(1, _LONGEST_PERIOD + 1):
        length = max(_TIMES * period, _SHORTEST_LOOP)
        tail = words[-length:]
        if len(tail) == length and tail[period:] == tail[:-period]:
            return True
    return False


def is_too_long(words: str, most_tokens: int) -> bool:
    """Whether a text is longer than the tokens asked for can be."""
    return len(words) > most_tokens * _CHARACTERS_A_TOKEN + 200


def check(words: str, said: Said, endpoint: Endpoint, most_tokens: int) -> None:
    """Unavailable when a whole answer is none: empty, endless, or a refusal."""
    if not words.strip():
        why = ": it spends every token on thinking; allow more, or turn its thinking off" if said.words else ""
        raise Unavailable(Trouble.EMPTY, f"{endpoint.name} says nothing{why}")
    if is_too_long(words, most_tokens) or is_looping(words):
        raise endless(endpoint)
    if is_refusal(words):
        raise Unavailable(Trouble.DECLINED, f"{endpoint.name} refuses to answer this")


async def parts_of(lines: AsyncIterator[str], endpoint: Endpoint) -> AsyncIterator[Said]:
    """The parts of a streamed answer; CUT_OFF when it ends before its end. A server that does not stream gives one."""
    whole, is_over = "", False
    async for line in lines:
        if line.startswith("data:"):
            event = line[5:].strip()
            if event == "[DONE]":
                return
            said = said_in(event, endpoint, "delta")
            is_over = is_over or said.finish is not None
            yield said
        elif not line.startswith((":", "event:", "id:", "retry:")):
            whole += line
    if whole.strip():
        yield said_in(whole, endpoint)
    elif not is_over:
        raise Unavailable(Trouble.CUT_OFF, f"{endpoint.host} broke the answer off: look at its log")


class Spoken:
    """A streamed answer as it grows: hands out what may be passed on, and stops a flood or a loop."""

    def __init__(self, endpoint: Endpoint, most_tokens: int) -> None:
        self._endpoint = endpoint
        self._most_tokens = most_tokens
        self._key = endpoint.key.get_secret_value()
        self._checked = 0
        self._passed = 0
        self.words = ""
        self.usage: Usage | None = None

    def add(self, said: Said) -> str:
        """What is new of the answer; Unavailable when it has no end."""
        self.words += said.words
        self.usage = said.usage or self.usage
        if is_too_long(self.words, self._most_tokens):
            raise endless(self._endpoint)
        if len(self.words) - self._checked >= _CHECKED_EVERY:
            self._checked = len(self.words)
            if is_looping(self.words):
                raise endless(self._endpoint)
        answer = self._answer()
        return self._new(answer, len(answer) - self._held(answer))

    def rest(self) -> str:
        """What was still held back at the end; EMPTY when there was nothing at all."""
        answer = self._answer()
        if not answer.strip():
            raise Unavailable(Trouble.EMPTY, f"{self._endpoint.name} says nothing")
        return self._new(answer, len(answer))

    def _new(self, answer: str, end: int) -> str:
        new, self._passed = answer[self._passed:end], max(self._passed, end)
        return new

    def _answer(self) -> str:
        """What was said, without what was only thought and without the key."""
        start = self.words.lstrip()[:len(_THOUGHT)].lower()
        answer = "" if _THOUGHT.startswith(start) and start != _THOUGHT else without_thoughts(self.words)
        return key_hidden(answer, self._endpoint)

    def _held(self, answer: str) -> int:
        """How many last characters could be the beginning of the key."""
        longest = min(len(self._key) - 1, len(answer))
        return next((size for size in range(longest, 0, -1) if self._key.startswith(answer[-size:])), 0)
