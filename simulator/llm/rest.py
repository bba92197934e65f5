"""Leaves an endpoint alone after failures, for longer each time, and tries it again with one call."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Completion, LanguageModel, Message, Piece
from simulator.llm.troubles import Unavailable

Clock = Callable[[], datetime]

_SHORT = (timedelta(seconds=10), timedelta(minutes=5))  # the first rest and the longest
_LONG = (timedelta(minutes=5), timedelta(hours=1))  # when only a person can mend it
_NEEDS_A_PERSON = (Trouble.KEY_REFUSED, Trouble.NO_SUCH_MODEL, Trouble.INSECURE)
_ABOUT_THE_ANSWER = (Trouble.EMPTY, Trouble.MALFORMED, Trouble.DECLINED, Trouble.ENDLESS)
_SLIPS = 3  # bad answers in a row that count as a failure: one may be the prompt's fault
_NOT_ITS_FAULT = (Trouble.SPENT, Trouble.RESTING)


@dataclass
class _Watch:
    """How an endpoint has been doing."""

    failures: int = 0  # in a row
    slips: int = 0  # in a row
    until: datetime | None = None
    because: str = ""
    is_trying: bool = False  # the one call after a rest is under way
    rests: int = 0  # how many there have been: a failure that began before the last one says nothing new


class _Begun(NamedTuple):
    """A call: how many rests there had been when it began, and whether it is the one that tries after a rest."""

    rests: int
    is_the_try: bool = False


class Rested:
    """A LanguageModel that is RESTING for a while after failures; one call then decides how it goes on."""

    def __init__(self, model: LanguageModel, clock: Clock) -> None:
        self.model = model
        self._clock = clock
        self._watch = _Watch()

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def resting_until(self) -> datetime | None:
        """When it may be tried again; nothing when it is not resting."""
        until = self._watch.until
        return until if until and self._clock() < until else None

    async def complete(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                       schema: dict[str, Any] | None = None, temperature: float = 0.0,
                       seed: int | None = None) -> Completion:
        """The model's answer; RESTING at once, without a call, while it is left alone."""
        began = self._begin()
        try:
            answer = await self.model.complete(messages, most_tokens=most_tokens, seconds=seconds, schema=schema,
                                               temperature=temperature, seed=seed)
        except ModelUnavailable as trouble:
            self._failed(trouble, began)
            raise
        finally:
            self._watch.is_trying = self._watch.is_trying and not began.is_the_try
        self._went_well(began)
        return answer

    async def stream(self, messages: Sequence[Message], *, most_tokens: int, seconds: float,
                     temperature: float = 0.0, seed: int | None = None) -> AsyncIterator[Piece]:
        """The model's answer as it comes; a stream that is left early counts neither way."""
        began = self._begin()
        parts = self.model.stream(messages, most_tokens=most_tokens, seconds=seconds, temperature=temperature,
                                  seed=seed)
        try:
            async with aclosing(cast("AsyncGenerator[Piece]", parts)):
                async for piece in parts:
                    yield piece
        except ModelUnavailable as trouble:
            self._failed(trouble, began)
            raise
        finally:
            self._watch.is_trying = self._watch.is_trying and not began.is_the_try
        self._went_well(began)

    # -- how -----------------------------------------------------------------------------------------------------------

    def _begin(self) -> _Begun:
        """Lets a call through, or not."""
        watch = self._watch
        if watch.until is None:
            return _Begun(watch.rests)
        if self._clock() < watch.until or watch.is_trying:
            raise ModelUnavailable(Trouble.RESTING, f"{self.name} is left alone until {watch.until:%H:%M:%S %Z} "
                                                    f"because {watch.because}")
        watch.is_trying = True
        return _Begun(watch.rests, is_the_try=True)

    def _went_well(self, began: _Begun) -> None:
        if began.rests == self._watch.rests:
            self._watch = _Watch(rests=began.rests)

    def _failed(self, trouble: ModelUnavailable, began: _Begun) -> None:
        watch = self._watch
        if trouble.trouble in _NOT_ITS_FAULT or began.rests != watch.rests:
            return
        if trouble.trouble in _ABOUT_THE_ANSWER:
            watch.slips += 1
            if watch.slips < _SLIPS:
                return
        watch.failures += 1
        watch.slips, watch.rests = 0, watch.rests + 1
        watch.until, watch.because = self._clock() + self._rest(trouble), str(trouble)

    def _rest(self, trouble: ModelUnavailable) -> timedelta:
        first, longest = _LONG if trouble.trouble in _NEEDS_A_PERSON else _SHORT
        rest: timedelta = min(first * 2 ** min(self._watch.failures - 1, 20), longest)
        again_in = trouble.again_in if isinstance(trouble, Unavailable) else None
        return max(rest, min(timedelta(seconds=again_in or 0), _LONG[1]))
