"""Marks encounters in the background, outside the graph: what is in the archive says what is still to do."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from simulator.exam.base import Language
from simulator.exam.encounter import Encounter
from simulator.exam.errors import Conflict
from simulator.exam.grade import Grade
from simulator.exam.ports import Archive, Grader, Library
from simulator.exam.spending import Purpose, spending_for
from simulator.exam.station import Station
from simulator.exam.transcript import ActionKind, Phase, Transcript

log = logging.getLogger(__name__)

RETRIES = 3
STATION_CHANGED = "station_changed"  # the station was edited between the encounter and its marking
_BACK_OFF = 0.5  # seconds before the first new try; each next one waits four times as long
_RACES = 10  # times another process may append first before that is an error

_FAILED = {
    Language.FRENCH: ("La correction n'a pas abouti ; elle va être tentée de nouveau. Rien n'est perdu.",
                      "La correction n'a pas abouti. Votre copie est enregistrée ; elle sera reprise au prochain "
                      "démarrage, ou par un enseignant."),
    Language.ENGLISH: ("The marking did not succeed; it will be tried again. Nothing is lost.",
                       "The marking did not succeed. Your work is kept; it will be taken up at the next start, "
                       "or by a teacher."),
}
_NO_RUBRIC = {Language.FRENCH: "Cette station n'a pas de grille : il n'y a pas de note.",
              Language.ENGLISH: "This station has no rubric: there is no mark."}


def _now() -> datetime:
    return datetime.now(UTC)


class MarkingQueue:
    """Marks what was submitted, some encounters at a time; an encounter may be put in twice and is marked once."""

    def __init__(self, archive: Archive, library: Library, grader: Grader, workers: int = 1, *,
                 clock: Callable[[], datetime] = _now, back_off: float = _BACK_OFF) -> None:
        self.archive = archive
        self.library = library
        self.grader = grader
        self.workers = workers
        self._clock = clock
        self._back_off = back_off
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._progress: dict[str, tuple[int, int]] = {}  # of what waits or is being marked
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begins to work, first on what an earlier stop or crash left submitted and not marked."""
        if self._tasks:
            return
        self._tasks = [asyncio.create_task(self._work(), name=f"marking {number}") for number in range(self.workers)]
        for encounter in await self.archive.open_encounters():
            if Transcript(entries=await self.archive.entries(encounter.id)).phase is Phase.MARKING:
                await self.enqueue(encounter.id)

    async def stop(self) -> None:
        """Stops at once; what was not finished is taken up at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._waiting = asyncio.Queue()
        self._progress = {}

    async def enqueue(self, encounter_id: str) -> None:
        """Puts an encounter in the queue, unless it is there already."""
        if encounter_id not in self._progress:
            self._progress[encounter_id] = (0, 1)
            self._waiting.put_nowait(encounter_id)

    def progress(self, encounter_id: str) -> tuple[int, int] | None:
        """(done, all) of an encounter that waits, (0, 1), or is being marked; nothing for any other."""
        return self._progress.get(encounter_id)

    async def idle(self) -> None:
        """Returns when everything put in has been dealt with."""
        await self._waiting.join()

    # -- how -----------------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            encounter_id = await self._waiting.get()
            try:
                await self._mark_at_last(encounter_id)
            except Exception:  # the archive itself fails: nothing can be recorded, but the next encounter may go well
                log.exception("encounter %s could not be marked, and that could not be recorded", encounter_id)
            finally:
                self._progress.pop(encounter_id, None)
                self._waiting.task_done()

    async def _mark_at_last(self, encounter_id: str) -> None:
        """Marks, with new tries after failures; each failure is recorded in words that the candidate may read."""
        encounter = await self.archive.encounter(encounter_id)
        for tried in range(RETRIES + 1):
            try:
                await self._mark(encounter)
                return
            except Exception:
                log.exception("marking encounter %s failed (try %d of %d)", encounter_id, tried + 1, RETRIES + 1)
                is_last = tried == RETRIES
                words = _FAILED[encounter.language][1 if is_last else 0]
                with contextlib.suppress(Conflict):  # somebody else marked it meanwhile, or writes without end
                    await self._record(encounter, ActionKind.MARKING_FAILED, words)
                if not is_last:
                    await asyncio.sleep(self._back_off * 4 ** tried)

    async def _mark(self, encounter: Encounter) -> None:
        transcript = Transcript(entries=await self.archive.entries(encounter.id))
        if transcript.phase is not Phase.MARKING:
            return
        station = await self._station(encounter)
        if station.rubric is None:
            await self._record(encounter, ActionKind.MARKED, _NO_RUBRIC[encounter.language])
            return
        if not await self._is_graded(encounter, station):
            with spending_for(Purpose(encounter=encounter.id, candidate=encounter.candidate)):
                grade = await self.grader.grade(station.rubric, transcript, station.scenario, self._clock(),
                                                lambda done, every: self._note(encounter.id, done, every))
            await self._keep(encounter, station, grade)
        await self._record(encounter, ActionKind.MARKED)

    async def _station(self, encounter: Encounter) -> Station:
        """The station as it was when the encounter opened; the library's, if it was opened before any was kept."""
        return await self.archive.frozen(encounter.fingerprints) or \
            self.library.station(encounter.station, encounter.language)

    def _note(self, encounter_id: str, done: int, every: int) -> None:
        """Called from the grader's thread: one assignment, which needs no lock."""
        if encounter_id in self._progress:
            self._progress[encounter_id] = (done, every)

    async def _is_graded(self, encounter: Encounter, station: Station) -> bool:
        """Whether this grader has marked it against this very station: a crash came between grade and action."""
        prints = station.fingerprints
        return any(grade.grader == self.grader.name
                   and all(grade.fingerprints.get(part) == print_ for part, print_ in prints.items())
                   for grade in await self.archive.grades(encounter.id))

    async def _keep(self, encounter: Encounter, station: Station, grade: Grade) -> None:
        """Appends the grade; says so when the station is no longer the one that was played."""
        played = encounter.fingerprints
        if any(part in played and played[part] != print_ for part, print_ in station.fingerprints.items()):
            grade = grade.model_copy(update={"flags": (*grade.flags, STATION_CHANGED)})
        if not await self._is_graded(encounter, station):
            await self.archive.add_grade(encounter.id, grade)

    async def _record(self, encounter: Encounter, action: ActionKind, words: str = "") -> None:
        """Appends what happened to the marking, after whatever others append at the same time."""
        for _ in range(_RACES):
            transcript = Transcript(entries=await self.archive.entries(encounter.id))
            if transcript.phase is not Phase.MARKING:
                return
            entry = transcript.act(action, self._clock(), words=words).entries[-1]
            try:
                await self.archive.append(encounter.id, [entry])
                return
            except Conflict:
                continue
        raise Conflict(f"encounter '{encounter.id}' is written to without end; its marking could not be recorded")
