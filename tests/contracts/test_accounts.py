"""What every `Accounts` promises."""

import asyncio
import statistics
import time
from datetime import timedelta, timezone

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from simulator.archive import tables
from simulator.archive.accounts import SqlAccounts
from simulator.archive.database import Database
from simulator.archive.errors import AccountExists, AccountNotFound, UnusableName, UnusablePassword
from simulator.exam.base import Language
from simulator.exam.errors import WrongCredentials
from simulator.exam.people import Account, Role
from simulator.exam.ports import Accounts

from .records import NOW, an_account

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DEARER = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return SqlAccounts(database, CHEAP)


async def test_an_account_comes_back_as_it_was_added(accounts: Accounts) -> None:
    account = Account(
        id="a1", name="Élodie", role=Role.FACULTY, language=Language.FRENCH, time_factor=4 / 3, session_version=3,
        created_at=NOW.astimezone(timezone(timedelta(hours=2))),
    )
    await accounts.add(account, "secret")
    found = await accounts.account("a1")
    assert found == account
    assert found.created_at.isoformat() == "2026-03-02T09:30:00.123456+00:00"


async def test_nobody_is_found_by_an_unknown_id_or_name(accounts: Accounts) -> None:
    for text in ("nobody", "", "a\x00b", "\ud800", "é" * 20_000, "' OR 1=1 --"):
        assert await accounts.account(text) is None
        assert await accounts.named(text) is None


@pytest.mark.parametrize("name", ["élodie", "ÉLODIE", "E\u0301lodie", "  Élodie ", "Ｅ\u0301ｌｏｄｉｅ"])
async def test_a_name_is_found_whatever_its_case_or_composition(accounts: Accounts, name: str) -> None:
    await accounts.add(an_account(), "secret")
    assert await accounts.named(name) == an_account()
    assert await accounts.sign_in(name, "secret") == an_account()


async def test_a_name_is_kept_composed(accounts: Accounts) -> None:
    await accounts.add(an_account(name="E\u0301lodie"), "secret")
    found = await accounts.account("a1")
    assert found is not None
    assert found.name == "\u00c9lodie"


async def test_two_people_do_not_share_a_name_or_an_id(accounts: Accounts) -> None:
    await accounts.add(an_account(), "secret")
    with pytest.raises(AccountExists, match="name 'e\u0301LODIE'"):
        await accounts.add(an_account("a2", name="e\u0301LODIE"), "other")
    with pytest.raises(AccountExists, match="id 'a1'"):
        await accounts.add(an_account("a1", name="Somebody"), "other")
    assert await accounts.sign_in("Élodie", "secret") == an_account()
    assert await accounts.all() == (an_account(),)


async def test_of_people_who_take_one_name_at_once_exactly_one_gets_it(accounts: Accounts) -> None:
    outcomes = await asyncio.gather(
        *(accounts.add(an_account(f"a{each}"), "secret") for each in range(10)), return_exceptions=True
    )
    assert [outcome for outcome in outcomes if not isinstance(outcome, AccountExists)] == [None]


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\nb", "x" * 201])
async def test_a_name_that_cannot_be_read_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(UnusableName):
        await accounts.add(an_account(name=name), "secret")


@pytest.mark.parametrize("name", ["😀 O'Neil\\n", "שרה", "%s:x", "张伟", "x" * 200])
async def test_any_readable_name_can_be_had(accounts: Accounts, name: str) -> None:
    await accounts.add(an_account(name=name), "secret")
    assert await accounts.named(name.upper()) == an_account(name=name)


async def test_all_accounts_come_by_name(accounts: Accounts) -> None:
    for account_id, name in (("1", "carol"), ("2", "Bob"), ("3", "alice")):
        await accounts.add(an_account(account_id, name), "secret")
    assert [account.name for account in await accounts.all()] == ["alice", "Bob", "carol"]


async def test_only_the_right_password_signs_in(accounts: Accounts) -> None:
    await accounts.add(an_account(), "secret")
    assert await accounts.sign_in("Élodie", "secret") == an_account()
    for password in ("Secret", "", "secret\x00", "secret ", "x" * 20_000, "\ud800"):
        with pytest.raises(WrongCredentials):
            await accounts.sign_in("Élodie", password)


@pytest.mark.parametrize("password", ["é😀\x00", "x" * 20_000, " ", "\ud800"])
async def test_any_password_but_an_empty_one_can_be_had(accounts: Accounts, password: str) -> None:
    await accounts.add(an_account(), password)
    assert await accounts.sign_in("Élodie", password) == an_account()


async def test_an_empty_password_is_refused(accounts: Accounts) -> None:
    with pytest.raises(UnusablePassword):
        await accounts.add(an_account(), "")
    assert await accounts.all() == ()


