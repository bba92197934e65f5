"""The plain pages and files of an encounter: the interview's frame, the closing form, pictures, the export."""

import json
import re
import secrets
from datetime import UTC, datetime
from typing import Annotated

from chainlit.config import config
from chainlit.server import get_html_template, project_settings
from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from simulator.encounters.findings import details_of
from simulator.encounters.runner import Live
from simulator.exam.base import Language
from simulator.exam.encounter import Mode
from simulator.exam.errors import EncounterNotFound
from simulator.exam.transcript import Phase
from simulator.web.calls import Own, account_of
from simulator.web.conversation import thread_id
from simulator.web.export import export_of, exports_of
from simulator.web.headers import interview_policy, picture_policy
from simulator.web.house import here
from simulator.web.language import language_of, words_in
from simulator.web.notices import rendered

router = APIRouter()
_EXTERNAL = re.compile(r'<link[^>]*(?:href="https?://)[^>]*>', re.DOTALL)
_TAGS = {Language.FRENCH: "fr-FR", Language.ENGLISH: "en-US"}


def place_of(live: Live) -> str:
    """Where an encounter goes on: the interview, the closing form, or the result."""
    if live.phase in (Phase.BRIEFING, Phase.INTERVIEW):
        return f"/interview/thread/{thread_id(live.encounter.id)}"
    return f"/encounter/{live.encounter.id}" + ("/closing" if live.phase is Phase.CLOSING else "")


@router.get("/health")
async def health() -> JSONResponse:
    """Whether the server answers."""
    return JSONResponse({"status": "ok"})


@router.get("/favicon.ico")
async def favicon() -> Response:
    """The icon, also for those who do not read the page's head."""
    return RedirectResponse("/static/icon.svg", 307)


@router.post("/stations/start")
async def start(request: Request, station: Annotated[str, Form(max_length=100)], language: Annotated[Language, Form()],
                mode: Annotated[Mode, Form()] = Mode.PRACTICE) -> Response:
    """Opens an encounter and leads into it."""
    account = account_of(request)
    live = await here().house.runner.open(station, language, account.id, datetime.now(UTC), mode, account.time_factor)
    here().clock.follow(live)
    return RedirectResponse(place_of(live), 303)


@router.get("/interview")
@router.get("/interview/")
async def no_encounter() -> Response:
    """An interview needs an encounter: choose a station first."""
    return RedirectResponse("/stations", 303)


@router.get("/interview/thread/{encounter_id}")
async def interview(live: Own, request: Request) -> Response:
    """Chainlit's page without its outside links, in the reader's language, with our dock around it."""
    live = await here().house.runner.tick(live.encounter.id, datetime.now(UTC))
    if live.phase not in (Phase.BRIEFING, Phase.INTERVIEW):
        return RedirectResponse(place_of(live), 303)
    language = language_of(request, account_of(request))
    nonce = secrets.token_urlsafe(16)
    html = _EXTERNAL.sub("", get_html_template("/interview"))  # type: ignore[no-untyped-call]
    html = html.replace('<html lang="en">', f'<html lang="{language}">', 1)
    title = f"<title>{_escaped(live.station.scenario.title)}</title>"
    html = re.sub(r"<title>.*?</title>", lambda _: title, html, count=1)
    html = html.replace("</head>", '<link rel="stylesheet" href="/static/interview.css">'
                        '<script src="/static/interview.js" defer></script></head>', 1)
    html = html.replace("<script", f'<script nonce="{nonce}"')
    host = request.headers.get("host", "localhost")
    return HTMLResponse(html, headers={"content-security-policy": interview_policy(host, nonce)})


@router.get("/interview/project/translations")
async def translations(request: Request) -> JSONResponse:
    """Chainlit's words in the language that the person chose, whatever the browser's."""
    language = language_of(request, account_of(request))
    return JSONResponse({"translation": config.load_translation(_TAGS[language])})


@router.get("/interview/project/settings")
async def interview_settings(request: Request) -> Response:
    """Chainlit's settings, likewise."""
    told: JSONResponse = await project_settings(None, _TAGS[language_of(request, account_of(request))], None)
    return told


@router.post("/interview/set-session-cookie")
async def sticky_cookie() -> JSONResponse:
    """Chainlit asks for a cookie that a sticky proxy could use; one process needs none."""
    return JSONResponse({"message": "not needed"})


@router.get("/encounter/{encounter_id}/closing")
async def closing(live: Own, request: Request) -> Response:
    """The form at the end."""
    live = await here().house.runner.tick(live.encounter.id, datetime.now(UTC))
    if live.phase is not Phase.CLOSING:
        return RedirectResponse(place_of(live), 303)
    deadline = live.deadline()
    language = language_of(request, account_of(request))
    dock = {**words_in(language).starting("dock."), **words_in(language).starting("closing.")}
    return rendered("closing.html", language, 200, live=live, filled=live.transcript.submitted, words=json.dumps(dock),
                    deadline=deadline.isoformat() if deadline else "", now=datetime.now(UTC).isoformat())


@router.post("/encounter/{encounter_id}/closing")
async def submit(live: Own, request: Request) -> Response:
    """Hands the form in and goes to the result."""
    form = await request.form()
    known = {task.id for task in live.station.scenario.closing}
    fields = {name: value for name, value in form.items() if name in known and isinstance(value, str)}
    live = await here().house.runner.submit(live.encounter.id, fields, datetime.now(UTC))
    here().clock.follow(live)
    return RedirectResponse(place_of(live), 303)


@router.get("/encounter/{encounter_id}/shown/{target}")
async def shown(live: Own, target: str) -> Response:
    """The picture of a finding or a result that this encounter has shown; any other does not exist."""
    if target not in {each for turn in live.transcript.turns for each in turn.shown}:
        raise EncounterNotFound(f"nothing called '{target[:60]}' has been shown")
    media, _ = details_of(live.station.scenario, target)
    path = here().house.library.scenarios / media.file if media else None
    if path is None or not path.is_file():
        raise EncounterNotFound(f"the picture of '{target[:60]}' is missing")
    return FileResponse(path, headers={"content-security-policy": picture_policy(),
                                       "cache-control": "private, max-age=3600"})


@router.get("/encounter/{encounter_id}/export")
async def export(live: Own) -> Response:
    """One encounter as JSON."""
    return _download(await export_of(here().house, live.encounter), f"encounter-{live.encounter.id[:8]}.json")


@router.get("/account/export")
async def export_all(request: Request) -> Response:
    """All that is kept of one's own, as JSON."""
    return _download(await exports_of(here().house, account_of(request)), "my-data.json")


def _download(content: dict[str, object], name: str) -> Response:
    return Response(json.dumps(content, ensure_ascii=False, indent=2), media_type="application/json",
                    headers={"content-disposition": f'attachment; filename="{name}"'})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
