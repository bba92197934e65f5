"""The scripted patient says what it was handed, as a person would, and nothing else."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.exam.base import Language
from simulator.exam.ports import Moment, Sentence
from simulator.exam.scenario import Persona, Sex
from simulator.exam.transcript import Tellable, plain
from simulator.patients.scripted import ScriptedPatient, joined_denials, lowered

PERSONA = Persona(name="Paul Petit", age=40, sex=Sex.MALE)


async def spoken(*may_tell: Tellable, language: Language = Language.FRENCH, seed: int = 0) -> Sentence:
    """All that the scripted patient says; it comes at once."""
    moment = Moment(persona=PERSONA, language=language, may_tell=may_tell, heard="…", seed=seed)
    (sentence,) = [each async for each in ScriptedPatient().speak(moment)]
    return sentence


async def said(*may_tell: Tellable, language: Language = Language.FRENCH, seed: int = 0) -> str:
    return (await spoken(*may_tell, language=language, seed=seed)).words


def a_fact(words: str, times_told: int = 0, again: str | None = None, fact_id: str = "f") -> Tellable:
    return Tellable(id=fact_id, words=words, times_told=times_told, again=again)


def a_denial(words: str, times_told: int = 0) -> Tellable:
    return Tellable(id=f"denied:{words}", words=words, role="denial", times_told=times_told)


async def test_a_fact_is_told_in_its_authors_words() -> None:
    assert await said(a_fact("Depuis huit heures, docteur.")) == "Depuis huit heures, docteur."


async def test_several_facts_are_told_in_their_order() -> None:
    assert await said(a_fact("Au milieu.", fact_id="a"), a_fact("Ça serre.", fact_id="b")) == "Au milieu. Ça serre."


async def test_everything_that_was_said_is_reported_as_told() -> None:
    may_tell = (a_fact("Au milieu.", fact_id="a"), a_denial("Non, pas de fièvre."),
                Tellable(id="fear", words="J'ai peur.", role="cue"))
    reply = await spoken(*may_tell)
    assert reply.told == ("a", "denied:Non, pas de fièvre.", "fear")


async def test_answers_come_first_then_what_is_denied_then_what_the_patient_adds() -> None:
    words = await said(Tellable(id="q", words="C'est grave ?", role="question"), a_denial("Non, pas de fièvre."),
                       Tellable(id="c", words="J'ai peur.", role="cue"), a_fact("Je tousse."))
    assert words == "Je tousse. Non, pas de fièvre. C'est grave ? J'ai peur."


async def test_a_patient_without_anything_to_say_is_silent() -> None:
    assert await said() == ""


@pytest.mark.parametrize(("denials", "language", "spoken"), [
    (["Non, pas de fièvre."], Language.FRENCH, ["Non, pas de fièvre."]),
    (["Non, pas de fièvre.", "Non, pas de frissons."], Language.FRENCH, ["Non, pas de fièvre.", "Pas de frissons non plus."]),
    (["No, no fever.", "No, not really."], Language.ENGLISH, ["No, no fever.", "Not really either."]),
    (["Non, pas de fièvre.", "Non, je ne tousse pas.", "Non, pas de sang."], Language.FRENCH,
     ["Non, pas de fièvre.", "Je ne tousse pas.", "Pas de sang non plus."]),
    (["No, no fever.", "No, I don't smoke."], Language.ENGLISH, ["No, no fever.", "I don't smoke."]),
    (["Non.", "Non."], Language.FRENCH, ["Non."]),
    (["Non, rien.", "Non, pas de toux.", "Non, rien."], Language.FRENCH, ["Non, rien.", "Pas de toux non plus."]),
    (["Je ne fume pas.", "Je ne bois pas."], Language.FRENCH, ["Je ne fume pas.", "Je ne bois pas."]),
    ([], Language.FRENCH, []),
])
def test_several_negatives_are_one_breath(denials: list[str], language: Language, spoken: list[str]) -> None:
    assert joined_denials(denials, language) == spoken


@pytest.mark.parametrize("language", Language)
def test_no_is_said_once_in_a_breath(language: Language) -> None:
    no = {"fr": "Non, ", "en": "No, "}[language]
    spoken = joined_denials([f"{no}{what}." for what in ("a b", "c d", "e f", "g h")], language)
    assert " ".join(spoken).count(no.strip(", ")) == 1


def test_a_word_that_only_begins_like_no_is_kept_whole() -> None:
    assert joined_denials(["No, no fever.", "Nobody smokes at home."], Language.ENGLISH)[1] == "Nobody smokes at home."
    assert joined_denials(["Non, rien.", "Nonante kilos."], Language.FRENCH)[1] == "Nonante kilos."


# -- said again --------------------------------------------------------------------------------------------------------


async def test_a_fact_told_again_is_said_in_other_words() -> None:
    words = [await said(a_fact("Depuis huit heures.", times_told=times)) for times in range(4)]
    assert words[0] == "Depuis huit heures."
    assert all("depuis huit heures." in each for each in words[1:])
    assert all(one != other for one, other in pairwise(words))


async def test_a_fact_told_again_uses_its_authors_second_wording_first() -> None:
    fact = [a_fact("Depuis huit heures.", times_told=times, again="À huit heures pile.") for times in range(3)]
    assert await said(fact[1]) == "À huit heures pile."
    assert "depuis huit heures" in await said(fact[2])


@pytest.mark.parametrize(("words", "inside"), [
    ("Depuis hier.", "depuis hier."), ("I take ramipril.", "I take ramipril."), ("I'm 58.", "I'm 58."), ("ECG, hier.", "ECG, hier."),
    ("Mrs Doyle drove.", "Mrs Doyle drove."), ("M. Petit.", "M. Petit."), ("", ""),
])
def test_a_sentence_inside_another_loses_its_capital_unless_it_is_a_name(words: str, inside: str) -> None:
    assert lowered(words) == inside


async def test_a_negative_answer_told_again_drops_its_no() -> None:
    again = await said(a_fact("Non, pas depuis dix ans.", times_told=1))
    assert re.search(r"\bpas depuis dix ans\.$", again)
    assert "non, pas" not in again.lower()


async def test_a_bare_no_is_still_no_when_it_is_told_again() -> None:
    assert (await said(a_fact("Non.", times_told=1))).lower().endswith("non.")


async def test_words_with_braces_are_told_as_they_stand() -> None:
    assert "{words} {0}" in await said(a_fact("Tension {words} {0}.", times_told=1))


@pytest.mark.parametrize("seed", range(6))
async def test_the_same_arguments_give_the_same_words(seed: int) -> None:
    facts = (a_fact("Depuis hier.", times_told=2), a_denial("Non, rien."))
    assert await said(*facts, seed=seed) == await said(*facts, seed=seed)


async def test_another_encounter_hears_another_way_of_saying_it_again() -> None:
    assert len({await said(a_fact("Depuis hier.", times_told=2), seed=seed) for seed in range(6)}) > 1


# -- whatever it is handed ---------------------------------------------------------------------------------------------

ROLES = st.sampled_from(["fact", "denial", "unknown", "evasion", "cue", "question", "courtesy", "rephrase", "choice", "deflection"])
SENTENCES = st.from_regex(r"\A(Non, |No, |I )?[a-zéà]{1,8}( [a-zéà{}]{1,8}){0,6}[.!?…]\Z")
TELLABLES = st.lists(st.builds(
    Tellable, id=st.uuids().map(str), words=SENTENCES, role=ROLES, times_told=st.integers(0, 4), again=st.none() | SENTENCES,
), max_size=6)
OWN_WORDS = set(plain("Comme je vous le disais Je vous l'ai dit Encore une fois As I said Like I told you Again non plus either").split())


@settings(deadline=None)
@given(may_tell=TELLABLES, language=st.sampled_from(list(Language)), seed=st.integers(0, 2**32))
async def test_nothing_is_said_that_was_not_handed_over(may_tell: list[Tellable], language: Language, seed: int) -> None:
    words = await said(*may_tell, language=language, seed=seed)
    handed = OWN_WORDS.union(*(plain(f"{each.words} {each.again or ''}").split() for each in may_tell))
    assert set(plain(words).split()) <= handed


@settings(deadline=None)
@given(may_tell=TELLABLES, language=st.sampled_from(list(Language)))
async def test_everything_handed_over_is_said(may_tell: list[Tellable], language: Language) -> None:
    reply = await spoken(*may_tell, language=language, seed=1)
    assert reply.told == tuple(each.id for each in may_tell)
    for each in may_tell:
        wanted = plain(re.sub(r"^(?:Non|No), ", "", each.words))
        again = plain(each.again or "")
        assert wanted in plain(reply.words) or (again and again in plain(reply.words))
