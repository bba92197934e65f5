"""What the client of an endpoint does with good answers and with every bad one."""

import asyncio
import logging
import ssl
import traceback
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.llm.endpoint import Structured
from simulator.llm.troubles import Unavailable
from tests.llm.faults import FaultyServer
from tests.llm.talk import KEY, SCHEMA, AClient, ask, heard, trouble

WHOLE = {
    "unauthorized": Trouble.KEY_REFUSED, "forbidden": Trouble.KEY_REFUSED, "no_model": Trouble.NO_SUCH_MODEL,
    "busy": Trouble.BUSY, "busy_long": Trouble.BUSY, "broken": Trouble.FAILED, "away": Trouble.FAILED,
    "moved": Trouble.FAILED, "filtered": Trouble.DECLINED, "too_large": Trouble.FAILED, "hang_up": Trouble.CUT_OFF,
    "cut": Trouble.CUT_OFF, "empty": Trouble.EMPTY, "blank": Trouble.EMPTY, "not_json": Trouble.MALFORMED,
    "other_shape": Trouble.MALFORMED, "error_within": Trouble.FAILED, "refusal": Trouble.DECLINED,
    "sorry": Trouble.DECLINED, "flood": Trouble.ENDLESS, "loop": Trouble.ENDLESS, "only_thinks": Trouble.EMPTY,
}
STREAMED = {name: each for name, each in WHOLE.items() if name != "sorry"}  # its words are the guard's to judge


@pytest.mark.parametrize(("fault", "expected"), WHOLE.items())
async def test_every_fault_of_a_whole_answer_is_named(server: FaultyServer, a_client: AClient, fault: str, expected: Trouble) -> None:
    assert (await trouble(a_client(server.url(fault)))).trouble is expected


@pytest.mark.parametrize(("fault", "expected"), STREAMED.items())
async def test_every_fault_of_a_streamed_answer_is_named(server: FaultyServer, a_client: AClient, fault: str, expected: Trouble) -> None:
    assert (await trouble(a_client(server.url(fault)), is_streamed=True)).trouble is expected


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize("fault", ["silent", "drip"])
async def test_a_server_that_takes_too_long_is_left_in_time(server: FaultyServer, a_client: AClient, fault: str,
                                                            is_streamed: bool) -> None:
    found = await trouble(a_client(server.url(fault)), is_streamed=is_streamed, seconds=0.15)
    assert found.trouble is Trouble.TOO_SLOW
    await asyncio.wait_for(server.hung_up.wait(), 5)  # and it is told so


@pytest.mark.parametrize("is_streamed", [False, True])
async def test_nobody_at_the_address_and_no_such_host_are_unreachable(a_client: AClient, is_streamed: bool) -> None:
    closed = FaultyServer()
    await closed.start()
    url = closed.url("good")
    await closed.stop()
    refused = await trouble(a_client(url), is_streamed=is_streamed)
    unknown = await trouble(a_client(f"http://{'x' * 70}.invalid/v1"), is_streamed=is_streamed)
    assert (refused.trouble, unknown.trouble) == (Trouble.UNREACHABLE, Trouble.UNREACHABLE)
    assert "running" in str(refused)
    assert "name server" in str(unknown)


async def test_a_server_without_tls_and_one_with_its_own_certificate_are_insecure(server: FaultyServer, a_client: AClient,
                                                                                tmp_path: Path) -> None:
    assert (await trouble(a_client(server.url("good", "https")))).trouble is Trouble.INSECURE
    secured = FaultyServer()
    await secured.start(_own_certificate(tmp_path))
    assert (await trouble(a_client(secured.url("good", "https")))).trouble is Trouble.INSECURE
    await secured.stop()
    assert secured.received == server.received == b""  # no byte of the request, so no key


async def test_a_good_answer_comes_with_its_model_use_and_cost(server: FaultyServer, a_client: AClient) -> None:
    answer = await ask(a_client(server.url("good")))
    assert (answer.words, answer.model, answer.is_cut) == ("Fine, thank you.", "small", False)
    assert (answer.usage.prompt_tokens, answer.usage.cached_tokens, answer.usage.completion_tokens) == (100, 60, 10)
    assert answer.usage.cost == pytest.approx((40 * 2 + 60 * 1 + 10 * 8) / 1e6)


