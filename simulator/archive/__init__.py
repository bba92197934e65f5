"""The archive: the only record of encounters, grades and reviews, and of who may sign in; SQLite or PostgreSQL."""

from simulator.archive.accounts import SqlAccounts
from simulator.archive.archive import SqlArchive
from simulator.archive.database import Database
from simulator.archive.errors import AccountExists, AccountNotFound, ArchiveTooNew, UnusableName, UnusablePassword
from simulator.archive.ledger import SqlLedger

__all__ = [
    "AccountExists",
    "AccountNotFound",
    "ArchiveTooNew",
    "Database",
    "SqlAccounts",
    "SqlArchive",
    "SqlLedger",
    "UnusableName",
    "UnusablePassword",
]
