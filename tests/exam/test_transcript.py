"""The transcript is append-only, and the only source of evidence."""

from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.exam.errors import QuoteNotFound
from simulator.exam.transcript import (
    Act,
    ActionKind,
    ActKind,
    Phase,
    Reading,
    Speaker,
    Transcript,
    Turn,
    plain,
)
from tests.builders import NOW, a_transcript

UTTERANCES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
WORDS = st.lists(st.text(st.characters(categories=["Ll", "Lu", "Nd", "Po", "Pd"]), min_size=1, max_size=8), min_size=1, max_size=12)


def a_candidate_says(words: str) -> Transcript:
    return Transcript().say(Speaker.CANDIDATE, words, NOW)


# -- append-only -------------------------------------------------------------------------------------------------------


def test_entries_are_numbered_from_one_without_a_gap() -> None:
    transcript = a_transcript("C: Bonjour.", "P: Bonjour docteur.")
    assert [entry.number for entry in transcript.entries] == [1, 2, 3, 4]
    assert transcript.next_number == 5
    assert len(transcript) == 4


@pytest.mark.parametrize("number", [0, 1, 3, -1])
def test_an_entry_whose_number_does_not_follow_on_is_refused(number: int) -> None:
    transcript = a_candidate_says("Bonjour")
    with pytest.raises(ValueError, match=f"entry {number} cannot follow entry 1"):
        transcript.add(Turn(number=number, at=NOW, speaker=Speaker.PATIENT, words="Bonjour"))


def test_several_entries_are_added_in_order_or_not_at_all() -> None:
    one, three = (Turn(number=number, at=NOW, speaker=Speaker.PATIENT, words="Oui") for number in (1, 3))
    with pytest.raises(ValueError, match="entry 3 cannot follow entry 1"):
        Transcript().add(one, three)


def test_adding_leaves_the_transcript_as_it_was() -> None:
    before = a_transcript("C: Bonjour.")
    after = before.say(Speaker.PATIENT, "Bonjour.", NOW)
    assert len(before) == 3
    assert after.entries[:3] == before.entries


def test_a_transcript_cannot_be_changed_in_place() -> None:
    transcript = a_transcript("C: Bonjour.")
    with pytest.raises(ValidationError, match="frozen"):
        transcript.entries = ()  # type: ignore[misc]  # that is what must not work
    with pytest.raises(ValidationError, match="frozen"):
        transcript.turns[0].words = "Autre chose"  # type: ignore[misc]


def test_a_transcript_comes_back_whole_from_its_json() -> None:
    transcript = a_transcript("C: Ça irradie ?", "P: Dans le bras.").act(ActionKind.EXAMINED, NOW, target="examine.skin")
    act = Act(kind=ActKind.ASKS, topic="complaint.radiation", words="Ça irradie ?")
    transcript = transcript.add(Reading(number=transcript.next_number, at=NOW, turn=3, acts=(act,)))
    assert Transcript.model_validate_json(transcript.model_dump_json()) == transcript


# -- what it can be asked ----------------------------------------------------------------------------------------------


def test_the_candidates_turns_are_those_said_in_time() -> None:
    transcript = a_transcript("C: Bonjour.", "P: Bonjour.").say(Speaker.CANDIDATE, "Trop tard", NOW, is_late=True)
    assert [turn.words for turn in transcript.candidate_turns] == ["Bonjour."]


def test_a_turn_is_unanswered_until_an_entry_answers_it() -> None:
    transcript = a_transcript("C: Ça irradie ?")
    assert [turn.words for turn in transcript.unanswered] == ["Ça irradie ?"]
    answered = transcript.say(Speaker.PATIENT, "Dans le bras.", NOW, answers=3)
    assert answered.unanswered == ()


def test_an_answer_to_one_turn_leaves_the_other_unanswered() -> None:
    transcript = a_transcript("C: Ça irradie ?", "C: Vous fumez ?").say(Speaker.PATIENT, "Non.", NOW, answers=4)
    assert [turn.number for turn in transcript.unanswered] == [3]


def test_a_late_turn_waits_for_no_answer() -> None:
    assert a_transcript().say(Speaker.CANDIDATE, "Trop tard", NOW, is_late=True).unanswered == ()


