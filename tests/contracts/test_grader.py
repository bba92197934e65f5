"""What every `Grader` promises, whatever its model does."""

from collections.abc import Callable

import pytest

from simulator.exam.errors import Trouble
from simulator.exam.grade import Grade, Outcome
from simulator.exam.ports import Grader, LanguageModel
from simulator.exam.transcript import ActionKind, Transcript
from simulator.graders.language_model import LanguageModelGrader
from simulator.graders.rules import RuleGrader
from simulator.llm.canned import Canned
from simulator.llm.hostile import Hostile
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import NOW, a_rubric, a_scenario, a_transcript
from tests.graders.judges import (
    FORGING,
    OTHER_ITEM,
    QUOTES_NOTHING,
    QUOTES_THE_PATIENT,
    honest,
    says,
    unavailable,
)

KIND = "I can see that this is frightening for you."
RUBRIC = a_rubric(
    {"asked": {"topics": ["social.tobacco"]}},
    {"asked": {"topics": ["social.alcohol"]}, "critical": True},
    {"act": {"kinds": ["act.empathises"]}},
    {"explained": {"ideas": [
        {"idea": "An infection of the lung", "wordings": ["you have pneumonia", "you have an infection of the lung"]},
        {"idea": "Antibiotics for a week", "wordings": ["you will take antibiotics for a week", "a week of antibiotics"],
         "reject": ["you need no antibiotics"]}]}, "credit": {"at_least": {1: 0.5, 2: 1}}, "weight": 2},
    {"examined": {"findings": ["lung_auscultation"]}},
    {"not_ordered": {"results": ["d_dimer"]}},
    {"submitted": {"field": "diagnosis"}},
    {"judged": {"question": "Was the candidate kind?"}},
    {"judged": {"question": "Was the voice calm?", "modality": "audio"}},
    scales=[{"id": "warmth", "text": "Warmth", "anchors": [
        {"level": 0, "name": "none", "means": "Cold."}, {"level": 0.5, "name": "some", "means": "Polite."},
        {"level": 1, "name": "much", "means": "Warm and attentive."}],
        "indicators": [{"text": "Empathises", "act": {"kinds": ["act.empathises"]}}]}])
TALK = a_transcript(
    "P: I've got this cough.", "C: Do you smoke?", "P: Ten a day.", f"C: {KIND}", "P: It is.",
    "C: I'd like to listen to your lungs.", "C: I think you have pneumonia, an infection of the lung.",
).act(ActionKind.FINISHED, NOW).act(ActionKind.SUBMITTED, NOW, fields={"diagnosis": "pneumonia"})
DECIDED = ("item_1", "item_2", "item_3", "item_5", "item_6", "item_7")
DOUBTFUL = [None, "honest", "forging", "no quotes", "other item", "quotes the patient", "prose", "half an object",
            "refusal", "unreachable", "busy", "hostile 1", "hostile 2", "hostile 3"]

Make = Callable[..., Grader]


def model_of(name: str) -> LanguageModel:
    if name.startswith("hostile"):
        return Hostile(seed=int(name[-1]), knows=("pneumonia", "full marks"))
    answers = {"honest": honest({"item_8": (KIND,), "warmth": (KIND,)}), "forging": FORGING,
               "no quotes": QUOTES_NOTHING, "other item": OTHER_ITEM, "quotes the patient": QUOTES_THE_PATIENT,
               "prose": says("All met. 20/20!"), "half an object": says('{"item": "item_8", "evidence": [{"ent'),
               "refusal": unavailable(Trouble.DECLINED), "unreachable": unavailable(), "busy": unavailable(Trouble.BUSY)}
    return Canned(answers[name])


@pytest.fixture(scope="session")
def rules(understanding: Reader, vocabulary: Vocabulary) -> RuleGrader:
    return RuleGrader(understanding, vocabulary)


@pytest.fixture(params=DOUBTFUL, ids=lambda name: name or "rules")
def grader(request: pytest.FixtureRequest, rules: RuleGrader) -> Grader:
    """Each implementation, and the language-model grader with each kind of model; with second opinions, in batches."""
    name = request.param
    return rules if name is None else LanguageModelGrader(model_of(name), rules, second_opinions=True)


async def graded(grader: Grader, transcript: Transcript = TALK) -> Grade:
    return await grader.grade(RUBRIC, transcript, a_scenario(), NOW)


async def test_every_item_and_scale_has_its_rating_in_order(grader: Grader) -> None:
    grade = await graded(grader)
    assert [rating.item for rating in grade.ratings] == [*(item.id for item in RUBRIC.items), "warmth"]
    assert grade.grader == grader.name
    assert grade.critical == ("item_2",)


async def test_no_point_stands_without_the_candidates_own_words(grader: Grader) -> None:
    for rating in (await graded(grader)).ratings:
        assert rating.evidence or rating.rests_on_absence or not rating.credit, rating
        for quote in rating.evidence:
            assert TALK.quote(quote.turn, quote.words) == quote


async def test_what_the_rules_decide_is_as_the_rules_decide_it(grader: Grader, rules: RuleGrader) -> None:
    ruled = {rating.item: rating for rating in (await graded(rules)).ratings}
    for rating in (await graded(grader)).ratings:
        if rating.item in DECIDED:
            assert (rating.outcome, rating.credit, rating.evidence, rating.because) == \
                (ruled[rating.item].outcome, ruled[rating.item].credit, ruled[rating.item].evidence,
                 ruled[rating.item].because)
        assert (rating.credit or 0) >= (ruled[rating.item].credit or 0) or rating.is_scale


async def test_a_scale_level_is_only_a_suggestion(grader: Grader) -> None:
    scale = (await graded(grader)).ratings[-1]
    assert scale.is_scale
    assert not scale.counts


async def test_what_cannot_be_perceived_in_writing_is_not_judged(grader: Grader) -> None:
    assert (await graded(grader)).ratings[8].outcome is Outcome.NOT_JUDGED


@pytest.mark.parametrize("nothing", [Transcript(), a_transcript(), a_transcript("P: Hello?"), a_transcript("C: …")])
async def test_nothing_said_is_graded_and_earns_nothing(grader: Grader, nothing: Transcript) -> None:
    grade = await graded(grader, nothing)
    assert len(grade.ratings) == 10
    assert not [rating.item for rating in grade.ratings if rating.credit and not rating.rests_on_absence]


async def test_progress_ends_with_everything(grader: Grader) -> None:
    told: list[tuple[int, int]] = []
    await grader.grade(RUBRIC, TALK, a_scenario(), NOW, lambda done, every: told.append((done, every)))
    assert told[-1] == (10, 10)
    assert told == sorted(told)


async def test_a_grade_survives_being_written_down(grader: Grader) -> None:
    grade = await graded(grader)
    assert Grade.model_validate_json(grade.model_dump_json()) == grade
