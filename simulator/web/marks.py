"""The mark, the items with their evidence, and the scales."""

from simulator.encounters.runner import Live
from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.transcript import Evidence
from simulator.graders.language_model import MODEL_DISAGREES, REPEAT_DISAGREEMENT
from simulator.graders.proof import FORGED, UNSUPPORTED
from simulator.web.frame import Visit, box, link, text
from simulator.web.report import Line, Report, ScaleLine, Section

_LOOK_AGAIN = (MODEL_DISAGREES, REPEAT_DISAGREEMENT, FORGED, UNSUPPORTED)
_ICONS = {Outcome.MET: "✓", Outcome.PARTLY_MET: "◐", Outcome.NOT_MET: "✗", Outcome.NOT_JUDGED: "?"}


def show_mark(visit: Visit, grade: Grade, report: Report, is_reviewed: bool) -> None:
    """The mark, what kind of mark it is, and what weighs on it."""
    say = visit.say
    with box("section", "mark", aria_labelledby="mark"):
        text("h2", say("result.mark"), id="mark")
        if grade.mark is None:
            text("p", say("result.not_judged"), "figure")
        else:
            text("p", f"{say.number(grade.mark, 1)} / {say.number(grade.out_of)}", "figure")
        text("p", say("result.reviewed" if is_reviewed else "result.estimate"), "tag")
        if grade.is_provisional:
            share = say.number(100 * grade.share_not_judged, 0)
            text("p", say("result.provisional", share=share), "note warning")
        if report.critical_missed:
            text("h3", say("result.critical_missed"))
            with box("ul", "critical"):
                for each in report.critical_missed:
                    text("li", f"⚠ {each}")


def show_items(visit: Visit, live: Live, report: Report) -> None:
    """Every item under its domain."""
    say = visit.say
    with box("section", aria_labelledby="items"):
        text("h2", say("result.items"), id="items")
        for section in report.sections:
            _section(visit, live, section)


def _section(visit: Visit, live: Live, section: Section) -> None:
    say = visit.say
    key = f"heading.{section.name}"
    name = say(key) if say.known(key) else section.name or say("result.other_items")
    with box("div", "domain"):
        with box("h3"):
            text("span", name)
            text("span", f"{say.number(section.points)} / {say.number(section.possible)}", "tag")
        with box("ul", "items", lang=live.encounter.language.value):
            for line in section.lines:
                with box("li", f"item {line.rating.outcome.value}"):
                    _line(visit, line)


def _line(visit: Visit, line: Line) -> None:
    say, rating = visit.say, line.rating
    with box("div", "item-head"):
        outcome(visit, rating.outcome)
        text("strong", line.text)
        if line.is_critical:
            text("span", say("result.critical"), "tag")
        earned = "–" if rating.credit is None else say.number(rating.weight * rating.credit)
        text("span", say("result.points", earned=earned, weight=say.number(rating.weight)), "tag")
        if _wants_a_look(rating):
            text("span", say("result.look_again"), "tag")
    evidence(visit, rating)
    if rating.because:
        text("p", rating.because, "because")
    if rating.second_opinion:
        opinion = rating.second_opinion
        text("p", say("result.second_opinion", outcome=say(f"outcome.{opinion.outcome}"), because=opinion.because),
             "because")


def _wants_a_look(rating: Rating) -> bool:
    """Whether the model disagrees, with the rules or with itself, or gave words as proof that are none."""
    return any(flag in rating.flags for flag in _LOOK_AGAIN)


def outcome(visit: Visit, value: Outcome) -> None:
    """A word and a sign, so that colour is never alone."""
    with box("span", f"outcome {value.value}"):
        text("span", _ICONS[value], aria_hidden="true")
        text("span", visit.say(f"outcome.{value}"))


def evidence(visit: Visit, rating: Rating) -> None:
    """The candidate's own words, each leading to where they were said."""
    if not rating.evidence:
        return
    with box("ul", "evidence"):
        for each in rating.evidence:
            with box("li"):
                link(quoted(visit, each), f"#turn-{each.turn}", dir="auto")


def quoted(visit: Visit, each: Evidence) -> str:
    """The words in the quotation marks of the language."""
    words = " ".join(each.words.split())
    return visit.say("result.quote", words=words if len(words) <= 300 else words[:300] + "…")


def show_scales(visit: Visit, live: Live, report: Report) -> None:
    """The scales; a level that the program suggests is marked as a suggestion."""
    if not report.scales:
        return
    with box("section", aria_labelledby="scales"):
        text("h2", visit.say("result.scales"), id="scales")
        if any(line.rating.is_suggestion for line in report.scales):
            text("p", visit.say("result.suggestion_means"), "note")
        with box("ul", "items", lang=live.encounter.language.value):
            for line in report.scales:
                with box("li", "item"):
                    _scale(visit, line)


def _scale(visit: Visit, line: ScaleLine) -> None:
    with box("div", "item-head"):
        text("strong", line.text)
        if line.rating.is_suggestion:
            text("span", visit.say("result.suggestion"), "tag")
        text("span", line.anchor.name if line.anchor else visit.say("outcome.not_judged"), "tag level")
    if line.anchor:
        text("p", line.anchor.means, "because")
    evidence(visit, line.rating)
    if line.rating.because:
        text("p", line.rating.because, "because")
