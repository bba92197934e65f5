"""A grade laid out for a reader: items under their domains, scales with their anchors, the arithmetic. Pure."""

from typing import NamedTuple

from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.rubric import Anchor, RatingScale, Rubric


class Line(NamedTuple):
    """One item of the grid and how it was judged."""

    text: str
    rating: Rating
    is_critical: bool = False
    would_earn: str | None = None


class Section(NamedTuple):
    """One domain of the grid."""

    name: str
    lines: tuple[Line, ...]

    @property
    def points(self) -> float:
        return sum(line.rating.weight * (line.rating.credit or 0) for line in self.lines if line.rating.counts)

    @property
    def possible(self) -> float:
        return sum(line.rating.weight for line in self.lines if line.rating.counts)


class ScaleLine(NamedTuple):
    """One scale, and the anchor that its level reaches."""

    text: str
    rating: Rating
    anchor: Anchor | None
    scale: RatingScale | None


class Report(NamedTuple):
    """The whole."""

    sections: tuple[Section, ...]
    scales: tuple[ScaleLine, ...]
    critical_missed: tuple[str, ...]

    @property
    def missed(self) -> tuple[Line, ...]:
        """What was judged and not fully met, heaviest first."""
        lines = [line for section in self.sections for line in section.lines
                 if line.rating.outcome in (Outcome.NOT_MET, Outcome.PARTLY_MET)]
        return tuple(sorted(lines, key=lambda line: (not line.is_critical, -line.rating.weight)))


def report_of(grade: Grade, rubric: Rubric | None) -> Report:
    """The report; an item that the rubric no longer has keeps its id as its text, so that no point disappears."""
    items = {item.id: item for item in rubric.items} if rubric else {}
    names = {heading.id: heading.name for heading in rubric.domains} if rubric else {}
    grouped: dict[str, list[Line]] = {name: [] for name in names}
    for rating in grade.ratings:
        if rating.is_scale:
            continue
        item = items.get(rating.item)
        line = Line(item.text if item else rating.item, rating, rating.item in grade.critical,
                    item.would_earn if item else None)
        grouped.setdefault(item.domain if item else "", []).append(line)
    sections = tuple(Section(names.get(domain, domain), tuple(lines)) for domain, lines in grouped.items() if lines)
    critical = tuple(items[each].text if each in items else each for each in grade.critical_missed)
    return Report(sections, _scales(grade, rubric), critical)


def _scales(grade: Grade, rubric: Rubric | None) -> tuple[ScaleLine, ...]:
    scales = {scale.id: scale for scale in rubric.own_scales} if rubric else {}
    lines = []
    for rating in grade.ratings:
        if rating.is_scale:
            scale = scales.get(rating.item)
            lines.append(ScaleLine(scale.text if scale else rating.item, rating, _anchor(scale, rating), scale))
    return tuple(lines)


def _anchor(scale: RatingScale | None, rating: Rating) -> Anchor | None:
    """The highest anchor that the level reaches."""
    if scale is None or rating.credit is None:
        return None
    reached = [anchor for anchor in scale.anchors if anchor.level <= rating.credit + 1e-9]
    return reached[-1] if reached else scale.anchors[0]