@pytest.mark.parametrize(("actions", "phase"), [
    ([], Phase.BRIEFING),
    ([ActionKind.STARTED], Phase.BRIEFING),
    ([ActionKind.STARTED, ActionKind.ENTERED], Phase.INTERVIEW),
    ([ActionKind.STARTED, ActionKind.ENTERED, ActionKind.EXAMINED], Phase.INTERVIEW),
    ([ActionKind.STARTED, ActionKind.ENTERED, ActionKind.FINISHED], Phase.CLOSING),
    ([ActionKind.STARTED, ActionKind.ENTERED, ActionKind.TIMED_OUT], Phase.CLOSING),
    ([ActionKind.STARTED, ActionKind.ENTERED, ActionKind.FINISHED, ActionKind.DRAFTED], Phase.CLOSING),
    ([ActionKind.STARTED, ActionKind.ENTERED, ActionKind.FINISHED, ActionKind.SUBMITTED], Phase.MARKING),
    ([ActionKind.ENTERED, ActionKind.FINISHED, ActionKind.SUBMITTED, ActionKind.MARKING_FAILED], Phase.MARKING),
    ([ActionKind.ENTERED, ActionKind.FINISHED, ActionKind.SUBMITTED, ActionKind.MARKED], Phase.DEBRIEF),
])
def test_the_phase_follows_from_what_happened_last(actions: list[ActionKind], phase: Phase) -> None:
    transcript = Transcript()
    for action in actions:
        transcript = transcript.act(action, NOW)
    assert transcript.phase is phase
    assert transcript.say(Speaker.CANDIDATE, "Encore un mot", NOW).phase is phase


def test_the_form_is_read_as_drafted_until_it_is_submitted() -> None:
    transcript = a_transcript()
    assert transcript.submitted == {}
    transcript = transcript.act(ActionKind.DRAFTED, NOW, fields={"diagnosis": "SCA ?"})
    assert transcript.submitted == {"diagnosis": "SCA ?"}
    transcript = transcript.act(ActionKind.SUBMITTED, NOW, fields={"diagnosis": "infarctus"})
    assert transcript.submitted == {"diagnosis": "infarctus"}


def test_a_message_is_known_whether_it_was_said_or_done() -> None:
    transcript = a_transcript().say(Speaker.CANDIDATE, "Bonjour", NOW, message_id="m1")
    transcript = transcript.act(ActionKind.EXAMINED, NOW, target="examine.skin", message_id="m2")
    assert transcript.knows_message("m1")
    assert transcript.knows_message("m2")
    assert not transcript.knows_message("m3")


def test_what_was_told_is_gathered_from_every_turn() -> None:
    transcript = a_transcript().say(Speaker.PATIENT, "Oui", NOW, told=("a", "b")).say(Speaker.PATIENT, "Si", NOW, told=("c",))
    assert transcript.told == {"a", "b", "c"}


def test_a_moment_is_the_first_time_that_something_happened() -> None:
    later = NOW + timedelta(minutes=3)
    transcript = Transcript().act(ActionKind.ENTERED, NOW).act(ActionKind.ENTERED, later)
    assert transcript.moment(ActionKind.ENTERED) == NOW
    assert transcript.moment(ActionKind.FINISHED) is None


def test_the_reading_of_a_turn_is_found_by_the_turns_number() -> None:
    transcript = a_transcript("C: Vous fumez ?")
    reading = Reading(number=4, at=NOW, turn=3, acts=(Act(kind=ActKind.ASKS, topic="social.tobacco"),))
    assert transcript.add(reading).reading_of(3) == reading
    assert transcript.add(reading).reading_of(2) is None


# -- evidence ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "quoted", "evidence"), [
    ("Vous fumez ?", "Vous fumez ?", "Vous fumez ?"),
    ("Vous fumez ?", "vous FUMEZ", "Vous fumez"),  # case
    ("Ça irradie où ?", "ca irradie ou", "Ça irradie où"),  # accents
    ("Vous fumez, beaucoup ?", "vous fumez beaucoup", "Vous fumez, beaucoup"),  # punctuation
    ("Est-ce que ça va ?", "est ce que ca va", "Est-ce que ça va"),  # hyphens
    ("L’ECG d'hier", "l'ecg d’hier", "L’ECG d'hier"),  # apostrophes
    ("Votre cœur s'emballe", "votre coeur", "Votre cœur"),  # ligatures
    ("Votre coeur s'emballe", "VOTRE CŒUR", "Votre coeur"),
    ("Un ﬁévreux", "fievreux", "ﬁévreux"),
    ("Vous\n  fumez  ?", "vous fumez", "Vous\n  fumez"),  # white space
    ("Que\u0301 tal", "qué", "Que\u0301"),  # accents written apart
])
def test_a_quote_is_found_in_spite_of_its_writing_and_keeps_the_candidates_spelling(said: str, quoted: str, evidence: str) -> None:
    found = a_candidate_says(said).quote(1, quoted)
    assert plain(found.words) == plain(evidence)
    assert found.words in said
    assert found.turn == 1


