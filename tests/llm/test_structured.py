"""A JSON object is found in whatever a model writes around it, and nothing is made up."""

import json
from typing import Any

import pytest

from simulator.llm.answers import is_looping, is_refusal, without_thoughts
from simulator.llm.endpoint import Structured
from simulator.llm.structured import is_closed, one_object, response_format
from simulator.llm.troubles import without_secrets
from tests.llm.talk import KEY, SCHEMA, an_endpoint


@pytest.mark.parametrize("text", [
    '{"mood": "fine"}', ' \n{"mood": "fine"}\n', '```json\n{"mood": "fine"}\n```', 'Voici : {"mood": "fine"} Voilà.',
    'First {not json} then {"mood": "fine"}', '{"other": 1} {"mood": "fine"}', '{"mood": "fine"} {"mood": "bad"}',
    '[{"mood": "fine"}]', '{"mood": NaN} {"mood": "fine"}'])
def test_the_object_with_the_wanted_keys_is_found(text: str) -> None:
    found = one_object(text, SCHEMA)
    assert found is not None
    assert json.loads(found) == {"mood": "fine"}


@pytest.mark.parametrize("text", ["", "fine", "[1, 2]", '"mood"', '{"mood": "fi', "{'mood': 'fine'}", "{" * 10_000,
                                  '{"a":' * 10_000, "[" * 10_000, "[" * 3000 + "]" * 3000])
def test_where_there_is_no_object_none_is_found(text: str) -> None:
    assert one_object(text, SCHEMA) is None


def test_an_inner_object_does_not_stand_for_the_whole() -> None:
    assert one_object('{"a": {"mood": "bad"}}') == '{"a": {"mood": "bad"}}'


@pytest.mark.parametrize(("schema", "closed"), [
    (SCHEMA, True), ({**SCHEMA, "additionalProperties": True}, False), ({**SCHEMA, "required": []}, False),
    ({"type": "object", "properties": {"a": {"type": "array", "items": SCHEMA}}, "required": ["a"],
      "additionalProperties": False}, True),
    ({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {}}}}, "required": ["a"],
      "additionalProperties": False}, False)])
def test_only_schemas_that_close_every_object_are_sent_as_strict(schema: dict[str, Any], closed: bool) -> None:
    assert is_closed(schema) is closed
    form = response_format(Structured.SCHEMA, schema)
    assert form is not None
    assert form["json_schema"]["strict"] is closed


@pytest.mark.parametrize("text", ["It hurts. " * 40, "na" * 300, " " * 400, "start, then " + "on and on, " * 40])
def test_a_loop_is_heard(text: str) -> None:
    assert is_looping(text)


@pytest.mark.parametrize("text", ["", "Non, non, non, non, non.", " ".join(f"word{number}" for number in range(500)),
                                  "Je n'ai pas de fièvre, pas de toux, pas de douleur. " * 2])
def test_ordinary_repetition_is_no_loop(text: str) -> None:
    assert not is_looping(text)


@pytest.mark.parametrize("text", ["I'm sorry, but I can't assist with that.", "As an AI, I have no body.",
                                  "Je suis désolé, mais je ne peux pas répondre à cette demande.", "I cannot help."])
def test_a_refusal_is_told_from_an_answer(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize("text", ["I'm sorry, I can't remember when it began.", "Je ne peux pas lever le bras.",
                                  "Désolée, je ne sais plus.", '{"outcome": "met"}'])
def test_a_patient_who_cannot_do_something_does_not_refuse(text: str) -> None:
    assert not is_refusal(text)


def test_thoughts_are_left_out_and_unfinished_ones_leave_nothing() -> None:
    assert without_thoughts("<think>hm</think> Yes.") == "Yes."
    assert without_thoughts("<think>hm") == ""
    assert without_thoughts("I think <think> so") == "I think <think> so"


@pytest.mark.parametrize("text", [
    f"key {KEY}", f"Authorization: Bearer {KEY}", "Authorization: Bearer abc.def-ghi", "sk-proj-abcdef123456 is wrong",
    "at https://ann:hunter22@example.org/v1", "api-key: 0123456789abcdef", '{"api_key": "0123456789abcdef"}'])
def test_no_secret_is_passed_on(text: str) -> None:
    shown = without_secrets(text, an_endpoint("http://localhost/v1"))
    assert "***" in shown
    for secret in (KEY, "abc.def", "abcdef123456", "hunter22", "0123456789abcdef"):
        assert secret not in shown


def test_ordinary_words_of_a_server_are_passed_on_whole() -> None:
    words = "The model `small` does not exist or you do not have access to it."
    assert without_secrets(words, an_endpoint("http://localhost/v1")) == words
