"""What the pages stand on: the house that wiring built, and what lives as long as the server does."""

from pathlib import Path
from typing import Protocol

from simulator.encounters.runner import Runner
from simulator.exam.base import Language
from simulator.exam.errors import InvalidFile
from simulator.exam.ports import Accounts, Archive, Library
from simulator.vocabulary import Vocabulary
from simulator.web.clock import EncounterClock
from simulator.web.passes import Passes
from simulator.web.throttle import Throttle
from simulator.web.wall import Wall


class Settings(Protocol):
    """The settings that the pages read; `simulator.settings.Settings` has them."""

    @property
    def data_folder(self) -> Path: ...
    @property
    def https_only(self) -> bool: ...
    @property
    def origin(self) -> str: ...
    @property
    def default_language(self) -> Language: ...


class StationFiles(Library, Protocol):
    """The library over a folder, which also knows its broken files."""

    @property
    def scenarios(self) -> Path: ...

    def broken(self) -> tuple[InvalidFile, ...]: ...


class Marking(Protocol):
    """The queue that marks submitted encounters."""

    def progress(self, encounter_id: str) -> tuple[int, int] | None: ...


class House(Protocol):
    """All the parts; `simulator.wiring.build` makes one."""

    @property
    def settings(self) -> Settings: ...
    @property
    def runner(self) -> Runner: ...
    @property
    def library(self) -> StationFiles: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def vocabulary(self) -> Vocabulary: ...
    @property
    def marking(self) -> Marking: ...
    @property
    def understanding_notice(self) -> str | None: ...

    async def start(self) -> None: ...
    async def close(self) -> None: ...


class Premises:
    """The house with what the pages add to it: passes, throttle, the wall that shows turns, the clock."""

    def __init__(self, house: House, secret: str) -> None:
        self.house = house
        self.passes = Passes(secret, house.accounts, house.settings.data_folder / "signed_out.txt",
                             is_secure=house.settings.https_only)
        self.throttle = Throttle()
        self.wall = Wall(house.runner)
        self.clock = EncounterClock(house.runner, self.wall.show)


# Chainlit and NiceGUI call module functions and hand them nothing of ours: this is the one place where they find it.
_held: dict[str, Premises] = {}


def hold(premises: Premises) -> None:
    """Makes these the premises that the pages serve."""
    _held["here"] = premises


def here() -> Premises:
    """The premises that the pages serve; RuntimeError before `hold`."""
    if "here" not in _held:
        raise RuntimeError("no house is open: start the server with `simulator serve` or `uvicorn app:app`")
    return _held["here"]
