"""A copy of one station to spoil: each helper changes the text of a file and says where."""

import shutil
from pathlib import Path

from simulator.exam.errors import InvalidFile
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.library.files import FileLibrary
from simulator.vocabulary import Vocabulary

ROOT = Path(__file__).parent.parent.parent


class Shelf:
    """The folders of a library with the station "Chest pain" in English."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self.scenario_path = folder / "scenarios" / "chest_pain.en.yaml"
        self.rubric_path = folder / "rubrics" / "chest_pain.en.yaml"
        self.scenario_path.parent.mkdir(parents=True)
        shutil.copytree(ROOT / "rubrics" / "scales", folder / "rubrics" / "scales")
        shutil.copytree(ROOT / "scenarios" / "media", folder / "scenarios" / "media")
        self.scenario_text = (ROOT / "scenarios" / "chest_pain.en.yaml").read_text(encoding="utf-8")
        self.rubric_text = (ROOT / "rubrics" / "chest_pain.en.yaml").read_text(encoding="utf-8")
        self.write(self.scenario_text)
        self.rubric_path.write_text(self.rubric_text, encoding="utf-8")
        self.library = FileLibrary(self.scenario_path.parent, self.rubric_path.parent, vocabulary)
        self.vocabulary = vocabulary

    def write(self, scenario: str | bytes) -> None:
        content = scenario if isinstance(scenario, bytes) else scenario.encode("utf-8")
        self.scenario_path.write_bytes(content)

    def reader(self) -> FileLibrary:
        """A library that has read nothing yet."""
        return FileLibrary(self.scenario_path.parent, self.rubric_path.parent, self.vocabulary)

    def scenario_mistakes(self, text: str | bytes) -> list[str]:
        """What is wrong with the scenario once its text is this, without the folder's name; nothing when it is valid."""
        self.write(text)
        try:
            self.reader().scenario_from(self.scenario_path)
        except InvalidFile as error:
            return self._short(error)
        return []

    def rubric_mistakes(self, text: str, scenario: Scenario | None) -> list[str]:
        """What is wrong with the rubric once its text is this."""
        self.rubric_path.write_text(text, encoding="utf-8")
        try:
            self.reader().rubric_from(self.rubric_path, scenario)
        except InvalidFile as error:
            return self._short(error)
        return []

    def _short(self, error: InvalidFile) -> list[str]:
        folder = f"{self.scenario_path.parent.parent}/"
        return [mistake.replace(folder, "").removeprefix("scenarios/").removeprefix("rubrics/") for mistake in error.mistakes]

    def station(self) -> Station:
        return self.reader().station_from(self.scenario_path)


def line_of(text: str, part: str) -> int:
    """The line where a part of a text first stands, from 1."""
    return text[:text.index(part)].count("\n") + 1
