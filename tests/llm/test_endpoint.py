"""Endpoints come from the settings, whole or not at all, and show their key nowhere."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.exam.ports import Usage
from simulator.llm.endpoint import Endpoint
from simulator.settings import Settings
from tests.llm.talk import KEY, an_endpoint

PATIENT = {"URL": "https://models.example.org/v1/", "MODEL": "large", "KEY": KEY, "PRICE_PROMPT": "2.5",
           "PRICE_COMPLETION": "10", "STRUCTURED": "json", "MOST_TOKENS": "300"}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment where no `.env` is read."""
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.mark.usefixtures("env")
def test_nothing_set_is_no_language_model() -> None:
    settings = Settings()
    assert (settings.patient_llm, settings.grader_llm, settings.llm_budget.has_limits) == (None, None, False)


def test_patient_and_grader_are_set_separately(env: pytest.MonkeyPatch) -> None:
    for name, value in PATIENT.items():
        env.setenv(f"OSCE_PATIENT_LLM_{name}", value)
    env.setenv("OSCE_GRADER_LLM_URL", "https://judge.openai.azure.com")
    env.setenv("OSCE_GRADER_LLM_MODEL", "gpt")
    env.setenv("OSCE_GRADER_LLM_KIND", "azure")
    env.setenv("OSCE_GRADER_LLM_API_VERSION", "2024-10-21")
    env.setenv("OSCE_LLM_BUDGET_DAY_COST", "20")
    settings = Settings()
    assert settings.patient_llm is not None
    assert settings.grader_llm is not None
    assert settings.patient_llm.name == "large @ models.example.org"
    assert settings.patient_llm.key.get_secret_value() == KEY
    assert (settings.patient_llm.price_prompt, settings.patient_llm.structured) == (2.5, "json")
    assert (settings.grader_llm.name, settings.grader_llm.api_version) == ("gpt @ judge.openai.azure.com", "2024-10-21")
    assert settings.llm_budget.day_cost == 20


@pytest.mark.usefixtures("env")
def test_the_example_file_sets_nothing_as_it_is_and_everything_when_it_is_filled_in(tmp_path: Path) -> None:
    example = (Path(__file__).parent.parent.parent / ".env.example").read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(example, encoding="utf-8")
    assert Settings() == Settings(_env_file=None)
    lines = [line.removeprefix("#").strip() for line in example.splitlines() if line.startswith("#OSCE_")]
    (tmp_path / ".env").write_text("\n".join(line.split("  ")[0] for line in lines), encoding="utf-8")
    settings = Settings()
    assert settings.patient_llm is not None
    assert settings.grader_llm is not None
    assert {line.split("=")[0] for line in lines} >= {f"OSCE_PATIENT_LLM_{name.upper()}" for name in Endpoint.model_fields}


@pytest.mark.parametrize(("changes", "words"), [
    ({"url": "models.example.org"}, "http:// or https://"), ({"url": f"https://ann:{KEY}@h/v1"}, "no name, password"),
    ({"url": f"https://h/v1?key={KEY}"}, "no name, password"), ({"url": "https://h/v1/chat/completions"}, "up to /v1"),
    ({"kind": "azure"}, "api_version"), ({"price_prompt": 1, "price_completion": None}, "both"), ({"model": ""}, "model"),
    ({"kee": KEY}, "kee"), ({"structured": KEY}, "structured"), ({"seconds": 0}, "seconds")])
def test_a_wrong_setting_is_named_and_no_value_is_shown(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as raised:
        an_endpoint(**({"url": "https://h/v1"} | changes))
    assert words in str(raised.value)
    assert KEY not in str(raised.value)


def test_a_wrong_setting_in_the_environment_shows_no_key(env: pytest.MonkeyPatch) -> None:
    env.setenv("OSCE_PATIENT_LLM_KEY", KEY)
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert "patient_llm.url" in str(raised.value)
    assert KEY not in str(raised.value) + repr(raised.value)


def test_cached_tokens_have_their_own_price_and_no_price_is_no_cost() -> None:
    usage = Usage(prompt_tokens=1_000_000, cached_tokens=400_000, completion_tokens=100_000)
    assert an_endpoint("https://h/v1").cost(usage) == pytest.approx(0.6 * 2 + 0.4 * 1 + 0.1 * 8)
    assert an_endpoint("https://h/v1", price_cached=None).cost(usage) == pytest.approx(2 + 0.8)
    assert an_endpoint("https://h/v1", price_prompt=None, price_completion=None).cost(usage) is None
    odd = Usage(prompt_tokens=10, cached_tokens=1000)
    assert an_endpoint("https://h/v1").cost(odd) == pytest.approx(10 / 1e6)


def test_the_name_of_an_endpoint_holds_no_key() -> None:
    endpoint = an_endpoint("https://h:8443/v1", deployment="ward")
    assert (endpoint.name, endpoint.host) == ("ward @ h:8443", "h:8443")
