"""What can go wrong, each with what, where and what to do."""

from enum import StrEnum


class SimulatorError(Exception):
    """The root of every error that is meant to be read by a person."""


class StationNotFound(SimulatorError):
    """No station has this id in this language."""


class InvalidFile(SimulatorError):
    """An authored file breaks its schema; the message lists every mistake as `file:line: path: what`."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class QuoteNotFound(SimulatorError):
    """Words offered as evidence are not in the candidate's own words."""


class EncounterNotFound(SimulatorError):
    """No encounter has this id, or it belongs to somebody else."""


class NotNow(SimulatorError):
    """The encounter is in a phase in which this cannot be done."""


class TooLong(SimulatorError):
    """The message is longer than one turn may be."""


class NothingSaid(SimulatorError):
    """The message holds no words."""


class Conflict(SimulatorError):
    """Another process appended to the same encounter first; read again and retry."""


class WrongCredentials(SimulatorError):
    """The name and the password do not go together, or the account is closed."""


class TooManyAttempts(SimulatorError):
    """Login is paused for this name or address."""


class Trouble(StrEnum):
    """What kept a language model from answering."""

    UNREACHABLE = "unreachable"  # refused, no such host, no route
    INSECURE = "insecure"  # TLS
    KEY_REFUSED = "key_refused"  # 401, 403
    NO_SUCH_MODEL = "no_such_model"  # 404
    BUSY = "busy"  # 429
    FAILED = "failed"  # 5xx, or anything unforeseen
    TOO_SLOW = "too_slow"  # past the time given
    CUT_OFF = "cut_off"  # the stream broke
    EMPTY = "empty"
    MALFORMED = "malformed"  # not the JSON, or not the shape, that was asked for
    DECLINED = "declined"  # the model refuses, or its filter does
    ENDLESS = "endless"  # far too long, or the same words over and over
    SPENT = "spent"  # the budget
    RESTING = "resting"  # left alone for a while after failures


class ModelUnavailable(SimulatorError):
    """A language model did not answer as asked; the embedded part does instead."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.trouble = trouble
