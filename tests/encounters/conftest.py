"""Encounters are played on a real archive: SQLite, migrated once and copied for each test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from simulator.archive import Database, SqlArchive


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with nothing in it."""
    path = tmp_path_factory.mktemp("archive") / "empty.db"
    Database(f"sqlite:///{path}")._migrate()
    return path


@pytest.fixture
def archive_url(empty_archive: Path, tmp_path: Path) -> str:
    """The address of a fresh archive."""
    shutil.copy(empty_archive, tmp_path / "archive.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'archive.db'}"


@pytest_asyncio.fixture
async def archive(archive_url: str) -> AsyncIterator[SqlArchive]:
    """A fresh archive."""
    database = Database(archive_url)
    yield SqlArchive(database)
    await database.close()


@pytest_asyncio.fixture
async def same_archive(archive_url: str) -> AsyncIterator[SqlArchive]:
    """The same archive through connections of its own, as another process has them."""
    database = Database(archive_url)
    yield SqlArchive(database)
    await database.close()
