import pytest

from simulator.graders.written import affirmed, distance


@pytest.mark.parametrize(("answer", "text"), [
    ("SCA ST+", "SCA ST+ inférieur"),
    ("SCA ST+", "SCA ST +"),
    ("SCA ST-", "SCA ST-"),
    ("SCA", "Mais SCA sans sus-décalage"),
    ("infarctus du myocarde", "infarctus aigu du myocarde"),
    ("infarctus du myocarde", "Infractus du myocarde"),
    ("embolie pulmonaire", "EMBOLIES PULMONAIRE"),
    ("coronarographie", "coronographie en urgence"),
    ("dissection de l'aorte", "dissection aiguë de l'aorte"),
    ("aspirine", "ne pas oublier l'aspirine"),
    ("aspirine", "Pas de contre-indication à l'aspirine : aspirine 250 mg"),
    ("infarctus", "sans doute un infarctus"),
    ("STEMI", "Inferior STEMI, PE ruled out"),
    ("STEMI", "STEMI (PE unlikely)"),
    ("STEMI", "not a PE but STEMI"),
    ("pas de nitrés", "Pas de nitrés !"),
    ("do not give GTN", "don't give GTN, he took sildenafil"),
    ("aspirin", "don't forget aspirin"),
    ("primary PCI", "don’t delay primary PCI"),
    ("no nitrates", "No nitrates (contraindicated)"),
    ("aspirin", "No nitrates and give aspirin 300 mg"),
    ("aspirine", "Pas de nitrés et donner de l'aspirine"),
    ("aspirin", "Avoid nitrates and give aspirin"),
    ("aspirin", "Aspirin 300 mg GTN contraindicated"),
    ("SCA", "sans aucun doute un SCA"),
])
def test_an_answer_is_found(answer: str, text: str) -> None:
    found = affirmed(answer, text)
    assert found
    assert text[found[0].start:found[0].end] in text


@pytest.mark.parametrize(("answer", "text"), [
    ("SCA ST+", "SCA non ST+"),
    ("SCA ST+", "SCA ST-"),
    ("SCA", "scaphoïde"),
    ("MI", "middle"),
    ("STEMI", "NSTEMI"),
    ("STEMI", "N-STEMI"),
    ("STEMI", "non-STEMI"),
    ("infarctus", "Pas d'infarctus"),
    ("embolie", "pas d'infarctus, d'embolie ni de dissection"),
    ("SCA", "j'élimine un SCA"),
    ("SCA", "J'élimine : EP, dissection, SCA"),
    ("PE", "rule out PE"),
    ("PE", "STEMI, PE ruled out"),
    ("EP", "EP (peu probable)"),
    ("PE", "PE unlikely"),
    ("pericarditis", "STEMI rather than pericarditis"),
    ("hyperthyroïdie", "hypothyroïdie"),
    ("sus-décalage", "sous-décalage"),
    ("thrombolyse", "thrombose"),
    ("pas de nitrés", "ne pas oublier les nitrés"),
    ("aspirine", ""),
    ("STEMI", "I don't think this is a STEMI"),
    ("STEMI", "I doubt it's a STEMI"),
    ("STEMI", "Reflux. STEMI seems doubtful."),
    ("STEMI", "pericarditis mimicking a STEMI"),
    ("SCA", "je doute d'un SCA"),
    ("aspirin", "we shouldn’t give aspirin"),
    ("aspirin", "aspirin isn't indicated"),
    ("aspirin", "avoid giving aspirin"),
    ("aspirine", "éviter l'aspirine"),
    ("aspirine", "aspirine à éviter"),
    ("cath lab", "Don't activate the cath lab"),
])
def test_an_answer_that_is_denied_or_another_is_not_found(answer: str, text: str) -> None:
    assert not affirmed(answer, text)


def test_a_field_that_asks_what_to_rule_out_takes_it_as_an_answer() -> None:
    assert affirmed("dissection", "À éliminer : dissection, EP", is_ruling_out_meant=True)
    assert not affirmed("dissection", "pas de dissection", is_ruling_out_meant=True)


def test_distance_counts_a_swap_as_one_mistake() -> None:
    assert distance("infarctus", "infractus", 2) == 1
    assert distance("abcdef", "uvwxyz", 2) == 3
