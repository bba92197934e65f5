"""A faculty member's decision, and the fold that makes the mark in force."""

from datetime import datetime

from simulator.exam.base import Value
from simulator.exam.grade import Grade, Rating


class Review(Value):
    """Who decided what, when and why. Appended, never written over."""

    by: str
    at: datetime
    why: str
    ratings: tuple[Rating, ...] = ()
    signs: bool = False
    releases: bool = False


def in_force(grade: Grade, reviews: tuple[Review, ...]) -> Grade:
    """The grade after faculty have spoken; later reviews win, item by item."""
    ratings = {rating.item: rating for rating in grade.ratings}
    for review in sorted(reviews, key=lambda each: each.at):
        ratings.update({rating.item: rating for rating in review.ratings})
    return grade.model_copy(update={"ratings": tuple(ratings.values())})


def is_released(reviews: tuple[Review, ...]) -> bool:
    """Whether a person has let the candidate see the result."""
    return any(review.releases for review in reviews)
