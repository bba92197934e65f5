"""Signing in and out, the password, and the choice of language: plain forms that need no script."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from simulator.exam.base import Language
from simulator.exam.errors import TooManyAttempts, WrongCredentials
from simulator.exam.people import Account
from simulator.web.departure import close_windows_of
from simulator.web.faults import told
from simulator.web.house import here
from simulator.web.language import COOKIE as LANGUAGE_COOKIE
from simulator.web.language import language_of
from simulator.web.notices import rendered
from simulator.web.passes import COOKIE, LIFETIME, token_in

router = APIRouter()
SHORTEST_PASSWORD = 10


@router.get("/login")
async def login_page(request: Request, next: str = "/") -> Response:
    """The form; a person who is signed in already goes on."""
    if request.state.account:
        return RedirectResponse(inside(next), 303)
    return _form(request, next)


@router.post("/login")
async def sign_in(request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "",
                  next: Annotated[str, Form()] = "/") -> Response:
    """Signs in; the pass of an earlier login in this browser ends."""
    now, premises = datetime.now(UTC), here()
    address = request.client.host if request.client else "unknown"
    try:
        account = await _checked(name, password, address, now)
    except (WrongCredentials, TooManyAttempts) as error:
        status, key = told(error)
        return _form(request, next, name, key, status)
    _end_pass(request, now)
    await premises.house.accounts.record(now, account.id, "signed in", address)
    response = RedirectResponse(inside(next), 303)
    give_pass(response, account, now)
    return response


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """Ends this browser's login: the pass is refused from now on, its open windows are closed."""
    now, account = datetime.now(UTC), request.state.account
    token = _end_pass(request, now)
    if account:
        await here().house.accounts.record(now, account.id, "signed out")
        await close_windows_of(account.id, token)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(request: Request) -> Response:
    """Ends every login of this account."""
    account = request.state.account
    await here().house.accounts.revoke(account.id)
    await here().house.accounts.record(datetime.now(UTC), account.id, "signed out everywhere")
    await close_windows_of(account.id)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.post("/account/password")
async def change_password(request: Request, old: Annotated[str, Form()] = "", new: Annotated[str, Form()] = "",
                          again: Annotated[str, Form()] = "") -> Response:
    """Changes the password; every other login of the account ends."""
    now, account, accounts = datetime.now(UTC), request.state.account, here().house.accounts
    if len(new) < SHORTEST_PASSWORD or new != again:
        return RedirectResponse(f"/account?told={'short' if len(new) < SHORTEST_PASSWORD else 'differ'}", 303)
    try:
        await _checked(account.name, old, request.client.host if request.client else "unknown", now)
    except (WrongCredentials, TooManyAttempts) as error:
        return RedirectResponse(f"/account?told={'paused' if isinstance(error, TooManyAttempts) else 'wrong'}", 303)
    await accounts.change_password(account.id, new)
    await accounts.record(now, account.id, "changed the password")
    await close_windows_of(account.id)
    response = RedirectResponse("/account?told=changed", 303)
    fresh = await accounts.account(account.id)
    if fresh:
        give_pass(response, fresh, now)
    return response


@router.post("/language")
async def choose_language(request: Request, language: Annotated[Language, Form()]) -> Response:
    """Remembers the language, in the account and in the browser, and goes back to the page."""
    if request.state.account:
        await here().house.accounts.prefer(request.state.account.id, language)
    back = urlsplit(request.headers.get("referer", "/"))
    response = RedirectResponse(inside(back.path + (f"?{back.query}" if back.query else "")), 303)
    response.set_cookie(LANGUAGE_COOKIE, language.value, max_age=365 * 86400, httponly=True, samesite="lax",
                        secure=here().passes.is_secure, path="/")
    return response


def give_pass(response: Response, account: Account, now: datetime) -> None:
    """Puts a fresh pass into the browser."""
    response.set_cookie(COOKIE, here().passes.issue(account, now), max_age=int(LIFETIME.total_seconds()),
                        httponly=True, samesite="lax", secure=here().passes.is_secure, path="/")


def inside(address: str) -> str:
    """An address of ours to go on to; the home page for anything that could lead elsewhere."""
    parts = urlsplit(address)
    leads_away = parts.scheme or parts.netloc or not address.startswith("/") or address.startswith(("//", "/\\"))
    is_odd = any(ord(each) < 33 or each == "\\" for each in address)
    return "/" if leads_away or is_odd or parts.path in ("/login", "/logout") else address


async def _checked(name: str, password: str, address: str, now: datetime) -> Account:
    """The account; WrongCredentials or TooManyAttempts, the same for names that exist and names that do not."""
    throttle = here().throttle
    throttle.check(name, address, now)
    throttle.failed(name, address, now)  # counted before the slow check, so that many at once are counted too
    account = await here().house.accounts.sign_in(name[:300], password[:1000])
    throttle.succeeded(name, address)
    return account


def _end_pass(request: Request, now: datetime) -> str | None:
    token = token_in(request.headers.get("cookie", ""))
    here().passes.end(token, now)
    return token


def _form(request: Request, next_page: str, name: str = "", key: str | None = None, status: int = 200) -> Response:
    language = language_of(request, None, here().house.settings.default_language)
    return rendered("login.html", language, status, next=inside(next_page), name=name[:200], told=key)
