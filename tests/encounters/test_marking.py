import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from simulator.archive import Database, SqlArchive
from simulator.encounters.marking import RETRIES, STATION_CHANGED, MarkingQueue
from simulator.encounters.runner import Runner
from simulator.exam.base import Language
from simulator.exam.encounter import Encounter
from simulator.exam.errors import Conflict
from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.ports import Progress
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station, fingerprint
from simulator.exam.transcript import Action, ActionKind, Disclosure, Phase, Reading, Transcript, Turn
from simulator.graders.rules import RuleGrader
from simulator.library.files import FileLibrary
from simulator.patients.scripted import ScriptedPatient
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import NOW, a_station
from tests.fakes import Shelf

HANDED_IN = (ActionKind.STARTED, ActionKind.ENTERED, ActionKind.FINISHED, ActionKind.SUBMITTED)


class Marker:
    """A grader that gives no points; `fails` times it breaks down first, and it waits for `may_go`."""

    name = "marker"

    def __init__(self, fails: int = 0) -> None:
        self.fails = fails
        self.marked = 0
        self.has_begun = asyncio.Event()
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def grade(self, rubric: Rubric, transcript: Transcript, scenario: Scenario | None,
                    now: datetime, progress: Progress | None = None) -> Grade:
        if progress:
            progress(1, 2)
        self.has_begun.set()
        await self.may_go.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("no ink")
        self.marked += 1
        assert scenario
        rating = Rating(item="onset", outcome=Outcome.NOT_MET, credit=0, weight=1, because="Nothing.")
        return Grade(grader=self.name, rubric=rubric.id, out_of=20, ratings=(rating,), at=now,
                     fingerprints={"rubric": fingerprint(rubric), "scenario": fingerprint(scenario)})


class Jostled(SqlArchive):
    """An archive where somebody else appends an entry just before the marking is recorded."""

    async def append(self, encounter_id: str, entries: "list[Turn | Reading | Disclosure | Action]") -> None:  # type: ignore[override]
        last = entries[-1]
        if isinstance(last, Action) and last.action is ActionKind.MARKED and last.number == len(HANDED_IN) + 1:
            await super().append(encounter_id, [Action(number=last.number, at=NOW, action=ActionKind.ASKED_FOR_HELP)])
            raise Conflict("somebody else went first")
        await super().append(encounter_id, entries)


@pytest_asyncio.fixture
async def archive(tmp_path: Path) -> AsyncIterator[SqlArchive]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'archive.db'}")
    await database.migrate()
    yield SqlArchive(database)
    await database.close()


async def submitted(archive: SqlArchive, encounter_id: str = "e1", station: Station | None = None) -> None:
    """An encounter at the small station whose form has been handed in."""
    station = station or a_station()
    await archive.open(Encounter(id=encounter_id, station=station.id, language=station.language, candidate="c1",
                                 opened_at=NOW, fingerprints=station.fingerprints))
    await archive.append(encounter_id, [Action(number=number, at=NOW, action=action)
                                        for number, action in enumerate(HANDED_IN, 1)])


async def actions(archive: SqlArchive, encounter_id: str = "e1") -> list[ActionKind]:
    """What happened after the form was handed in."""
    entries = await archive.entries(encounter_id, after=len(HANDED_IN))
    return [entry.action for entry in entries if isinstance(entry, Action)]


def a_queue(archive: SqlArchive, marker: Marker, *stations: Station) -> MarkingQueue:
    return MarkingQueue(archive, Shelf(*(stations or (a_station(),))), marker, clock=lambda: NOW, back_off=0.001)


async def test_what_is_put_in_is_graded_and_then_marked(archive: SqlArchive) -> None:
    queue = a_queue(archive, Marker())
    await submitted(archive)
    await queue.start()
    await queue.enqueue("e1")
    await queue.idle()
    await queue.stop()
    assert [grade.grader for grade in await archive.grades("e1")] == ["marker"]
    assert await actions(archive) == [ActionKind.MARKED]


