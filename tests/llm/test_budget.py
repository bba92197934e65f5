"""Budgets hold, whoever spends, also when many call at once and after a restart."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.exam.errors import ModelUnavailable, SimulatorError, Trouble
from simulator.exam.ports import Completion, LanguageModel, Ledger, Message, Usage
from simulator.exam.spending import Expense, Purpose, Spent, spending_for
from simulator.llm.budget import Budgeted
from simulator.llm.canned import Answer, Canned
from simulator.llm.ledger import MemoryLedger
from simulator.llm.limits import Budget
from simulator.llm.troubles import Unavailable
from tests.builders import NOW
from tests.llm.talk import ask, heard, trouble

ANN = Purpose(encounter="e1", candidate="ann", cohort="2026")
USED = Usage(prompt_tokens=100, completion_tokens=20)  # 120 tokens; 0.0012 at 10 a million


def costing(usage: Usage) -> float:
    return (usage.prompt_tokens + usage.completion_tokens) / 100_000


def answering(*more: Answer) -> Canned:
    """Answers that used 120 tokens each, after those given."""
    return Canned([*more, *[Completion(words="Fine.", model="m", usage=USED)] * 100])


def budgeted(budget: dict[str, float], ledger: Ledger | None = None, model: LanguageModel | None = None,
             at: datetime = NOW) -> Budgeted:
    return Budgeted(model or answering(), Budget.model_validate(budget), ledger or MemoryLedger(), costing, lambda: at)


async def answers_until_spent(model: Budgeted) -> int:
    """How many calls are answered before one is SPENT; each puts 200 and some tokens aside."""
    answers = [await asyncio.gather(ask(model), return_exceptions=True) for _ in range(10)]
    troubles = [each.trouble for (each,) in answers if isinstance(each, ModelUnavailable)]
    assert set(troubles) == {Trouble.SPENT}
    return len(answers) - len(troubles)


@pytest.mark.parametrize("of", ["encounter", "candidate", "cohort", "day"])
@pytest.mark.parametrize(("kind", "limit"), [("tokens", 700), ("cost", 0.007)])
async def test_each_budget_ends_the_calls_before_it_is_passed(of: str, kind: str, limit: float) -> None:
    ledger = MemoryLedger()
    with spending_for(ANN):
        assert await answers_until_spent(budgeted({f"{of}_{kind}": limit}, ledger)) == 5  # 600, and 217 put aside
    assert (await ledger.spent()).tokens == 600


async def test_a_spent_budget_says_which_and_what_to_do() -> None:
    with spending_for(ANN):
        found = await trouble(budgeted({"candidate_tokens": 10}))
    assert "budget of this candidate" in str(found)
    assert "OSCE_LLM_BUDGET_CANDIDATE_TOKENS" in str(found)


async def test_a_call_without_budget_left_is_never_made() -> None:
    model = answering()
    await trouble(budgeted({"day_tokens": 10}, model=model))
    await trouble(budgeted({"day_tokens": 10}, model=model), is_streamed=True)
    assert model.calls == []


@pytest.mark.parametrize(("of", "other"), [("encounter", Purpose(encounter="e2", candidate="ann", cohort="2026")),
                                           ("candidate", Purpose(encounter="e1", candidate="bob", cohort="2026")),
                                           ("cohort", Purpose(encounter="e1", candidate="ann", cohort="2027"))])
async def test_one_s_budget_is_not_another_s(of: str, other: Purpose) -> None:
    ledger = MemoryLedger()
    model = budgeted({f"{of}_tokens": 700}, ledger)
    with spending_for(ANN):
        assert await answers_until_spent(model) == 5
    with spending_for(other):
        assert await answers_until_spent(model) == 5


async def test_the_next_day_has_its_own_budget() -> None:
    ledger = MemoryLedger()
    assert await answers_until_spent(budgeted({"day_tokens": 700}, ledger)) == 5
    assert await answers_until_spent(budgeted({"day_tokens": 700}, ledger)) == 0
    assert await answers_until_spent(budgeted({"day_tokens": 700}, ledger, at=NOW + timedelta(days=1))) == 5


@pytest.mark.parametrize("processes", [1, 2])
async def test_calls_at_the_same_time_do_not_pass_the_limit_together(processes: int) -> None:
    ledger = Slow()
    models = [budgeted({"day_tokens": 700}, ledger, Waiting()) for _ in range(processes)]
    answers = await asyncio.gather(*(ask(models[each % processes]) for each in range(30)), return_exceptions=True)
    refused = [each for each in answers if isinstance(each, ModelUnavailable)]
    assert {each.trouble for each in refused} == {Trouble.SPENT}
    assert 1 <= len(answers) - len(refused) <= 3  # each puts 217 aside, whatever it uses in the end
    assert (await ledger.spent()).tokens == 120 * (len(answers) - len(refused))


@pytest.mark.parametrize(("why", "spent"), [
    (ModelUnavailable(Trouble.UNREACHABLE, "x"), 0), (ModelUnavailable(Trouble.KEY_REFUSED, "x"), 0),
    (ModelUnavailable(Trouble.TOO_SLOW, "x"), 217),  # nobody knows: all that was put aside
    (Unavailable(Trouble.MALFORMED, "x", usage=USED), 120)])
async def test_a_failed_call_costs_what_it_used(why: ModelUnavailable, spent: int) -> None:
    ledger = MemoryLedger()
    await trouble(budgeted({"day_tokens": 10_000}, ledger, answering(why)))
    assert (await ledger.spent()).tokens == pytest.approx(spent, abs=15 if spent == 217 else 0)


async def test_a_call_that_is_given_up_is_paid_for_in_full() -> None:
    ledger = MemoryLedger()
    model = Endless()
    call = asyncio.create_task(ask(budgeted({"day_tokens": 10_000}, ledger, model)))
    await model.entered.wait()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert (await ledger.spent()).tokens >= 200


async def test_a_stream_is_paid_for_as_far_as_it_came() -> None:
    ledger = MemoryLedger()
    assert (await heard(budgeted({"day_tokens": 10_000}, ledger)))[1] == USED
    assert (await ledger.spent()).tokens == 120
    stream = budgeted({"day_tokens": 10_000}, ledger, Canned(["One two three."])).stream([], most_tokens=50, seconds=1)
    assert (await anext(aiter(stream))).words == "One"
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator
    assert (await ledger.spent()).tokens == 121


async def test_without_limits_what_is_used_is_written_down_all_the_same() -> None:
    ledger = MemoryLedger()
    with spending_for(ANN):
        await ask(budgeted({}, ledger))
    assert [(line.purpose, line.what, line.spent.tokens) for line in ledger.lines] == [(ANN, "settled", 120)]


async def test_a_ledger_that_cannot_be_written_lets_no_call_through_and_loses_no_answer() -> None:
    model = answering()
    found = await trouble(budgeted({"day_tokens": 10_000}, Broken(), model))
    assert (found.trouble, model.calls) == (Trouble.FAILED, [])
    assert (await ask(budgeted({}, Broken(), model))).words == "Fine."


class Slow(MemoryLedger):
    """A ledger that lets others go first before it writes and before it reads."""

    async def write(self, expense: Expense) -> None:
        await asyncio.sleep(0)
        await super().write(expense)

    async def spent(self, *whom: Any, **when: Any) -> Spent:
        await asyncio.sleep(0)
        return await super().spent(*whom, **when)


class Waiting(Canned):
    """A model that answers when everybody has asked."""

    def __init__(self) -> None:
        super().__init__([Completion(words="Fine.", model="m", usage=USED)] * 30)

    async def complete(self, messages: Sequence[Message], **bounds: Any) -> Completion:
        for _ in range(300):
            await asyncio.sleep(0)
        return await super().complete(messages, **bounds)


class Broken(MemoryLedger):
    """A ledger on a full disk."""

    async def write(self, expense: Expense) -> None:
        raise SimulatorError("the disk is full")


class Endless(Canned):
    """A model that never answers."""

    def __init__(self) -> None:
        super().__init__([])
        self.entered = asyncio.Event()

    async def complete(self, messages: Sequence[Message], **bounds: Any) -> Completion:
        self.entered.set()
        await asyncio.Event().wait()
        raise AssertionError


def test_a_limit_on_one_thing_leaves_the_other_free() -> None:
    limit = Budget(day_cost=2).limit("day")
    assert limit is not None
    assert (limit.cost, limit.tokens > 10 ** 12) == (2, True)
    assert Budget().limit("day") is None
    assert Spent() == Spent(tokens=0, cost=0)
