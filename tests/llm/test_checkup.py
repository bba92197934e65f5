"""The checkup finds what is wrong with an endpoint, and says what to mend, without the key."""

import pytest

from simulator.exam.checks import Check, State
from simulator.llm.checkup import checkup, is_french
from tests.llm.faults import FaultyServer
from tests.llm.talk import KEY, AClient, an_endpoint

STEPS = ["address", "reachable", "TLS", "key and model", "answers", "streaming and speed", "structured output", "French"]


def by_name(checks: tuple[Check, ...]) -> dict[str, Check]:
    assert [check.name for check in checks] == STEPS
    assert KEY not in repr(checks)
    return {check.name: check for check in checks}


@pytest.fixture
def french(server: FaultyServer) -> FaultyServer:
    """A server that is good at everything."""
    server.says = lambda body: '{"language": "fr", "number": 3}' if "JSON" in str(body["messages"]) else \
        "Bonjour docteur, j'ai mal à la gorge depuis trois jours."
    return server


async def test_a_good_endpoint_passes_every_check(french: FaultyServer, a_client: AClient) -> None:
    client = a_client(french.url("good"))
    found = by_name(await checkup(client.endpoint, 5, client))
    assert {check.state for check in found.values()} == {State.OK}
    assert "JSON Schema" in found["structured output"].found
    assert "cost" in found["answers"].found


@pytest.mark.parametrize(("fault", "changes", "failed", "words"), [
    ("unauthorized", {}, "key and model", "set the right key"), ("good", {"model": "smal"}, "key and model", "'small'"),
    ("broken", {}, "answers", "look at its log"), ("empty", {}, "answers", "says nothing"),
    ("not_json", {}, "answers", "/v1"), ("flood", {}, "answers", "does not stop"),
    ("prose", {}, "structured output", "unfit for the grader")])
async def test_what_fails_is_named_with_what_to_do(server: FaultyServer, a_client: AClient, fault: str,
                                                   changes: dict[str, str], failed: str, words: str) -> None:
    client = a_client(server.url(fault), **changes)
    found = by_name(await checkup(client.endpoint, 5, client))
    assert next(name for name in STEPS if found[name].state is State.FAILED) == failed
    assert words in found[failed].fix


async def test_what_follows_a_failure_of_the_way_there_is_not_tried(a_client: AClient) -> None:
    closed = FaultyServer()
    await closed.start()
    url = closed.url("good")
    await closed.stop()
    client = a_client(url)
    found = by_name(await checkup(client.endpoint, 5, client))
    assert [found[name].state for name in STEPS] == [State.OK, State.FAILED, *[State.SKIPPED] * 6]
    assert "start the model's server" in found["reachable"].fix


async def test_an_unknown_host_and_missing_tls_are_told_apart(server: FaultyServer) -> None:
    unknown = by_name(await checkup(an_endpoint(f"http://{'x' * 70}.invalid/v1"), 5))
    assert (unknown["address"].state, unknown["reachable"].state) == (State.FAILED, State.SKIPPED)
    insecure = by_name(await checkup(an_endpoint(server.url("good", "https")), 5))
    assert (insecure["reachable"].state, insecure["TLS"].state) == (State.OK, State.FAILED)


@pytest.mark.parametrize(("fault", "words"), [("no_schema", "JSON mode"), ("no_format", "the prompt alone")])
async def test_the_way_to_ask_for_json_is_found_out(server: FaultyServer, a_client: AClient, fault: str,
                                                    words: str) -> None:
    client = a_client(server.url(fault))
    found = by_name(await checkup(client.endpoint, 5, client))
    assert found["structured output"].state is State.WARNING
    assert words in found["structured output"].found


async def test_what_works_less_well_is_a_warning(server: FaultyServer, a_client: AClient) -> None:
    client = a_client(server.url("whole_only"))
    assert "one piece" in by_name(await checkup(client.endpoint, 5, client))["streaming and speed"].found
    client = a_client(server.url("german"))
    assert by_name(await checkup(client.endpoint, 5, client))["French"].state is State.WARNING


@pytest.mark.parametrize(("words", "french"), [
    ("J'ai mal au ventre depuis hier.", True), ("My stomach has hurt since yesterday.", False), ("Ja, danke.", False),
    ("", False), ("Bonjour !", True)])
def test_french_is_told_from_other_languages(words: str, french: bool) -> None:
    assert is_french(words) is french
