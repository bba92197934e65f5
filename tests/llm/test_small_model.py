"""The client against a real model's server: the wiring, never the words."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

from simulator.exam.errors import Trouble
from simulator.exam.ports import Message
from simulator.llm.endpoint import Structured
from tests.llm.talk import AClient, ask, heard, trouble

STORY = (Message(role="user", content="Tell me a very long story about a hospital, and count to one thousand."),)
VERDICT = {"type": "object", "additionalProperties": False, "required": ["outcome", "turn"], "properties": {
    "outcome": {"enum": ["met", "not_met"]}, "turn": {"type": "integer", "minimum": 1, "maximum": 9}}}


async def test_the_server_lists_its_model(small_model: str, a_client: AClient) -> None:
    listed = await a_client(small_model).connection.models.list()
    assert "small" in [each.id for each in listed.data]


async def test_a_real_model_answers_and_counts_its_tokens(small_model: str, a_client: AClient) -> None:
    answer = await ask(a_client(small_model), most_tokens=24, seconds=60)
    assert answer.words
    assert 0 < answer.usage.completion_tokens <= 24
    assert answer.usage.prompt_tokens > 5
    assert answer.usage.cost


async def test_a_real_model_streams_piece_by_piece(small_model: str, a_client: AClient) -> None:
    pieces: list[str] = []
    words, usage = await heard(a_client(small_model), most_tokens=24, seconds=60, words=pieces)
    assert len(pieces) > 2
    assert words.strip()
    assert usage is not None
    assert usage.completion_tokens <= 24


async def test_a_real_model_fills_a_schema(small_model: str, a_client: AClient) -> None:
    client = a_client(small_model)
    verdict = json.loads((await ask(client, VERDICT, most_tokens=60, seconds=60)).words)
    assert verdict["outcome"] in ("met", "not_met")
    assert 1 <= verdict["turn"] <= 9
    assert client.manners.structured is Structured.SCHEMA


async def test_the_time_limit_ends_a_real_answer(small_model: str, a_client: AClient) -> None:
    client = a_client(small_model)
    found = await trouble(client, most_tokens=1900, seconds=0.05)
    assert found.trouble is Trouble.TOO_SLOW
    assert (await ask(client, most_tokens=8, seconds=60)).words  # and the server is free again


async def test_a_real_stream_can_be_left(small_model: str, a_client: AClient) -> None:
    client = a_client(small_model)
    stream: Any = client.stream(STORY, most_tokens=1900, seconds=60)
    async with aclosing(stream):
        assert (await anext(stream)).words
    assert (await ask(client, most_tokens=8, seconds=60)).words


async def test_a_real_call_can_be_given_up(small_model: str, a_client: AClient) -> None:
    client = a_client(small_model)
    call = asyncio.create_task(client.complete(STORY, most_tokens=1900, seconds=60))
    assert await asyncio.wait({call}, timeout=0.05) == (set(), {call})
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert (await ask(client, most_tokens=8, seconds=60)).words
