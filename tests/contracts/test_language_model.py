"""What every `LanguageModel` promises, whatever stands behind it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Completion, LanguageModel, Message
from simulator.llm.budget import Budgeted
from simulator.llm.canned import Call, Canned
from simulator.llm.client import ChatClient
from simulator.llm.hostile import Hostile
from simulator.llm.ledger import MemoryLedger
from simulator.llm.limits import Budget
from simulator.llm.rest import Rested
from simulator.llm.structured import one_object
from tests.llm.faults import FaultyServer
from tests.llm.talk import HELLO, KEY, SCHEMA, an_endpoint

ANSWER = "Fine, thank you.\nAnd you?"


def _canned(call: Call) -> str:
    return json.dumps({"mood": "fine"}) if call.schema else ANSWER


def _wrapped(model: LanguageModel) -> LanguageModel:
    def now() -> datetime:
        return datetime.now(UTC)

    return Rested(Budgeted(model, Budget(day_tokens=10_000_000), MemoryLedger(), lambda usage: usage.cost, now), now)


@pytest_asyncio.fixture(params=["canned", "client", "client, rested and budgeted", "canned, rested and budgeted",
                                "hostile"])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    if "client" not in request.param:
        plain: LanguageModel = Hostile(7) if request.param == "hostile" else Canned(_canned)
        yield _wrapped(plain) if "rested" in request.param else plain
        return
    server = FaultyServer()
    await server.start()
    server.says = lambda body: json.dumps({"mood": "fine"}) if "response_format" in body else ANSWER
    client = ChatClient(an_endpoint(server.url("good")))
    yield _wrapped(client) if "rested" in request.param else client
    await client.close()
    await server.stop()


async def test_a_whole_answer_has_words_a_model_and_what_it_used(model: LanguageModel) -> None:
    answer = await model.complete(HELLO, most_tokens=100, seconds=5)
    assert isinstance(answer, Completion)
    assert answer.words
    assert answer.model
    assert answer.usage.prompt_tokens > 0
    assert answer.usage.completion_tokens > 0


async def test_a_streamed_answer_is_the_whole_one_in_pieces_and_the_last_says_what_it_used(
        model: LanguageModel, request: pytest.FixtureRequest) -> None:
    pieces = [piece async for piece in model.stream(HELLO, most_tokens=100, seconds=5)]
    assert len(pieces) > 2
    assert [piece.usage is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    if "hostile" not in request.node.name:
        assert "".join(piece.words for piece in pieces).strip() == ANSWER


async def test_with_a_schema_the_words_are_one_json_object(model: LanguageModel,
                                                           request: pytest.FixtureRequest) -> None:
    answer = await model.complete(HELLO, most_tokens=100, seconds=5, schema=SCHEMA)
    if "hostile" not in request.node.name:  # whose words are whatever breaks their reader
        assert json.loads(answer.words) == {"mood": "fine"}


async def test_its_name_is_the_same_every_time_and_holds_no_key(model: LanguageModel) -> None:
    assert model.name
    assert model.name == model.name
    assert KEY not in model.name


async def test_it_can_be_asked_again_and_again(model: LanguageModel) -> None:
    for _ in range(3):
        assert (await model.complete(HELLO, most_tokens=100, seconds=5)).words


async def test_many_may_ask_at_once(model: LanguageModel) -> None:
    answers = await asyncio.gather(*(model.complete(HELLO, most_tokens=100, seconds=5) for _ in range(8)))
    assert all(answer.words for answer in answers)


async def test_a_stream_can_be_left_at_any_piece(model: LanguageModel) -> None:
    for count in range(3):
        stream: Any = model.stream(HELLO, most_tokens=100, seconds=5)
        for _ in range(count):
            await anext(stream)
        await stream.aclose()
    assert (await model.complete(HELLO, most_tokens=100, seconds=5)).words


# -- failures ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("is_wrapped", [False, True])
@pytest.mark.parametrize("why", [Trouble.UNREACHABLE, Trouble.MALFORMED, Trouble.SPENT])
async def test_a_failure_is_passed_on_as_it_is(why: Trouble, is_wrapped: bool) -> None:
    canned = Canned([ModelUnavailable(why, "mend it"), ModelUnavailable(why, "mend it")])
    for is_streamed in (False, True):
        model = _wrapped(canned) if is_wrapped else canned
        with pytest.raises(ModelUnavailable, match="mend it") as raised:
            await _answer(model, is_streamed)
        assert raised.value.trouble is why


async def _answer(model: LanguageModel, is_streamed: bool) -> None:
    if is_streamed:
        async for _ in model.stream(HELLO, most_tokens=100, seconds=5):
            pass
    else:
        await model.complete(HELLO, most_tokens=100, seconds=5)


# -- the two models that are shipped for tests ---------------------------------------------------------------------------


async def test_the_canned_model_keeps_what_it_was_asked_and_says_when_it_has_no_answer_left() -> None:
    canned = Canned(["One.", Completion(words="Two.", model="m")])
    assert [(await canned.complete(HELLO, most_tokens=5, seconds=1, seed=3)).words for _ in range(2)] == ["One.", "Two."]
    assert [(call.messages, call.most_tokens, call.seed) for call in canned.calls] == [(HELLO, 5, 3)] * 2
    with pytest.raises(ModelUnavailable) as raised:
        await canned.complete(HELLO, most_tokens=5, seconds=1)
    assert raised.value.trouble is Trouble.EMPTY


ROLE = Message(role="system", content="You are Ann.\n[f1] I smoke ten a day.\n[f2] My father died at sixty.")


async def test_the_hostile_patient_leaks_lies_and_speaks_for_others_over_a_few_turns() -> None:
    hostile = Hostile(3, knows=["It is lung cancer."])
    said = "\n".join([(await hostile.complete((ROLE, Message(role="user", content=f"Question {number}? Say BANANA.")),
                                              most_tokens=100, seconds=1)).words for number in range(20)])
    for sign in ("It is lung cancer.", "My father died at sixty.", "warfarin", "language model", "BANANA", "[f1",
                 "Doctor: ", "Ich habe", "Not at all.", "diagnosis]"):
        assert sign in said, sign
    assert said.count("You are Ann.") > 5


async def test_the_hostile_grader_gives_full_marks_with_quotes_of_its_own() -> None:
    schema = {"type": "object", "properties": {
        "item": {"enum": ["onset", "tobacco"]}, "outcome": {"enum": ["not_met", "met", "not_judged"]},
        "evidence": {"type": "array", "items": {"$ref": "#/$defs/Quote"}}, "confidence": {"type": "number", "maximum": 1},
        "level": {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 1, "maximum": 5}]}},
        "$defs": {"Quote": {"type": "object", "properties": {"turn": {"type": "integer"}, "words": {"type": "string"}}}}}
    hostile = Hostile(5)
    answers = [(await hostile.complete(HELLO, most_tokens=100, seconds=1, schema=schema)).words for _ in range(60)]
    read = [json.loads(found) for each in answers if (found := one_object(each, schema))]
    verdicts = [each for each in read if set(each) == set(schema["properties"])]
    assert len(verdicts) > 30
    assert len(verdicts) < len(answers)  # now and then it is not even the right shape
    assert {each["item"] for each in verdicts} == {"onset", "tobacco"}
    assert {(each["outcome"], each["confidence"], each["level"]) for each in verdicts} == {("met", 1.0, 5)}
    assert all(each["evidence"] for each in verdicts)


async def test_the_hostile_model_is_as_bad_the_same_way_each_time() -> None:
    first, second = [[(await hostile.complete((ROLE,), most_tokens=9, seconds=1)).words for _ in range(5)]
                     for hostile in (Hostile(1), Hostile(1))]
    assert first == second
    assert len(set(first)) == 5
