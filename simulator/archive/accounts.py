"""Who may sign in, and the audit log, kept in SQL."""

import asyncio
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import ColumnElement, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from simulator.archive.database import Database
from simulator.archive.errors import AccountExists, AccountNotFound, UnusableName, UnusablePassword
from simulator.archive.tables import accounts, audit
from simulator.exam.base import Language
from simulator.exam.errors import WrongCredentials
from simulator.exam.people import Account, Role

LONGEST_NAME = 200


class SqlAccounts:
    """The `Accounts` port over a migrated database. Names are kept in NFC and found whatever their case."""

    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._hash_of_nobody = self._hasher.hash(secrets.token_bytes(16))
        self._room = asyncio.Semaphore(4)  # each hash takes 64 MiB while it is made; a whole cohort signs in at once

    async def add(self, account: Account, password: str) -> None:
        """Stores the password's argon2 hash only; AccountExists when the name or the id is taken."""
        row = {
            **account.model_dump(mode="python"),
            "name": _usable(account.name),
            "name_key": _key(account.name),
            "role": account.role.value,
            "language": account.language and account.language.value,
            "password_hash": await self._hash(password),
        }
        try:
            async with self._database.writing() as connection:
                await connection.execute(insert(accounts), [row])
        except IntegrityError as error:
            taken = f"id '{account.id}'" if await self.account(account.id) else f"name '{account.name}'"
            raise AccountExists(f"the {taken} belongs to an account already; choose another") from error

    async def account(self, account_id: str) -> Account | None:
        """The account with this id."""
        return _account(await self._find(accounts.c.id == account_id))

    async def named(self, name: str) -> Account | None:
        """The account with this name, whatever its case or composition."""
        return _account(await self._find(accounts.c.name_key == _key(name)))

    async def all(self) -> tuple[Account, ...]:
        """Every account, closed ones too, by name."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(accounts))).mappings().all()
        ordered = sorted(rows, key=lambda row: str(row["name_key"]))  # here: each database has its own alphabet
        return tuple(_made(row) for row in ordered)

    async def sign_in(self, name: str, password: str) -> Account:
        """WrongCredentials when they do not go together or the account is closed; as slow for an unknown name."""
        row = await self._find(accounts.c.name_key == _key(name))
        stored = self._hash_of_nobody if row is None else str(row["password_hash"])
        is_right = await self._verify(stored, password)
        if row is None or not is_right or row["is_closed"]:
            raise WrongCredentials("the name and the password do not go together")
        if self._hasher.check_needs_rehash(stored):
            await self._rehash(row, password)
        return _made(row)

    async def change_password(self, account_id: str, password: str) -> None:
        """Also raises the session version: every cookie signed before is refused. AccountNotFound."""
        hashed = await self._hash(password)
        await self._change(account_id, {"password_hash": hashed, "session_version": accounts.c.session_version + 1})

    async def revoke(self, account_id: str) -> None:
        """Raises the session version. AccountNotFound."""
        await self._change(account_id, {"session_version": accounts.c.session_version + 1})

    async def prefer(self, account_id: str, language: Language) -> None:
        """The language of the pages from now on. AccountNotFound."""
        await self._change(account_id, {"language": language.value})

    async def record(self, at: datetime, who: str | None, what: str, about: str = "") -> None:
        """One line of the append-only audit log."""
        async with self._database.writing() as connection:
            await connection.execute(insert(audit), [{"at": at, "who": who, "what": what, "about": about}])

    async def _find(self, condition: ColumnElement[bool]) -> RowMapping | None:
        async with self._database.reading() as connection:
            return (await connection.execute(select(accounts).where(condition))).mappings().first()

    async def _change(self, account_id: str, values: Mapping[str, str | ColumnElement[int]]) -> None:
        async with self._database.writing() as connection:
            changed = await connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))
        if not changed.rowcount:
            raise AccountNotFound(f"no account has the id '{account_id}'")

    async def _rehash(self, row: RowMapping, password: str) -> None:
        """Keeps the same password under today's parameters, unless it has been changed meanwhile."""
        hashed = await self._hash(password)
        is_unchanged = (accounts.c.id == row["id"]) & (accounts.c.password_hash == row["password_hash"])
        async with self._database.writing() as connection:
            await connection.execute(update(accounts).where(is_unchanged).values(password_hash=hashed))

    async def _hash(self, password: str) -> str:
        if not password:
            raise UnusablePassword("the password is empty")
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, _spelled(password))

    async def _verify(self, stored: str, password: str) -> bool:
        async with self._room:
            try:
                return await asyncio.to_thread(self._hasher.verify, stored, _spelled(password))
            except VerificationError:
                return False


def _account(row: RowMapping | None) -> Account | None:
    return None if row is None else _made(row)


def _made(row: RowMapping) -> Account:
    fields: dict[str, Any] = {key: row[key] for key in Account.model_fields}
    language = fields["language"]
    return Account(**{**fields, "role": Role(fields["role"]), "language": language and Language(language)})


def _usable(name: str) -> str:
    """The name as it is kept; UnusableName when it is empty, too long or holds control characters."""
    name = unicodedata.normalize("NFC", name.strip())
    if not name or len(name) > LONGEST_NAME:
        raise UnusableName(f"a name has 1 to {LONGEST_NAME} characters, this one has {len(name)}")
    if any(unicodedata.category(each) == "Cc" for each in name):
        raise UnusableName(f"the name {name!r} holds control characters")
    return name


def _key(name: str) -> str:
    """What two names share when a person would call them the same."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def _spelled(password: str) -> bytes:
    """The same bytes from every keyboard: one system composes é, another does not."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
