"""Slows down guessing at login, by name and by address."""

from datetime import datetime, timedelta

from simulator.exam.errors import TooManyAttempts

WINDOW = timedelta(minutes=15)
PER_NAME = 8  # wrong passwords for one name in the window
PER_ADDRESS = 40  # a whole class may sit behind one address
_MOST_KEYS = 10_000


class Throttle:
    """Counts failures; time forgives them, and success forgives those of a name."""

    def __init__(self) -> None:
        self._failures: dict[str, list[datetime]] = {}

    def check(self, name: str, address: str, now: datetime) -> None:
        """TooManyAttempts when this name or this address has failed too often lately; known or not makes no odds."""
        for key, most in ((_name_key(name), PER_NAME), (_address_key(address), PER_ADDRESS)):
            if len(self._recent(key, now)) >= most:
                raise TooManyAttempts("too many attempts: wait some minutes, then try again")

    def failed(self, name: str, address: str, now: datetime) -> None:
        """Remembers one failure."""
        for key in (_name_key(name), _address_key(address)):
            self._failures[key] = [*self._recent(key, now), now]
        if len(self._failures) > _MOST_KEYS:
            self._failures = {key: times for key in self._failures if (times := self._recent(key, now))}
        while len(self._failures) > _MOST_KEYS:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, name: str, address: str) -> None:
        """Forgets a name's failures, and the one just counted for the address."""
        self._failures.pop(_name_key(name), None)
        self._failures[_address_key(address)] = self._failures.get(_address_key(address), [])[:-1]

    def _recent(self, key: str, now: datetime) -> list[datetime]:
        return [each for each in self._failures.get(key, ()) if now - each < WINDOW]


def _name_key(name: str) -> str:
    return "name:" + " ".join(name.casefold().split())[:200]


def _address_key(address: str) -> str:
    return "address:" + address
