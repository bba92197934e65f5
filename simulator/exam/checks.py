"""What a check of an installation finds: the noun behind `simulator doctor`."""

from enum import StrEnum

from simulator.exam.base import Value


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, but less well than it could
    FAILED = "failed"
    SKIPPED = "skipped"


class Check(Value):
    """One thing that was looked at, what was found, and what to do about it."""

    name: str = ""
    state: State = State.OK
    found: str
    fix: str = ""
