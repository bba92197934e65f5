"""Clients of a failing server."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from simulator.llm.client import ChatClient
from tests.llm.talk import AClient, an_endpoint


@pytest_asyncio.fixture
async def a_client() -> AsyncIterator[AClient]:
    """Makes clients that do not wait between tries."""
    made: list[ChatClient] = []

    async def at_once(seconds: float) -> None:
        assert seconds < 60

    def make(url: str, **changes: Any) -> ChatClient:
        made.append(ChatClient(an_endpoint(url, **changes), pause=at_once))
        return made[-1]

    yield make
    for client in made:
        await client.close()
