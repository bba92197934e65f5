"""The parts that commands need, without the server: library, understanding, stations by id or by path."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulator.commands.console import err
from simulator.exam.base import Language
from simulator.exam.errors import InvalidFile, SimulatorError
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.library.files import FileLibrary
from simulator.settings import Settings
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from simulator.wiring import NO_MODEL, reader


@dataclass
class Parts:
    """Library and understanding, read when first needed."""

    settings: Settings

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.load()

    @cached_property
    def library(self) -> FileLibrary:
        return FileLibrary(self.settings.scenarios, self.settings.rubrics, self.vocabulary)

    @cached_property
    def understanding(self) -> Reader:
        built = reader(self.settings, self.vocabulary, lambda what: err.print(f"{what} …", style="dim"))
        if built.embedder.name.startswith("lexical"):
            err.print(NO_MODEL, style="yellow")
        return built

    def station(self, name: str, language: Language) -> Station:
        """A station by its id, or by the path of its scenario file."""
        path = Path(name)
        if path.suffix in (".yaml", ".yml"):
            return self.library.station_from(path)
        return self.library.station(name, language)

    def rubric(self, name: str, language: Language, scenario: Scenario | None) -> Rubric:
        """A rubric by its id, or by the path of its file."""
        path = Path(name)
        if path.suffix in (".yaml", ".yml"):
            return self.library.rubric_from(path, scenario)
        return self.library.rubric(name, language)


def mistakes_of(error: SimulatorError) -> tuple[str, ...]:
    """Every line of an error."""
    return error.mistakes if isinstance(error, InvalidFile) else (str(error),)
