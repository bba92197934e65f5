"""What can go wrong, each with what, where and what to do."""


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
