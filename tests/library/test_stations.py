"""The stations that ship: valid, alike in both languages, and none gives its diagnosis away."""

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.exam.base import Language
from simulator.exam.scenario import Domain, Media, Scenario
from simulator.exam.station import Station
from simulator.exam.transcript import plain
from simulator.library.files import FileLibrary
from simulator.vocabulary import Vocabulary

from .shelf import ROOT

IDS = ["bad_news", "chest_pain", "diabetes_review", "headache"]
BOTH = [(station_id, language) for station_id in IDS for language in Language]


@pytest.fixture(params=BOTH, ids=lambda each: f"{each[0]}.{each[1]}")
def station(request: pytest.FixtureRequest, library: FileLibrary) -> Station:
    station_id, language = request.param
    return library.station(station_id, language)


def test_every_station_is_valid_and_has_a_rubric(library: FileLibrary) -> None:
    assert library.broken() == ()
    assert [(station.id, station.language) for station in library.stations()] == sorted(
        (path.name.split(".")[0], path.name.split(".")[1]) for path in (ROOT / "scenarios").glob("*.??.yaml"))
    assert {station.id for station in library.stations()} >= set(IDS)
    assert all(station.rubric for station in library.stations())


def test_every_rubric_file_belongs_to_a_station(library: FileLibrary) -> None:
    stations = {(station.id, station.language.value) for station in library.stations()}
    assert {tuple(path.name.split(".")[:2]) for path in (ROOT / "rubrics").glob("*.yaml")} == stations


def test_a_station_is_as_rich_as_promised(station: Station) -> None:
    scenario, rubric = station.scenario, station.rubric
    assert rubric
    assert 25 <= len(scenario.facts) <= 50
    assert len(scenario.findings) >= 8
    assert len(scenario.results) >= 4
    assert 15 <= len(rubric.items) <= 25
    assert rubric.own_scales
    assert rubric.global_rating
    assert any(result.media for result in scenario.results) or any(finding.media for finding in scenario.findings)


def test_every_picture_is_there_and_described_in_words(station: Station) -> None:
    for media in _media(station.scenario):
        assert (ROOT / "scenarios" / media.file).stat().st_size > 500
        assert len(media.alt.split()) >= 12, media.file


def _media(scenario: Scenario) -> list[Media]:
    shown = [finding.media for finding in scenario.findings] + [result.media for result in scenario.results]
    return [each for each in shown if each]


@pytest.mark.parametrize("station_id", IDS)
def test_both_languages_have_the_same_ids_and_the_same_rules(library: FileLibrary, station_id: str) -> None:
    french, english = (library.station(station_id, language) for language in Language)
    assert _structure(french.scenario.model_dump()) == _structure(english.scenario.model_dump())
    assert french.rubric
    assert english.rubric
    assert _structure(french.rubric.model_dump()) == _structure(english.rubric.model_dump())


_KEPT = {"id", "topic", "about", "also", "reveal", "after", "at", "after_minute", "examine", "order", "minutes", "reading", "station",
         "warning", "closing", "answered_by", "field", "weight", "critical", "domain", "at_least", "topics", "facts", "kinds",
         "findings", "results", "before_minute", "within", "level", "is_borderline", "version", "status", "preset", "age", "sex",
         "is_abnormal", "modality", "complaint", "credit"}


def _structure(value: Any, key: str = "") -> Any:
    """The ids, numbers and rules of a value without its texts."""
    if isinstance(value, dict):
        return {name: _structure(part, name) for name, part in value.items()
                if isinstance(part, dict | list | tuple) or name in _KEPT}
    if isinstance(value, list | tuple):
        if key in _KEPT or any(isinstance(each, dict) for each in value):
            return [_structure(each, key) for each in value]
        return None
    return value


def test_nothing_that_can_be_told_names_the_diagnosis(station: Station) -> None:
    secrets = [station.scenario.diagnosis.stated, *station.scenario.diagnosis.also_accept]
    for place, text in _tellable(station.scenario):
        for secret in secrets:
            assert f" {plain(secret)} " not in f" {plain(text)} ", f"{place} says {secret!r}: {text!r}"


def _tellable(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every authored text that a candidate can read or hear before the end, findings and results apart.

    When the task is to announce a diagnosis, the door note gives it to the candidate, and the family's past is not his.
    """
    announces = scenario.tags.domain is Domain.ANNOUNCEMENT
    door, patient = scenario.door, scenario.patient
    yield "title", scenario.title
    yield from (("situation", each.title) for each in scenario.tags.starting_situations)
    yield from (("door", each) for each in (door.role, door.setting, door.patient, *door.tasks, *door.not_tasks))
    if not announces:
        yield from (("door.given", each) for each in door.given)
    yield "opening", patient.opening
    yield "farewell", patient.farewell or ""
    for fact in scenario.all_facts:
        if announces and fact.topic.startswith("family."):
            continue
        yield from ((fact.id, each) for each in (fact.answer, fact.again, fact.otherwise) if each)
    for cue in scenario.cues:
        yield from ((cue.id, each) for each in (cue.says, cue.once_met) if each)
    yield from ((each.id, each.says) for each in scenario.asks)
    yield from ((each.topic, each.says) for each in (*scenario.denies, *scenario.unknown) if each.says)
    yield from (("refused", each.says) for each in scenario.refused)
    yield from (("closing", each.asks) for each in scenario.closing)
    yield "other findings", scenario.other_findings or ""
    yield "other results", scenario.other_results or ""


def test_the_pictures_names_and_descriptions_do_not_give_the_diagnosis_away(station: Station) -> None:
    if station.scenario.tags.domain is Domain.ANNOUNCEMENT:
        return
    secrets = [station.scenario.diagnosis.stated, *station.scenario.diagnosis.also_accept]
    for media in _media(station.scenario):
        for secret in secrets:
            assert f" {plain(secret)} " not in f" {plain(media.alt)} ", media.file


def test_the_diagnosis_that_is_stated_can_be_found_by_its_synonyms(station: Station) -> None:
    assert len(station.scenario.diagnosis.also_accept) >= 5
    assert len(station.scenario.diagnosis.differential) >= 3


def test_an_umbrella_is_never_denied_while_something_under_it_is_told(station: Station, vocabulary: Vocabulary) -> None:
    told = {fact.topic for fact in station.scenario.facts}
    for absent in (*station.scenario.denies, *station.scenario.unknown):
        assert not told & set(vocabulary[absent.topic].includes), absent.topic
