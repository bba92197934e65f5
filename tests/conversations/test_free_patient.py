"""Whole encounters with a language model as the patient: what goes over the wire, and what the worst one gets through."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from simulator.encounters.audit import audit_of
from simulator.encounters.courtesies import _lines
from simulator.encounters.moment import told_so_far
from simulator.encounters.names import names_in
from simulator.exam.ports import LanguageModel
from simulator.exam.scenario import Scenario
from simulator.exam.station import Station
from simulator.exam.transcript import Disclosure, Speaker, Transcript, Turn, plain
from simulator.library.files import FileLibrary
from simulator.llm.canned import Call, Canned
from simulator.llm.hostile import Hostile
from simulator.patients.language_model import LanguageModelPatient
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.conversations.played import FOLDER, Played, play, read

CONVERSATIONS = sorted(FOLDER.glob("*.yaml"))
RUN = 4  # words in a row that are nobody's but the text's they stand in
Play = Callable[[Path, LanguageModel], Played]


class Sent(NamedTuple):
    """One call: what was sent, and the transcript as it was then."""

    call: Call
    before: Transcript
    may_tell: tuple[str, ...]


def obedient(call: Call) -> str:
    """A model that says all it is handed, in the words it is handed."""
    handed = call.messages[1].content.split(":\n", 1)[1].split("\n\n", 1)[0]
    return "\n".join(f"[{mark}] {re.sub(r'^[(][^)]*[)] ', '', words)}" for mark, _, words in
                     (line.partition(": ") for line in handed.splitlines()))


@pytest.fixture(scope="session")
def playing(library: FileLibrary, understanding: Reader, vocabulary: Vocabulary) -> Play:
    """Plays a golden conversation with a model as the patient."""
    return lambda path, model: asyncio.run(
        play(read(path), library, understanding, vocabulary, LanguageModelPatient(model)))


@pytest.fixture(scope="session")
def talks(playing: Play, library: FileLibrary) -> dict[str, tuple[Played, Canned, Station]]:
    """Every golden conversation, played once with a model that does as it is told."""
    played = {}
    for path in CONVERSATIONS:
        model = Canned(obedient)
        conversation = playing(path, model)
        played[path.stem] = conversation, model, library.station(read(path).station, read(path).language)
    return played


def calls_of(conversation: Played, model: Canned) -> Iterator[Sent]:
    """Each call with the transcript before the turn that it answers."""
    entries = conversation.transcript.entries
    answers = [turn for turn in conversation.transcript.turns if turn.delivery is not None]
    assert len(answers) == len(model.calls)  # one call a turn, and no more
    for turn, call in zip(answers, model.calls, strict=True):
        disclosure = entries[turn.number - 2]
        assert isinstance(disclosure, Disclosure)
        yield Sent(call, Transcript(entries=entries[:turn.number - 4]), tuple(each.id for each in disclosure.may_tell))


def hidden_texts(station: Station) -> list[str]:
    """What is never the patient's to say: findings, results, the diagnosis, the marking, the debrief, the title."""
    scenario, rubric = station.scenario, station.rubric
    assert rubric is not None
    texts = [scenario.title, scenario.diagnosis.stated, *scenario.diagnosis.also_accept, *scenario.diagnosis.differential,
             *(each.shows for each in scenario.findings), *(each.shows for each in scenario.results),
             *(f"{line.name} {line.value}" for each in scenario.results for line in each.table),
             *(item.text for item in rubric.items), scenario.debrief.summary,
             *(point.teaches for point in scenario.debrief.points), scenario.door.role, scenario.door.setting,
             *scenario.door.tasks]
    return texts


def runs(text: str) -> set[str]:
    """Every run of RUN words; a shorter text is one run."""
    words = plain(text).split()
    return {" ".join(words[at:at + RUN]) for at in range(len(words) - RUN + 1)} or {" ".join(words)}


def tellings(scenario: Scenario) -> dict[str, str]:
    """All that the patient can ever tell, by its id."""
    facts = {fact.id: f"{fact.answer} {fact.again or ''}" for fact in scenario.all_facts}
    return facts | {cue.id: f"{cue.says}" for cue in scenario.cues} | {each.id: each.says for each in scenario.asks}


def own_words(scenario: Scenario, before: Transcript, may_tell: tuple[str, ...], also: str = "") -> str:
    """What may be known by then: what was told, is told now, and was said by the candidate; persona and courtesies."""
    known = {*before.told, *may_tell}
    told = [words for name, words in tellings(scenario).items() if name in known]
    said = [turn.words for turn in before.turns]
    persona = scenario.patient.persona
    courtesies = [line for lines in _lines()[scenario.language].values() for line in lines]
    return plain(" . ".join([*told, *said, also, *(each.words for each in told_so_far(scenario, before)), persona.name,
                             persona.manner or "", persona.occupation or "", scenario.patient.opening, *courtesies]))


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_nothing_that_is_not_the_patients_to_know_is_ever_sent(
        path: Path, talks: dict[str, tuple[Played, Canned, Station]]) -> None:
    conversation, model, station = talks[path.stem]
    scenario, names = station.scenario, names_in(
        (turn.words for turn in conversation.transcript.candidate_turns), station.scenario.patient.persona.name,
        station.language)
    prefix = plain(model.calls[0].messages[0].content)
    checked = 0
    for sent in calls_of(conversation, model):
        wire = plain(sent.call.text)
        heard = conversation.transcript.entries[len(sent.before)]
        assert isinstance(heard, Turn)
        known = own_words(scenario, sent.before, sent.may_tell, heard.words) + " . " + " . ".join(
            plain(each) for each in _handed_words(conversation, sent))
        untold = [words for name, words in tellings(scenario).items() if name not in {*sent.before.told, *sent.may_tell}]
        for text in (*untold, *hidden_texts(station)):
            for run in runs(text):
                checked += 1
                assert run not in wire or run in known or run in prefix, (run, text)
        assert not {*wire.split()} & (names - {*plain(" ".join(tellings(scenario).values())).split()}), names
        assert not re.search(r"[a-z]+[._][a-z]+(?:[._][a-z]+)*:", sent.call.text)  # no id of a fact, a cue or a topic
    assert checked > 3000


