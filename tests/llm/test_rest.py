"""An endpoint that fails is left alone for longer each time, and tried again with one call."""

import asyncio
from datetime import datetime, timedelta

import pytest

from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.llm.canned import Answer, Call, Canned
from simulator.llm.rest import Rested
from simulator.llm.troubles import Unavailable
from tests.builders import NOW
from tests.llm.talk import ask, heard, trouble


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


def failing(why: Trouble = Trouble.UNREACHABLE) -> ModelUnavailable:
    return ModelUnavailable(why, "it fails: mend it")


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_after_a_failure_it_is_not_called_until_its_rest_is_over(clock: Clock) -> None:
    model = Canned([failing(), "Fine."])
    rested = Rested(model, clock)
    await trouble(rested)
    resting = await trouble(rested)
    assert (resting.trouble, len(model.calls)) == (Trouble.RESTING, 1)
    assert "mend it" in str(resting)
    assert "09:30:10 UTC" in str(resting)
    clock.pass_by(seconds=10)
    assert (await ask(rested)).words == "Fine."
    assert rested.resting_until is None


async def test_each_failure_in_a_row_rests_longer_and_no_longer_than_five_minutes(clock: Clock) -> None:
    rested = Rested(Canned([failing()] * 12), clock)
    rests = []
    for _ in range(9):
        await trouble(rested)
        assert rested.resting_until is not None
        rests.append((rested.resting_until - clock.now).total_seconds())
        clock.now = rested.resting_until
    assert rests == [10, 20, 40, 80, 160, 300, 300, 300, 300]


async def test_a_success_forgives_every_failure(clock: Clock) -> None:
    rested = Rested(Canned([failing(), failing(), "Fine.", failing()]), clock)
    for wait in (10, 20, 0):
        await (ask(rested) if wait == 0 else trouble(rested))
        clock.pass_by(seconds=wait)
    await trouble(rested)
    assert rested.resting_until == clock.now + timedelta(seconds=10)


@pytest.mark.parametrize("why", [Trouble.KEY_REFUSED, Trouble.NO_SUCH_MODEL, Trouble.INSECURE])
async def test_what_only_a_person_can_mend_rests_longer(clock: Clock, why: Trouble) -> None:
    rested = Rested(Canned([failing(why)]), clock)
    await trouble(rested)
    assert rested.resting_until == clock.now + timedelta(minutes=5)


async def test_a_server_that_says_when_to_come_back_is_believed_up_to_an_hour(clock: Clock) -> None:
    for asked, rest in ((90, 90), (999_999, 3600), (1, 10)):
        rested = Rested(Canned([Unavailable(Trouble.BUSY, "busy", again_in=asked)]), clock)
        await trouble(rested)
        assert rested.resting_until == clock.now + timedelta(seconds=rest)


@pytest.mark.parametrize("why", [Trouble.SPENT, Trouble.RESTING])
async def test_what_is_not_its_fault_costs_it_no_rest(clock: Clock, why: Trouble) -> None:
    rested = Rested(Canned([failing(why)] * 5), clock)
    for _ in range(5):
        assert (await trouble(rested)).trouble is why
    assert rested.resting_until is None


async def test_three_bad_answers_in_a_row_count_as_a_failure(clock: Clock) -> None:
    slips: list[Answer] = [failing(Trouble.MALFORMED), failing(Trouble.EMPTY), "Fine.", failing(Trouble.ENDLESS),
                           failing(Trouble.DECLINED), failing(Trouble.EMPTY)]
    rested = Rested(Canned(slips), clock)
    for number, answer in enumerate(slips):
        assert rested.resting_until is None, number
        await (ask(rested) if isinstance(answer, str) else trouble(rested))
    assert rested.resting_until is not None


async def test_after_a_rest_one_call_tries_and_the_others_wait_for_its_verdict(clock: Clock) -> None:
    gate = Gate()
    rested = Rested(gate, clock)
    gate.answer = failing()
    gate.opened.set()
    await trouble(rested)
    clock.pass_by(seconds=10)
    gate.opened.clear()
    gate.entered.clear()
    gate.answer = None
    trying = asyncio.create_task(ask(rested))
    await gate.entered.wait()
    assert (await trouble(rested)).trouble is Trouble.RESTING
    gate.opened.set()
    assert (await trying).words == "Fine."
    assert (await ask(rested)).words == "Fine."


async def test_failures_at_the_same_time_are_one_failure(clock: Clock) -> None:
    gate = Gate()
    rested = Rested(gate, clock)
    gate.answer = failing()
    calls = [asyncio.create_task(trouble(rested)) for _ in range(10)]
    await gate.entered.wait()
    gate.opened.set()
    await asyncio.gather(*calls)
    assert rested.resting_until == clock.now + timedelta(seconds=10)


async def test_a_try_that_is_given_up_lets_the_next_one_try(clock: Clock) -> None:
    gate = Gate()
    rested = Rested(gate, clock)
    gate.answer = failing()
    gate.opened.set()
    await trouble(rested)
    clock.pass_by(seconds=10)
    gate.opened.clear()
    gate.entered.clear()
    trying = asyncio.create_task(ask(rested))
    await gate.entered.wait()
    trying.cancel()
    await asyncio.gather(trying, return_exceptions=True)
    gate.answer = None
    gate.opened.set()
    assert (await ask(rested)).words == "Fine."


async def test_streams_rest_and_recover_like_whole_answers(clock: Clock) -> None:
    rested = Rested(Canned([failing(Trouble.CUT_OFF), "Fine, thanks."]), clock)
    await trouble(rested, is_streamed=True)
    assert (await trouble(rested, is_streamed=True)).trouble is Trouble.RESTING
    clock.pass_by(seconds=10)
    assert (await heard(rested))[0] == "Fine, thanks."


class Gate(Canned):
    """A model whose calls wait until it is opened; then they say "Fine." or fail."""

    def __init__(self) -> None:
        super().__init__(self._say)
        self.entered = asyncio.Event()
        self.opened = asyncio.Event()
        self.answer: ModelUnavailable | None = None

    async def complete(self, *messages, **bounds):  # type: ignore[no-untyped-def]  # passes all on
        self.entered.set()
        await self.opened.wait()
        return await super().complete(*messages, **bounds)

    def _say(self, call: Call) -> Answer:
        return self.answer or "Fine."
