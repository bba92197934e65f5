"""Stand-ins for parts: plain, deterministic, and quick to start."""

from collections.abc import Mapping, Sequence

from simulator.exam.base import Language
from simulator.exam.errors import StationNotFound
from simulator.exam.ports import Focus, Match
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.exam.transcript import Act, ActKind, plain

_KINDS = {"act": ActKind.COMMUNICATES, "examine": ActKind.EXAMINES, "order": ActKind.ORDERS, "small": ActKind.TALKS,
          "meta": ActKind.STRAYS}


def an_act(topic: str, words: str = "") -> Act:
    """What an utterance on this topic does, as the reader would say it."""
    return Act(kind=_KINDS.get(topic.split(".")[0], ActKind.ASKS), topic=topic, words=words)


class Keywords:
    """An understanding that knows a few words and the topic of each."""

    name = "keywords"

    def __init__(self, topics: Mapping[str, str]) -> None:
        self.topics = {plain(word): topic for word, topic in topics.items()}
        self.heard: list[str] = []

    def listener(self, scenario: Scenario | None, language: Language) -> "Keywords":
        return self

    def read(self, words: str, focus: Focus) -> tuple[Act, ...]:
        self.heard.append(words)
        text = f" {plain(words)} "
        found = sorted((text.index(f" {word} "), word) for word in self.topics if f" {word} " in text)
        return tuple(an_act(self.topics[word], word) for _, word in found) or (
            Act(kind=ActKind.NOT_UNDERSTOOD, words=words[:200]),)

    def seek(self, words: str, phrases: Sequence[str], focus: Focus, language: Language) -> Match | None:
        return None

    def carries(self, words: str, wordings: Sequence[str], language: Language) -> Match | None:
        return None


class Shelf:
    """A library of the stations that were put on it."""

    def __init__(self, *stations: Station) -> None:
        self.kept = list(stations)

    def stations(self, language: Language | None = None) -> tuple[Station, ...]:
        return tuple(each for each in self.kept if language in (None, each.language))

    def station(self, station_id: str, language: Language) -> Station:
        for each in self.kept:
            if (each.id, each.language) == (station_id, language):
                return each
        raise StationNotFound(f"no station '{station_id}' in '{language}'")
