"""Plays a golden conversation through the shipped parts, from the first word to the mark."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, model_validator

from simulator.archive import Database, SqlArchive
from simulator.encounters.marking import MarkingQueue
from simulator.encounters.runner import Runner
from simulator.exam.base import Language, Value
from simulator.exam.grade import Grade, Outcome
from simulator.exam.ports import Library, PatientActor
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Disclosure, Entry, Reading, Speaker, Transcript, Turn
from simulator.graders.rules import RuleGrader
from simulator.patients.scripted import ScriptedPatient
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import NOW

FOLDER = Path(__file__).parent
SECONDS_PER_STEP = 10


class Step(Value):
    """One thing the candidate does, and what must and must not come of it.

    `told` are ids of facts, cues and questions, `denied` topics, `shown` findings and results. No other fact or
    denial may be told, but for those in `may_tell`. `weakness` says what the understanding is known to make of the
    step: it is then played and not checked.
    """

    says: str | None = None
    picks: str | None = None  # `examine.x` or `order.x`
    told: tuple[str, ...] = ()
    may_tell: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    weakness: str | None = None

    @model_validator(mode="after")
    def _says_or_picks(self) -> Self:
        if (self.says is None) == (self.picks is None):
            raise ValueError("a step either 'says' or 'picks'")
        return self


class Candidate(Value):
    """A whole conversation, and what a careful human marker would give for it.

    `overlooked` are items where the rule grader is known to differ from that marker, each with the reason.
    """

    station: str
    language: Language
    candidate: str
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    form: dict[str, str] = Field(default_factory=dict)
    outcomes: dict[str, Outcome] = Field(default_factory=dict)
    overlooked: dict[str, str] = Field(default_factory=dict)
    mark: tuple[float, float]


class Answered(Value):
    """A step and what followed."""

    number: int
    step: Step
    entries: tuple[Entry, ...]

    @property
    def told(self) -> frozenset[str]:
        return frozenset(each for entry in self.entries if isinstance(entry, Turn) for each in entry.told)

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(each for entry in self.entries if isinstance(entry, Turn) for each in entry.shown)

    def _tellings(self, scenario: Scenario) -> frozenset[str]:
        """What the patient told of the case, what was denied, and whether offence was taken."""
        facts = {fact.id for fact in scenario.all_facts}
        return frozenset(each for each in self.told
                         if each in facts or each.startswith("denied:") or each == "meta.insult")

    def complaints(self, scenario: Scenario) -> list[str]:
        """What is not as the conversation says it should be."""
        step = self.step
        wanted = {*step.told, *(f"denied:{topic}" for topic in step.denied)}
        blurted = self._tellings(scenario) - wanted - {*step.may_tell}
        found = [f"did not tell {each}" for each in sorted(wanted - self.told)]
        found += [f"told {each}, which was not asked" for each in sorted(blurted)]
        found += [f"did not show {each}" for each in sorted(set(step.shown) - self.shown)]
        found += [f"showed {each}" for each in sorted(self.shown - set(step.shown))]
        return [f"step {self.number} «{step.says or step.picks}»: {each}; the patient said «{self.reply}»"
                for each in found]

    @property
    def reply(self) -> str:
        return " / ".join(entry.words for entry in self.entries if isinstance(entry, Turn)
                          and entry.speaker is not Speaker.CANDIDATE)

    @property
    def is_not_understood(self) -> bool:
        return "not_understood" in self.told or any(each.startswith("choice:") for each in self.told)

    @property
    def reading(self) -> Reading | None:
        return next((entry for entry in self.entries if isinstance(entry, Reading)), None)

    @property
    def disclosure(self) -> Disclosure | None:
        return next((entry for entry in self.entries if isinstance(entry, Disclosure)), None)


class Played(Value):
    """A conversation after it was played and marked."""

    candidate: Candidate
    scenario: Scenario
    transcript: Transcript
    answers: tuple[Answered, ...]
    grade: Grade


def read(path: Path) -> Candidate:
    """A conversation as it was written."""
    return Candidate.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


async def play(candidate: Candidate, library: Library, understanding: Reader, vocabulary: Vocabulary,
               patient: PatientActor | None = None) -> Played:
    """The conversation, through the runner, an archive of its own and the marking queue."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'archive.db'}")
        await database.migrate()
        try:
            return await _played(candidate, SqlArchive(database), library, understanding, vocabulary, patient)
        finally:
            await database.close()


async def _played(candidate: Candidate, archive: SqlArchive, library: Library, understanding: Reader,
                  vocabulary: Vocabulary, patient: PatientActor | None) -> Played:
    scripted = ScriptedPatient()
    runner = Runner(archive, library, understanding, patient or scripted, vocabulary, understudy=scripted)
    queue = MarkingQueue(archive, library, RuleGrader(understanding, vocabulary), clock=lambda: NOW)
    runner.on_submitted = queue.enqueue
    await queue.start()
    opened = await runner.open(candidate.station, candidate.language, "student", NOW)
    encounter_id, scenario = opened.encounter.id, opened.station.scenario
    live = await runner.enter(encounter_id, NOW)
    answers = []
    for number, step in enumerate(candidate.steps, 1):
        before, at = len(live.transcript), NOW + timedelta(seconds=SECONDS_PER_STEP * number)
        message_id = f"step-{number}"
        live = await runner.hear(encounter_id, step.says, at, message_id=message_id) if step.says is not None else \
            await runner.examine(encounter_id, step.picks or "", at, message_id=message_id)
        answers.append(Answered(number=number, step=step, entries=live.transcript.entries[before:]))
    end = NOW + timedelta(seconds=SECONDS_PER_STEP * (len(candidate.steps) + 1))
    await runner.finish(encounter_id, end)
    await runner.submit(encounter_id, candidate.form, end + timedelta(seconds=60))
    await queue.idle()
    await queue.stop()
    live = await runner.state(encounter_id)
    (grade,) = await archive.grades(encounter_id)
    return Played(candidate=candidate, scenario=scenario, transcript=live.transcript, answers=tuple(answers),
                  grade=grade)
