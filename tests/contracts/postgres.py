"""A real PostgreSQL of our own, for one run of the tests: a temporary folder, a unix socket, no port."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest


class Postgres:
    """A running server, which makes an empty database for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def new_database(self) -> str:
        """The SQLAlchemy url of an empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str) -> str:
        return f"host={self._folder} user=postgres dbname={database}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server; skips with the package to install where there is none."""
    programs = _programs()
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path has to be short
    try:
        if owner is not None:
            shutil.chown(folder, owner)
        _initialise(programs, folder, owner)
        server = _start(programs, folder, owner)
        try:
            yield _when_ready(Postgres(folder), server, folder)
        finally:
            server.send_signal(signal.SIGINT)  # "fast": does not wait for open connections
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of initdb and postgres, the newest version first."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: _version(each.parent.name))
    on_path = shutil.which("initdb")
    for folder in [*reversed(packaged), *([Path(on_path).resolve().parent] if on_path else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("no PostgreSQL server is installed; on Debian and Ubuntu: apt-get install postgresql")


def _version(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _owner() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'")


def _initialise(programs: Path, folder: Path, owner: str | None) -> None:
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "--no-sync", "-A", "trust", "-U", "postgres"]
    subprocess.run(
        [*command, "-E", "UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        user=owner,
        group=_group(owner),
        extra_groups=None if owner is None else [],
        cwd="/",
    )


def _start(programs: Path, folder: Path, owner: str | None) -> subprocess.Popen[bytes]:
    settings: list[str] = ["listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "shared_buffers=32MB"]
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(programs / "postgres"), "-D", str(folder / "data"), *options],
            stdout=log,
            stderr=log,
            user=owner,
            group=_group(owner),
            extra_groups=None if owner is None else [],
            cwd="/",
        )


def _group(owner: str | None) -> int | None:
    return None if owner is None else pwd.getpwnam(owner).pw_gid


def _when_ready(postgres: Postgres, server: subprocess.Popen[bytes], folder: Path) -> Postgres:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        if postgres.is_ready():
            return postgres
        time.sleep(0.05)
    pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}")
