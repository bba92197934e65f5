"""The transcript to read again, with the words that earned points marked."""

from datetime import datetime
from html import escape

from nicegui import ui

from simulator.encounters.audit import Audit, audit_of
from simulator.encounters.findings import details_of
from simulator.encounters.runner import Live
from simulator.exam.grade import Rating
from simulator.exam.people import Deed
from simulator.exam.transcript import Action, ActionKind, Turn
from simulator.web.frame import Visit, box, text

_DONE = (ActionKind.ENTERED, ActionKind.EXAMINED, ActionKind.ORDERED, ActionKind.FINISHED, ActionKind.TIMED_OUT,
         ActionKind.SUBMITTED, ActionKind.ASKED_FOR_HELP)


def show_transcript(visit: Visit, live: Live, ratings: tuple[Rating, ...]) -> None:
    """Everything that was said and done, with its time since entering."""
    quotes: dict[int, list[str]] = {}
    for rating in ratings:
        for each in rating.evidence:
            quotes.setdefault(each.turn, []).append(each.words)
    with box("section", aria_labelledby="transcript"):
        text("h2", visit.say("result.transcript"), id="transcript")
        if visit.may(Deed.AUTHOR):
            _audit(visit, audit_of(live.transcript))
        with box("ol", "transcript", lang=live.encounter.language.value):
            for entry in live.transcript.entries:
                if isinstance(entry, Turn):
                    _turn(visit, live, entry, quotes.get(entry.number, []))
                elif isinstance(entry, Action) and entry.action in _DONE:
                    _action(visit, live, entry, quotes.get(entry.number, []))


def _turn(visit: Visit, live: Live, turn: Turn, quotes: list[str]) -> None:
    with box("li", f"turn {turn.speaker.value}", id=f"turn-{turn.number}", tabindex="-1"):
        _head(visit, live, turn.at, visit.say(f"speaker.{turn.speaker}"))
        ui.html(marked(turn.words, quotes), sanitize=False, tag="p").props("dir=auto")
        if turn.is_late:
            text("p", visit.say("result.late"), "because")
        if visit.may(Deed.AUTHOR):
            _delivery(visit, turn)
        for shown in turn.shown:
            _picture(live, shown)


def _audit(visit: Visit, audit: Audit) -> None:
    """What the guard of a free patient did, for those who review and write stations; nothing for a scripted patient."""
    if not audit.free:
        return
    say = visit.say
    with box("details", "audit"):
        text("summary", say("audit.title", free=audit.free, kept_back=audit.interventions))
        text("p", say("audit.turns", alone=audit.alone, repaired=audit.repaired, completed=audit.completed))
        with box("ul"):
            for reason, times in audit.objections.items():
                text("li", say("audit.count", what=say(f"objection.{reason}"), times=times))
            for trouble, times in audit.troubles.items():
                text("li", say("audit.count", what=say(f"trouble.{trouble}"), times=times))
            for each in audit.improvised:
                text("li", say("audit.improvised", words=each.words))


def _delivery(visit: Visit, turn: Turn) -> None:
    if turn.delivery is None:
        return
    say = visit.say
    reasons = [say(f"objection.{each}") for each in dict.fromkeys(turn.delivery.objections)]
    reasons += [say(f"trouble.{turn.delivery.trouble}")] if turn.delivery.trouble else []
    text("p", say("audit.by", by=", ".join(each.partition("+")[0] for each in turn.delivery.by)), "because")
    if reasons:
        text("p", say("audit.kept_back", reasons="; ".join(reasons)), "because")
    for each in turn.improvised:
        text("p", say("audit.improvised", words=each.words), "because")


def _picture(live: Live, shown: str) -> None:
    media, table = details_of(live.station.scenario, shown)
    if media:
        box("img", "picture", src=f"/encounter/{live.encounter.id}/shown/{shown}", alt=media.alt, loading="lazy")
    if table:
        with box("table", "table"):
            for each in table:
                with box("tr"):
                    text("th", each.name, scope="row")
                    text("td", f"{each.value} {each.unit}{' *' if each.is_abnormal else ''}")
                    text("td", each.reference)


def _action(visit: Visit, live: Live, action: Action, quotes: list[str]) -> None:
    with box("li", "turn action", id=f"turn-{action.number}", tabindex="-1"):
        _head(visit, live, action.at, visit.say(f"did.{action.action}"))
        if action.words:
            ui.html(marked(action.words, quotes), sanitize=False, tag="p").props("dir=auto")
        asks = {task.id: task.asks for task in live.station.scenario.closing}
        for name, value in action.fields.items():
            if value and action.action is not ActionKind.ASKED_FOR_HELP:
                text("p", asks.get(name, name), "because")
                ui.html(marked(value, quotes), sanitize=False, tag="p").props("dir=auto")


def _head(visit: Visit, live: Live, at: datetime, who: str) -> None:
    start = live.transcript.moment(ActionKind.ENTERED) or live.encounter.opened_at
    seconds = max(0, int((at - start).total_seconds()))
    with box("div", "turn-head"):
        text("strong", who, lang=visit.language.value)
        text("time", f"{seconds // 60:02d}:{seconds % 60:02d}", datetime=at.isoformat())


def marked(words: str, quotes: list[str]) -> str:
    """The words as HTML, with each quoted stretch marked; quotes that overlap are marked once."""
    spans = sorted((start, start + len(quote)) for quote in quotes if quote and (start := words.find(quote)) >= 0)
    html, at = "", 0
    for start, end in spans:
        if start < at:
            continue
        html += f"{escape(words[at:start])}<mark>{escape(words[start:end])}</mark>"
        at = end
    return (html + escape(words[at:])).replace("\n", "<br>")