async def test_a_streamed_answer_keeps_its_spaces_and_ends_with_its_use(server: FaultyServer, a_client: AClient) -> None:
    words, usage = await heard(a_client(server.url("good")))
    assert words == "Fine, thank you. "
    assert usage is not None
    assert usage.prompt_tokens == 100
    assert usage.cost == pytest.approx((100 * 2 + 10 * 8) / 1e6)


async def test_a_server_that_does_not_stream_is_heard_all_the_same(server: FaultyServer, a_client: AClient) -> None:
    assert (await heard(a_client(server.url("whole_only"))))[0] == "Fine, thank you."


async def test_what_comes_before_a_cut_is_handed_out(server: FaultyServer, a_client: AClient) -> None:
    words: list[str] = []
    found = await trouble(a_client(server.url("cut")), is_streamed=True, words=words)
    assert ("".join(words), found.trouble) == ("Half an answer", Trouble.CUT_OFF)


async def test_a_flood_is_cut_while_it_streams(server: FaultyServer, a_client: AClient) -> None:
    words: list[str] = []
    await trouble(a_client(server.url("flood")), is_streamed=True, most_tokens=100, words=words)
    assert 100 < len("".join(words)) < 1200  # of 440,000 characters


async def test_closing_a_stream_closes_the_connection(server: FaultyServer, a_client: AClient) -> None:
    stream: Any = a_client(server.url("drip")).stream([], most_tokens=100, seconds=30)
    async with aclosing(stream):
        assert (await anext(stream)).words == "w0 "
    await asyncio.wait_for(server.hung_up.wait(), 5)


async def test_giving_up_a_call_closes_the_connection(server: FaultyServer, a_client: AClient) -> None:
    call = asyncio.create_task(ask(a_client(server.url("silent")), seconds=30))
    await asyncio.wait_for(server.was_asked.wait(), 5)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(server.hung_up.wait(), 5)


# -- new tries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["busy_once", "broken_once", "hang_up_once"])
async def test_a_passing_fault_is_tried_again(server: FaultyServer, a_client: AClient, fault: str) -> None:
    assert (await ask(a_client(server.url(fault)))).words == "Fine, thank you."
    assert len(server.calls) == 2


@pytest.mark.parametrize("fault", ["unauthorized", "no_model", "too_large", "busy_long", "silent"])
async def test_what_would_fail_again_is_not_tried_again(server: FaultyServer, a_client: AClient, fault: str) -> None:
    found = await trouble(a_client(server.url(fault)), seconds=0.2 if fault == "silent" else 5)
    assert len(server.calls) == 1
    if fault == "busy_long":
        assert isinstance(found, Unavailable)
        assert found.again_in == 3600


async def test_new_tries_end(server: FaultyServer, a_client: AClient) -> None:
    await trouble(a_client(server.url("broken")))
    assert len(server.calls) == 3


async def test_there_is_no_new_try_that_the_time_does_not_hold(server: FaultyServer, a_client: AClient) -> None:
    await trouble(a_client(server.url("broken")), seconds=1)
    assert len(server.calls) == 1


# -- structured output and other manners -------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "forms"), [
    ("good", ["json_schema"]), ("no_schema", ["json_schema", "json_object", "json_object"]),
    ("no_format", ["json_schema", "json_object", None, None])])
async def test_how_json_can_be_asked_for_is_found_out_once(server: FaultyServer, a_client: AClient, fault: str,
                                                           forms: list[str | None]) -> None:
    client = a_client(server.url(fault))
    server.answers = ['{"mood": "fine"}']
    assert (await ask(client, SCHEMA)).words == '{"mood": "fine"}'
    if fault != "good":
        await ask(client, SCHEMA)
    assert [each.body.get("response_format", {}).get("type") for each in server.calls] == forms
    for call in server.calls:
        is_in_the_prompt = "JSON Schema" in str(call.body["messages"])
        assert is_in_the_prompt == (call.body.get("response_format", {}).get("type") != "json_schema")


@pytest.mark.parametrize(("structured", "form"), [("schema", "json_schema"), ("json", "json_object"), ("none", None)])
async def test_the_operator_can_choose_how_json_is_asked_for(server: FaultyServer, a_client: AClient, structured: str,
                                                             form: str | None) -> None:
    server.answers = ['{"mood": "fine"}']
    await ask(a_client(server.url("good"), structured=structured), SCHEMA)
    assert server.calls[0].body.get("response_format", {}).get("type") == form


