"""The audit of a free patient: who spoke, what the guard kept back and why, and what was made up. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import Field

from simulator.exam.base import Value
from simulator.exam.errors import Trouble
from simulator.exam.transcript import Improvised, Objection, Speaker, Transcript, Turn


class Audit(Value):
    """Counts over the patient's turns of one transcript, or of many."""

    turns: int = 0  # of the patient
    free: int = 0  # for which a free actor was asked
    alone: int = 0  # of these, spoken by it from the first word to the last
    repaired: int = 0  # of these, after it was asked again
    completed: int = 0  # in which the author's words were needed
    objections: Mapping[Objection, int] = Field(default_factory=dict)
    troubles: Mapping[Trouble, int] = Field(default_factory=dict)
    by: Mapping[str, int] = Field(default_factory=dict)  # turns in which each actor was heard
    improvised: tuple[Improvised, ...] = ()

    @property
    def interventions(self) -> int:
        """Sentences that were not shown."""
        return sum(self.objections.values())


def audit_of(transcript: Transcript) -> Audit:
    """The audit of one encounter."""
    turns = [turn for turn in transcript.turns if turn.speaker is Speaker.PATIENT]
    return _counted(turns)


def audit_of_all(transcripts: Iterable[Transcript]) -> Audit:
    """One audit over many encounters."""
    return _counted([turn for transcript in transcripts for turn in transcript.turns
                     if turn.speaker is Speaker.PATIENT])


def _counted(turns: list[Turn]) -> Audit:
    free = [turn.delivery for turn in turns if turn.delivery is not None]
    return Audit(
        turns=len(turns), free=len(free), repaired=sum(each.is_repaired for each in free),
        alone=sum(len(each.by) == 1 and not each.completed and each.trouble is None for each in free),
        completed=sum(each.completed > 0 for each in free),
        objections=dict(sorted(Counter(reason for each in free for reason in each.objections).items())),
        troubles=dict(sorted(Counter(each.trouble for each in free if each.trouble is not None).items())),
        by=dict(sorted(Counter(name for each in free for name in each.by).items())),
        improvised=tuple(made_up for turn in turns for made_up in turn.improvised))
