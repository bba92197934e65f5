"""Short ways to ask a model in tests."""

from typing import Any, Protocol

import pytest

from simulator.exam.errors import ModelUnavailable
from simulator.exam.ports import Completion, LanguageModel, Message, Usage
from simulator.llm.client import ChatClient
from simulator.llm.endpoint import Endpoint

KEY = "sk-test-7Hq2vLr9Wz"
SCHEMA = {"type": "object", "properties": {"mood": {"type": "string"}}, "required": ["mood"],
          "additionalProperties": False}
HELLO = (Message(role="system", content="You are a patient."), Message(role="user", content="How are you?"))


def an_endpoint(url: str, **changes: Any) -> Endpoint:
    return Endpoint.model_validate({"url": url, "model": "small", "key": KEY, "price_prompt": 2, "price_cached": 1,
                                    "price_completion": 8} | changes)


class AClient(Protocol):
    """Makes clients of addresses; they do not wait between tries, and are closed when the test ends."""

    def __call__(self, url: str, **changes: Any) -> ChatClient: ...


async def ask(model: LanguageModel, schema: dict[str, Any] | None = None, *, most_tokens: int = 200,
              seconds: float = 5, seed: int | None = None) -> Completion:
    return await model.complete(HELLO, most_tokens=most_tokens, seconds=seconds, schema=schema, seed=seed)


async def heard(model: LanguageModel, *, most_tokens: int = 200, seconds: float = 5,
                words: list[str] | None = None) -> tuple[str, Usage | None]:
    """A streamed answer and what it used; `words` keeps its pieces, whatever happens."""
    kept, usage = [] if words is None else words, None
    async for piece in model.stream(HELLO, most_tokens=most_tokens, seconds=seconds):
        kept.append(piece.words)
        usage = piece.usage or usage
    return "".join(kept), usage


async def trouble(model: LanguageModel, *, is_streamed: bool = False, **more: Any) -> ModelUnavailable:
    """What keeps it from answering."""
    with pytest.raises(ModelUnavailable) as raised:
        await (heard(model, **more) if is_streamed else ask(model, **more))
    return raised.value
