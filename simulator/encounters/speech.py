"""One turn of a patient: its sentences as they come, each guarded, repaired once, completed in the author's words."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing

from simulator.encounters.ground import Ground
from simulator.encounters.guard import Guard, split, tells
from simulator.exam.errors import ModelUnavailable, Trouble
from simulator.exam.ports import Moment, PatientActor, Refused, Sentence
from simulator.exam.transcript import Delivery, Improvised, Objection, Tellable

log = logging.getLogger(__name__)

_RESERVE = 0.25  # seconds of the limit kept for the author's words and the record
_SAID_AS_WRITTEN = {"rephrase", "choice", "deflection"}  # nothing is gained by other words, and attacks get no ear
_NEED_NOT_BE_SAID = {"courtesy", "rephrase", "deflection"}  # once anything has been said

Show = Callable[[str], None]
"""Given all words of the turn so far, each time that a sentence has been added."""


class Spoken:
    """A turn as it grows."""

    def __init__(self) -> None:
        self.sentences: list[Sentence] = []
        self.objections: list[Objection] = []
        self.trouble: Trouble | None = None
        self.told: tuple[str, ...] = ()
        self.by: list[str] = []
        self.completed = 0
        self.is_free = False

    @property
    def words(self) -> str:
        return " ".join(each.words for each in self.sentences)

    @property
    def improvised(self) -> tuple[Improvised, ...]:
        """What was made up, one entry per topic."""
        topics = dict.fromkeys(each.improvises for each in self.sentences if each.improvises)
        return tuple(Improvised(topic=topic, words=" ".join(
            each.words for each in self.sentences if each.improvises == topic)) for topic in topics)

    @property
    def delivery(self) -> Delivery | None:
        """How it came about; nothing when the free actor was not asked."""
        if not self.is_free:
            return None
        is_repaired = len(self.objections) == 1 and not self.completed and self.trouble is None
        return Delivery(by=tuple(self.by), objections=tuple(self.objections), is_repaired=is_repaired,
                        trouble=self.trouble, completed=self.completed)


class Speech:
    """A free patient actor, the understudy that says the author's words, and the guard between them and the room."""

    def __init__(self, actor: PatientActor, understudy: PatientActor, guard: Guard, seconds: float) -> None:
        self._actor = actor
        self._understudy = understudy
        self._guard = guard
        self._seconds = seconds

    async def spoken(self, moment: Moment, ground: Ground, show: Show) -> Spoken:
        """The turn. It is whole within the time limit, whatever the actor does."""
        turn = Spoken()
        if all(each.role in _SAID_AS_WRITTEN for each in moment.may_tell):
            await self._complete(turn, moment, moment.may_tell)
            return turn
        turn.is_free = True
        moment = moment.model_copy(update={"seconds": self._seconds - _RESERVE})
        await self._listen(turn, moment, ground, show)
        told = tells(turn.sentences, ground)
        left = _left(moment.may_tell, told, turn)
        turn.told = told
        if left:
            await self._complete(turn, moment, left)
            show(turn.words)
        return turn

    async def _listen(self, turn: Spoken, moment: Moment, ground: Ground, show: Show) -> None:
        """The actor, until it has ended, was refused twice, failed or ran out of time."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + moment.seconds
        try:
            async with asyncio.timeout_at(ends):
                refused = await self._heard_out(turn, moment, ground, show)
                if refused is None:
                    return
                turn.objections.append(refused)
                again = Refused(objection=refused, said=tuple(each.words for each in turn.sentences))
                left = {"refused": again, "seconds": max(0.01, ends - loop.time())}
                refused = await self._heard_out(turn, moment.model_copy(update=left), ground, show)
                if refused is not None:
                    turn.objections.append(refused)
        except ModelUnavailable as error:
            turn.trouble = error.trouble
        except TimeoutError:
            turn.trouble = Trouble.TOO_SLOW
        except Exception:  # the encounter goes on, whatever a patient actor does
            log.exception("the patient actor %s failed: the author's words are said", self._actor.name)
            turn.trouble = Trouble.FAILED

    async def _heard_out(self, turn: Spoken, moment: Moment, ground: Ground, show: Show) -> Objection | None:
        """Adds sentence after sentence; what is objected to the first one that cannot be shown."""
        async with aclosing(self._actor.speak(moment)) as lines:
            async for line in lines:
                for sentence in split(line):
                    objection = self._guard.objection(sentence, ground, turn.sentences)
                    if objection is not None:
                        return objection
                    turn.sentences.append(sentence)
                    if self._actor.name not in turn.by:
                        turn.by.append(self._actor.name)
                    show(turn.words)
        return None

    async def _complete(self, turn: Spoken, moment: Moment, left: tuple[Tellable, ...]) -> None:
        """The understudy says what is left, in the author's words."""
        rest = moment.model_copy(update={"may_tell": left})
        async with aclosing(self._understudy.speak(rest)) as sentences:
            turn.sentences += [each async for each in sentences if each.words]
        turn.by.append(self._understudy.name)
        turn.completed = len(left)
        said = {*turn.told, *(each.id for each in left)}
        turn.told = tuple(each.id for each in moment.may_tell if each.id in said)


def _left(may_tell: tuple[Tellable, ...], told: tuple[str, ...], turn: Spoken) -> tuple[Tellable, ...]:
    """What must still be said: everything handed over but courtesies, and what was made up instead."""
    made_up = {each.topic for each in turn.improvised}
    return tuple(each for each in may_tell if each.id not in told and not (
        turn.sentences and (each.role in _NEED_NOT_BE_SAID or (each.topic or each.id) in made_up)))
