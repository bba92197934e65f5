"""Finds the name that a candidate gives himself, so that it need not be sent to a language model."""

import re
from collections.abc import Iterable

from simulator.exam.quoting import plain

_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]+(?:[ \t]+(?:de[ \t]+|du[ \t]+|van[ \t]+|von[ \t]+)?[A-ZÀ-ÖØ-Þ][\w’'-]+){0,3}"
_TITLE = (r"(?:(?:le|la|votre|the|your)\s+)?(?:docteure?|doctor|dr\.?|interne|infirmi[eè]re?|externe|[eé]tudiante?|"
          r"medical student|nurse|monsieur|madame|mr\.?|mrs\.?|ms\.?|m\.|mme)\s+(?:en m[eé]decine\s+)?")
_GIVES = re.compile(
    r"(?i:je\s+m['’]appelle|mon\s+(?:nom|pr[eé]nom)(?:\s+de\s+famille)?\s+(?:est|c['’]est)|moi\s+c['’]est|"
    r"my\s+(?:first\s+|last\s+|full\s+)?name\s+is|my\s+name['’]s|call\s+me|appelez[- ]moi)\s+"
    rf"(?i:{_TITLE})?({_NAME})"
    r"|(?i:je\s+suis|je\s+me\s+pr[eé]sente|ici|i\s*['’]?\s*a?m|this\s+is|it['’]s)\s*,?\s+"
    rf"(?i:{_TITLE})({_NAME})"
    rf"|(?i:je\s+suis|je\s+me\s+pr[eé]sente|i['’]m|i\s+am)\s*,?\s+({_NAME})"
    rf"|(?i:docteure?|doctor|dr\.?)\s+({_NAME})(?=\s*[,.;!?]|\s+(?i:interne|externe|m[eé]decin|et\s+je|and\s+i|one\s+of|"
    r"the|l['’]interne|chef|du|de|from)\b)")
_NO_NAMES = frozenset((
    "je suis vous madame monsieur docteur docteure dr medecin interne externe infirmiere infirmier etudiant etudiante "
    "i doctor nurse student hello hi good morning afternoon bonjour bonsoir sorry desole desolee de du le la the a an "
    "and et votre your from van von mr mrs ms mme m urgences cardiologie").split())


def names_given(said: Iterable[str]) -> frozenset[str]:
    """The plain words of every name that the speaker gives as his own."""
    found = (next(part for part in match.groups() if part) for each in said for match in _GIVES.finditer(each))
    return frozenset(word for name in found for word in plain(name).split()
                     if len(word) > 1 and word not in _NO_NAMES)


def without_names(words: str, names: frozenset[str], instead: str) -> str:
    """The words with each part of these names replaced, one word for one word."""
    return re.sub(r"[^\W_]+", lambda found: instead if plain(found.group()) in names else found.group(), words) \
        if names else words
