"""Roles at login and what each may do, decided in one place."""

from datetime import datetime
from enum import StrEnum

from simulator.exam.base import Language, Value


class Role(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"
    FACULTY = "faculty"
    ADMIN = "admin"


class Deed(StrEnum):
    """What a page lets a person do."""

    SIT = "sit"  # open and play encounters of one's own
    READ_ANY = "read_any"  # read anybody's transcript and grade
    AUTHOR = "author"
    REVIEW = "review"
    ADMINISTER = "administer"


_MAY = {
    Role.STUDENT: {Deed.SIT},
    Role.TEACHER: {Deed.SIT, Deed.AUTHOR},
    Role.FACULTY: {Deed.SIT, Deed.READ_ANY, Deed.AUTHOR, Deed.REVIEW},
    Role.ADMIN: {Deed.SIT, Deed.ADMINISTER},
}


def may(role: Role, deed: Deed) -> bool:
    """Whether a role allows a deed."""
    return deed in _MAY[role]


class Account(Value):
    """A person who can sign in. The id is opaque; `name` never leaves the archive for a model."""

    id: str
    name: str
    role: Role
    language: Language | None = None
    time_factor: float = 1.0
    session_version: int = 1  # raised to revoke every cookie signed before
    is_closed: bool = False
    created_at: datetime
