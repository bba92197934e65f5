"""A language model that gives prepared answers: for tests, and to show the product without a model."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, NamedTuple

from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Completion, Message, Piece, Usage


class Call(NamedTuple):
    """What a model was asked, kept for tests to read."""

    messages: tuple[Message, ...]
    schema: dict[str, Any] | None
    most_tokens: int
    seconds: float
    temperature: float
    seed: int | None

    @property
    def text(self) -> str:
        """Every word of the messages."""
        return "\n".join(message.content for message in self.messages)


Answer = str | Completion | ModelUnavailable
Answering = Callable[[Call], Answer]


class Canned:
    """Gives its answers in turn, or what a function of the call says; an answer that is an error is raised.

    `calls` keeps what it was asked. EMPTY when no answer is left.
    """

    def __init__(self, answers: Sequence[Answer] | Answering, name: str = "canned") -> None:
        self._answers = answers if callable(answers) else iter(tuple(answers))
        self._name = name
        self.calls: list[Call] = []

    @property
    def name(self) -> str:
        return self._name

    async def complete(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                       schema: dict[str, Any] | None = None, temperature: float = 0.0,
                       seed: int | None = None) -> Completion:
        """The next answer."""
        return self._next(Call(tuple(messages), schema, most_tokens, seconds, temperature, seed))

    async def stream(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                     temperature: float = 0.0, seed: int | None = None) -> AsyncIterator[Piece]:
        """The next answer, word by word."""
        answer = self._next(Call(tuple(messages), None, most_tokens, seconds, temperature, seed))
        for words in pieces(answer.words):
            yield Piece(words)
        yield Piece("", answer.usage)

    def _next(self, call: Call) -> Completion:
        self.calls.append(call)
        answer = self._answers(call) if callable(self._answers) else next(self._answers, None)
        if answer is None:
            raise ModelUnavailable(Trouble.EMPTY, "the canned model has no answer left: give it more answers")
        if isinstance(answer, ModelUnavailable):
            raise answer
        if isinstance(answer, Completion):
            return answer
        return Completion(words=answer, model=self._name, usage=guessed(call.messages, answer))


def pieces(words: str) -> list[str]:
    """The words one by one, each with the blanks before it; together they are the text again."""
    return re.findall(r"\s*\S+|\s+$", words)


def guessed(messages: Sequence[Message], words: str) -> Usage:
    """About what a call uses, at four characters a token."""
    return Usage(prompt_tokens=sum(len(each.content) for each in messages) // 4 + 1,
                 completion_tokens=len(words) // 4 + 1)