def _handed_words(conversation: Played, sent: Sent) -> list[str]:
    disclosure = conversation.transcript.entries[len(sent.before) + 2]
    assert isinstance(disclosure, Disclosure)
    return [each.words for each in disclosure.may_tell]


def test_a_candidate_of_the_conversations_gives_a_name(talks: dict[str, tuple[Played, Canned, Station]]) -> None:
    """Or the test above would look for nothing."""
    named = [stem for stem, (conversation, _, station) in talks.items() if names_in(
        (turn.words for turn in conversation.transcript.candidate_turns), station.scenario.patient.persona.name,
        station.language)]
    assert len(named) >= 4


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_the_beginning_of_what_is_sent_is_the_same_throughout_an_encounter(
        path: Path, talks: dict[str, tuple[Played, Canned, Station]]) -> None:
    _, model, _ = talks[path.stem]
    assert len({call.messages[0].content for call in model.calls}) == 1
    prefix, longest = model.calls[0].messages[0].content, max(len(call.text) for call in model.calls)
    assert len(prefix) >= 0.4 * longest


@pytest.mark.parametrize("path", [path for path in CONVERSATIONS if read(path).candidate == "strong"], ids=lambda path: path.stem)
def test_what_is_sent_does_not_grow_with_the_encounter(
        path: Path, talks: dict[str, tuple[Played, Canned, Station]]) -> None:
    _, model, _ = talks[path.stem]
    lengths = [len(call.text) for call in model.calls]
    assert len(lengths) >= 25
    around = [sum(lengths[at:at + 4]) / 4 for at in (4, len(lengths) - 4)]
    assert around[1] <= 1.15 * around[0]


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_an_obedient_model_is_let_speak(path: Path, talks: dict[str, tuple[Played, Canned, Station]]) -> None:
    conversation, _, _ = talks[path.stem]
    audit = audit_of(conversation.transcript)
    assert audit.interventions == 0
    assert audit.alone == audit.free > 0


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_an_obedient_model_tells_what_the_scripted_patient_tells(
        path: Path, talks: dict[str, tuple[Played, Canned, Station]]) -> None:
    conversation, _, station = talks[path.stem]
    complaints = [each for answered in conversation.answers if answered.step.weakness is None
                  for each in answered.complaints(station.scenario)]
    assert complaints == [] or read(path).candidate == "stuffing"


# -- the worst possible model ------------------------------------------------------------------------------------------


def everything(station: Station) -> list[str]:
    """All that a model could have learnt elsewhere."""
    return [*tellings(station.scenario).values(), *hidden_texts(station)]


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_nothing_undisclosed_is_shown_whatever_the_model_says(
        path: Path, playing: Play, library: FileLibrary) -> None:
    station = library.station(read(path).station, read(path).language)
    conversation = playing(path, Hostile(CONVERSATIONS.index(path), everything(station)))
    scenario, entries = station.scenario, conversation.transcript.entries
    said = [turn for turn in conversation.transcript.turns if turn.speaker is Speaker.PATIENT and turn.answers]
    for turn in said:
        disclosure = entries[turn.number - 2]
        assert isinstance(disclosure, Disclosure)
        handed = tuple(each.id for each in disclosure.may_tell)
        before = Transcript(entries=entries[:turn.number - 4])
        words = " . ".join(plain(each.words + " " + (each.again or "")) for each in disclosure.may_tell)
        told = own_words(scenario, Transcript(entries=tuple(
            each for each in before.entries if not (isinstance(each, Turn) and each.speaker is Speaker.CANDIDATE))), handed)
        known = f"{words} . {told}"
        shown = plain(turn.words)
        assert set(turn.told) <= {*handed, *(f"improvised:{each.topic}" for each in turn.improvised)}
        untold = [text for name, text in tellings(scenario).items() if name not in {*before.told, *handed}]
        for text in (*untold, *hidden_texts(station)):
            assert not [run for run in runs(text) if len(run.split()) > 1 and run in shown and run not in known], (turn.words, text)
        for number in re.findall(r"\d+", turn.words):
            assert number in known.split() or re.search(rf"(?<!\d){number}(?!\d)", known), turn.words
        for name in (scenario.diagnosis.stated, *scenario.diagnosis.also_accept):
            assert plain(name) not in shown or plain(name) in known, turn.words
    audit = audit_of(conversation.transcript)
    assert audit.interventions >= audit.free > 0  # or nothing was tried
