"""What a candidate is told after a station, item by item: what went well, what was missed, how to ask it next time."""

from simulator.exam.base import Value


class Remark(Value):
    """One thing said about one item of the grid."""

    item: str
    words: str
    example: str | None = None  # how it could be said next time
    advice: str | None = None  # a language model's sentence, checked against the grade


class Feedback(Value):
    """A debrief written from the grade alone. `lessons` are the scenario's teaching points."""

    opening: str
    went_well: tuple[Remark, ...] = ()
    missed: tuple[Remark, ...] = ()
    unsure: tuple[Remark, ...] = ()  # not judged: for a person
    lessons: tuple[str, ...] = ()
