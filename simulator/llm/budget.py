"""Budgets for an encounter, a candidate, a cohort and a day: put aside before a call, settled after it."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, time, timedelta
from typing import Any, cast

from simulator.exam.errors import ModelUnavailable, SimulatorError, Trouble
from simulator.exam.ports import Completion, LanguageModel, Ledger, Message, Piece, Usage
from simulator.exam.spending import Expense, Purpose, Spent, purpose
from simulator.llm.answers import estimated
from simulator.llm.limits import Budget
from simulator.llm.troubles import Unavailable

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Pricing = Callable[[Usage], float | None]

_NOTHING_USED = (Trouble.UNREACHABLE, Trouble.INSECURE, Trouble.KEY_REFUSED, Trouble.NO_SUCH_MODEL, Trouble.BUSY,
                 Trouble.RESTING, Trouble.SPENT)


class Budgeted:
    """A LanguageModel that is SPENT when a budget is; calls under way count with all they could use.

    The line that puts tokens aside is written before the totals are read, so that calls at the same time, in other
    processes too, can refuse each other needlessly near a limit but never pass it together.
    """

    def __init__(self, model: LanguageModel, budget: Budget, ledger: Ledger, cost: Pricing, clock: Clock) -> None:
        self.model = model
        self._budget = budget
        self._ledger = ledger
        self._cost = cost
        self._clock = clock
        self._one_by_one = asyncio.Lock()

    @property
    def name(self) -> str:
        return self.model.name

    async def complete(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                       schema: dict[str, Any] | None = None, temperature: float = 0.0,
                       seed: int | None = None) -> Completion:
        """The model's answer, paid for; SPENT, without a call, when it could pass a limit."""
        reserved = await self._reserve(messages, most_tokens)
        used: Usage | None = None
        try:
            answer = await self.model.complete(messages, most_tokens=most_tokens, seconds=seconds, schema=schema,
                                               temperature=temperature, seed=seed)
            used = answer.usage
        except ModelUnavailable as trouble:
            used = _used(trouble)
            raise
        finally:
            await self._settle(reserved, used)
        return answer

    def stream(self, messages: Sequence[Message], *, most_tokens: int, seconds: float, temperature: float = 0.0,
               seed: int | None = None) -> AsyncIterator[Piece]:
        """The model's answer as it comes, paid for as far as it came."""
        parts = self.model.stream(messages, most_tokens=most_tokens, seconds=seconds, temperature=temperature,
                                  seed=seed)
        return self._streamed(parts, messages, most_tokens)

    # -- how -----------------------------------------------------------------------------------------------------------

    async def _streamed(self, parts: AsyncIterator[Piece], messages: Sequence[Message],
                        most_tokens: int) -> AsyncIterator[Piece]:
        reserved = await self._reserve(messages, most_tokens)
        used, words = None, ""
        try:
            async with aclosing(cast("AsyncGenerator[Piece]", parts)):
                async for piece in parts:
                    words += piece.words
                    used = piece.usage or used
                    yield piece
        except ModelUnavailable as trouble:
            used = _used(trouble)
            raise
        finally:
            await self._settle(reserved, used or estimated(messages, words))

    async def _reserve(self, messages: Sequence[Message], most_tokens: int) -> Expense:
        """Puts aside all that the call could use; SPENT when that passes a limit."""
        most = estimated(messages, "").model_copy(update={"completion_tokens": most_tokens})
        expense = Expense(call=uuid.uuid4().hex, at=self._clock(), purpose=purpose(), model=self.name,
                          what="reserved", spent=self._spent(most))
        if not self._budget.has_limits:
            return expense.model_copy(update={"spent": Spent()})
        try:
            over = await self._put_aside(expense)
        except SimulatorError as error:
            raise ModelUnavailable(Trouble.FAILED, f"{self.name} is not called: {error}") from error
        if over:
            raise ModelUnavailable(Trouble.SPENT, f"the budget of this {over} is spent: the embedded part goes on; an "
                                                  f"operator may raise OSCE_LLM_BUDGET_{over.upper()}_TOKENS or _COST")
        return expense

    async def _put_aside(self, expense: Expense) -> str | None:
        """Writes the line; which budget it passes, if any, and then the line is undone."""
        async with self._one_by_one:
            await self._ledger.write(expense)
            over = await self._over(expense)
            if over:
                await self._settle(expense, Usage())
            return over

    async def _over(self, expense: Expense) -> str | None:
        """Which budget is passed with what is put aside, if any."""
        for of in ("encounter", "candidate", "cohort", "day"):
            limit = self._budget.limit(of)
            if limit is not None and (of == "day" or getattr(expense.purpose, of)):
                spent = await self._total(of, expense.purpose, expense.at)
                if spent.tokens > limit.tokens or spent.cost > limit.cost:
                    return of
        return None

    async def _total(self, of: str, whom: Purpose, at: datetime) -> Spent:
        if of == "day":
            midnight = datetime.combine(at.date(), time(), at.tzinfo)
            return await self._ledger.spent(since=midnight, before=midnight + timedelta(days=1))
        return await self._ledger.spent(whom=Purpose.model_validate({of: getattr(whom, of)}))

    async def _settle(self, reserved: Expense, used: Usage | None) -> None:
        """Corrects what was put aside to what was used; all of it stays spent when nobody knows."""
        if used is None:
            return
        actual = self._spent(used)
        difference = Spent(tokens=actual.tokens - reserved.spent.tokens, cost=actual.cost - reserved.spent.cost)
        if difference == Spent():
            return
        line = reserved.model_copy(update={"what": "settled", "spent": difference})
        try:
            await asyncio.shield(self._ledger.write(line))  # a call that is given up is paid for all the same
        except SimulatorError:
            log.exception("what %s used could not be written down: %s", self.name, difference)

    def _spent(self, usage: Usage) -> Spent:
        return Spent(tokens=usage.prompt_tokens + usage.completion_tokens, cost=self._cost(usage) or 0.0)


def _used(trouble: ModelUnavailable) -> Usage | None:
    """What a failed call used; nothing known when it may have been answered after all."""
    if trouble.trouble in _NOTHING_USED:
        return Usage()
    return trouble.usage if isinstance(trouble, Unavailable) else None
