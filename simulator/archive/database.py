"""An opened database: connections that are kept, and the migrations that bring it up to date."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, insert, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from simulator.archive.errors import ArchiveTooNew
from simulator.archive.tables import audit

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps the running migration in globals of its own
_ADVISORY_LOCK = 0x05CE  # any number, as long as every process takes the same
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


class Database:
    """One SQLite file or one PostgreSQL database, shared by the archive and the accounts.

    The url is `sqlite+aiosqlite:///var/archive.db` or `postgresql+psycopg://user@host/name`; ValueError for others.
    `connections` bounds the writers and, separately, the readers kept open on PostgreSQL.
    """

    def __init__(self, url: str, connections: int = 5) -> None:
        self.url = _checked(make_url(url))
        if self.url.get_backend_name() == "sqlite":
            # One writer, for which tasks queue in order; SQLite's own lock is polled, and starves the unlucky.
            self._writers = create_async_engine(self.url, pool_size=1, max_overflow=0)
            self._readers = _reading_engine(self.url, 4)
            event.listen(self._writers.sync_engine, "connect", _pragmas(query_only=False))
            event.listen(self._readers.sync_engine, "connect", _pragmas(query_only=True))
        else:
            self._writers = create_async_engine(self.url, pool_size=connections, max_overflow=0, pool_pre_ping=True)
            self._readers = _reading_engine(self.url, connections)

    def reading(self) -> AsyncConnection:
        """A connection for single queries, as `async with`; each sees what was committed before it."""
        return self._readers.connect()

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction: committed, to the disk, when the block ends; undone when it raises."""
        return self._writers.begin()

    async def migrate(self) -> None:
        """Creates or updates the tables; any number of processes may do so at once.

        ArchiveTooNew when a later version has been here.
        """
        await asyncio.to_thread(self._migrate)

    async def try_writing(self) -> None:
        """Writes a line and takes it back; raises what keeps it from being written."""
        async with self._writers.connect() as connection:
            await connection.execute(insert(audit), [{"at": datetime.now(UTC), "what": "checked", "about": ""}])
            await connection.rollback()

    async def close(self) -> None:
        """Closes every connection."""
        await self._writers.dispose()
        await self._readers.dispose()

    def _migrate(self) -> None:
        config = Config(str(_MIGRATIONS / "alembic.ini"))
        with _ONE_AT_A_TIME, migrating(self.url) as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise ArchiveTooNew(
                    f"the database {self.url!r} is not one this version knows ({error}); install the version "
                    "of the simulator that last ran on it, or restore a backup"
                ) from error


@contextmanager
def migrating(url: URL) -> Iterator[Connection]:
    """A transaction to change the tables in, alone among all processes; a crash leaves the database as it was."""
    if url.get_backend_name() == "sqlite":
        assert url.database  # _checked
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{url.database}.migrating.lock", timeout=60), _sqlite_engine(url).begin() as connection:
            yield connection
    else:
        with create_engine(url, poolclass=NullPool).begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection


def _checked(url: URL) -> URL:
    backend = url.get_backend_name()
    if backend not in _DRIVERS:
        raise ValueError(f"the archive lives in SQLite or PostgreSQL, not in {backend!r}")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("the archive needs a file, such as sqlite+aiosqlite:///var/archive.db: memory is no record")
    return url.set(drivername=_DRIVERS[backend])


def _reading_engine(url: URL, connections: int) -> AsyncEngine:
    """Without transactions a query is one round trip."""
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=url.get_backend_name() == "postgresql",
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )


def _sqlite_engine(url: URL) -> Engine:
    """An engine under which a change of tables is one transaction; Python's driver would commit each statement."""
    assert url.database
    with closing(sqlite3.connect(url.database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # kept in the file, so nobody has to set it again
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _leave_transactions_to_us(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _pragmas(*, query_only: bool) -> Callable[[Any, ConnectionPoolEntry], None]:  # Any: SQLAlchemy's untyped adapter
    """What each connection to SQLite has to be told."""

    def tell(connection: Any, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA recursive_triggers = ON")  # or INSERT OR REPLACE deletes past the triggers
        cursor.execute("PRAGMA busy_timeout = 10000")  # milliseconds, for writers in other processes
        # In WAL mode NORMAL loses the last commits when the power fails. A turn is acknowledged to the
        # candidate and may be marked, so it is on the disk first; that costs one fsync.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")
        cursor.close()

    return tell
