"""Printing for people: on standard error what happens, on standard output what was asked for."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console

from simulator.exam.errors import InvalidFile, SimulatorError

T = TypeVar("T")
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str, code: int = 1) -> NoReturn:
    """Ends the command with a message for a person."""
    err.print(message, markup=False, style="red")
    raise typer.Exit(code)


def told(error: SimulatorError) -> NoReturn:
    """Ends the command with what an error says; exit code 2 for a broken file, 1 otherwise."""
    fail(str(error), 2 if isinstance(error, InvalidFile) else 1)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine; Ctrl-C ends it quietly."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        sys.exit(130)
