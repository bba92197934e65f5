"""A candidate at a station: verbs at minutes, on a real archive."""

from datetime import datetime, timedelta

from simulator.encounters.runner import Live, Runner
from simulator.exam.encounter import Mode
from simulator.exam.ports import Archive
from simulator.exam.station import Station
from simulator.exam.transcript import Entry, Phase, Reading, Speaker, Turn
from simulator.patients.scripted import ScriptedPatient
from tests.builders import NOW, a_station
from tests.encounters.talks import TOPICS
from tests.fakes import Keywords, Shelf

WORDS = {"smoke": "social.tobacco", "fever": "symptom.fever", "when": "complaint.onset", "hello": "act.greets",
         "temperature": "examine.temperature", "xray": "order.chest_xray"}
FORM = {"diagnosis": "pneumonia", "plan": "antibiotics"}


def at(minute: float) -> datetime:
    """So many minutes after the door note was opened."""
    return NOW + timedelta(minutes=minute)


def a_runner(archive: Archive, *stations: Station) -> Runner:
    """A runner as a process makes it at its start."""
    return Runner(archive, Shelf(*(stations or (a_station(),))), Keywords(WORDS), ScriptedPatient(), TOPICS)


async def an_encounter_in(phase: Phase, runner: Runner, factor: float = 1.0) -> str:
    """The id of an encounter opened at minute 0, entered at 0.5, ended at 2 and submitted at 3, as far as `phase`."""
    station = runner.library.stations()[0]
    live = await runner.open(station.id, station.language, "c1", at(0), Mode.PRACTICE, factor)
    encounter_id = live.encounter.id
    if phase is not Phase.BRIEFING:
        live = await runner.enter(encounter_id, at(0.5))
    if phase in (Phase.CLOSING, Phase.MARKING):
        live = await runner.finish(encounter_id, at(2))
    if phase is Phase.MARKING:
        live = await runner.submit(encounter_id, FORM, at(3))
    assert live.phase is phase
    return encounter_id


def said(live: Live) -> list[str]:
    """What was said and shown since the candidate entered, as `c: …`, `p: …` and `s: …`; late words as `late: …`."""
    return [f"{'late' if turn.is_late else turn.speaker.value[0]}: {turn.words}" for turn in live.transcript.turns]


def done(live: Live) -> list[str]:
    return [each.action.value for each in live.transcript.actions]


def is_sound(entries: tuple[Entry, ...]) -> None:
    """Numbers without a gap; each candidate's turn in time read once and answered by one patient's turn at most."""
    assert [each.number for each in entries] == list(range(1, len(entries) + 1))
    read = [each.turn for each in entries if isinstance(each, Reading)]
    answered = [each.answers for each in entries if isinstance(each, Turn) and each.speaker is Speaker.PATIENT
                and each.answers]
    spoken = [each.number for each in entries if isinstance(each, Turn) and each.speaker is Speaker.CANDIDATE
              and not each.is_late]
    assert read == spoken
    assert len(set(answered)) == len(answered)
    assert set(answered) <= set(spoken)
