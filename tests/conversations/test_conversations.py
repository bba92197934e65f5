"""Golden conversations: what the patient says, what it keeps to itself, and what a careful human marker would give."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.library.files import FileLibrary
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.conversations.played import FOLDER, Played, play, read

Play = Callable[[Path], Played]
CONVERSATIONS = sorted(FOLDER.glob("*.yaml"))
INTERVIEWS = [path for path in CONVERSATIONS if read(path).candidate != "stuffing"]
STRONG = [path for path in CONVERSATIONS if read(path).candidate == "strong"]
MOST_WEAKNESSES = 0.06  # the share of a strong candidate's steps that may be known not to be understood


@pytest.fixture(scope="session")
def played(library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> Play:
    """Each conversation, played once."""
    known: dict[Path, Played] = {}

    def once(path: Path) -> Played:
        if path not in known:
            known[path] = asyncio.run(play(read(path), library, understanding, vocabulary))
        return known[path]

    return once


def _named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", INTERVIEWS, ids=_named)
def test_the_patient_tells_what_was_asked_and_nothing_else(path: Path, played: Play) -> None:
    conversation = played(path)
    complaints = [each for answered in conversation.answers if answered.step.weakness is None
                  for each in answered.complaints(conversation.scenario)]
    assert complaints == []


@pytest.mark.parametrize("path", CONVERSATIONS, ids=_named)
def test_every_turn_of_the_candidate_is_answered(path: Path, played: Play) -> None:
    silent = [answered.step for answered in played(path).answers if not answered.reply]
    assert silent == []


@pytest.mark.parametrize("path", CONVERSATIONS, ids=_named)
def test_the_marks_are_those_of_a_careful_marker(path: Path, played: Play) -> None:
    conversation = played(path)
    candidate, grade = conversation.candidate, conversation.grade
    given = {rating.item: rating for rating in grade.ratings if not rating.is_scale}
    wrong = {item: f"{given[item].outcome}, not {outcome}: {given[item].because}"
             for item, outcome in candidate.outcomes.items()
             if item not in candidate.overlooked and given[item].outcome is not outcome}
    assert wrong == {}
    least, most = candidate.mark
    assert grade.mark is not None
    assert least <= grade.mark <= most


@pytest.mark.parametrize("path", CONVERSATIONS, ids=_named)
def test_every_point_shows_the_candidates_own_words(path: Path, played: Play) -> None:
    conversation = played(path)
    for rating in conversation.grade.ratings:
        for quote in rating.evidence:
            assert conversation.transcript.quote(quote.turn, quote.words) == quote


@pytest.mark.parametrize("path", STRONG, ids=_named)
def test_a_strong_candidates_file_says_what_becomes_of_every_line_of_the_grid(path: Path, played: Play) -> None:
    conversation = played(path)
    items = {rating.item for rating in conversation.grade.ratings if not rating.is_scale}
    assert set(conversation.candidate.outcomes) == items


def test_what_is_known_not_to_be_understood_stays_rare(played: Play) -> None:
    steps = [step for path in STRONG for step in played(path).candidate.steps]
    weak = [step.says for step in steps if step.weakness]
    assert len(weak) <= MOST_WEAKNESSES * len(steps), weak


def test_a_weak_candidate_scores_far_below_a_strong_one(played: Play) -> None:
    strong = {(each.candidate.station, each.candidate.language): each.grade.mark or 0 for each in map(played, STRONG)}
    others = [played(path) for path in CONVERSATIONS if path not in STRONG]
    close = [(each.candidate.station, each.candidate.candidate) for each in others
             if (each.grade.mark or 0) > strong[each.candidate.station, each.candidate.language] - 7]
    assert close == []
