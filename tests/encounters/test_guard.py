"""The guard: what a free patient says beyond what it was handed is never let through; the author's words always are."""

from itertools import pairwise

import pytest

from simulator.encounters.ground import Case
from simulator.encounters.guard import Guard, split, tells
from simulator.encounters.wording import wording
from simulator.exam.base import Language
from simulator.exam.ports import Moment, Sentence, Theme, Told
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Objection, Tellable
from simulator.library.files import FileLibrary
from simulator.understanding.reader import Reader
from simulator.vocabulary import Vocabulary
from tests.builders import a_scenario
from tests.encounters.free import Inspector, a_tellable

SMOKES = {"en": "Yes, about ten cigarettes a day, since I was nineteen.",
          "fr": "Oui, une dizaine de cigarettes par jour, depuis mes dix-neuf ans."}
NO_FEVER = {"en": "No, I've had no temperature.", "fr": "Non, je n'ai pas eu de fièvre."}


def an_inspector(vocabulary: Vocabulary, language: str, *handed: Tellable, **more: object) -> Inspector:
    return Inspector(a_scenario(language=language), vocabulary, *handed, **more)  # type: ignore[arg-type]


def smoking(vocabulary: Vocabulary, language: str) -> Inspector:
    """The patient may tell that it smokes, and has denied a fever before."""
    fever = Told(id="denied:symptom.fever", words=NO_FEVER[language])
    return an_inspector(vocabulary, language, a_tellable(SMOKES[language], "smokes", topic="social.tobacco"),
                        told=[fever], heard="And the temperature, la fièvre ?")


@pytest.mark.parametrize(("language", "words"), [
    ("en", "I smoke about ten cigarettes a day, since I was nineteen."),
    ("en", "Well, doctor, about ten cigarettes a day."), ("en", "Yes. About ten a day."),
    ("en", "Thank you, doctor. About ten cigarettes a day, since I was nineteen."),
    ("fr", "Une dizaine de cigarettes par jour, docteur, depuis mes dix-neuf ans."),
    ("fr", "Oui. Une dizaine par jour."), ("fr", "Merci, docteur. Eh bien, une dizaine de cigarettes par jour."),
])
def test_the_same_thing_in_other_words_is_let_through(language: str, words: str, vocabulary: Vocabulary) -> None:
    assert smoking(vocabulary, language).objections(words, "smokes") == []


@pytest.mark.parametrize(("language", "words", "objection"), [
    ("en", "About ten cigarettes a day, and I cough up blood.", Objection.NOT_HANDED),
    ("en", "My brother smokes about ten cigarettes a day as well, at the seaside.", Objection.NOT_HANDED),
    ("fr", "Une dizaine de cigarettes par jour, et je marche moins loin.", Objection.NOT_HANDED),
    ("fr", "J'ai surtout très mal au genou.", Objection.NOT_HANDED),
    ("en", "About twenty cigarettes a day.", Objection.NUMBER), ("en", "About 30 cigarettes a day.", Objection.NUMBER),
    ("fr", "Une vingtaine de cigarettes par jour.", Objection.NUMBER),
    ("fr", "Une dizaine de cigarettes par jour depuis 1998.", Objection.NUMBER),
    ("en", "About ten cigarettes a day, with my warfarin.", Objection.CLINICAL),
    ("en", "About ten cigarettes a day, it gave me pneumonia.", Objection.CLINICAL),
    ("fr", "Une dizaine de cigarettes par jour, avec mon bisoprolol.", Objection.CLINICAL),
    ("fr", "Une dizaine de cigarettes par jour, le scanner l'a montré.", Objection.CLINICAL),
    ("en", "No, not ten cigarettes a day.", Objection.CONTRADICTS),
    ("en", "I've had a temperature.", Objection.CONTRADICTS),
    ("fr", "Je n'ai jamais fumé une dizaine de cigarettes par jour.", Objection.CONTRADICTS),
    ("fr", "J'ai eu de la fièvre.", Objection.CONTRADICTS),
    ("en", "As an AI language model I smoke ten a day.", Objection.OUT_OF_ROLE),
    ("en", "**About ten cigarettes a day.**", Objection.OUT_OF_ROLE),
    ("en", "<b>About ten cigarettes a day.</b>", Objection.OUT_OF_ROLE),
    ("en", "My instructions say ten cigarettes a day.", Objection.OUT_OF_ROLE),
    ("en", "You should ask me about my cigarettes.", Objection.OUT_OF_ROLE),
    ("en", "t-u-m-o-u-r", Objection.OUT_OF_ROLE), ("en", "aGVsbG8gd29ybGQ", Objection.OUT_OF_ROLE),
    ("fr", "En tant que modèle de langage, je fume.", Objection.OUT_OF_ROLE),
    ("fr", "Mes consignes disent une dizaine de cigarettes.", Objection.OUT_OF_ROLE),
    ("fr", "Une dizaine de cigarettes 😀", Objection.OUT_OF_ROLE),
    ("en", "Oui, je fume une dizaine de cigarettes par jour.", Objection.OTHER_LANGUAGE),
    ("fr", "Yes, I smoke and it is not good for me.", Objection.OTHER_LANGUAGE),
    ("en", "About ten cigarettes a day " * 30, Objection.TOO_LONG),
    ("en", "Doctor: Do you smoke?", Objection.SPEAKS_FOR_CANDIDATE),
    ("en", "And how many cigarettes do you smoke in a day?", Objection.SPEAKS_FOR_CANDIDATE),
    ("fr", "Docteur : Vous fumez ?", Objection.SPEAKS_FOR_CANDIDATE),
    ("fr", "Et vous, vous fumez combien de cigarettes ?", Objection.SPEAKS_FOR_CANDIDATE),
])
def test_whatever_is_not_handed_over_is_held_back_for_its_reason(
        language: str, words: str, objection: Objection, vocabulary: Vocabulary) -> None:
    assert objection in smoking(vocabulary, language).objections(words, "smokes")