async def test_what_a_stop_left_submitted_is_taken_up_at_the_start(archive: SqlArchive) -> None:
    await submitted(archive, "e1")
    await submitted(archive, "e2")
    await archive.open(Encounter(id="e3", station="cough", language=Language.ENGLISH, candidate="c1", opened_at=NOW))
    queue = a_queue(archive, Marker())
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert [len(await archive.grades(each)) for each in ("e1", "e2", "e3")] == [1, 1, 0]
    assert [each.id for each in await archive.open_encounters()] == ["e3"]


async def test_progress_is_told_while_it_waits_and_while_it_is_marked(archive: SqlArchive) -> None:
    await submitted(archive)
    marker = Marker()
    marker.may_go.clear()
    queue = a_queue(archive, marker)
    assert queue.progress("e1") is None
    await queue.enqueue("e1")
    assert queue.progress("e1") == (0, 1)
    await queue.start()
    await marker.has_begun.wait()
    assert queue.progress("e1") == (1, 2)
    marker.may_go.set()
    await queue.idle()
    await queue.stop()
    assert queue.progress("e1") is None


async def test_putting_it_in_again_makes_no_second_grade(archive: SqlArchive) -> None:
    await submitted(archive)
    marker = Marker()
    queue = a_queue(archive, marker)
    await queue.start()
    for _ in range(3):
        await queue.enqueue("e1")
        await queue.enqueue("e1")
        await queue.idle()
    await queue.stop()
    assert (marker.marked, len(await archive.grades("e1"))) == (1, 1)
    assert await actions(archive) == [ActionKind.MARKED]


async def test_a_crash_between_grade_and_record_makes_no_second_grade(archive: SqlArchive) -> None:
    await submitted(archive)
    station = a_station()
    assert station.rubric
    await archive.add_grade("e1", await Marker().grade(station.rubric, Transcript(), station.scenario, NOW))
    marker = Marker()
    queue = a_queue(archive, marker)
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert (marker.marked, len(await archive.grades("e1"))) == (0, 1)
    assert await actions(archive) == [ActionKind.MARKED]


async def test_a_failure_is_recorded_in_kind_words_and_tried_again(
        archive: SqlArchive, caplog: pytest.LogCaptureFixture) -> None:
    await submitted(archive)
    queue = a_queue(archive, Marker(fails=2))
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert await actions(archive) == [ActionKind.MARKING_FAILED] * 2 + [ActionKind.MARKED]
    failed = (await archive.entries("e1", after=len(HANDED_IN)))[0]
    assert isinstance(failed, Action)
    assert "tried again" in failed.words
    assert "no ink" not in failed.words
    assert "no ink" in caplog.text


async def test_what_keeps_failing_is_left_for_the_next_start_and_gets_no_mark(archive: SqlArchive) -> None:
    await submitted(archive)
    marker = Marker(fails=RETRIES + 1)
    queue = a_queue(archive, marker)
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert await actions(archive) == [ActionKind.MARKING_FAILED] * (RETRIES + 1)
    assert await archive.grades("e1") == ()
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert (await actions(archive))[-1] is ActionKind.MARKED


async def test_another_process_that_appends_first_does_not_stop_the_marking(archive: SqlArchive) -> None:
    jostled = Jostled(archive._database)
    await submitted(jostled)
    queue = a_queue(jostled, Marker())
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert await actions(jostled) == [ActionKind.ASKED_FOR_HELP, ActionKind.MARKED]
    assert len(await jostled.grades("e1")) == 1


async def test_an_encounter_that_is_not_there_does_not_stop_the_others(archive: SqlArchive) -> None:
    await submitted(archive)
    queue = a_queue(archive, Marker())
    await queue.enqueue("nowhere")
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert await actions(archive) == [ActionKind.MARKED]