@pytest.mark.parametrize("words", ["Vous buvez", "fumez vous", "Vous ? beaucoup", "fum", "ez", "ous", "o"])
def test_words_that_the_candidate_did_not_say_are_refused(words: str) -> None:
    with pytest.raises(QuoteNotFound, match="does not hold the words"):
        a_candidate_says("Vous fumez, beaucoup ?").quote(1, words)


def test_a_part_of_a_word_is_not_a_word_said() -> None:
    with pytest.raises(QuoteNotFound):
        a_candidate_says("I know about the notes").quote(1, "no")
    assert a_candidate_says("I know, no problem").quote(1, "no").words == "no"


@pytest.mark.parametrize("words", ["", "   ", "?", " … !", "\n", "_"])
def test_a_quote_without_words_is_refused(words: str) -> None:
    with pytest.raises(QuoteNotFound):
        a_candidate_says("Vous fumez _ … ! ?").quote(1, words)


def test_the_patients_words_are_no_evidence() -> None:
    transcript = a_transcript("C: Ça irradie ?", "P: Dans le bras gauche.")
    with pytest.raises(QuoteNotFound, match="entry 4 is not something the candidate said or did"):
        transcript.quote(4, "bras gauche")
    with pytest.raises(QuoteNotFound):
        transcript.quote(3, "bras gauche")


def test_the_stations_words_are_no_evidence() -> None:
    with pytest.raises(QuoteNotFound):
        a_transcript("S: TA 150/90").quote(3, "150/90")


def test_words_said_after_time_was_up_are_no_evidence() -> None:
    transcript = a_transcript().say(Speaker.CANDIDATE, "Vous fumez ?", NOW, is_late=True)
    with pytest.raises(QuoteNotFound):
        transcript.quote(3, "Vous fumez")


@pytest.mark.parametrize("number", [-1, 0, 4, 999])
def test_an_entry_that_is_not_there_is_no_evidence(number: int) -> None:
    with pytest.raises(QuoteNotFound, match=f"entry {number} is not"):
        a_transcript("C: Vous fumez ?").quote(number, "Vous fumez")


def test_a_reading_is_no_evidence() -> None:
    reading = Reading(number=4, at=NOW, turn=3, acts=(Act(kind=ActKind.ASKS, words="Vous fumez ?"),))
    with pytest.raises(QuoteNotFound):
        a_transcript("C: Vous fumez ?").add(reading).quote(4, "Vous fumez")


def test_a_request_and_the_closing_form_are_evidence_too() -> None:
    transcript = a_transcript().act(ActionKind.ORDERED, NOW, target="order.ecg", words="Un ECG s'il vous plaît")
    transcript = transcript.act(ActionKind.SUBMITTED, NOW, fields={"diagnosis": "Infarctus", "plan": "Appeler le SAMU"})
    assert transcript.quote(3, "un ecg").words == "Un ECG"
    assert transcript.quote(4, "appeler le samu").words == "Appeler le SAMU"


@settings(deadline=None)
@given(said=WORDS, data=st.data())
def test_any_run_of_words_that_the_candidate_said_can_be_quoted(said: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(said) - 1))
    last = data.draw(st.integers(first + 1, len(said)))
    wanted = " ".join(said[first:last])
    assume(plain(wanted))
    transcript = a_transcript("P: Bonjour.", "C: " + "  ".join(said))
    found = transcript.quote(4, wanted)
    assert plain(wanted) in plain(found.words)
    assert found.words in transcript.turns[1].words


@settings(deadline=None)
@given(mine=UTTERANCES, theirs=UTTERANCES)
def test_nothing_that_only_the_patient_said_can_be_quoted(mine: str, theirs: str) -> None:
    assume(f" {plain(theirs)} " not in f" {plain(mine)} ")
    transcript = a_transcript(f"C: {mine}", f"P: {theirs}")
    for number in range(6):
        with pytest.raises(QuoteNotFound):
            transcript.quote(number, theirs)


@settings(deadline=None)
@given(UTTERANCES)
def test_the_tolerance_is_the_same_applied_twice(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert once == " ".join(once.split())
