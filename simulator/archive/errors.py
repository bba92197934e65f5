"""What can go wrong in the archive alone."""

from simulator.exam.errors import SimulatorError


class AccountExists(SimulatorError):
    """Another account has this name, or this id."""


class AccountNotFound(SimulatorError):
    """No account has this id."""


class UnusableName(SimulatorError):
    """The name is empty, too long, or holds characters that cannot be seen."""


class UnusablePassword(SimulatorError):
    """The password is empty."""


class ArchiveTooNew(SimulatorError):
    """A later version of the simulator has migrated this database."""
