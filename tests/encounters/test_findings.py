"""What the station shows when something is examined or ordered."""

from datetime import timedelta

import pytest

from simulator.encounters.findings import details_of, finding_for, report, result_for, shown_for
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import ActionKind, Speaker, Transcript
from tests.builders import NOW, a_scenario

SHEET = {"name": "CRP", "value": "212", "unit": "mg/L", "reference": "< 5", "is_abnormal": True}
FINDINGS = [
    {"examine": "lungs", "also": ["chest"], "shows": "Crackles at the right base."},
    {"examine": "chest", "shows": "It moves less on the right."},
    {"examine": "temperature", "also": ["vital_signs"], "shows": "38.4 degrees."},
]
RESULTS = [
    {"order": "chest_xray", "also": ["imaging"], "shows": "A shadow.",
     "media": {"file": "media/x.svg", "alt": "Grey."}},
    {"order": "blood", "shows": "See the sheet.", "table": [SHEET], "minutes": 3, "also": ["crp"]},
]
REFUSED = [{"examine": "rectal", "says": "Not in this station."}, {"order": "ct", "says": "No scanner here."}]


@pytest.fixture
def scenario() -> Scenario:
    return a_scenario(findings=FINDINGS, results=RESULTS, refused=REFUSED)


def ordering(*targets: str, minutes_between: float = 0) -> Transcript:
    """An interview in which these were asked for from the picker, one after the other."""
    transcript = Transcript().act(ActionKind.STARTED, NOW).act(ActionKind.ENTERED, NOW)
    for index, target in enumerate(targets):
        kind = ActionKind.EXAMINED if target.startswith("examine.") else ActionKind.ORDERED
        transcript = transcript.act(kind, NOW + timedelta(minutes=minutes_between * index), target=target)
    return transcript


@pytest.mark.parametrize(("target", "words", "shown"), [
    ("examine.lungs", "Crackles at the right base.", "examine.lungs"),
    ("examine.chest", "It moves less on the right.", "examine.chest"),  # its own before another's `also`
    ("examine.vital_signs", "38.4 degrees.", "examine.temperature"),
    ("order.imaging", "A shadow.", "order.chest_xray"),
])
def test_an_examination_or_a_test_shows_what_is_written_for_it(
    scenario: Scenario, target: str, words: str, shown: str
) -> None:
    assert report(scenario, ordering(target), target) == (words, (shown,))


@pytest.mark.parametrize(("target", "words"), [
    ("examine.rectal", "Not in this station."), ("order.ct", "No scanner here.")])
def test_what_the_station_does_not_offer_is_refused_in_the_authors_words(
    scenario: Scenario, target: str, words: str
) -> None:
    assert report(scenario, ordering(target), target) == (words, ())


def test_a_refused_examination_is_refused_even_when_something_is_written_for_it() -> None:
    scenario = a_scenario(findings=FINDINGS, refused=[{"examine": "lungs", "says": "Not today."}])
    assert report(scenario, ordering("examine.lungs"), "examine.lungs") == ("Not today.", ())


def test_tests_asked_for_by_no_name_show_nothing_and_ask_which() -> None:
    bare = a_scenario(findings=[], results=[])
    transcript = Transcript().act(ActionKind.STARTED, NOW).act(ActionKind.ENTERED, NOW)
    for target in ("order.blood_tests", "order.imaging", "examine.full"):
        words, shown = report(bare, transcript, target)
        assert "exactly" in words
        assert shown == ()


def test_what_nobody_wrote_shows_the_stations_default_and_nothing_abnormal(scenario: Scenario) -> None:
    own = a_scenario(other_findings="Nothing unusual.", other_results="Not available tonight.")
    assert report(own, ordering("examine.liver"), "examine.liver") == ("Nothing unusual.", ())
    assert report(own, ordering("order.ecg"), "order.ecg") == ("Not available tonight.", ())
    for target in ("examine.liver", "order.ecg"):
        words, shown = report(scenario, ordering(target), target)
        assert words
        assert shown == ()


def test_an_examination_never_shows_a_result_of_the_same_name() -> None:
    scenario = a_scenario(findings=[], results=[{"order": "ecg", "shows": "Sinus rhythm."}])
    assert "Sinus" not in report(scenario, ordering("examine.ecg"), "examine.ecg")[0]


@pytest.mark.parametrize(("first", "minutes", "is_there"), [
    ("order.blood", 0, False), ("order.blood", 2.9, False), ("order.blood", 3, True), ("order.crp", 3, True)])
def test_a_result_that_needs_time_is_there_so_many_minutes_after_its_first_order(
    scenario: Scenario, first: str, minutes: float, is_there: bool
) -> None:
    words, shown = report(scenario, ordering(first, "order.blood", minutes_between=minutes), "order.blood")
    assert (shown == ("order.blood",)) is is_there
    assert (words == "See the sheet.") is is_there


def test_the_wait_is_told_in_minutes(scenario: Scenario) -> None:
    assert "3" in report(scenario, ordering("order.blood"), "order.blood")[0]
    assert "1" in report(scenario, ordering("order.blood", "order.blood", minutes_between=2), "order.blood")[0]


def test_several_reports_answer_the_turn_that_asked_for_them(scenario: Scenario) -> None:
    transcript = ordering("examine.lungs")
    after = shown_for(scenario, transcript, ("examine.lungs", "order.imaging"), answers=2)
    reports = after.turns
    assert [each.speaker for each in reports] == [Speaker.STATION] * 2
    assert [each.answers for each in reports] == [2, 2]
    assert [each.shown for each in reports] == [("examine.lungs",), ("order.chest_xray",)]


def test_pictures_and_sheets_are_found_by_what_was_shown(scenario: Scenario) -> None:
    media, table = details_of(scenario, "order.chest_xray")
    assert media is not None
    assert (media.file, table) == ("media/x.svg", ())
    media, table = details_of(scenario, "order.blood")
    assert media is None
    assert table[0].value == "212"
    for unheard_of in ("examine.nothing", "order.nothing", "", "order.", "../../etc/passwd"):
        assert details_of(scenario, unheard_of) == (None, ())


def test_what_is_not_written_is_no_finding_and_no_result(scenario: Scenario) -> None:
    assert finding_for(scenario, "examine.liver") is None
    assert result_for(scenario, "order.liver") is None
