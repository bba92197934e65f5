"""What every `Ledger` promises."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from simulator.archive import Database, SqlLedger
from simulator.archive.tables import spending
from simulator.exam.errors import SimulatorError
from simulator.exam.ports import Ledger
from simulator.exam.spending import Expense, Purpose, Spent
from simulator.llm.ledger import MemoryLedger

from .records import NOW

ANN = Purpose(encounter="e1", candidate="ann", cohort="2026")
BOB = Purpose(encounter="e2", candidate="bob", cohort="2026")


def an_expense(tokens: int, cost: float = 0.0, **changes: object) -> Expense:
    line = Expense(call="c1", at=NOW, purpose=ANN, model="m @ h", what="settled", spent=Spent(tokens=tokens, cost=cost))
    return line.model_copy(update=changes)


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgresql"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger()
        return
    is_sqlite = request.param == "sqlite"
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'archive.db'}" if is_sqlite else
                        request.getfixturevalue("postgres").new_database())
    await database.migrate()
    yield SqlLedger(database)
    await database.close()


async def test_an_empty_ledger_has_spent_nothing(ledger: Ledger) -> None:
    assert await ledger.spent() == Spent()


async def test_lines_add_up_corrections_too(ledger: Ledger) -> None:
    for line in (an_expense(200, 0.5, what="reserved"), an_expense(-80, -0.25), an_expense(7)):
        await ledger.write(line)
    spent = await ledger.spent()
    assert spent.tokens == 127
    assert spent.cost == pytest.approx(0.25)


async def test_each_part_of_a_purpose_is_counted_by_itself(ledger: Ledger) -> None:
    await ledger.write(an_expense(1))
    await ledger.write(an_expense(10, purpose=BOB))
    await ledger.write(an_expense(100, purpose=Purpose()))
    found = [(await ledger.spent(whom=whom)).tokens for whom in (
        Purpose(encounter="e1"), Purpose(candidate="bob"), Purpose(cohort="2026"), ANN,
        Purpose(encounter="e1", candidate="bob"), None)]
    assert found == [1, 10, 11, 1, 0, 111]


async def test_a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last(ledger: Ledger) -> None:
    for days in (0, 1, 2):
        await ledger.write(an_expense(10 ** days, at=NOW + timedelta(days=days)))
    assert (await ledger.spent(since=NOW + timedelta(days=1), before=NOW + timedelta(days=2))).tokens == 10
    assert (await ledger.spent(since=NOW + timedelta(days=1))).tokens == 110
    assert (await ledger.spent(before=NOW + timedelta(days=1))).tokens == 1


async def test_what_is_spent_survives_a_restart(database_url: str) -> None:
    for _ in range(2):
        database = Database(database_url)
        await database.migrate()
        await SqlLedger(database).write(an_expense(5))
        await database.close()
    database = Database(database_url)
    assert (await SqlLedger(database).spent(whom=Purpose(candidate="ann"))).tokens == 10
    await database.close()


async def test_the_ledger_only_grows(database: Database) -> None:
    await SqlLedger(database).write(an_expense(5))
    with pytest.raises(DBAPIError, match="only grows"):
        async with database.writing() as connection:
            await connection.execute(delete(spending))


async def test_a_ledger_that_cannot_be_kept_says_what_to_do(database_url: str) -> None:
    database = Database(database_url)  # never migrated: there is no table
    with pytest.raises(SimulatorError, match="simulator doctor"):
        await SqlLedger(database).write(an_expense(5))
    with pytest.raises(SimulatorError, match="simulator doctor"):
        await SqlLedger(database).spent()
    await database.close()
