"""The candidate's name, which no model needs: found where candidates introduce themselves, and replaced."""

import re
from collections.abc import Iterable

from simulator.encounters.wording import wordbook
from simulator.exam.base import Language
from simulator.exam.transcript import plain

_REST = r"[^\W\d_’'-]*(?:[’'-][^\W\d_]+)*"
_WORD = rf"[^\W\d_]{_REST}"
_NAME = rf"{_WORD}(?:\s+{_WORD}){{0,3}}"
_TITLE = (r"(?:docteure?|dr\.?|doctor|professeure?|professor|pr\.?|interne|externe|mr\.?|mrs\.?|ms\.?|miss|madame"
          r"|monsieur|mme|nurse)")
_GIVEN = re.compile(  # what follows is a name, however it is written
    rf"\b(?:je m[\s'’]*appelle|je me (?:nomme|pr[ée]nomme)|mon (?:pr[ée])?nom(?: de famille)?,? (?:est|c['’]est)"
    rf"|appelez[- ]moi|moi,? c['’]est|my (?:first |last |sur|full )?name(?:['’]s| is)|call me"
    rf")\s+(?:{_TITLE}\s+)?({_NAME})", re.IGNORECASE)
_PRESENTED = re.compile(  # what follows may be a name, if it is written like one
    rf"\b(?i:je suis|ici|bonjour,?|i\s?['’]?m|i am|this is|hello,?|hi,?)\s+"
    rf"(?:(?i:the|le|la|l['’]|votre|your)\s*)?(?:(?i:{_TITLE})\s+)?(?=((?:[A-ZÀ-Þ]{_REST}\s*){{1,4}}))")
_TITLED = re.compile(rf"\b(?i:docteure?|dr\.?|doctor|professeure?|professor)\s+((?:[A-ZÀ-Þ]{_REST}\s*){{1,3}})")
_ADDRESS = re.compile(r"\S+@\S+\.\w+|\+?\d[\d .-]{7,}\d")
_INSTEAD = {Language.FRENCH: "le soignant", Language.ENGLISH: "the clinician"}
_NO_NAMES = frozenset("""
i je et and un une le la les l de du des d en a the an one your votre vos my mon ma interne externe etudiant etudiante
student medical doctor docteur medecin infirmier infirmiere nurse trainee in year annee here ici from at with avec pour
for who qui sorry desole desolee happy sure just going glad ravi ravie today aujourd hui ok so alors enchante enchantee
madame monsieur mr mrs ms miss mme m dr pr professeur professor gp junior senior premiere deuxieme troisieme quatrieme
cinquieme sixieme first second third fourth fifth final vous you is est
""".split())


def names_in(words: Iterable[str], patients_own: str, language: Language) -> frozenset[str]:
    """The names, plain, by which the candidate is known from these words; the patient's own is none of them."""
    known = set(plain(patients_own).split()) | _NO_NAMES
    found: set[str] = set()
    for text in words:
        for pattern in (_GIVEN, _PRESENTED, _TITLED):
            for match in pattern.finditer(text):
                found |= _leading_names(match[1], known, language, pattern is _GIVEN)
    return frozenset(found)


def _leading_names(text: str, known: set[str], language: Language, is_given: bool) -> set[str]:
    """The name at the beginning of a stretch: up to the first word that cannot be part of one."""
    names: set[str] = set()
    for word in text.split():
        parts = plain(word).split()
        is_no_name = any(part in known for part in parts)
        is_common = is_given and not word[0].isupper() and parts[:1] and parts[0] in wordbook(language).plain
        if is_given and is_no_name and not names:
            continue  # «Le» of Le Gall
        if not parts or is_no_name or is_common:
            break
        names |= {part for part in parts if len(part) > 1}
    return names


def without_names(words: str, names: frozenset[str], language: Language) -> str:
    """The words with every one of these names, and any address or long number, replaced by a neutral word."""
    instead = _INSTEAD[language]
    words = _ADDRESS.sub(instead, words)
    if not names:
        return words
    words = re.sub(_WORD, lambda found: instead if _is_name(found[0], names, language) else found[0], words)
    return re.sub(rf"{instead}(?:[\s’'-]+{instead})+", instead, words)


def _is_name(word: str, names: frozenset[str], language: Language) -> bool:
    """A word that is also a common one («Pierre», "Will") is a name only with its capital."""
    parts = plain(word).split()
    is_common = any(part in wordbook(language).plain for part in parts)
    return any(part in names for part in parts) and (word[:1].isupper() or not is_common)