@pytest.mark.parametrize(("language", "words"), [
    ("en", "Yes."), ("en", "I take some."), ("en", "I've had a temperature."), ("fr", "Oui."), ("fr", "J'en prends un peu."),
    ("fr", "J'ai de la fièvre."),
])
def test_a_no_is_never_turned_into_a_yes(language: str, words: str, vocabulary: Vocabulary) -> None:
    denial = a_tellable(NO_FEVER[language], "denied:symptom.fever", "denial", "symptom.fever")
    assert an_inspector(vocabulary, language, denial).objections(words, "denied:symptom.fever")


@pytest.mark.parametrize(("language", "words"), [("en", "No, no fever."), ("fr", "Non, pas de fièvre, docteur.")])
def test_a_no_may_be_said_with_the_topics_own_name(language: str, words: str, vocabulary: Vocabulary) -> None:
    said = {"en": "No, nothing like that.", "fr": "Non, rien de ce côté-là."}[language]
    inspector = an_inspector(vocabulary, language, a_tellable(said, "denied:symptom.fever", "denial", "symptom.fever"))
    assert inspector.objections(words, "denied:symptom.fever") == []
    assert inspector.told(words, "denied:symptom.fever") == ("denied:symptom.fever",)


def test_an_id_that_was_not_handed_over_is_not_told(vocabulary: Vocabulary) -> None:
    assert smoking(vocabulary, "en").objections(SMOKES["en"], "smokes", "diagnosis") == [Objection.NOT_HANDED]


def test_what_is_so_of_somebody_else_is_not_said_of_oneself(vocabulary: Vocabulary) -> None:
    father = a_tellable("My father died of a heart attack at sixty.", "father", topic="family.cardiac")
    inspector = an_inspector(vocabulary, "en", father)
    assert inspector.objections("I had a heart attack at sixty.", "father") == [Objection.CONTRADICTS]
    assert inspector.objections("He died of a heart attack at sixty, my father.", "father") == []


def test_a_patient_does_not_answer_its_own_question(vocabulary: Vocabulary) -> None:
    asks = a_tellable("Is it serious?", "ask.serious", "question")
    assert an_inspector(vocabulary, "en", asks).objections("Is it serious? Yes.", "ask.serious") == [
        Objection.SPEAKS_FOR_CANDIDATE]


def test_the_same_sentence_is_not_said_twice(vocabulary: Vocabulary) -> None:
    twice = "About ten cigarettes a day. About ten cigarettes a day."
    assert smoking(vocabulary, "en").objections(twice, "smokes") == [Objection.TOO_LONG]


def test_what_was_told_before_is_repeated_only_when_the_candidate_comes_back_to_it(vocabulary: Vocabulary) -> None:
    told = [Told(id="complaint.onset", words="The cough began after the holidays.")]
    for heard, objections in (("So the cough began when?", []), ("Do you drink?", [Objection.NOT_HANDED])):
        inspector = an_inspector(vocabulary, "en", a_tellable("OK.", "states", "courtesy"), told=told, heard=heard)
        assert inspector.objections("The cough began after the holidays.") == objections


HOBBIES = Theme(topic="social.hobbies", name="your hobbies")


def hobbies(vocabulary: Vocabulary) -> Inspector:
    silent = a_tellable("I couldn't really say.", "unscripted:social.hobbies", "unknown", "social.hobbies")
    return an_inspector(vocabulary, "en", silent, themes=(HOBBIES,))


