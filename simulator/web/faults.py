"""What went wrong, said kindly: our own errors as answers."""

import logging
import re

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from simulator.exam.errors import (
    Conflict,
    EncounterNotFound,
    InvalidFile,
    NothingSaid,
    NotNow,
    SimulatorError,
    StationNotFound,
    TooLong,
    TooManyAttempts,
    WrongCredentials,
)
from simulator.web.language import language_of, words_in
from simulator.web.notices import notice

_LOG = logging.getLogger(__name__)

_TOLD: tuple[tuple[type[SimulatorError], int, str], ...] = (
    (EncounterNotFound, 404, "fault.not_found"),
    (StationNotFound, 404, "fault.station_not_found"),
    (InvalidFile, 409, "fault.station_broken"),
    (NotNow, 409, "fault.not_now"),
    (Conflict, 409, "fault.conflict"),
    (TooLong, 413, "fault.too_long"),
    (NothingSaid, 422, "fault.nothing_said"),
    (WrongCredentials, 401, "fault.wrong_credentials"),
    (TooManyAttempts, 429, "fault.too_many_attempts"),
)


def told(error: SimulatorError) -> tuple[int, str]:
    """The status and the key of the words for an error."""
    return next(((status, key) for kind, status, key in _TOLD if isinstance(error, kind)), (400, "fault.other"))


def own_encounter_id(written: str) -> str:
    """An encounter's id from a route, with or without dashes; EncounterNotFound when it cannot be one."""
    bare = written.replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{32}", bare):
        raise EncounterNotFound(f"no encounter '{written[:40]}' of yours")
    return bare


def install(app: FastAPI) -> None:
    """Has every SimulatorError of our own routes answered kindly."""
    app.add_exception_handler(SimulatorError, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, SimulatorError)
    status, key = told(error)
    language = language_of(request, request.scope.get("state", {}).get("account"))
    _LOG.info("%s %s: %s", request.method, request.url.path, error)
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
        return notice(language, status, key)
    return JSONResponse({"detail": words_in(language)(key)}, status)
