"""Each line of a grid says what would have earned it: said at the right moment, it does."""

from datetime import timedelta

import pytest

from simulator.encounters.graph import Machine
from simulator.exam.base import Language
from simulator.exam.grade import Rating
from simulator.exam.rubric import ChecklistItem
from simulator.exam.station import Station
from simulator.exam.transcript import ActionKind, Speaker, Transcript
from simulator.graders.rules import RuleGrader
from simulator.library.files import FileLibrary
from simulator.patients.scripted import ScriptedPatient
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import NOW
from tests.conftest import ROOT

Line = tuple[str, Language, str]
DECIDED_OTHERWISE = ("not_ordered", "judged")  # nothing that is said earns these
MOST_HALVES = 0.05  # the share of lines whose example may earn only a part


def _lines() -> list[Line]:
    """Every line of every grid: station, language, item."""
    library = FileLibrary(ROOT / "scenarios", ROOT / "rubrics", Vocabulary.load())
    return [(path.name.split(".")[0], language, item.id)
            for language in Language for path in sorted((ROOT / "rubrics").glob(f"*.{language.value}.yaml"))
            for item in _items(library.station(path.name.split(".")[0], language))
            if item.kind not in DECIDED_OTHERWISE]


def _items(station: Station) -> tuple[ChecklistItem, ...]:
    assert station.rubric
    return station.rubric.items


LINES = _lines()


async def earned(line: Line, library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> Rating:
    """The rating of an item for its own example, said after the patient's first words or after the cue it answers."""
    station_id, language, item_id = line
    station = library.station(station_id, language)
    item = next(each for each in _items(station) if each.id == item_id)
    assert station.rubric
    assert item.would_earn, f"{item_id} has no example"
    listener = understanding.listener(station.scenario, language)
    machine = Machine(station.scenario, listener, ScriptedPatient(), vocabulary)
    at = NOW + timedelta(seconds=10)
    transcript = await machine.run(Transcript().act(ActionKind.STARTED, NOW).act(ActionKind.ENTERED, NOW))
    if item.submitted:
        transcript = transcript.act(ActionKind.FINISHED, at).act(
            ActionKind.SUBMITTED, at, fields={item.submitted.field: item.would_earn})
    else:
        transcript = _with_cue(item, station, transcript)
        transcript = await machine.run(transcript.say(Speaker.CANDIDATE, item.would_earn, at))
    only = station.rubric.model_copy(update={"items": (item,), "scales": ()})
    return RuleGrader(understanding, vocabulary).graded(only, transcript, station.scenario, at).ratings[0]


def _with_cue(item: ChecklistItem, station: Station, transcript: Transcript) -> Transcript:
    """The patient has just given the cue that the item waits for."""
    after = item.act.after if item.act else None
    cue = next((each for each in station.scenario.cues if each.id == after), None)
    return transcript.say(Speaker.PATIENT, cue.says, NOW, told=(cue.id,)) if cue else transcript


def _named(line: Line) -> str:
    return f"{line[0]}.{line[1].value}.{line[2]}"


@pytest.mark.parametrize("line", LINES, ids=_named)
async def test_what_a_line_says_would_earn_it_does(
        line: Line, library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> None:
    rating = await earned(line, library, understanding, vocabulary)
    assert rating.credit, rating.because


async def test_nearly_every_example_earns_the_whole_line(
        library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> None:
    ratings = {_named(line): await earned(line, library, understanding, vocabulary) for line in LINES}
    parts = {name: rating.because for name, rating in ratings.items() if rating.credit != 1}
    assert len(parts) <= MOST_HALVES * len(LINES), parts


def test_the_grids_are_the_same_in_both_languages() -> None:
    french, english = ({(station, item) for station, language, item in LINES if language is each} for each in Language)
    assert french == english


@pytest.mark.parametrize("language", Language)
def test_no_wording_that_carries_an_idea_is_taken_to_deny_it(
        language: Language, library: FileLibrary, understanding: Reader) -> None:
    taken_back = []
    for station in sorted({station for station, _, _ in LINES}):
        for item in _items(library.station(station, language)):
            ideas = item.explained.ideas if item.explained else ()
            denials = tuple(denial for idea in ideas for denial in idea.reject)
            taken_back += [f"{station}.{item.id}: «{wording}»" for idea in ideas for wording in idea.wordings
                           if denials and understanding.carries(wording, denials, language)]
    assert taken_back == []
