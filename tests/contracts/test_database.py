"""What the database itself holds, whoever writes to it."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from simulator.archive.accounts import SqlAccounts
from simulator.archive.archive import SqlArchive
from simulator.archive.database import Database, migrating
from simulator.archive.errors import ArchiveTooNew
from simulator.archive.tables import metadata
from simulator.exam.transcript import ActionKind

from .records import NOW, a_grade, a_review, a_station, a_turn, an_action, an_encounter

ONLY_GROW = ["encounters", "entries", "grades", "reviews", "audit", "texts"]


async def a_full_record(database: Database) -> None:
    archive = SqlArchive(database)
    await archive.open(an_encounter())
    await archive.append("e1", [a_turn(1, message_id="m1"), an_action(2, ActionKind.MARKED)])
    await archive.add_grade("e1", a_grade())
    await archive.add_review("e1", a_review())
    await archive.freeze(a_station())
    await SqlAccounts(database).record(NOW, "a1", "opened", "e1")


async def everything(database: Database) -> list[object]:
    async with database.reading() as connection:
        return [row for table in ONLY_GROW for row in await connection.execute(text(f"SELECT * FROM {table}"))]


@pytest.mark.parametrize("table", ONLY_GROW)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
async def test_the_database_refuses_to_change_or_delete_what_is_recorded(
    database: Database, table: str, change: str
) -> None:
    await a_full_record(database)
    before = await everything(database)
    column = {"audit": "what", "texts": "body"}.get(table, "payload")
    with pytest.raises(DBAPIError, match="only grows"):
        async with database.writing() as connection:
            await connection.execute(text(change.format(table, column, "'{}'")))
    assert await everything(database) == before


async def test_the_database_refuses_to_replace_an_entry_by_inserting_it_again(database: Database) -> None:
    await a_full_record(database)
    before = await everything(database)
    values = "SELECT encounter_id, number, kind, at, '{}' FROM entries"
    if database.url.get_backend_name() == "sqlite":
        replace = f"INSERT OR REPLACE INTO entries (encounter_id, number, kind, at, payload) {values}"
    else:
        replace = (
            f"INSERT INTO entries (encounter_id, number, kind, at, payload) {values} "
            "ON CONFLICT (encounter_id, number) DO UPDATE SET payload = excluded.payload"
        )
    with pytest.raises(DBAPIError, match="only grows"):
        async with database.writing() as connection:
            await connection.execute(text(replace))
    assert await everything(database) == before


async def test_the_migrations_make_the_tables_that_the_code_describes(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_keeps_what_is_recorded(database: Database) -> None:
    await a_full_record(database)
    before = await everything(database)
    await database.migrate()
    assert await everything(database) == before


async def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(6)]
    await asyncio.gather(*(database.migrate() for database in databases))
    await a_full_record(databases[0])
    await asyncio.gather(*(database.close() for database in databases))


async def test_a_migration_that_is_interrupted_leaves_nothing_behind(database: Database) -> None:
    def interrupted() -> None:
        with migrating(database.url) as connection:
            connection.execute(text("CREATE TABLE half_way (id INTEGER)"))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await asyncio.to_thread(interrupted)
    with pytest.raises(DBAPIError, match="half_way"):
        async with database.reading() as connection:
            await connection.execute(text("SELECT * FROM half_way"))


async def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ArchiveTooNew, match="9999"):
        await database.migrate()


async def test_a_reading_connection_cannot_write_on_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'archive.db'}")
    await database.migrate()
    with pytest.raises(DBAPIError, match="readonly"):
        async with database.reading() as connection:
            await connection.execute(text("INSERT INTO audit (at, what, about) VALUES ('', '', '')"))
    await database.close()


async def test_an_acknowledged_commit_is_on_the_disk_on_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'archive.db'}")
    await database.migrate()
    async with database.writing() as connection:
        assert (await connection.scalars(text("PRAGMA synchronous"))).one() == 2
        assert (await connection.scalars(text("PRAGMA journal_mode"))).one() == "wal"
    await database.close()


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "mysql://host/name"])
def test_an_archive_that_would_not_last_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="archive"):
        Database(url)
