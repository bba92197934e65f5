"""Stations are found by id and language; nothing else reaches the disk."""

import os

import pytest

from simulator.exam.base import Language
from simulator.exam.errors import InvalidFile, StationNotFound

from .shelf import Shelf

HOSTILE = ["../x", "../chest_pain", "a/b", "a\\b", "x\0", "", ".", "..", "*", "chest_pain.en", "chest_pain\n", "Chest_pain", "é",
           "\ud800", "a" * 5000, "/etc/passwd", "chest_pain.en.yaml", "%2e%2e"]


def test_a_station_is_its_scenario_with_the_rubric_of_the_same_name(shelf: Shelf) -> None:
    station = shelf.library.station("chest_pain", Language.ENGLISH)
    assert station.id == "chest_pain"
    assert station.rubric
    assert station.rubric.own_scales[0].id == "general_interview.opening"


def test_a_station_without_a_rubric_can_be_played(shelf: Shelf) -> None:
    shelf.rubric_path.unlink()
    assert shelf.library.station("chest_pain", Language.ENGLISH).rubric is None


@pytest.mark.parametrize("station_id", HOSTILE)
def test_a_name_that_is_no_id_finds_nothing(shelf: Shelf, station_id: str) -> None:
    with pytest.raises(StationNotFound, match="no station") as found:
        shelf.library.station(station_id, Language.ENGLISH)
    str(found.value).encode()
    assert len(str(found.value)) < 400
    with pytest.raises(StationNotFound, match="no rubric"):
        shelf.library.rubric(station_id, Language.ENGLISH)


def test_a_station_that_is_not_there_is_told_with_the_nearest_one_and_all_there_are(shelf: Shelf) -> None:
    with pytest.raises(StationNotFound, match=r"no station 'chest_pains' in 'en' \(did you mean 'chest_pain'\?\); "
                                              r"there are: chest_pain \(see `simulator stations`\)"):
        shelf.library.station("chest_pains", Language.ENGLISH)


def test_a_station_in_another_language_only_is_not_found(shelf: Shelf) -> None:
    with pytest.raises(StationNotFound, match="no station 'chest_pain' in 'fr'"):
        shelf.library.station("chest_pain", Language.FRENCH)


def test_a_changed_file_is_read_again(shelf: Shelf) -> None:
    before = shelf.library.station("chest_pain", Language.ENGLISH).scenario
    shelf.write(shelf.scenario_text.replace("age: 58", "age: 59"))
    os.utime(shelf.scenario_path, (1, 1))
    after = shelf.library.station("chest_pain", Language.ENGLISH).scenario
    assert (before.patient.persona.age, after.patient.persona.age) == (58, 59)


def test_an_unchanged_file_is_read_once(shelf: Shelf) -> None:
    first = shelf.library.scenario_from(shelf.scenario_path)
    assert shelf.library.scenario_from(shelf.scenario_path) is first


def test_a_broken_station_is_left_out_of_the_list_and_shown_to_authors(shelf: Shelf) -> None:
    assert len(shelf.library.stations()) == 1
    assert shelf.library.broken() == ()
    shelf.write(shelf.scenario_text.replace("title: ", "titel: ", 1))
    library = shelf.reader()
    assert library.stations() == ()
    (error,) = library.broken()
    assert any("titel" in mistake for mistake in error.mistakes)
    with pytest.raises(InvalidFile):
        library.station("chest_pain", Language.ENGLISH)


def test_a_station_with_a_broken_rubric_is_broken(shelf: Shelf) -> None:
    shelf.rubric_path.write_text("id: [", encoding="utf-8")
    assert shelf.library.stations() == ()
    assert len(shelf.library.broken()) == 1


def test_stations_come_by_language(shelf: Shelf) -> None:
    assert [station.id for station in shelf.library.stations(Language.ENGLISH)] == ["chest_pain"]
    assert shelf.library.stations(Language.FRENCH) == ()


def test_broken_shared_scales_break_the_rubric_that_names_them(shelf: Shelf) -> None:
    scales = shelf.rubric_path.parent / "scales" / "general_interview.en.yaml"
    scales.write_text(scales.read_text(encoding="utf-8").replace("level: 0.5", "level: 5", 1), encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"general_interview\.en\.yaml:\d+: scales\[0\]\.anchors"):
        shelf.library.station("chest_pain", Language.ENGLISH)
