"""What every patient actor keeps to, whatever speaks for it."""

from collections.abc import Callable

import pytest

from simulator.exam.base import Language
from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Moment, PatientActor, Sentence, Theme
from simulator.exam.scenario import Persona, Sex
from simulator.exam.transcript import Tellable
from simulator.llm.canned import Canned
from simulator.llm.hostile import Hostile
from simulator.patients.language_model import LanguageModelPatient
from simulator.patients.scripted import ScriptedPatient

FACTS = (Tellable(id="onset", words="Three weeks now."), Tellable(id="denied:symptom.fever", words="No, no fever.", role="denial"))
MOMENT = Moment(persona=Persona(name="Ann Bell", age=40, sex=Sex.FEMALE), language=Language.ENGLISH, may_tell=FACTS,
                heard="Since when? Any fever?", may_improvise=(Theme(topic="social.hobbies", name="your hobbies"),), seed=3)

ACTORS: dict[str, Callable[[], PatientActor]] = {
    "scripted": ScriptedPatient,
    "language model": lambda: LanguageModelPatient(Canned(["[f1] Three weeks now.\n[f2,f9] No, no fever.\n"] * 2)),
    "hostile": lambda: LanguageModelPatient(Hostile(seed=5, knows=("It is pneumonia.",))),
}
FAILING: dict[str, Callable[[], PatientActor]] = {
    trouble.value: lambda trouble=trouble: LanguageModelPatient(Canned([ModelUnavailable(trouble, "down")]))  # type: ignore[misc]
    for trouble in Trouble
}


@pytest.fixture(params=ACTORS)
def actor(request: pytest.FixtureRequest) -> PatientActor:
    return ACTORS[request.param]()


async def spoken(actor: PatientActor, moment: Moment = MOMENT) -> list[Sentence]:
    try:
        return [each async for each in actor.speak(moment)]
    except ModelUnavailable:  # a hostile model loops until it is cut off: what came before it counts
        return []


def test_it_has_a_name_and_says_whether_it_needs_a_guard(actor: PatientActor) -> None:
    assert actor.name
    assert actor.is_scripted == isinstance(actor, ScriptedPatient)


async def test_it_tells_only_ids_that_it_was_handed(actor: PatientActor) -> None:
    handed = {each.id for each in MOMENT.may_tell}
    assert {told for each in await spoken(actor) for told in each.told} <= handed


async def test_no_sentence_is_empty_and_only_offered_themes_are_made_up(actor: PatientActor) -> None:
    for sentence in await spoken(actor):
        assert sentence.words
        assert sentence.improvises in (None, "social.hobbies")


async def test_it_may_be_left_in_the_middle(actor: PatientActor) -> None:
    sentences = actor.speak(MOMENT)
    await anext(sentences)
    await sentences.aclose()


async def test_it_does_not_change_what_it_was_handed(actor: PatientActor) -> None:
    before = MOMENT.model_copy(deep=True)
    await spoken(actor)
    assert before == MOMENT


@pytest.mark.parametrize("trouble", FAILING)
async def test_a_failing_model_is_a_model_unavailable_with_its_trouble(trouble: str) -> None:
    with pytest.raises(ModelUnavailable) as failed:
        _ = [each async for each in FAILING[trouble]().speak(MOMENT)]
    assert failed.value.trouble == trouble


@pytest.mark.parametrize("answer", ["", "\n\n  \n", "[f1]\n[]\n"])
async def test_a_model_that_says_nothing_is_empty(answer: str) -> None:
    with pytest.raises(ModelUnavailable) as failed:
        _ = [each async for each in LanguageModelPatient(Canned([answer])).speak(MOMENT)]
    assert failed.value.trouble is Trouble.EMPTY


@pytest.mark.parametrize("answer", ["word " * 5000, "[f1] Three weeks.\n" * 5000])
async def test_a_model_that_never_ends_is_cut_off(answer: str) -> None:
    with pytest.raises(ModelUnavailable) as failed:
        _ = [each async for each in LanguageModelPatient(Canned([answer])).speak(MOMENT)]
    assert failed.value.trouble is Trouble.ENDLESS