async def test_a_chosen_way_is_never_left(server: FaultyServer, a_client: AClient) -> None:
    assert (await trouble(a_client(server.url("no_format"), structured="schema"), schema=SCHEMA)).trouble is \
        Trouble.FAILED
    assert len(server.calls) == 1


async def test_two_answers_without_json_lead_to_a_simpler_way(server: FaultyServer, a_client: AClient) -> None:
    client = a_client(server.url("prose"))
    for _ in range(2):
        assert (await trouble(client, schema=SCHEMA)).trouble is Trouble.MALFORMED
    assert client.manners.structured is Structured.JSON


@pytest.mark.parametrize("fault", ["fenced", "thinks"])
async def test_the_object_is_found_among_other_words(server: FaultyServer, a_client: AClient, fault: str) -> None:
    assert (await ask(a_client(server.url(fault)), SCHEMA)).words == '{"mood": "fine"}'


async def test_json_that_was_cut_says_so(server: FaultyServer, a_client: AClient) -> None:
    found = await trouble(a_client(server.url("cut_json")), schema=SCHEMA)
    assert found.trouble is Trouble.MALFORMED
    assert "more tokens" in str(found)


async def test_thoughts_are_not_spoken(server: FaultyServer, a_client: AClient) -> None:
    assert (await heard(a_client(server.url("thinks"))))[0].strip() == '{"mood": "fine"}'


@pytest.mark.parametrize(("fault", "gone"), [("reasoning", {"max_tokens", "temperature"}),
                                             ("no_seed", {"seed", "stream_options"})])
async def test_a_parameter_that_is_refused_is_not_sent_again(server: FaultyServer, a_client: AClient, fault: str, gone: set[str]) -> None:
    client = a_client(server.url(fault))
    for _ in range(2):
        stream = client.stream([], most_tokens=100, seconds=5, seed=1)
        assert "".join([piece.words async for piece in stream]).strip() == "Fine, thank you."
    assert [len(gone & set(call.body)) for call in server.calls] == [2, 1, 0, 0]


# -- Azure, bounds, environment ----------------------------------------------------------------------------------------


async def test_azure_is_spoken_to_by_deployment_and_version(server: FaultyServer, a_client: AClient) -> None:
    url = server.url("good").removesuffix("/v1")
    await ask(a_client(url, kind="azure", api_version="2024-10-21", deployment="ward"))
    assert server.calls[0].path == "/good/openai/deployments/ward/chat/completions?api-version=2024-10-21"
    assert server.calls[0].headers["api-key"] == KEY
    assert "authorization" not in server.calls[0].headers


async def test_the_endpoint_s_own_bounds_hold(server: FaultyServer, a_client: AClient) -> None:
    client = a_client(server.url("good"), most_tokens=50, temperature=0.3, seconds=0.15)
    await ask(client, most_tokens=900)
    assert (server.calls[0].body["max_tokens"], server.calls[0].body["temperature"]) == (50, 0.3)
    assert (await trouble(a_client(server.url("silent"), seconds=0.15), seconds=60)).trouble is Trouble.TOO_SLOW


async def test_nothing_of_the_environment_s_other_accounts_is_sent(server: FaultyServer, a_client: AClient,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "AZURE_OPENAI_API_KEY"):
        monkeypatch.setenv(name, "somebody-else")
    await ask(a_client(server.url("good"), key=""))
    assert b"somebody-else" not in server.received


# -- keys --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize("fault", ["good", "unauthorized", "broken", "busy", "cut", "echo", "error_within", "silent"])
async def test_no_key_is_in_an_answer_an_error_or_a_log(server: FaultyServer, a_client: AClient, fault: str, is_streamed: bool,
                                                        caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = a_client(server.url(fault))
    shown = [repr(client), repr(client.endpoint), str(client.endpoint), client.endpoint.model_dump_json()]
    try:
        shown.append(repr(await (heard(client, seconds=0.3) if is_streamed else ask(client, seconds=0.3))))
    except ModelUnavailable as error:
        shown += [repr(error), str(error), "".join(traceback.format_exception(error)), repr(error.__context__)]
        shown.append(repr(vars(error)))
    assert KEY.encode() in server.received  # it was sent
    for text in (*shown, caplog.text):
        assert KEY not in text


def _own_certificate(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate that nobody signed but its owner."""
    from cryptography import x509  # here: one test's need
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()) \
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)) \
        .sign(key, hashes.SHA256())
    path = folder / "own.pem"
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption())
                     + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
