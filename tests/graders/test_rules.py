import asyncio
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.encounters.graph import READ_AT_MOST as TAKEN_IN
from simulator.exam.base import Language
from simulator.exam.grade import Grade, Outcome, Rating
from simulator.exam.ports import Grader
from simulator.exam.station import fingerprint
from simulator.exam.transcript import Action, ActionKind, Speaker, Transcript, Turn, plain
from simulator.graders import rules
from simulator.graders.hearing import READ_AT_MOST
from simulator.graders.rules import RuleGrader
from simulator.library.files import FileLibrary
from tests.builders import NOW, a_rubric, a_scenario, a_transcript

TALK: tuple[str, ...] = (
    "Hello, my name is Paul Martin.", "Do you smoke?", "Do you drink any alcohol?", "Any diabetes?",
    "When did it start?", "Have you had a fever?", "I can see that this is frightening for you.",
    "I think you have pneumonia, an infection of the lung.", "I would like to listen to your lungs.",
    "I'd like a chest X-ray.")
NEUTRAL: tuple[str, ...] = ("I see.", "Right.", "Okay.", "Mm-hm.", "Let me write that down.", "The weather is nice.",
                            "Hm, well, yes.", "Thank you.", "One moment please.", "…", "😀")
RUBRIC = a_rubric(
    {"act": {"kinds": ["act.introduces_self"]}},
    {"asked": {"topics": ["social.tobacco", "social.alcohol", "past.diabetes"], "at_least": 3}, "weight": 2,
     "credit": {"at_least": {1: 0.25, 2: 0.5, 3: 1}}},
    {"asked": {"facts": ["complaint.onset"]}, "critical": True},
    {"asked": {"phrases": ["have you been running a temperature"]}},
    {"act": {"kinds": ["act.empathises"]}},
    {"explained": {"ideas": [{"idea": "An infection of the lung", "wordings": [
        "you have an infection of the lung", "you have pneumonia"]}]}},
    {"examined": {"findings": ["lung_auscultation"]}},
    {"ordered": {"results": ["chest_xray"]}},
    {"not_ordered": {"results": ["d_dimer"]}},
    {"submitted": {"field": "diagnosis"}, "weight": 2},
    {"judged": {"question": "Was the candidate kind?"}})
WHOLE = a_transcript(*(f"C: {words}" for words in TALK)).act(
    ActionKind.SUBMITTED, NOW, fields={"diagnosis": "Right basal pneumonia"})


def graded(grader: RuleGrader, transcript: Transcript, **changes: Any) -> Grade:
    return grader.graded(RUBRIC.model_copy(update=changes), transcript, a_scenario(), NOW)


def said_by_the_candidate(transcript: Transcript, entry: int) -> str:
    spoken = transcript.entries[entry - 1]
    if isinstance(spoken, Turn):
        assert spoken.speaker is Speaker.CANDIDATE
        return spoken.words
    assert isinstance(spoken, Action)
    return "\n".join((spoken.words, *spoken.fields.values()))


def test_every_kind_of_item_is_decided_but_the_one_that_needs_a_judge(grader: RuleGrader) -> None:
    outcomes = [rating.outcome for rating in graded(grader, WHOLE).ratings]
    assert outcomes == [Outcome.MET] * 10 + [Outcome.NOT_JUDGED]


def test_the_grade_says_what_it_was_made_with(grader: RuleGrader) -> None:
    grade = graded(grader, WHOLE)
    assert (grade.grader, grade.rubric, grade.out_of, grade.at) == ("rules-1", "trial", 20, NOW)
    assert grade.critical == ("item_3",)
    assert grade.fingerprints["rubric"] == fingerprint(RUBRIC)
    assert grade.fingerprints["scenario"] == fingerprint(a_scenario())


def test_the_same_transcript_gets_the_same_grade(grader: RuleGrader) -> None:
    assert graded(grader, WHOLE) == graded(grader, WHOLE)


def test_evidence_is_always_in_the_candidates_own_words(grader: RuleGrader) -> None:
    for rating in graded(grader, WHOLE).ratings:
        assert rating.evidence or rating.rests_on_absence or not rating.credit
        for quote in rating.evidence:
            assert quote.words in said_by_the_candidate(WHOLE, quote.turn)


def test_without_the_quoted_turns_the_point_falls(grader: RuleGrader) -> None:
    for number, rating in enumerate(graded(grader, WHOLE).ratings):
        if not rating.evidence:
            continue
        without = WHOLE
        for quote in rating.evidence:
            entry = without.entries[quote.turn - 1]
            bare = {"words": "Hm."} if isinstance(entry, Turn) else {"fields": {}, "words": ""}
            entries = list(without.entries)
            entries[quote.turn - 1] = entry.model_copy(update=bare)
            without = Transcript.model_construct(entries=tuple(entries))
        assert graded(grader, without).ratings[number].credit == 0, rating.item


