"""An encounter is marked with the scenario and the rubric that it was played with."""

from datetime import datetime

import pytest

from simulator.archive import SqlArchive
from simulator.encounters.marking import MarkingQueue
from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.ports import Progress
from simulator.exam.rubric import Rubric
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station, fingerprint
from simulator.exam.transcript import Phase, Transcript
from tests.builders import a_station
from tests.encounters.plays import a_runner, an_encounter_in
from tests.fakes import Shelf


class Stamp:
    """A grader that judges nothing and says what it was given."""

    name = "stamp"

    async def grade(self, rubric: Rubric, transcript: Transcript, scenario: Scenario | None, now: datetime,
                    progress: Progress | None = None) -> Grade:
        assert scenario is not None
        rating = Rating(item="onset", outcome=Outcome.NOT_JUDGED, credit=None, weight=1, because=rubric.title)
        return Grade(grader=self.name, rubric=rubric.id, out_of=20, ratings=(rating,), at=now,
                     fingerprints={"scenario": fingerprint(scenario), "rubric": fingerprint(rubric)})


def with_another_rubric(station: Station) -> Station:
    assert station.rubric is not None
    return station.model_copy(update={"rubric": station.rubric.model_copy(update={"title": "Stricter"})})


@pytest.mark.parametrize("library", [Shelf(with_another_rubric(a_station())), Shelf(a_station(title="New")), Shelf()],
                         ids=["rubric changed", "scenario changed", "gone"])
async def test_a_station_that_was_edited_after_the_encounter_does_not_change_its_marking(
    archive: SqlArchive, library: Shelf
) -> None:
    encounter_id = await an_encounter_in(Phase.MARKING, a_runner(archive))
    queue = MarkingQueue(archive, library, Stamp(), back_off=0)
    await queue.start()
    await queue.idle()
    await queue.stop()
    (grade,) = await archive.grades(encounter_id)
    assert grade.fingerprints == a_station().fingerprints
    assert grade.ratings[0].because == "A cough"
    assert grade.flags == ()
