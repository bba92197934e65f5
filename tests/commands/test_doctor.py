"""`simulator doctor` looks at everything, prints no key, and ends with 1 when something is broken."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from simulator import cli
from tests.llm.talk import KEY

EMBEDDED = ["sentence model", "stations", "disk", "keys", "database", "budget"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A new installation in an empty folder, understanding by letters: quick to start."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSCE_DATA_FOLDER", str(tmp_path / "var"))
    monkeypatch.setenv("OSCE_UNDERSTANDING", "lexical")
    return monkeypatch


def doctor(*more: str) -> Result:
    return CliRunner().invoke(cli.app, ["doctor", *more], env={"COLUMNS": "200"})


def found(result: Result) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each["part"], each["check"]): each for each in json.loads(result.stdout)}


def test_an_installation_without_language_models_is_whole(here: pytest.MonkeyPatch) -> None:
    result = doctor("--json")
    checks = found(result)
    assert result.exit_code == 0
    assert [check for part, check in checks if part == "embedded"] == EMBEDDED
    assert checks["embedded", "database"]["state"] == checks["embedded", "stations"]["state"] == "ok"
    assert checks["embedded", "sentence model"]["state"] == "warning"
    assert checks["patient", "language model"]["state"] == checks["grader", "language model"]["state"] == "skipped"
    here.setenv("OSCE_SCENARIOS", "nowhere")
    assert found(doctor("--json"))["embedded", "stations"]["state"] == "failed"


def test_a_real_language_model_passes_and_its_key_is_nowhere(here: pytest.MonkeyPatch, small_model: str,
                                                             tmp_path: Path) -> None:
    for part in ("PATIENT", "GRADER"):
        here.setenv(f"OSCE_{part}_LLM_URL", small_model)
        here.setenv(f"OSCE_{part}_LLM_MODEL", "small")
        here.setenv(f"OSCE_{part}_LLM_KEY", KEY)
    as_json = doctor("--json")
    assert as_json.exit_code == 0, as_json.stdout
    states = {each["state"] for (part, _), each in found(as_json).items() if part != "embedded"}
    assert "ok" in states
    assert "failed" not in states
    assert "JSON Schema" in found(as_json)["grader", "structured output"]["found"]
    for text in (as_json.output, _dumped(tmp_path / "var" / "archive.db")):
        assert KEY not in text


def test_a_broken_endpoint_ends_with_one_and_what_to_do(here: pytest.MonkeyPatch) -> None:
    here.setenv("OSCE_PATIENT_LLM_URL", "http://127.0.0.1:9/v1")
    here.setenv("OSCE_PATIENT_LLM_MODEL", "small")
    here.setenv("OSCE_PATIENT_LLM_KEY", KEY)
    here.setenv("OSCE_LLM_BUDGET_DAY_COST", "5")
    result, as_table = doctor("--json"), doctor()
    checks = found(result)
    assert result.exit_code == as_table.exit_code == 1
    assert "start the model's server" in checks["patient", "reachable"]["fix"]
    assert "PRICE_PROMPT" in checks["patient", "prices"]["fix"]
    assert any("not tried after this failure" in str(each) for each in checks.values())  # a narrow table breaks the words
    assert KEY not in result.output + as_table.output


def test_a_database_that_cannot_be_opened_shows_no_password(here: pytest.MonkeyPatch) -> None:
    here.setenv("OSCE_DATABASE_URL", "postgresql+psycopg://osce:hunter22@127.0.0.1:9/osce")
    result = doctor("--json")
    assert result.exit_code == 1
    assert found(result)["embedded", "database"]["state"] == "failed"
    assert "hunter22" not in result.output


@pytest.mark.usefixtures("here")
def test_a_file_of_keys_that_others_may_read_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(f"OSCE_GRADER_LLM_URL=http://127.0.0.1:9/v1\nOSCE_GRADER_LLM_MODEL=m\nOSCE_GRADER_LLM_KEY={KEY}\n")
    for mode, state in ((0o644, "warning"), (0o600, "ok")):
        path.chmod(mode)
        assert found(doctor("--json"))["embedded", "keys"]["state"] == state


def test_a_wrong_setting_is_named_as_it_is_written(here: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    here.setenv("OSCE_PATIENT_LLM_URL", f"https://ann:{KEY}@models.example.org/v1")
    here.setattr("sys.argv", ["simulator", "doctor"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    words = capsys.readouterr().err
    assert ended.value.code == 1
    assert "OSCE_PATIENT_LLM_URL: " in words
    assert "OSCE_PATIENT_LLM_MODEL: " in words
    assert KEY not in words


def _dumped(database: Path) -> str:
    with sqlite3.connect(database) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    return dump