@pytest.mark.parametrize("nothing", [Transcript(), a_transcript(), a_transcript("P: Hello?", "P: Doctor?"),
                                     a_transcript("C: …", "C: ???")])
def test_an_encounter_without_words_is_marked_nought(grader: RuleGrader, nothing: Transcript) -> None:
    without_absence = tuple(item for item in RUBRIC.items if not item.not_ordered)
    grade = graded(grader, nothing, items=without_absence)
    assert grade.mark == 0
    assert all(rating.outcome in (Outcome.NOT_MET, Outcome.NOT_JUDGED) for rating in grade.ratings)


def test_an_item_that_fails_is_not_judged_and_spares_the_others(
        grader: RuleGrader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(rules, "decide_explained", broken)
    grade = graded(grader, WHOLE)
    assert [rating.item for rating in grade.ratings if rating.outcome is Outcome.NOT_JUDGED] == ["item_6", "item_11"]
    assert "item_6" in caplog.text


def test_progress_is_told_item_by_item(grader: RuleGrader) -> None:
    told: list[tuple[int, int]] = []
    grader.graded(RUBRIC, WHOLE, a_scenario(), NOW, lambda done, every: told.append((done, every)))
    assert told == [(done, 11) for done in range(12)]


async def test_the_loop_goes_on_turning_while_a_grade_is_made(understanding: Any, vocabulary: Any) -> None:
    grader: Grader = RuleGrader(understanding, vocabulary)
    marking = asyncio.create_task(grader.grade(RUBRIC, a_transcript(*(f"C: {words}" for words in TALK * 5)), None, NOW))
    longest = turns = 0.0
    while not marking.done():
        began = time.perf_counter()
        await asyncio.sleep(0)
        longest, turns = max(longest, time.perf_counter() - began), turns + 1
    assert turns > 10
    assert longest < 0.5, "far above what is seen (some milliseconds), far below a grade made on the loop"


def test_the_grader_reads_as_much_of_a_turn_as_the_patient_took_in() -> None:
    assert READ_AT_MOST == TAKEN_IN


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.sampled_from(TALK + NEUTRAL), max_size=12), form=st.sampled_from(["", "pneumonia", "flu"]))
def test_whatever_is_said_the_mark_is_the_sum_of_proved_points(grader: RuleGrader, turns: list[str],
                                                               form: str) -> None:
    transcript = a_transcript(*(f"C: {words}" for words in turns))
    transcript = transcript.act(ActionKind.SUBMITTED, NOW, fields={"diagnosis": form})
    grade = graded(grader, transcript)
    judged: list[Rating] = [rating for rating in grade.ratings if rating.credit is not None]
    points = sum(rating.weight * (rating.credit or 0) for rating in judged)
    assert grade.mark == pytest.approx(20 * points / sum(rating.weight for rating in judged))
    for rating in judged:
        assert rating.evidence or rating.rests_on_absence or not rating.credit
        for quote in rating.evidence:
            assert plain(quote.words) in plain(said_by_the_candidate(transcript, quote.turn))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.sampled_from(TALK), min_size=1, max_size=8), padding=st.data())
def test_padding_with_neutral_talk_never_raises_the_mark(grader: RuleGrader, turns: list[str],
                                                         padding: st.DataObject) -> None:
    padded = list(turns)
    for words in padding.draw(st.lists(st.sampled_from(NEUTRAL), min_size=1, max_size=8)):
        padded.insert(padding.draw(st.integers(0, len(padded))), words)
    bare = graded(grader, a_transcript(*(f"C: {words}" for words in turns)))
    more = graded(grader, a_transcript(*(f"C: {words}" for words in padded)))
    assert more.points <= bare.points


@pytest.mark.parametrize("language", list(Language))
def test_every_shipped_rubric_can_be_decided_without_a_failure(grader: RuleGrader, library: FileLibrary,
                                                               language: Language) -> None:
    for station in library.stations(language):
        assert station.rubric
        grade = grader.graded(station.rubric, a_transcript("C: Bonjour. Hello."), station.scenario, NOW)
        assert not [rating.item for rating in grade.ratings if "(" in rating.because and "Error" in rating.because]
        assert {rating.item for rating in grade.ratings if not rating.is_scale} == {
            item.id for item in station.rubric.items}
