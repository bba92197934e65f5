"""The vocabulary: read strictly, complete in both languages, and unambiguous."""

import re
from pathlib import Path

import pytest
import yaml

from simulator.exam.base import Language
from simulator.exam.errors import InvalidFile
from simulator.exam.transcript import plain
from simulator.vocabulary import Topic, Unscripted, Vocabulary
from simulator.vocabulary.topics import FOLDER, lint

FAMILIES = {"complaint", "symptom", "past", "drug", "allergy", "vaccine", "family", "person", "social", "function", "sexual", "gyn",
            "child", "ice", "news", "act", "small", "meta", "examine", "order"}


def a_topic(topic_id: str = "symptom.cough", fr: tuple[str, ...] = ("Vous toussez ?",), en: tuple[str, ...] = ("Do you cough?",),
            **more: object) -> Topic:
    return Topic.model_validate({"id": topic_id, "name": {"fr": "la toux", "en": "a cough"}, "asks": {"fr": fr, "en": en}, **more})


def a_folder(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


COUGH = """
symptom.cough:
  name: {fr: la toux, en: a cough}
  asks: {fr: ["Vous toussez ?"], en: ["Do you cough?"]}
"""


# -- the one that ships ------------------------------------------------------------------------------------------------


def test_the_vocabulary_has_four_hundred_and_fifty_topics_or_more(vocabulary: Vocabulary) -> None:
    assert len(vocabulary) >= 450
    assert {topic.family for topic in vocabulary.values()} == FAMILIES


@pytest.mark.parametrize("language", Language)
def test_every_topic_can_be_asked_for_in_eight_ways_or_more(vocabulary: Vocabulary, language: Language) -> None:
    poor = {topic.id: len({plain(each) for each in topic.asks.of(language)}) for topic in vocabulary.values()
            if len({plain(each) for each in topic.asks.of(language)}) < 8}
    assert poor == {}


@pytest.mark.parametrize("language", Language)
def test_no_wording_is_empty_and_none_is_a_page(vocabulary: Vocabulary, language: Language) -> None:
    for topic in vocabulary.values():
        for wording in (*topic.asks.of(language), *topic.terms.of(language)):
            assert 1 <= len(plain(wording).split()) <= 60, (topic.id, wording)


def test_nothing_makes_the_vocabulary_incoherent(vocabulary: Vocabulary) -> None:
    assert lint(vocabulary) == []


def test_what_may_be_denied_unasked_has_words_for_it(vocabulary: Vocabulary) -> None:
    silent = [topic.id for topic in vocabulary.values() if topic.if_unscripted is Unscripted.DENIED and topic.denies is None]
    assert silent == []


def test_a_denial_says_no_more_than_one_breath(vocabulary: Vocabulary) -> None:
    for topic in vocabulary.values():
        for language in Language:
            if topic.denies:
                assert len(topic.denies.of(language)) <= 120, topic.id


def test_only_what_is_asked_of_the_patient_has_a_denial(vocabulary: Vocabulary) -> None:
    assert [topic.id for topic in vocabulary.family("act", "small", "meta", "examine", "order") if topic.denies] == []


def test_no_topic_is_near_itself_or_includes_itself(vocabulary: Vocabulary) -> None:
    assert [topic.id for topic in vocabulary.values() if topic.id in (*topic.near, *topic.includes)] == []


def test_general_questions_include_what_they_cover(vocabulary: Vocabulary) -> None:
    assert {"symptom.dysuria", "symptom.polyuria", "symptom.haematuria"} <= set(vocabulary["symptom.urinary"].includes)
    assert {"past.hypertension", "past.asthma"} <= set(vocabulary["past.general"].includes)
    assert {"allergy.drug", "allergy.food"} <= set(vocabulary["allergy.general"].includes)
    assert "drug.insulin" in vocabulary["drug.current"].includes
    assert "family.cardiac" in vocabulary["family.general"].includes
    assert "social.tobacco_past" in vocabulary["social.tobacco"].includes


def test_what_is_included_is_a_question_to_the_patient_and_no_umbrella_covers_an_intimate_one(vocabulary: Vocabulary) -> None:
    for topic in vocabulary.values():
        for each in topic.includes:
            assert vocabulary[each].family == topic.family, (topic.id, each)
            assert each not in ("symptom.suicidal", "symptom.self_harm", "past.hiv", "past.sti", "drug.erectile"), topic.id


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_no_topic_stands_twice_in_a_file(path: Path) -> None:
    keys = re.findall(r"^(\S+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
    assert set(keys) == set(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_the_fingerprint_is_the_same_however_the_files_are_ordered(vocabulary: Vocabulary) -> None:
    assert Vocabulary(tuple(reversed(list(vocabulary.values())))).fingerprint == vocabulary.fingerprint


# -- any ---------------------------------------------------------------------------------------------------------------


def test_another_wording_gives_another_fingerprint() -> None:
    one, other = Vocabulary((a_topic(),)), Vocabulary((a_topic(fr=("Une toux ?",)),))
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == Vocabulary((a_topic(),)).fingerprint


def test_topics_are_found_by_id_and_by_family() -> None:
    vocabulary = Vocabulary((a_topic("symptom.cough"), a_topic("past.asthma"), a_topic("symptom.fever")))
    assert [topic.id for topic in vocabulary.family("symptom")] == ["symptom.cough", "symptom.fever"]
    assert "past.asthma" in vocabulary
    assert "past.copd" not in vocabulary
    assert vocabulary.ids() == {"symptom.cough", "past.asthma", "symptom.fever"}


@pytest.mark.parametrize("clash", ["Vous toussez ?", "vous toussez", "VOUS  TOUSSEZ !"])
def test_a_wording_under_two_topics_is_found(clash: str) -> None:
    vocabulary = Vocabulary((a_topic(), a_topic("symptom.fever", fr=(clash,), en=("Any fever?",))))
    assert lint(vocabulary) == ["symptom.fever: 'vous toussez' (fr) also belongs to symptom.cough"]


def test_a_term_that_is_a_wording_of_another_topic_is_found() -> None:
    vocabulary = Vocabulary((a_topic(terms={"en": ["smoker's cough"]}),
                             a_topic("social.tobacco", fr=("Vous fumez ?",), en=("Smokers cough?",), terms={"en": ["smoker s cough"]})))
    assert lint(vocabulary) == ['social.tobacco: \'smoker s cough\' (en) also belongs to symptom.cough']


def test_the_same_words_in_two_languages_do_not_clash() -> None:
    assert lint(Vocabulary((a_topic(terms={"fr": ["pain"]}), a_topic("symptom.pain", ("Mal ?",), ("Sore?",), terms={"en": ["pain"]})))) == []


def test_a_topic_without_a_language_is_found() -> None:
    assert lint(Vocabulary((a_topic(en=()),))) == ["symptom.cough: no way of asking in 'en'"]


@pytest.mark.parametrize("key", ["near", "includes"])
def test_an_unknown_neighbour_is_found(key: str) -> None:
    topic = a_topic().model_copy(update={key: ("symptom.coughs",)})
    assert lint(Vocabulary((topic,))) == ["symptom.cough: names 'symptom.coughs', which is no topic"]


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    assert list(Vocabulary.load(a_folder(tmp_path, one=COUGH))) == ["symptom.cough"]


@pytest.mark.parametrize(("files", "mistake"), [
    ({"one": COUGH, "two": COUGH}, "two.yaml: symptom.cough: stands in two files"),
    ({"one": COUGH + "  terms2: x\n"}, "one.yaml: symptom.cough: terms2: Extra inputs are not permitted"),
    ({"one": COUGH.replace("name: {fr: la toux, en: a cough}", "name: {fr: la toux}")}, "one.yaml: symptom.cough: name.en: Field required"),
    ({"one": "symptom.cough: 3\n"}, "one.yaml: symptom.cough: expected keys and values"),
    ({"one": "symptom.cough:\n"}, "one.yaml: symptom.cough: expected keys and values"),
    ({"one": "- a\n"}, "one.yaml:1: expected topics as keys"),
    ({"one": "a: b\n c: [\n"}, "one.yaml:2: YAML: mapping values are not allowed in this context"),
    ({"one": COUGH + "  if_unscripted: maybe\n"}, "one.yaml: symptom.cough: if_unscripted: Input should be 'denied', 'unknown' or 'silent'"),
])
def test_a_mistake_in_a_file_is_told_with_the_file_and_the_topic(tmp_path: Path, files: dict[str, str], mistake: str) -> None:
    with pytest.raises(InvalidFile) as told:
        Vocabulary.load(a_folder(tmp_path, **files))
    assert mistake in told.value.mistakes


def test_all_mistakes_of_a_vocabulary_are_told_at_once(tmp_path: Path) -> None:
    two = COUGH.replace("symptom.cough", "symptom.fever").replace("Do you cough?", "Any fever?")
    with pytest.raises(InvalidFile) as told:
        Vocabulary.load(a_folder(tmp_path, one=COUGH + "  x: 1\n", two=two + "  near: [symptom.cold]\n  y: 1\n", three="past.x:\n"))
    assert len(told.value.mistakes) == 3
