"""The signed pass that a browser carries after login: one cookie for Chainlit and all other pages."""

import hashlib
import secrets
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import NamedTuple

import jwt

from simulator.exam.people import Account
from simulator.exam.ports import Accounts

COOKIE = "access_token"  # the name that Chainlit reads
LIFETIME = timedelta(hours=12)
_LONGEST_TOKEN = 3000  # characters; Chainlit would split a longer one over several cookies


class Pass(NamedTuple):
    """What a valid token says."""

    account_id: str
    version: int
    serial: str
    expires: int  # seconds since 1970


class Passes:
    """Issues, reads and ends passes. A pass is refused once its account's session version has been raised."""

    def __init__(self, secret: str, accounts: Accounts, ended: Path, is_secure: bool) -> None:
        self._secret = secret
        self._accounts = accounts
        self._ended_file = ended
        self._ended = _read(ended)
        self.is_secure = is_secure

    def issue(self, account: Account, now: datetime) -> str:
        """A new token; no name and no role in it, since the browser can read it."""
        return jwt.encode({
            "identifier": account.id, "display_name": None,
            "metadata": {"version": account.session_version, "serial": secrets.token_hex(12)},
            "iat": now, "exp": now + LIFETIME}, self._secret, algorithm="HS256")

    def read(self, token: str | None) -> Pass | None:
        """What a token says, if we signed it, it has not expired and it was not ended by logging out."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], options={"require": ["exp"]})
            told = Pass(str(claims["identifier"]), int(claims["metadata"]["version"]),
                        str(claims["metadata"]["serial"]), int(claims["exp"]))
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
            return None
        return None if _hashed(told.serial) in self._ended else told

    async def account(self, token: str | None) -> Account | None:
        """Whose token this is, as the account stands now; nothing when it is closed or was revoked."""
        told = self.read(token)
        account = await self._accounts.account(told.account_id) if told else None
        if told is None or account is None or account.is_closed or account.session_version != told.version:
            return None
        return account

    def end(self, token: str | None, now: datetime) -> None:
        """Refuses this token from now on, after a restart too."""
        told = self.read(token)
        if told is None:
            return
        self._ended = {serial: expires for serial, expires in self._ended.items() if expires > now.timestamp()}
        self._ended[_hashed(told.serial)] = told.expires
        self._ended_file.parent.mkdir(parents=True, exist_ok=True)
        with self._ended_file.open("a", encoding="ascii") as file:
            file.write(f"{_hashed(told.serial)} {told.expires}\n")


def token_in(cookie_header: str) -> str | None:
    """The token among a request's cookies."""
    try:
        morsel = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _hashed(serial: str) -> str:
    return hashlib.sha256(serial.encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, int]:
    """The ended serials that have not expired by themselves; the file is written anew without the others."""
    if not path.is_file():
        return {}
    pairs = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    now = datetime.now().timestamp()
    ended = {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit() and int(pair[1]) > now}
    path.write_text("".join(f"{serial} {expires}\n" for serial, expires in ended.items()), encoding="ascii")
    return ended
