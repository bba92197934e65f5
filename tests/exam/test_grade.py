"""The arithmetic of marks (FIELD §2): points over what was judged, and never a point without evidence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.transcript import Evidence
from tests.builders import NOW

PROOF = (Evidence(turn=1, words="Vous fumez ?"),)


def a_rating(item: str = "tobacco", credit: float | None = 1, weight: float = 1, is_suggestion: bool = False) -> Rating:
    outcome = Outcome.NOT_JUDGED if credit is None else \
        Outcome.MET if credit == 1 else Outcome.PARTLY_MET if credit else Outcome.NOT_MET
    return Rating(item=item, outcome=outcome, credit=credit, weight=weight, evidence=PROOF if credit else (),
                  because="…", is_suggestion=is_suggestion, is_scale=is_suggestion)


def a_grade(*ratings: Rating, out_of: float = 20, critical: tuple[str, ...] = ()) -> Grade:
    return Grade(grader="rules", rubric="chest_pain", out_of=out_of, ratings=ratings, at=NOW, critical=critical)


def test_the_mark_is_the_weighted_share_of_what_was_judged() -> None:
    grade = a_grade(a_rating("a", 1, 2), a_rating("b", 0.5, 2), a_rating("c", 0, 1))
    assert (grade.points, grade.possible) == (3, 5)
    assert grade.mark == 12


def test_what_was_not_judged_leaves_the_denominator() -> None:
    judged = a_grade(a_rating("a", 1), a_rating("b", 0))
    with_unjudged = a_grade(a_rating("a", 1), a_rating("b", 0), a_rating("c", None, 50))
    assert with_unjudged.mark == judged.mark == 10


def test_not_met_is_zero_and_stays_in_the_denominator() -> None:
    assert a_grade(a_rating("a", 1), a_rating("b", 0)).possible == 2


def test_a_suggested_scale_level_does_not_count_until_it_is_confirmed() -> None:
    suggested = a_grade(a_rating("a", 0), a_rating("scale", 1, 9, is_suggestion=True))
    confirmed = a_grade(a_rating("a", 0), a_rating("scale", 1, 9))
    assert suggested.mark == 0
    assert confirmed.mark == 18


def test_there_is_no_mark_when_nothing_could_be_judged() -> None:
    assert a_grade(a_rating("a", None)).mark is None
    assert a_grade().mark is None
    assert a_grade().share_not_judged == 1


def test_a_mark_is_provisional_when_too_much_is_not_judged() -> None:
    quarter = a_grade(a_rating("a", 1, 3), a_rating("b", None, 1))
    more = a_grade(a_rating("a", 1, 2), a_rating("b", None, 1))
    assert quarter.share_not_judged == 0.25
    assert not quarter.is_provisional
    assert more.is_provisional


def test_a_suggestion_counts_as_not_judged_for_the_provisional_mark() -> None:
    assert a_grade(a_rating("a", 1, 1), a_rating("scale", 0.5, 1, is_suggestion=True)).is_provisional


def test_a_critical_item_is_missed_when_it_was_judged_and_not_fully_met() -> None:
    ratings = (a_rating("met", 1), a_rating("partly", 0.5), a_rating("not", 0), a_rating("unjudged", None), a_rating("other", 0))
    grade = a_grade(*ratings, critical=("met", "partly", "not", "unjudged"))
    assert grade.critical_missed == ("partly", "not")


@pytest.mark.parametrize("credit", [1.0, 0.5, 0.01])
def test_a_point_without_evidence_cannot_be_made(credit: float) -> None:
    with pytest.raises(ValidationError, match="a point needs evidence"):
        Rating(item="tobacco", outcome=Outcome.MET if credit == 1 else Outcome.PARTLY_MET, credit=credit, weight=1,
               because="said so")


@pytest.mark.parametrize(("outcome", "credit"), [
    (Outcome.MET, 0.5), (Outcome.MET, 0.0), (Outcome.NOT_MET, 1.0), (Outcome.PARTLY_MET, 1.0), (Outcome.PARTLY_MET, 0.0)])
def test_an_outcome_goes_with_its_credit(outcome: Outcome, credit: float) -> None:
    with pytest.raises(ValidationError, match="does not go with a credit"):
        Rating(item="tobacco", outcome=outcome, credit=credit, weight=1, because="said so", rests_on_absence=True)


def test_only_an_item_met_by_what_was_left_undone_needs_no_evidence() -> None:
    rating = Rating(item="no_ct", outcome=Outcome.MET, credit=1, weight=1, because="not ordered", rests_on_absence=True)
    assert rating.counts


@pytest.mark.parametrize(("outcome", "credit"), [
    (Outcome.NOT_JUDGED, 0.0), (Outcome.NOT_JUDGED, 1.0), (Outcome.NOT_MET, None), (Outcome.MET, None), (Outcome.PARTLY_MET, None),
])
def test_only_what_is_not_judged_has_no_credit(outcome: Outcome, credit: float | None) -> None:
    with pytest.raises(ValidationError, match="only an item that is not judged has no credit"):
        Rating(item="a", outcome=outcome, credit=credit, weight=1, evidence=PROOF, because="…")


@pytest.mark.parametrize("credit", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_credit_lies_between_nothing_and_all(credit: float) -> None:
    with pytest.raises(ValidationError):
        Rating(item="a", outcome=Outcome.MET, credit=credit, weight=1, evidence=PROOF, because="…")


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf")])
def test_a_weight_is_a_positive_number(weight: float) -> None:
    with pytest.raises(ValidationError):
        Rating(item="a", outcome=Outcome.NOT_MET, credit=0, weight=weight, because="…")


RATINGS = st.lists(st.builds(
    a_rating, item=st.uuids().map(str), credit=st.none() | st.floats(0, 1), weight=st.floats(0.1, 10), is_suggestion=st.booleans(),
), max_size=12)


@settings(deadline=None)
@given(RATINGS)
def test_a_mark_lies_between_nothing_and_the_total(ratings: list[Rating]) -> None:
    grade = a_grade(*ratings)
    if grade.mark is None:
        assert not any(rating.counts for rating in ratings)
    else:
        assert 0 <= grade.mark <= grade.out_of + 1e-9
    assert -1e-9 <= grade.share_not_judged <= 1


@settings(deadline=None)
@given(RATINGS, st.floats(0.1, 10))
def test_one_more_item_met_never_lowers_a_mark_and_one_more_not_met_never_raises_it(ratings: list[Rating], weight: float) -> None:
    before = a_grade(*ratings).mark or 0
    assert (a_grade(*ratings, a_rating("more", 1, weight)).mark or 0) >= before - 1e-9
    assert (a_grade(*ratings, a_rating("more", 0, weight)).mark or 0) <= before + 1e-9


@settings(deadline=None)
@given(RATINGS, st.floats(0.1, 10))
def test_an_item_that_is_not_judged_changes_no_mark(ratings: list[Rating], weight: float) -> None:
    assert a_grade(*ratings, a_rating("more", None, weight)).mark == a_grade(*ratings).mark


def test_a_grade_that_was_kept_before_language_models_came_still_reads() -> None:
    kept = a_grade(a_rating()).model_dump(mode="json")
    for later in ("model_use", "feedback"):
        del kept[later]
    for later in ("by_model", "agreement", "second_opinion"):
        del kept["ratings"][0][later]
    assert Grade.model_validate(kept) == a_grade(a_rating())
