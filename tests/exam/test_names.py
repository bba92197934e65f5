"""The candidate's own name is found, and nobody else's."""

import pytest

from simulator.exam.names import names_given, without_names


@pytest.mark.parametrize(("said", "names"), [
    ("Bonjour madame, je suis le docteur Antoine Girard, l'interne.", {"antoine", "girard"}),
    ("Je m'appelle Camille Roy, je suis interne.", {"camille", "roy"}),
    ("Hi, I'm Dr Sarah Cole, one of the doctors.", {"sarah", "cole"}),
    ("My name is Paul O'Neill.", {"paul", "neill"}),
    ("This is Nurse Kelly.", {"kelly"}),
    ("Bonjour docteur, je suis désolé.", set()),
    ("I am sorry to hear that, Mrs Bell.", set()),
    ("Vous avez mal depuis quand, monsieur Garnier ?", set()),
])
def test_a_name_is_the_speakers_own_when_he_gives_it(said: str, names: set[str]) -> None:
    assert names_given([said]) == names


def test_each_part_of_a_name_is_replaced_by_one_word_wherever_it_stands() -> None:
    names = names_given(["I'm Dr Sarah Cole."])
    assert without_names("Sarah Cole here, Dr COLE again: cole slaw.", names, "NAME") == \
        "NAME NAME here, Dr NAME again: NAME slaw."
    assert without_names("Nothing to hide.", frozenset(), "NAME") == "Nothing to hide."
