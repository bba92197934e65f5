"""Chainlit's websocket, narrowed and bound."""

from typing import Any

import pytest

from simulator.web.sockets import bound, thread_in

THREAD = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(("address", "thread"), [
    (f"http://test/interview/thread/{THREAD}", THREAD), (f"http://test/interview/thread/{THREAD}?x=1", THREAD),
    ("http://test/interview/", None), ("http://test/interview/thread/../../x", None), ("", None)])
def test_the_address_of_an_interview_names_its_thread(address: str, thread: str | None) -> None:
    assert thread_in(address) == thread


async def test_a_window_that_connects_without_its_thread_gets_that_of_its_page() -> None:
    connected: list[Any] = []

    async def connect(_: str, __: dict[str, Any], auth: dict[str, Any]) -> bool:
        connected.append(auth["threadId"])
        return True

    page = {"HTTP_REFERER": f"http://test/interview/thread/{THREAD}"}
    assert await bound(connect)("1", page, {"sessionId": "s"})
    assert await bound(connect)("1", page, {"sessionId": "s", "threadId": "its own"})
    assert await bound(connect)("1", {}, {"sessionId": "s"})
    assert connected == [THREAD, "its own", None]
