"""The result of an encounter: progress while it is marked, then the mark with its evidence and the debrief."""

from datetime import UTC, datetime

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from simulator.encounters.runner import Live
from simulator.exam.errors import EncounterNotFound, SimulatorError
from simulator.exam.grade import Grade
from simulator.exam.people import Deed
from simulator.exam.review import in_force
from simulator.exam.transcript import ActionKind
from simulator.graders.feedback import feedback_in_force
from simulator.web.explanation import how_it_was_computed
from simulator.web.faults import own_encounter_id, told
from simulator.web.feedback import show_feedback, show_help
from simulator.web.frame import Visit, box, link, page, text
from simulator.web.house import here
from simulator.web.marks import show_items, show_mark, show_scales
from simulator.web.notices import notice
from simulator.web.pages import place_of
from simulator.web.report import report_of
from simulator.web.standing import Standing, standing_of
from simulator.web.transcript import show_transcript

_LOOK_AGAIN = 0.7  # seconds between two looks at the marking


def install() -> None:
    """Registers the page."""
    ui.page("/encounter/{encounter_id}")(_result)


async def _result(request: Request, encounter_id: str) -> Response | None:
    visit = Visit(request)
    try:
        live = await _readable(visit, encounter_id)
    except SimulatorError as error:
        status, key = told(error)
        return notice(visit.language, status, key)
    is_own = live.encounter.candidate == visit.account.id
    standing = await standing_of(here().house, live)
    if is_own and standing in (Standing.BRIEFING, Standing.INTERVIEW, Standing.CLOSING):
        return RedirectResponse(place_of(live), 303)
    with page(visit, live.station.scenario.title):
        if not is_own:
            text("p", visit.say("result.not_yours"), "note")
        await _body(visit, live, standing, is_own)
    return None


async def _readable(visit: Visit, encounter_id: str) -> Live:
    """The encounter, of one's own or, for those who may, anybody's; EncounterNotFound as if it did not exist."""
    live = await here().house.runner.tick(own_encounter_id(encounter_id), datetime.now(UTC))
    here().clock.follow(live)
    if live.encounter.candidate == visit.account.id:
        return live
    if not visit.may(Deed.READ_ANY):
        raise EncounterNotFound(f"no encounter '{encounter_id[:40]}' of yours")
    await here().house.accounts.record(datetime.now(UTC), visit.account.id, "read an encounter", live.encounter.id)
    return live


async def _body(visit: Visit, live: Live, standing: Standing, is_own: bool) -> None:
    if standing is Standing.MARKING:
        _progress(visit, live)
    elif standing is Standing.WAITS and is_own:
        text("p", visit.say("result.waits"), "note", role="status")
        text("p", visit.say("result.waits_why"))
    elif standing in (Standing.READY, Standing.WAITS):
        await _marked(visit, live)
    else:
        text("p", visit.say("result.not_ended"), "note")
        show_transcript(visit, live, ())


def _progress(visit: Visit, live: Live) -> None:
    """Looks again until the marking is done; what it says is also said to a screen reader."""
    if live.transcript.moment(ActionKind.MARKING_FAILED):
        text("p", visit.say("result.failed"), "note warning", role="alert")
    words = ui.label(visit.say("result.marking")).props("role=status aria-live=polite").classes("note")
    bar = ui.linear_progress(value=0, show_value=False).props(f'aria-label="{visit.say("result.progress")}"')

    async def look() -> None:
        now = await here().house.runner.state(live.encounter.id)
        if now.phase is not live.phase:
            ui.navigate.reload()
        elif progress := here().house.marking.progress(live.encounter.id):
            words.set_text(visit.say("result.marking_item", done=progress[0], all=progress[1]))
            bar.set_value(progress[0] / max(1, progress[1]))

    ui.timer(_LOOK_AGAIN, look)


async def _marked(visit: Visit, live: Live) -> None:
    grades = await here().house.archive.grades(live.encounter.id)
    reviews = await here().house.archive.reviews(live.encounter.id)
    if not grades:
        text("p", visit.say("result.no_grade"), "note warning")
    else:
        grade = in_force(grades[-1], reviews)
        _grade(visit, live, grade, is_reviewed=bool(reviews), times=len(grades))
    _debrief(visit, live)
    _form(visit, live)
    show_transcript(visit, live, grade.ratings if grades else ())
    with box("p"):
        link(visit.say("result.export"), f"/encounter/{live.encounter.id}/export", "button second", download="")


def _grade(visit: Visit, live: Live, grade: Grade, is_reviewed: bool, times: int) -> None:
    report = report_of(grade, live.station.rubric)
    if live.encounter.fingerprints != live.station.fingerprints:
        text("p", visit.say("result.station_changed"), "note warning")
    show_mark(visit, grade, report, is_reviewed)
    if live.station.rubric:
        feedback = feedback_in_force(grade, live.station.rubric, live.station.scenario, here().house.vocabulary)
        show_feedback(visit, live, feedback)
    show_help(visit, live)
    show_items(visit, live, report)
    show_scales(visit, live, report)
    how_it_was_computed(visit, live, grade, times)


def _debrief(visit: Visit, live: Live) -> None:
    debrief, language = live.station.scenario.debrief, live.encounter.language.value
    with box("section", aria_labelledby="debrief"):
        text("h2", visit.say("result.debrief"), id="debrief")
        text("p", debrief.summary, lang=language)
        with box("ul", "points", lang=language):
            for point in debrief.points:
                with box("li"):
                    text("span", point.teaches)
                    text("cite", point.source)


def _form(visit: Visit, live: Live) -> None:
    filled = live.transcript.submitted
    with box("section", aria_labelledby="form"):
        text("h2", visit.say("result.form"), id="form")
        with box("dl", "form", lang=live.encounter.language.value):
            for task in live.station.scenario.closing:
                text("dt", task.asks)
                text("dd", filled.get(task.id) or visit.say("result.left_empty"), dir="auto")
