"""What language models use, and for whom: the noun, and how a call is told whom it serves."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Literal

from simulator.exam.base import Value


class Purpose(Value):
    """For whom a language model is called: ids only, never a name; none of them leaves this machine."""

    encounter: str = ""
    candidate: str = ""
    cohort: str = ""


class Spent(Value):
    """Tokens, and money when the prices are known."""

    tokens: int = 0
    cost: float = 0.0


class Expense(Value):
    """One line of the ledger. A call has two: what is put aside before it, and what corrects that after it."""

    call: str
    at: datetime  # the call's beginning, on both lines: they belong to one day
    purpose: Purpose
    model: str
    what: Literal["reserved", "settled"]
    spent: Spent  # negative on the second line when less was used than was put aside


_NOBODY = Purpose()
_purpose: ContextVar[Purpose] = ContextVar("purpose", default=_NOBODY)


def purpose() -> Purpose:
    """For whom the present task works."""
    return _purpose.get()


@contextmanager
def spending_for(whom: Purpose) -> Iterator[None]:
    """Within it, language models are called for this encounter, candidate and cohort."""
    token = _purpose.set(whom)
    try:
        yield
    finally:
        _purpose.reset(token)
