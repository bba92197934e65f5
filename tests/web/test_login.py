"""Signing in and out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from simulator.exam.errors import TooManyAttempts
from simulator.web.house import here
from simulator.web.login import inside
from simulator.web.passes import COOKIE, Passes
from simulator.web.throttle import PER_ADDRESS, PER_NAME, WINDOW, Throttle
from tests.web.conftest import SECRET, Site
from tests.web.houses import PASSWORD

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(site: Site) -> None:
    async with site.visitor(accept="text/html") as browser:
        wrong = await browser.post("/login", data={"name": "student", "password": "no"})
        unknown = await browser.post("/login", data={"name": "nobody", "password": "no"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("student", "") == unknown.text.replace("nobody", "")
    assert "do not go together" in wrong.text


async def test_guessing_is_paused_for_the_name_even_with_the_right_password(site: Site) -> None:
    async with site.visitor() as browser:
        for _ in range(PER_NAME):
            assert (await browser.post("/login", data={"name": "Other", "password": "no"})).status_code == 401
        paused = await browser.post("/login", data={"name": "other", "password": PASSWORD})
        assert paused.status_code == 429
        assert "quarter of an hour" in paused.text
        assert (await browser.post("/login", data={"name": "student", "password": PASSWORD})).status_code == 303


def test_an_address_is_paused_after_many_names_and_forgiven_with_time() -> None:
    throttle = Throttle()
    for number in range(PER_ADDRESS):
        throttle.failed(f"name {number}", "10.0.0.1", NOW)
    with pytest.raises(TooManyAttempts):
        throttle.check("another", "10.0.0.1", NOW)
    throttle.check("another", "10.0.0.2", NOW)
    throttle.check("another", "10.0.0.1", NOW + WINDOW)


def test_a_class_behind_one_address_may_sign_in() -> None:
    throttle = Throttle()
    for number in range(200):
        throttle.check(f"student {number}", "10.0.0.1", NOW)
        throttle.failed(f"student {number}", "10.0.0.1", NOW)
        throttle.succeeded(f"student {number}", "10.0.0.1")


async def test_the_cookie_is_kept_from_scripts_and_other_sites_and_changes_at_each_login(site: Site) -> None:
    async with site.visitor() as browser:
        first = await browser.post("/login", data={"name": "student", "password": PASSWORD})
        second = await browser.post("/login", data={"name": "student", "password": PASSWORD})
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert cookie.split(";")[0] != second.headers["set-cookie"].split(";")[0]
    claims = jwt.decode(first.cookies[COOKIE], options={"verify_signature": False})
    assert set(claims) == {"identifier", "display_name", "metadata", "iat", "exp"}
    assert claims["display_name"] is None


async def test_the_cookie_is_secure_behind_https(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here().passes, "is_secure", True)
    async with site.visitor() as browser:
        answer = await browser.post("/login", data={"name": "student", "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_new_login_in_the_same_browser_ends_the_old_pass(site: Site) -> None:
    async with site.visitor("student") as browser:
        old = browser.cookies[COOKIE]
        await browser.post("/login", data={"name": "student", "password": PASSWORD})
    async with site.visitor() as thief:
        thief.cookies.set(COOKIE, old)
        assert (await thief.get("/stations")).status_code == 401


async def test_logging_out_ends_the_pass_itself_and_no_other(site: Site) -> None:
    async with site.visitor("student") as browser, site.visitor("student") as second:
        token = browser.cookies[COOKIE]
        assert (await browser.post("/logout")).headers["location"] == "/login"
        assert (await second.get("/stations")).status_code == 200
        async with site.visitor() as thief:
            thief.cookies.set(COOKIE, token)
            assert (await thief.get("/stations")).status_code == 401
            assert (await thief.get("/interview/user")).status_code == 401


async def test_a_pass_that_was_ended_stays_ended_after_a_restart(site: Site, tmp_path: Path) -> None:
    account = await site.house.accounts.named("student")
    assert account is not None
    file, now = tmp_path / "ended", datetime.now(UTC)
    before = Passes(SECRET, site.house.accounts, file, is_secure=False)
    token, kept = before.issue(account, now), before.issue(account, now)
    before.end(token, now)
    after = Passes(SECRET, site.house.accounts, file, is_secure=False)
    assert await after.account(token) is None
    assert await after.account(kept) == account


async def test_signing_out_everywhere_ends_every_pass(site: Site) -> None:
    async with site.visitor("other") as first, site.visitor("other") as second:
        assert (await first.post("/account/sign-out-everywhere")).status_code == 303
        assert (await second.get("/stations")).status_code == 401
        assert (await second.get(f"/api/encounter/{'0' * 32}")).status_code == 401


async def test_changing_the_password_ends_every_other_pass(site: Site) -> None:
    async with site.visitor("other") as browser, site.visitor("other") as second:
        fresh = "an even longer one"
        form = {"old": PASSWORD, "new": fresh, "again": fresh}
        assert (await browser.post("/account/password", data=form)).headers["location"] == "/account?told=changed"
        assert (await browser.get("/stations")).status_code == 200
        assert (await second.get("/stations")).status_code == 401
        back = {"old": fresh, "new": PASSWORD, "again": PASSWORD}
        assert (await browser.post("/account/password", data=back)).headers["location"] == "/account?told=changed"


@pytest.mark.parametrize(("form", "told"), [
    ({"old": PASSWORD, "new": "short", "again": "short"}, "short"),
    ({"old": PASSWORD, "new": "long enough 1", "again": "long enough 2"}, "differ"),
    ({"old": "no", "new": "long enough 1", "again": "long enough 1"}, "wrong"),
])
async def test_a_password_is_not_changed_by_mistake(site: Site, form: dict[str, str], told: str) -> None:
    async with site.visitor("other") as browser:
        assert (await browser.post("/account/password", data=form)).headers["location"] == f"/account?told={told}"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "x" * 5000])
async def test_a_cookie_that_is_no_pass_of_ours_is_nobody(site: Site, token: str) -> None:
    async with site.visitor() as browser:
        answer = await browser.get("/stations", headers={b"cookie": f"{COOKIE}={token}".encode()})
        assert answer.status_code == 401


async def test_a_pass_signed_elsewhere_or_expired_is_refused(site: Site) -> None:
    account = await site.house.accounts.named("student")
    assert account is not None
    passes = here().passes
    forged = Passes("another secret, also long enough to sign", site.house.accounts, Path("unused"), is_secure=False)
    assert await passes.account(forged.issue(account, datetime.now(UTC))) is None
    assert await passes.account(passes.issue(account, datetime.now(UTC) - timedelta(days=2))) is None
    unsigned = jwt.encode({"identifier": account.id, "metadata": {"version": 1, "serial": "x"}, "exp": 9e9}, "",
                          algorithm="none")
    assert await passes.account(unsigned) is None


async def test_an_expired_login_leads_to_the_form_and_back(site: Site) -> None:
    async with site.visitor(accept="text/html") as browser:
        answer = await browser.get("/encounters?page=2")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=/encounters%3Fpage%3D2"
        form = await browser.get(answer.headers["location"])
        assert "come back to where you were" in form.text
        signed = await browser.post("/login", data={"name": "faculty", "password": PASSWORD,
                                                    "next": "/encounters?page=2"})
        assert signed.headers["location"] == "/encounters?page=2"


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\evil", "javascript:alert(1)", "",
                                     "evil", "/login", "/a\nb", "\\/evil", "/\t/evil.example"])
def test_login_leads_nowhere_but_inside(address: str) -> None:
    assert inside(address) == "/"


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"},
                                     {"sec-fetch-site": "cross-site"}])
async def test_a_form_of_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    async with site.visitor("student") as browser:
        answer = await browser.post("/stations/start", data={"station": "cough", "language": "en"}, headers=headers)
        assert answer.status_code == 403
        own = await browser.post("/stations/start", data={"station": "cough", "language": "en"},
                                 headers={"origin": "http://test"})
        assert own.status_code == 303


async def test_the_language_follows_the_browser_then_the_choice(site: Site) -> None:
    async with site.visitor(accept="text/html") as browser:
        assert '<html lang="fr">' in (await browser.get("/login", headers={"accept-language": "fr-CA,en;q=.5"})).text
        assert '<html lang="en">' in (await browser.get("/login", headers={"accept-language": "de,en;q=.5"})).text
        await browser.post("/language", data={"language": "fr"})
        assert '<html lang="fr">' in (await browser.get("/login", headers={"accept-language": "en"})).text


async def test_the_language_is_remembered_with_the_account(site: Site) -> None:
    async with site.visitor("teacher", accept="text/html") as browser:
        answer = await browser.post("/language", data={"language": "fr"}, headers={"referer": "http://test/stations"})
        assert answer.headers["location"] == "/stations"
    async with site.visitor("teacher", accept="text/html") as another:
        assert "S'entraîner" in (await another.get("/stations")).text
        await another.post("/language", data={"language": "en"})


async def test_a_closed_account_is_out_at_once(site: Site) -> None:
    async with site.visitor("other") as browser:
        await site.house.accounts.revoke("id-other")
        assert (await browser.get("/")).status_code == 401