async def test_a_password_is_the_same_however_the_keyboard_composes_it(accounts: Accounts) -> None:
    await accounts.add(an_account(), "caf\u00e9")
    assert await accounts.sign_in("Élodie", "cafe\u0301") == an_account()


async def test_a_closed_account_does_not_sign_in(accounts: Accounts) -> None:
    await accounts.add(an_account().model_copy(update={"is_closed": True}), "secret")
    with pytest.raises(WrongCredentials):
        await accounts.sign_in("Élodie", "secret")


@pytest.mark.parametrize("name", ["nobody", "", "a\x00b", "\ud800", "é" * 20_000])
async def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(accounts: Accounts, name: str) -> None:
    await accounts.add(an_account(), "secret")
    with pytest.raises(WrongCredentials) as wrong:
        await accounts.sign_in("Élodie", "wrong")
    with pytest.raises(WrongCredentials) as unknown:
        await accounts.sign_in(name, "secret")
    assert str(unknown.value) == str(wrong.value)


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(database: Database) -> None:
    accounts = SqlAccounts(database, PasswordHasher(time_cost=2, memory_cost=16_384, parallelism=1))
    await accounts.add(an_account(), "secret")

    async def seconds(name: str) -> float:
        started = time.perf_counter()
        with pytest.raises(WrongCredentials):
            await accounts.sign_in(name, "wrong")
        return time.perf_counter() - started

    known = statistics.median([await seconds("Élodie") for _ in range(7)])
    unknown = statistics.median([await seconds("nobody") for _ in range(7)])
    assert 0.5 < unknown / known < 2


async def test_only_a_hash_of_the_password_is_stored(accounts: Accounts, database: Database) -> None:
    await accounts.add(an_account(), "secret")
    async with database.reading() as connection:
        row = (await connection.execute(select(tables.accounts))).one()
    assert "secret" not in str(row)
    assert row.password_hash.startswith("$argon2id$")


async def test_a_hash_is_renewed_at_sign_in_when_the_parameters_have_changed(
    accounts: Accounts, database: Database
) -> None:
    await accounts.add(an_account(), "secret")
    renewing = SqlAccounts(database, DEARER)
    for _ in range(2):
        assert await renewing.sign_in("Élodie", "secret") == an_account()
    async with database.reading() as connection:
        stored = (await connection.scalars(select(tables.accounts.c.password_hash))).one()
    assert "m=16,t=2" in stored
    with pytest.raises(WrongCredentials):
        await renewing.sign_in("Élodie", "wrong")


async def test_a_new_password_replaces_the_old_one_and_raises_the_session_version(accounts: Accounts) -> None:
    await accounts.add(an_account(), "old")
    await accounts.change_password("a1", "new")
    with pytest.raises(WrongCredentials):
        await accounts.sign_in("Élodie", "old")
    assert (await accounts.sign_in("Élodie", "new")).session_version == 2


async def test_revoking_raises_the_session_version_and_nothing_else(accounts: Accounts) -> None:
    await accounts.add(an_account(), "secret")
    await asyncio.gather(*(accounts.revoke("a1") for _ in range(10)))
    expected = an_account().model_copy(update={"session_version": 11})
    assert await accounts.sign_in("Élodie", "secret") == expected


async def test_a_preferred_language_is_kept(accounts: Accounts) -> None:
    await accounts.add(an_account(), "secret")
    await accounts.prefer("a1", Language.ENGLISH)
    found = await accounts.account("a1")
    assert found == an_account().model_copy(update={"language": Language.ENGLISH})


async def test_an_unknown_account_is_not_changed_in_silence(accounts: Accounts) -> None:
    with pytest.raises(AccountNotFound, match="'nobody'"):
        await accounts.revoke("nobody")
    with pytest.raises(AccountNotFound, match="'nobody'"):
        await accounts.change_password("nobody", "secret")
    with pytest.raises(AccountNotFound, match="'nobody'"):
        await accounts.prefer("nobody", Language.ENGLISH)


async def test_the_audit_log_keeps_every_line_in_order(accounts: Accounts, database: Database) -> None:
    await accounts.record(NOW, "a1", "sign_in")
    await accounts.record(NOW, None, "sign_in_refused", about="a\x00b\ud800 \\u0000 😀")
    async with database.reading() as connection:
        rows = (await connection.execute(select(tables.audit).order_by(tables.audit.c.sequence))).all()
    assert [(row.at, row.who, row.what, row.about) for row in rows] == [
        (NOW, "a1", "sign_in", ""),
        (NOW, None, "sign_in_refused", "a\x00b\ud800 \\u0000 😀"),
    ]
