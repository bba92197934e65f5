"""The small JSON interface of the interview page: the state, and the verbs that its buttons call."""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from simulator.encounters.runner import Live, check_owner
from simulator.exam.base import Language
from simulator.exam.encounter import Mode
from simulator.exam.people import Account
from simulator.web.faults import own_encounter_id
from simulator.web.house import here
from simulator.web.language import language_of, words_in
from simulator.web.wall import clock_of

router = APIRouter(prefix="/api")


class Target(BaseModel):
    """What is examined or ordered; the id makes a second delivery harmless."""

    model_config = ConfigDict(extra="forbid")
    target: Annotated[str, Field(max_length=100)]
    message_id: Annotated[str, Field(max_length=64)]


class Help(BaseModel):
    """A request for a hint; the id makes a second delivery harmless."""

    model_config = ConfigDict(extra="forbid")
    message_id: Annotated[str, Field(max_length=64)]


class Draft(BaseModel):
    """The closing form as it stands."""

    model_config = ConfigDict(extra="forbid")
    fields: dict[str, str]


def account_of(request: Request) -> Account:
    """Who asks; the gate has made sure that somebody does."""
    account = request.state.account
    assert isinstance(account, Account)
    return account


async def own(encounter_id: str, account: Annotated[Account, Depends(account_of)]) -> Live:
    """The encounter, if it is this person's."""
    return await check_owner(here().house.runner, own_encounter_id(encounter_id), account.id)


Own = Annotated[Live, Depends(own)]


@router.get("/encounter/{encounter_id}")
async def state(live: Own, request: Request) -> JSONResponse:
    """All that the page around the conversation shows. No fact, finding or diagnosis is in it."""
    live = await here().house.runner.tick(live.encounter.id, datetime.now(UTC))
    here().clock.follow(live)
    return JSONResponse(state_of(live, language_of(request, account_of(request))))


@router.post("/encounter/{encounter_id}/enter")
async def enter(live: Own) -> JSONResponse:
    """The candidate goes in."""
    return await _done(await here().house.runner.enter(live.encounter.id, datetime.now(UTC)))


@router.post("/encounter/{encounter_id}/examine")
async def examine(live: Own, wanted: Target) -> JSONResponse:
    """The candidate examines, or orders a test, from the picker."""
    return await _done(await here().house.runner.examine(
        live.encounter.id, wanted.target, datetime.now(UTC), message_id=wanted.message_id))


@router.post("/encounter/{encounter_id}/help")
async def help_(live: Own, wanted: Help) -> JSONResponse:
    """The candidate asks for a hint; the runner refuses in an exam."""
    return await _done(await here().house.runner.help(
        live.encounter.id, datetime.now(UTC), message_id=wanted.message_id))


@router.post("/encounter/{encounter_id}/finish")
async def finish(live: Own) -> JSONResponse:
    """The candidate ends the interview."""
    return await _done(await here().house.runner.finish(live.encounter.id, datetime.now(UTC)))


@router.post("/encounter/{encounter_id}/draft")
async def draft(live: Own, form: Draft) -> JSONResponse:
    """Keeps the closing form as it stands."""
    return await _done(await here().house.runner.draft(live.encounter.id, form.fields, datetime.now(UTC)))


@router.get("/terms")
async def terms(language: Language) -> JSONResponse:
    """Every examination and test of the vocabulary: the same list at every station, so it gives nothing away."""
    return JSONResponse(_terms(language), headers={"cache-control": "private, max-age=600"})


async def _done(live: Live) -> JSONResponse:
    here().clock.follow(live)
    await here().wall.show(live)
    return JSONResponse(clock_of(live))


@cache
def _terms(language: Language) -> list[dict[str, object]]:
    topics = here().house.vocabulary.family("examine", "order")
    return [{"id": topic.id, "name": topic.name.of(language), "group": topic.group.of(language) if topic.group else "",
             "terms": list(topic.terms.of(language))} for topic in topics]


def state_of(live: Live, language: Language) -> dict[str, object]:
    """The door note, the clock and the words of the page."""
    scenario = live.station.scenario
    say = words_in(language)
    return {
        **clock_of(live),
        "language": live.encounter.language.value,
        "title": scenario.title,
        "mode": live.encounter.mode.value,
        "has_hints": live.encounter.mode is Mode.PRACTICE and live.station.rubric is not None,
        "door": scenario.door.model_dump(mode="json"),
        "reading_minutes": scenario.minutes.reading * live.encounter.factor,
        "station_minutes": scenario.minutes.station * live.encounter.factor,
        "words": say.starting("dock."),
    }
