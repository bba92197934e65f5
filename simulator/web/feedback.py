"""The debrief under the mark: what went well, what to do next time and how to say it, and the hints asked for."""

from simulator.encounters.runner import Live
from simulator.exam.feedback import Feedback, Remark
from simulator.exam.transcript import Action, ActionKind
from simulator.web.frame import Visit, box, text


def show_feedback(visit: Visit, live: Live, feedback: Feedback) -> None:
    """The debrief; its words are in the station's language, its headings in the reader's."""
    say = visit.say
    with box("section", aria_labelledby="feedback"):
        text("h2", say("result.feedback"), id="feedback")
        text("p", feedback.opening, lang=live.encounter.language.value)
        _remarks(visit, live, "result.missed", feedback.missed)
        _remarks(visit, live, "result.went_well", feedback.went_well)
        if feedback.unsure:
            text("h3", say("result.unsure"))
            text("p", say("result.unsure_means"))
            with box("ul", "missed", lang=live.encounter.language.value):
                for remark in feedback.unsure:
                    text("li", _texts(live).get(remark.item, remark.item))


def _remarks(visit: Visit, live: Live, heading: str, remarks: tuple[Remark, ...]) -> None:
    if not remarks:
        return
    text("h3", visit.say(heading))
    with box("ul", "missed", lang=live.encounter.language.value):
        for remark in remarks:
            with box("li"):
                text("strong", _texts(live).get(remark.item, remark.item))
                text("p", remark.words, "because", dir="auto")
                if remark.advice:
                    text("p", remark.advice, "because", dir="auto")
                if remark.example:
                    text("span", f"{visit.say('result.would_earn')} {remark.example}", "would-earn")


def show_help(visit: Visit, live: Live) -> None:
    """Each hint that was asked for, with what it was about."""
    asked = [action for action in live.transcript.actions if action.action is ActionKind.ASKED_FOR_HELP]
    if not asked:
        return
    with box("section", aria_labelledby="help"):
        text("h2", visit.say("result.help"), id="help")
        text("p", visit.say("result.help_means"))
        with box("ul", "missed", lang=live.encounter.language.value):
            for action in asked:
                text("li", _hint(visit, live, action))


def _hint(visit: Visit, live: Live, action: Action) -> str:
    level = action.fields.get("level", "")
    item = action.fields.get("item", "")
    return visit.say("result.hint", item=_texts(live).get(item, item), level=visit.say(f"result.hint_{level}"))


def _texts(live: Live) -> dict[str, str]:
    rubric = live.station.rubric
    return {item.id: item.text for item in rubric.items} if rubric else {}
