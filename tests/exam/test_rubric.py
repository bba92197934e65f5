"""A rubric is refused when it cannot be marked with."""

from typing import Any

import pytest
from pydantic import ValidationError

from simulator.exam.rubric import KINDS, Preset
from tests.exam.authored import a_rubric

WAYS: dict[str, dict[str, Any]] = {
    "asked": {"topics": ["complaint.onset"]}, "examined": {"findings": ["skin"]}, "ordered": {"results": ["ecg"]},
    "not_ordered": {"results": ["head_ct"]}, "act": {"kinds": ["act.empathises"]},
    "explained": {"ideas": [{"idea": "Repos", "wordings": ["reposez-vous", "il faut du repos"]}]},
    "submitted": {"field": "diagnosis"}, "judged": {"question": "Est-il clair ?"},
}


def an_item(**keys: Any) -> dict[str, Any]:
    return {"id": "x", "text": "Fait x", **keys}


def a_scale(*levels: float, **keys: Any) -> dict[str, Any]:
    return {"id": "s", "text": "Écoute", "anchors": [{"level": level, "name": "n", "means": "m"} for level in levels], **keys}


def test_there_is_a_way_of_deciding_for_every_kind() -> None:
    assert set(WAYS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_knows_its_kind(kind: str) -> None:
    item = a_rubric(items=[an_item(**{kind: WAYS[kind]})]).items[0]
    assert item.kind == kind
    assert item.weight == 1


def test_an_item_has_exactly_one_way_of_deciding() -> None:
    with pytest.raises(ValidationError, match=r"give exactly one of asked.*found none"):
        a_rubric(items=[an_item()])
    with pytest.raises(ValidationError, match="found asked, judged"):
        a_rubric(items=[an_item(asked=WAYS["asked"], judged=WAYS["judged"])])


@pytest.mark.parametrize(("item", "what"), [
    (an_item(asked={}), "list 'topics', 'facts' or 'phrases'"),
    (an_item(asked={"topics": ["a.b"], "at_least": 2}), "at_least is 2 but only 1 are listed"),
    (an_item(asked={"phrases": ["Avez-vous mal ?", "Une douleur ?"], "at_least": 2}), "at_least is 2 but only 1"),
    (an_item(asked={"topics": ["a.b"], "at_least": 0}), "greater than or equal to 1"),
    (an_item(examined={"findings": ["skin"], "at_least": 2}), "at_least is 2 but only 1 are listed"),
    (an_item(ordered={"results": ["ecg"], "at_least": 3}), "at_least is 3 but only 1 are listed"),
    (an_item(explained={**WAYS["explained"], "at_least": 2}), "at_least is 2 but only 1 are listed"),
    (an_item(asked=WAYS["asked"], credit={"at_least": {1: 0.5, 2: 1}}), "at_least is 2 but only 1 are listed"),
    (an_item(asked=WAYS["asked"], credit={"at_least": {0: 1}}), "greater than or equal to 1"),
    (an_item(asked=WAYS["asked"], credit={"at_least": {1: 1.5}}), "less than or equal to 1"),
    (an_item(asked=WAYS["asked"], credit={"at_least": {}}), "at least 1 item"),
    (an_item(asked=WAYS["asked"], weight=0), "greater than 0"),
    (an_item(asked=WAYS["asked"], weight=float("inf")), "finite number"),
    (an_item(examined={"findings": []}), "at least 1 item"),
    (an_item(explained={"ideas": [{"idea": "Repos", "wordings": ["repos"]}]}), "at least 2 items"),
    (an_item(act={"kinds": []}), "at least 1 item"),
    (an_item(asked=WAYS["asked"], wieght=2), "Extra inputs"),
])
def test_an_item_that_cannot_be_marked_is_refused_with_the_reason(item: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        a_rubric(items=[item])


def test_an_act_may_be_one_kind_or_several() -> None:
    item = a_rubric(items=[an_item(act={"kinds": "act.empathises"})]).items[0]
    assert item.act
    assert item.act.kinds == ("act.empathises",)


def test_topics_and_facts_count_one_by_one_and_wordings_of_one_question_together() -> None:
    item = a_rubric(items=[an_item(asked={"topics": ["a.b", "c.d"], "facts": ["e"], "phrases": ["F ?", "G ?"]})]).items[0]
    assert item.asked
    assert item.asked.wanted == 4


@pytest.mark.parametrize("levels", [(0, 1, 0.5), (0, 0, 1), (1, 0.5, 0)])
def test_the_anchors_of_a_scale_rise(levels: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError, match="anchors must rise"):
        a_rubric(scales=[a_scale(*levels)])


def test_a_scale_has_three_levels_at_least() -> None:
    with pytest.raises(ValidationError, match="at least 3 items"):
        a_rubric(scales=[a_scale(0, 1)])


@pytest.mark.parametrize("indicator", [
    {"text": "t"}, {"text": "t", "act": WAYS["act"], "asked": WAYS["asked"]},
])
def test_what_is_observed_in_writing_is_an_act_or_a_question(indicator: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give exactly one of 'act' or 'asked'"):
        a_rubric(scales=[a_scale(0, 0.5, 1, indicators=[indicator])])


def test_what_must_be_seen_or_heard_needs_no_written_sign() -> None:
    scale = a_scale(0, 0.5, 1, indicators=[{"text": "Regarde le patient", "modality": "video"}])
    assert a_rubric(scales=[scale]).own_scales[0].indicators[0].act is None


def test_a_shared_scale_is_not_the_rubrics_own_until_it_is_read_in() -> None:
    rubric = a_rubric(scales=["general_interview.listening", a_scale(0, 0.5, 1)])
    assert [scale.id for scale in rubric.own_scales] == ["s"]


@pytest.mark.parametrize("changes", [
    {"items": [an_item(asked=WAYS["asked"]), an_item(judged=WAYS["judged"])]},
    {"items": [an_item(id="s", asked=WAYS["asked"])], "scales": [a_scale(0, 0.5, 1)]},
    {"scales": ["a.b", "a.b"]},
])
def test_ids_of_items_and_scales_are_told_apart(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="these ids stand twice"):
        a_rubric(**changes)


@pytest.mark.parametrize(("preset", "total"), [("fr-ecos", 20), ("uk-domain", 12), ("us-components", 100)])
def test_a_preset_gives_the_total(preset: str, total: float) -> None:
    assert Preset(preset).out_of == total
    assert a_rubric(preset=preset).preset.out_of == total
