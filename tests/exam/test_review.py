"""The mark in force is a fold over the grade and what faculty decided."""

from datetime import timedelta

from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.review import Review, in_force, is_released
from simulator.exam.transcript import Evidence
from tests.builders import NOW


def a_rating(item: str, credit: float) -> Rating:
    return Rating(item=item, outcome=Outcome.MET if credit else Outcome.NOT_MET, credit=credit, weight=1,
                  evidence=(Evidence(turn=1, words="Bonjour"),), because="…")


def a_grade() -> Grade:
    return Grade(grader="rules", rubric="r", out_of=20, ratings=(a_rating("a", 0), a_rating("b", 0)), at=NOW)


def a_review(*ratings: Rating, minutes: int = 0, releases: bool = False) -> Review:
    return Review(by="faculty", at=NOW + timedelta(minutes=minutes), why="heard it", ratings=ratings, releases=releases)


def test_without_a_review_the_grade_stands() -> None:
    assert in_force(a_grade(), ()) == a_grade()


def test_a_review_replaces_the_items_that_it_names_and_no_other() -> None:
    graded = in_force(a_grade(), (a_review(a_rating("b", 1)),))
    assert [(rating.item, rating.credit) for rating in graded.ratings] == [("a", 0), ("b", 1)]
    assert graded.mark == 10


def test_the_later_review_wins_whatever_the_order_in_which_they_are_listed() -> None:
    first, second = a_review(a_rating("a", 1), minutes=1), a_review(a_rating("a", 0), minutes=2)
    assert in_force(a_grade(), (second, first)) == in_force(a_grade(), (first, second))
    assert in_force(a_grade(), (second, first)).mark == 0


def test_two_reviews_of_different_items_both_hold() -> None:
    assert in_force(a_grade(), (a_review(a_rating("a", 1)), a_review(a_rating("b", 1), minutes=1))).mark == 20


def test_a_review_leaves_the_grade_itself_unchanged() -> None:
    grade = a_grade()
    in_force(grade, (a_review(a_rating("a", 1)),))
    assert grade == a_grade()


def test_a_result_is_released_once_any_review_releases_it() -> None:
    assert not is_released(())
    assert not is_released((a_review(),))
    assert is_released((a_review(), a_review(releases=True), a_review(minutes=5)))
