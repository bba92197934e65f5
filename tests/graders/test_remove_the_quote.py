"""Without the quoted turn the point falls: for every point that a model judges on the golden transcripts."""

import asyncio
from pathlib import Path

import pytest

from simulator.exam.grade import Grade
from simulator.exam.rubric import ChecklistItem, Rubric
from simulator.exam.transcript import Entry, Evidence, Reading, Transcript, Turn
from simulator.graders.language_model import LanguageModelGrader
from simulator.graders.proof import UNSUPPORTED
from simulator.graders.rules import RuleGrader
from simulator.library.files import FileLibrary
from simulator.llm.canned import Canned
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import NOW
from tests.conversations.played import FOLDER, Played, play, read

from .judges import insisting

STRONG = sorted(path for path in FOLDER.glob("*.yaml") if read(path).candidate == "strong")
FEWEST_POINTS = 12  # judged on each transcript, else the test shows nothing


def all_judged(played: Played, rubric: Rubric) -> tuple[Rubric, dict[str, tuple[Evidence, ...]]]:
    """The rubric with every line for a judge, and the words that the rules quote for each line that they give."""
    quotes = {rating.item: rating.evidence for rating in played.grade.ratings
              if rating.credit == 1 and rating.evidence and not rating.is_scale}
    items = tuple(ChecklistItem.model_validate({"id": item.id, "text": item.text, "weight": item.weight,
                                                "judged": {"question": item.text}}) for item in rubric.items)
    return rubric.model_copy(update={"items": items, "scales": ()}), quotes


def without(transcript: Transcript, number: int) -> Transcript:
    """The transcript with something else at this entry, which reads as nothing."""
    def changed(entry: Entry) -> Entry:
        if isinstance(entry, Reading) and entry.turn == number:
            return entry.model_copy(update={"acts": ()})
        if entry.number != number:
            return entry
        return entry.model_copy(update={"words": "Hm."} if isinstance(entry, Turn) else {"words": "", "fields": {}})

    return Transcript.model_construct(entries=tuple(changed(entry) for entry in transcript.entries))


@pytest.mark.parametrize("path", STRONG, ids=lambda path: path.stem)
def test_without_the_quoted_turn_every_judged_point_falls(
        path: Path, library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> None:
    asyncio.run(_every_point_falls(path, library, understanding, vocabulary))


async def _every_point_falls(path: Path, library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> None:
    played = await play(read(path), library, understanding, vocabulary)
    station = library.station(played.candidate.station, played.candidate.language)
    assert station.rubric
    rubric, quotes = all_judged(played, station.rubric)
    grader = LanguageModelGrader(Canned(insisting(quotes)), RuleGrader(understanding, vocabulary))

    async def graded(transcript: Transcript, only: str | None = None) -> Grade:
        items = tuple(item for item in rubric.items if only in (None, item.id))
        return await grader.grade(rubric.model_copy(update={"items": items}), transcript, played.scenario, NOW)

    whole = await graded(played.transcript)
    judged = [rating for rating in whole.ratings if rating.credit == 1]
    refused = [rating.item for rating in whole.ratings if UNSUPPORTED in rating.flags]
    assert len(judged) >= FEWEST_POINTS, refused
    for rating in judged:
        for quote in rating.evidence:
            less = (await graded(without(played.transcript, quote.turn), rating.item)).ratings[0]
            assert not less.credit, f"{rating.item} stands without «{quote.words}»"
    first, last = judged[0], judged[-1]
    others = without(played.transcript, first.evidence[0].turn)
    assert (await graded(others, last.item)).ratings[0].credit == 1, "what was not quoted may go"
