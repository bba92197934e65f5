"""How exact a quotation must be."""

import pytest

from simulator.exam.quoting import is_slip, stretch


@pytest.mark.parametrize(("own", "quoted", "found"), [
    ("Alors euh vous avez mal depuis euh combien de temps ?", "vous avez mal depuis combien de temps",
     "vous avez mal depuis euh combien de temps"),
    ("Do you, um, do you smoke at the the moment?", "do you smoke at the moment", "do you smoke at the the moment"),
    ("Est-ce que vous prenez des médicamments tous les jours ?", "vous prenez des médicaments",
     "vous prenez des médicamments"),
    ("Have you ever had pnuemonia before now?", "ever had pneumonia before", "ever had pnuemonia before"),
    ("No. Do you know why? No", "no", "No"),
])
def test_what_speech_and_typing_leave_behind_is_forgiven_and_kept(own: str, quoted: str, found: str) -> None:
    assert stretch(own, quoted).strip(".?") == found


@pytest.mark.parametrize(("own", "quoted"), [
    ("Vous n'avez pas de fièvre aujourd'hui ?", "vous avez de la fièvre aujourd'hui"),
    ("Je vous prescris 500 mg de paracétamol", "je vous prescris 800 mg de paracétamol"),
    ("You have hypotension, I am afraid", "you have hypertension I am afraid"),
    ("Do you smoke?", "do you smake"),  # too short a quotation for any slip
    ("You may take it", "you may not take it"),
    ("Not at all, never", "not never"),
    ("I know a lot about the notes", "no"),
    ("", "anything"), ("Vous fumez ?", ""), ("um um um", "smoke"),
])
def test_what_changes_the_meaning_is_not_forgiven(own: str, quoted: str) -> None:
    assert stretch(own, quoted) == ""


def test_one_letter_may_be_wrong_in_a_long_word_only() -> None:
    assert is_slip("medicament", "medicamment")
    assert is_slip("pneumonia", "pnuemonia")
    assert not is_slip("fume", "fute")
    assert not is_slip("hypotension", "hypertension")
    assert not is_slip("covid19", "covid18")
    assert not is_slip("diabete", "tabac")
