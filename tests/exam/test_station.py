"""The station's clock and the fingerprints that an attempt freezes."""

from datetime import timedelta

import pytest

from simulator.exam.scenario import Minutes
from simulator.exam.station import Clock, Station, fingerprint
from tests.builders import NOW
from tests.exam.authored import a_rubric, a_scenario


def after(minutes: float) -> object:
    return NOW + timedelta(minutes=minutes)


def test_each_phase_lasts_its_minutes() -> None:
    clock = Clock(minutes=Minutes(reading=1, station=8, warning=2, closing=4))
    assert clock.reading_ends(NOW) == after(1)
    assert clock.warns(NOW) == after(6)
    assert clock.ends(NOW) == after(8)
    assert clock.closing_ends(NOW) == after(4)


def test_the_form_is_handed_in_a_breath_after_its_end() -> None:
    assert Clock(minutes=Minutes(closing=4)).handed_in(NOW) == after(4) + timedelta(seconds=5)  # type: ignore[operator]
    assert Clock(minutes=Minutes(closing=0.2)).handed_in(NOW) == after(0.25)  # a quarter at most


def test_extra_time_stretches_every_phase_and_the_warning() -> None:
    clock = Clock(minutes=Minutes(reading=1, station=9, warning=3, closing=3), factor=4 / 3)
    assert clock.reading_ends(NOW) == after(4 / 3)
    assert clock.warns(NOW) == after(8)
    assert clock.ends(NOW) == after(12)
    assert clock.closing_ends(NOW) == after(4)


def test_a_warning_longer_than_the_station_sounds_at_its_start() -> None:
    assert Clock(minutes=Minutes(station=1, warning=5)).warns(NOW) == NOW


def test_without_reading_time_the_interview_may_begin_at_once() -> None:
    assert Clock(minutes=Minutes(reading=0)).reading_ends(NOW) == NOW


def test_equal_content_has_an_equal_fingerprint() -> None:
    assert fingerprint(a_scenario()) == fingerprint(a_scenario())
    assert len(fingerprint(a_scenario())) == 64


@pytest.mark.parametrize("change", [{"title": "Autre"}, {"version": "1.0.1"}, {"complaint": "symptom.fever"}])
def test_any_change_of_the_scenario_changes_its_fingerprint(change: dict[str, str]) -> None:
    assert fingerprint(a_scenario(**change)) != fingerprint(a_scenario())


def test_a_station_freezes_its_scenario_and_its_rubric_if_it_has_one() -> None:
    alone, marked = Station(scenario=a_scenario()), Station(scenario=a_scenario(), rubric=a_rubric())
    assert set(alone.fingerprints) == {"scenario"}
    assert set(marked.fingerprints) == {"scenario", "rubric"}
    assert marked.fingerprints["scenario"] == alone.fingerprints["scenario"]
