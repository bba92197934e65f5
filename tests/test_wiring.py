"""The settings decide which parts there are."""

import sqlite3
from pathlib import Path

import pytest

from simulator.archive import Database, SqlLedger
from simulator.exam.errors import SimulatorError
from simulator.exam.spending import Purpose, spending_for
from simulator.graders.language_model import LanguageModelGrader
from simulator.graders.rules import RuleGrader
from simulator.llm.canned import Canned
from simulator.llm.ledger import MemoryLedger
from simulator.settings import Settings
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from simulator.wiring import Models, grader
from tests.llm.faults import FaultyServer
from tests.llm.talk import KEY, an_endpoint, ask, heard, trouble

HERE = "http://127.0.0.1:9/v1"


def settings(**changes: object) -> Settings:
    return Settings(_env_file=None).model_copy(update=changes)


async def test_without_settings_there_is_no_language_model() -> None:
    models = Models(settings(), MemoryLedger())
    assert (models.patient, models.grader) == (None, None)
    await models.close()


async def test_patient_and_grader_are_models_of_their_own() -> None:
    models = Models(settings(patient_llm=an_endpoint(HERE), grader_llm=an_endpoint(HERE, model="large")), MemoryLedger())
    assert models.patient is not None
    assert models.grader is not None
    assert (models.patient.name, models.grader.name) == ("small @ 127.0.0.1:9", "large @ 127.0.0.1:9")


async def test_a_budget_in_money_needs_prices() -> None:
    free = an_endpoint(HERE, price_prompt=None, price_cached=None, price_completion=None)
    limited = settings(patient_llm=free).llm_budget.model_copy(update={"day_cost": 5.0})
    with pytest.raises(SimulatorError, match="PRICE_PROMPT"):
        Models(settings(patient_llm=free, llm_budget=limited), MemoryLedger())


def test_the_rules_grade_alone_or_beside_a_model(understanding: Reader, vocabulary: Vocabulary) -> None:
    rules = RuleGrader(understanding, vocabulary)
    assert grader(settings(), None, rules) is rules
    built = grader(settings(grader_batch=3, grader_repeats=2), Canned([]), rules)
    assert isinstance(built, LanguageModelGrader)
    assert (built.batch, built.repeats) == (3, 2)


async def test_what_a_model_used_is_in_the_database_and_no_key_is(server: FaultyServer, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate()
    models = Models(settings(patient_llm=an_endpoint(server.url("echo")),
                             grader_llm=an_endpoint(server.url("unauthorized"))), SqlLedger(database))
    assert models.patient is not None
    assert models.grader is not None
    with spending_for(Purpose(encounter="e1", candidate="ann")):
        shown = [repr(await heard(models.patient)), repr(await ask(models.patient)), repr(await trouble(models.grader))]
    await models.close()
    await database.close()
    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert dump.count("'e1','ann'") == 2  # the refused call used nothing
    assert KEY.encode() in server.received
    assert KEY not in "".join([dump, *shown])


async def test_nothing_of_whom_a_call_is_for_is_sent(server: FaultyServer) -> None:
    models = Models(settings(patient_llm=an_endpoint(server.url("good"))), MemoryLedger())
    assert models.patient is not None
    with spending_for(Purpose(encounter="encounter-77", candidate="candidate-88", cohort="cohort-99")):
        await ask(models.patient)
        await heard(models.patient)
    await models.close()
    for secret in (b"encounter-77", b"candidate-88", b"cohort-99"):
        assert secret not in server.received
