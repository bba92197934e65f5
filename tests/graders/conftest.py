"""Marks one item, or a whole rubric, with the shipped understanding."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.exam.grade import Rating
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Transcript
from simulator.graders.rules import RuleGrader
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import NOW, a_rubric

Rate = Callable[..., Rating]


@pytest.fixture(scope="session")
def grader(understanding: Reader, vocabulary: Vocabulary) -> RuleGrader:
    return RuleGrader(understanding, vocabulary)


@pytest.fixture(scope="session")
def rate(grader: RuleGrader) -> Rate:
    """`rate(transcript, asked={…}, credit={…})`: the rating of one item."""

    def rated(transcript: Transcript, scenario: Scenario | None = None, language: str = "en", **item: Any) -> Rating:
        return grader.graded(a_rubric(item, language=language), transcript, scenario, NOW).ratings[0]

    return rated
