"""A free patient in the window: sentence by sentence, each message once, and one discreet notice when it falls silent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from chainlit.session import ws_sessions_id

from simulator.encounters.runner import Live, Runner
from simulator.exam.base import Language
from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.transcript import Speaker
from simulator.llm.canned import Answer, Canned
from simulator.patients.language_model import LanguageModelPatient
from simulator.patients.scripted import ScriptedPatient
from simulator.web.conversation import Step, steps_of, thread_id
from simulator.web.language import words_in
from simulator.web.wall import Wall
from tests.web.conftest import Site

SAY = words_in(Language.ENGLISH)


class Window:
    """A browser window that keeps what it is sent and shows a message that comes again in its old place."""

    def __init__(self, live: Live) -> None:
        self.thread_id = thread_id(live.encounter.id)
        self.user = SimpleNamespace(identifier=live.encounter.candidate)
        self.sent: list[Step] = []

    async def emit(self, event: str, payload: Any) -> None:
        if event == "new_message":
            self.sent.append(payload)

    @property
    def shown(self) -> dict[str, str]:
        return {step["id"]: step["output"] for step in self.sent}


@asynccontextmanager
async def opened(live: Live) -> AsyncIterator[Window]:
    window = Window(live)
    ws_sessions_id["a-test"] = window  # type: ignore[assignment]
    try:
        yield window
    finally:
        del ws_sessions_id["a-test"]


def a_runner(site: Site, *answers: Answer) -> Runner:
    house = site.house.runner
    return Runner(house.archive, house.library, house.understanding, LanguageModelPatient(Canned(answers)),
                  house.vocabulary, ScriptedPatient())


async def test_a_reply_grows_in_one_message_and_ends_as_it_is_recorded(site: Site) -> None:
    live = await site.entered()
    runner = a_runner(site)
    first = await runner.hear(live.encounter.id, "Do you smoke?", datetime.now(UTC))
    authored = first.transcript.turns[-1].words
    runner = a_runner(site, f"[] Thank you, doctor.\n[f1] {authored}")
    wall = Wall(runner)
    async with opened(live) as window:
        live = await runner.hear(live.encounter.id, "Do you smoke?", datetime.now(UTC), on_sentence=wall.show_growing)
        grown = [step["output"] for step in window.sent if step["name"] == "Patient"]
        await wall.show(live)
        await wall.show(live)
    assert len(grown) >= 2
    assert grown[-1].startswith("Thank you, doctor.")
    assert list(window.shown) == [step["id"] for step in steps_of(live)]
    assert window.shown == {step["id"]: step["output"] for step in steps_of(live)}


def notices(live: Live) -> list[str]:
    kinds = (SAY("interview.understudy"), SAY("interview.spent"))
    return [step["output"] for step in steps_of(live) if step["output"] in kinds]


DOWN = ModelUnavailable(Trouble.BUSY, "busy")


async def after(site: Site, *answers: Answer) -> Live:
    """The encounter after a question for each answer of the model."""
    live = await site.entered()
    runner = a_runner(site, *answers)
    for _ in answers:
        live = await runner.hear(live.encounter.id, "Do you smoke?", datetime.now(UTC))
    assert sum(turn.delivery is not None for turn in live.transcript.turns) == len(answers)
    return live


@pytest.mark.parametrize(("answers", "times"), [
    (["[] Hello."], 0), ([DOWN], 1), ([DOWN, DOWN, ModelUnavailable(Trouble.RESTING, "…")], 1),
    ([DOWN, "[] Thank you.", DOWN], 2),
])
async def test_the_notice_is_given_once_however_long_the_model_stays_away(
        answers: list[Answer], times: int, site: Site) -> None:
    assert len(notices(await after(site, *answers))) == times


async def test_a_spent_budget_is_said_as_such(site: Site) -> None:
    live = await after(site, ModelUnavailable(Trouble.SPENT, "spent"))
    assert notices(live) == [SAY("interview.spent")]


async def test_the_candidate_is_shown_and_given_nothing_of_how_the_words_came_about(site: Site) -> None:
    live = await after(site, "[f1] I take warfarin.", DOWN)
    assert live.transcript.turns[-1].delivery is not None
    async with site.visitor("student") as browser:
        exported = (await browser.get(f"/encounter/{live.encounter.id}/export")).text
    assert "delivery" not in exported
    assert "improvised" not in exported
    assert Speaker.PATIENT in exported
    assert "delivery" not in str(steps_of(live))


async def page(site: Site, who: str, live: Live) -> str:
    async with site.visitor(who, accept="text/html") as browser:
        answer: httpx.Response = await browser.get(f"/encounter/{live.encounter.id}")
        return answer.text


async def test_faculty_read_what_the_guard_kept_back_and_the_candidate_does_not(site: Site) -> None:
    live = await after(site, "[f1] I take warfarin.")
    runner = site.house.runner
    await runner.finish(live.encounter.id, datetime.now(UTC))
    await runner.submit(live.encounter.id, {}, datetime.now(UTC))
    assert SAY("objection.clinical") in await page(site, "faculty", live)
    assert SAY("objection.clinical") not in await page(site, "student", live)
