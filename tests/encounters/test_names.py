"""The candidate's name is found where it is given and replaced wherever it is said; nothing else is."""

import pytest

from simulator.encounters.names import names_in, without_names
from simulator.exam.base import Language

FR, EN = Language.FRENCH, Language.ENGLISH


@pytest.mark.parametrize(("words", "language", "names"), [
    ("Hello Ms Whitlock, I'm Tom Reilly, one of the GP trainees here.", EN, {"tom", "reilly"}),
    ("Hi, my name is sarah connor and I'm a medical student", EN, {"sarah", "connor"}),
    ("Good morning, I'm Dr Khan.", EN, {"khan"}),
    ("Hello, I'm Dr. O'Neil, how can I help?", EN, {"neil"}),
    ("Call me Jo.", EN, {"jo"}), ("This is Doctor Mary-Ann Lee.", EN, {"mary", "ann", "lee"}),
    ("Bonjour, je m'appelle Thomas Durand, je suis externe.", FR, {"thomas", "durand"}),
    ("bonjour je m appelle léa petit et je suis interne", FR, {"lea", "petit"}),
    ("Bonjour madame, docteur Martin.", FR, {"martin"}), ("Je suis le Dr Benali, interne.", FR, {"benali"}),
    ("Je suis Camille Roy, externe en quatrième année.", FR, {"camille", "roy"}),
    ("Moi c'est Inès.", FR, {"ines"}), ("Mon nom est Le Gall", FR, {"gall"}),
    ("I'm sorry to hear that. I'm going to examine you. Is it a sharp pain?", EN, set()),
    ("Je suis désolée. Je suis votre médecin. C'est grave, docteur ?", FR, set()),
    ("Hello Ms Whitlock", EN, set()),
])
def test_a_name_is_found_where_it_is_given(words: str, language: Language, names: set[str]) -> None:
    assert names <= names_in([words], "Hannah Whitlock", language)
    if not names:
        assert names_in([words], "Hannah Whitlock", language) == frozenset()


def test_a_name_is_replaced_in_every_later_turn_and_once_for_all_its_parts() -> None:
    names = names_in(["Hello, I'm Tom Reilly."], "Ann Bell", EN)
    assert without_names("Hello, I'm Tom Reilly.", names, EN) == "Hello, I'm the clinician."
    assert without_names("As dr REILLY said, tomorrow.", names, EN) == "As dr the clinician said, tomorrow."


def test_the_patients_own_name_and_common_words_stay() -> None:
    names = names_in(["Bonjour madame Bell, je m'appelle Pierre Bon."], "Ann Bell", FR)
    assert without_names("Madame Bell, c'est bon, j'ai vu Pierre.", names, FR) == "Madame Bell, c'est bon, j'ai vu le soignant."


@pytest.mark.parametrize("secret", ["tom.reilly@example.org", "06 12 34 56 78", "+44 7911 123456"])
def test_addresses_and_telephone_numbers_are_replaced(secret: str) -> None:
    assert secret not in without_names(f"Write to {secret} please", frozenset(), EN)
