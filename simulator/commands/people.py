"""`simulator users`: accounts, and the demo accounts of a first start."""

import secrets
import uuid
from datetime import UTC, datetime

from simulator.archive import Database, SqlAccounts
from simulator.exam.people import Account, Role
from simulator.settings import Settings

DEMO = (("student", Role.STUDENT), ("teacher", Role.TEACHER), ("faculty", Role.FACULTY), ("admin", Role.ADMIN))


def a_password() -> str:
    """Sixteen characters that can be read aloud: no 0/O, 1/l/I."""
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(letters) for _ in range(16))


async def opened(settings: Settings) -> tuple[Database, SqlAccounts]:
    """The database, migrated, and its accounts."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    await database.migrate()
    return database, SqlAccounts(database)


async def add(settings: Settings, name: str, role: Role, password: str | None, factor: float) -> str:
    """A new account; the password it got."""
    database, accounts = await opened(settings)
    try:
        chosen = password or a_password()
        await accounts.add(Account(id=uuid.uuid4().hex, name=name, role=role, time_factor=factor,
                                   created_at=datetime.now(UTC)), chosen)
        return chosen
    finally:
        await database.close()


async def listed(settings: Settings) -> tuple[Account, ...]:
    database, accounts = await opened(settings)
    try:
        return await accounts.all()
    finally:
        await database.close()


async def new_password(settings: Settings, name: str, password: str | None) -> str | None:
    """A fresh password for an account, every login of it ended; nothing when there is no such account."""
    database, accounts = await opened(settings)
    try:
        account = await accounts.named(name)
        if account is None:
            return None
        chosen = password or a_password()
        await accounts.change_password(account.id, chosen)
        return chosen
    finally:
        await database.close()


async def demo(settings: Settings) -> dict[str, str]:
    """One account per role on an empty database, with random passwords; nothing when there are accounts already."""
    database, accounts = await opened(settings)
    try:
        if await accounts.all():
            return {}
        made = {}
        for name, role in DEMO:
            made[name] = a_password()
            await accounts.add(Account(id=uuid.uuid4().hex, name=name, role=role, created_at=datetime.now(UTC)),
                               made[name])
        return made
    finally:
        await database.close()