async def test_a_station_without_a_rubric_goes_on_without_a_mark(archive: SqlArchive) -> None:
    bare = Station(scenario=a_station().scenario)
    await submitted(archive, station=bare)
    queue = a_queue(archive, Marker(), bare)
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert await actions(archive) == [ActionKind.MARKED]
    assert await archive.grades("e1") == ()


async def test_a_station_edited_since_it_was_played_is_said_on_the_grade(archive: SqlArchive) -> None:
    await submitted(archive, station=a_station(title="An older cough"))
    queue = a_queue(archive, Marker())
    await queue.start()
    await queue.idle()
    await queue.stop()
    assert (await archive.grades("e1"))[0].flags == (STATION_CHANGED,)


# -- a whole encounter -------------------------------------------------------------------------------------------------

INTERVIEWS = {
    Language.FRENCH: (
        "Bonjour monsieur Lemoine, je suis le docteur Martin.",
        "À quelle heure exactement la douleur a-t-elle commencé ?",
        "Où avez-vous mal ?", "Est-ce que la douleur va ailleurs, dans le bras ou la mâchoire ?", "Vous fumez ?",
        "Avez-vous de la tension ?", "Et du diabète ?", "Qu'est-ce qui vous inquiète ?",
        "Vous faites un infarctus : une artère du cœur est bouchée.", "Avez-vous des questions ?"),
    Language.ENGLISH: (
        "Hello Mr Lemoine, my name is Dr Martin.", "What time exactly did the pain start?", "Where does it hurt?",
        "Does the pain go anywhere else, your arm or your jaw?", "Do you smoke?", "Do you have high blood pressure?",
        "And diabetes?", "What worries you most?", "You are having a heart attack: an artery of the heart is blocked.",
        "Do you have any questions?"),
}
FORM = {Language.FRENCH: {"diagnosis": "SCA ST+ inférieur", "differential": "dissection aortique",
                          "plan": "Aspirine 250 mg, coronarographie en urgence, pas de dérivés nitrés"},
        Language.ENGLISH: {"diagnosis": "Inferior STEMI", "differential": "aortic dissection",
                           "plan": "Aspirin 300 mg, primary PCI, no nitrates"}}
EARNED = ("onset", "risk_factors", "ecg", "no_useless_test", "diagnosis", "differential", "aspirin")


@pytest.mark.parametrize("language", list(Language))
async def test_a_whole_encounter_is_played_and_marked_with_evidence(
        archive: SqlArchive, library: FileLibrary, understanding: Reader, vocabulary: Vocabulary,
        language: Language) -> None:
    runner = Runner(archive, library, understanding, ScriptedPatient(), vocabulary)
    queue = MarkingQueue(archive, library, RuleGrader(understanding, vocabulary), clock=lambda: NOW)
    runner.on_submitted = queue.enqueue
    await queue.start()
    encounter_id = (await runner.open("chest_pain", language, "c1", NOW)).encounter.id
    await runner.enter(encounter_id, NOW)
    for number, words in enumerate(INTERVIEWS[language], 1):
        await runner.hear(encounter_id, words, NOW + timedelta(seconds=20 * number))
    await runner.examine(encounter_id, "order.ecg", NOW + timedelta(seconds=230))
    await runner.finish(encounter_id, NOW + timedelta(seconds=300))
    await runner.submit(encounter_id, FORM[language], NOW + timedelta(seconds=360))
    await queue.idle()
    await queue.stop()
    live = await runner.state(encounter_id)
    assert live.phase is Phase.DEBRIEF
    (grade,) = await archive.grades(encounter_id)
    ratings = {rating.item: rating for rating in grade.ratings}
    assert [item for item in EARNED if ratings[item].outcome is not Outcome.MET] == []
    assert ratings["both_arms"].outcome is Outcome.NOT_MET
    assert grade.mark is not None
    assert 5 < grade.mark < 20
    for rating in grade.ratings:
        for quote in rating.evidence:
            assert live.transcript.quote(quote.turn, quote.words) == quote