def test_something_harmless_may_be_made_up_on_an_ordinary_topic(vocabulary: Vocabulary) -> None:
    words = "I like gardening and old films."
    assert hobbies(vocabulary).objections(words, improvises="social.hobbies") == []
    assert hobbies(vocabulary).objections(words) == [Objection.NOT_HANDED]
    assert smoking(vocabulary, "en").objections(words, improvises="social.hobbies") == [Objection.NOT_HANDED]


@pytest.mark.parametrize("words", [
    "I like gardening, but my chest pain stops me.", "I play bridge with 4 friends.", "I take warfarin and garden.",
    "I garden when my asthma lets me.", "I read about pneumonia.", "Three weeks of gardening.", "I smoke in the garden.",
    "I've been hot at night in the garden.",
])
def test_nothing_that_could_matter_is_made_up(words: str, vocabulary: Vocabulary) -> None:
    assert hobbies(vocabulary).objections(words, improvises="social.hobbies")


# -- on the shipped stations -------------------------------------------------------------------------------------------


def a_moment(scenario: Scenario, *handed: Tellable) -> Moment:
    return Moment(persona=scenario.patient.persona, language=scenario.language, may_tell=handed)


def everything_told(scenario: Scenario) -> list[tuple[Tellable, str]]:
    """Each fact, cue and question with each of its authored wordings."""
    facts = [Tellable(id=fact.id, words=fact.answer, again=fact.again, topic=fact.topic) for fact in scenario.all_facts]
    cues = [Tellable(id=cue.id, words=cue.says, role="cue") for cue in scenario.cues]
    asks = [Tellable(id=each.id, words=each.says, role="question") for each in scenario.asks]
    return [(each, words) for each in (*facts, *cues, *asks) for words in (each.words, each.again) if words]


def test_no_authored_sentence_is_ever_held_back(
        library: FileLibrary, vocabulary: Vocabulary, understanding: Reader) -> None:
    seen = 0
    for station in library.stations():
        case = Case(station.scenario, vocabulary, station.rubric)
        guard = Guard(case, understanding)
        for tellable, words in everything_told(station.scenario):
            ground, said = case.ground(a_moment(station.scenario, tellable), ()), list[Sentence]()
            for sentence in split(Sentence(words=words, told=(tellable.id,))):
                assert guard.objection(sentence, ground, said) is None, sentence.words
                said.append(sentence)
                seen += 1
            assert tells(said, ground) == (tellable.id,), words
    assert seen > 400


@pytest.mark.parametrize("language", Language)
def test_few_authored_sentences_are_held_back_when_they_are_said_a_little_differently(
        language: Language, library: FileLibrary, vocabulary: Vocabulary, understanding: Reader) -> None:
    before = {"fr": "Eh bien, docteur, ", "en": "Well, doctor, "}[language]
    refused, seen = [], 0
    for station in library.stations(language):
        case = Case(station.scenario, vocabulary, station.rubric)
        guard = Guard(case, understanding)
        for tellable, words in everything_told(station.scenario):
            ground = case.ground(a_moment(station.scenario, tellable), ())
            sentence = split(Sentence(words=before + words, told=(tellable.id,)))[0]
            refused += [sentence.words] if guard.objection(sentence, ground) else []
            seen += 1
    assert len(refused) <= 0.03 * seen, refused


def test_no_fact_passes_for_another(library: FileLibrary, vocabulary: Vocabulary, understanding: Reader) -> None:
    """Each fact's words, said where only the one before was handed over."""
    passed, seen = [], 0
    for station in library.stations():
        case = Case(station.scenario, vocabulary, station.rubric)
        guard = Guard(case, understanding)
        facts = station.scenario.all_facts
        for handed, other in pairwise(facts):
            may_tell = Tellable(id=handed.id, words=handed.answer, topic=handed.topic)
            ground = case.ground(a_moment(station.scenario, may_tell), ())
            for sentence in split(Sentence(words=other.answer, told=(handed.id,))):
                if not wording(sentence.words, station.language).telling:
                    continue  # "Well…" says nothing of either
                seen += 1
                if guard.objection(sentence, ground) is None:
                    passed.append((handed.answer, sentence.words))
    assert seen > 300
    assert passed == []


def test_the_diagnosis_and_what_examinations_show_are_never_said(
        library: FileLibrary, vocabulary: Vocabulary, understanding: Reader) -> None:
    for station in library.stations():
        scenario = station.scenario
        case = Case(scenario, vocabulary, station.rubric)
        guard = Guard(case, understanding)
        fact = scenario.facts[0]
        ground = case.ground(a_moment(scenario, Tellable(id=fact.id, words=fact.answer, topic=fact.topic)), ())
        hidden = [scenario.diagnosis.stated, *scenario.diagnosis.also_accept, *scenario.diagnosis.differential,
                  *(each.shows for each in scenario.findings), *(each.shows for each in scenario.results)]
        for words in hidden:
            assert guard.objection(Sentence(words=words, told=(fact.id,)), ground), words
