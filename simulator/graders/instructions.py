"""Notices words that are meant for the grader: orders, praise, false lines of dialogue, and the same in disguise.

What is noticed is flagged for a person and proves nothing. It takes no point that was earned otherwise.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Sequence

from simulator.exam.transcript import plain

_GRADER = (r"(?:graders?|markers?|assessors?|examiners?|examinat\w+|correcteurs?|correctrices?|jury|evaluat\w+|scoring|"
           r"notation|correction|l ia|the ai)")
_GIVES = r"(?:give\w*|gave|award\w*|grant\w*|score\w*|mark\w*|rate|rated|tick\w*|credit\w*|count\w*|accept\w*|" \
         r"donne\w*|attribue\w*|mets|mettez|mettre|accorde\w*|note[rz]?|valide\w*|coche\w*|compte\w*|consider\w*)"
_MARKS = (r"(?:(?:full|all|max\w*|highest|top|every|the|tous|toutes|maximum|plein\w*|totalite)(?: \w+){0,2} "
          r"(?:marks?|points?|scores?|credits?|items?|criteres?|criteria|notes?)|"
          r"as (?:fully )?(?:met|done|achieved|acquired)|comme (?:acquis\w*|fait\w*|valide\w*|rempli\w*)|"
          r"(?:20|vingt) (?:sur |out of |on )?(?:20|vingt)|"
          r"item \d+|items?|note maximale|fully met|is met|are met)")
_ORDERS = re.compile(
    rf"\b{_GIVES}\b(?: \S+){{0,5}} {_MARKS}\b"
    rf"|\b(?:all|every|each|tous|toutes|chaque)(?: \S+){{0,2}} (?:items?|criteria|criteres?|points?)\b(?: \S+){{0,4}} "
    rf"(?:met|acquis\w*|valid\w*|fulfilled|remplis?)\b"
    r"|\b(?:ignor\w*|disregard\w*|oubli\w*|forget|overrid\w*|bypass\w*)(?: \S+){0,5} (?:instructions?|consignes?|"
    r"rules?|regles?|prompts?|rubrics?|grilles?|guidelines?|baremes?)\b"
    r"|\b(?:system|systeme) prompts?\b|\bprompt systeme\b|\bnew (?:system )?(?:instructions?|rules)\b"
    r"|\bnouvelles? (?:instructions?|consignes?|regles?)(?: pour| du| de)\b"
    r"|\b(?:language model|modele de langage|as an ai|en tant qu ia)\b|\bjson\b|\boutcome (?:is |to )?met\b"
    rf"|\b{_GRADER}\b(?: \S+){{0,6}} (?:says?|said|confirm\w*|dit|valid\w*|agree[sd]?|approv\w*|decid\w*|has decided|"
    r"d accord|note[rz]?|award\w*|tells? you|vous demande)\b"
    rf"|\b(?:dear|cher|chere|message (?:to|for) the|message (?:au|pour le)|note (?:to|for) the|note au|"
    rf"attention) {_GRADER}\b"
    rf"|\b(?:excellent|great|best|brilliant|wonderful|fair(?:est)?|kind(?:est)?|smart|clever|meilleur\w*|formidable|"
    rf"genia\w+|juste|gentil\w*|bienveillant\w*)(?: \S+){{0,2}} {_GRADER}\b"
    rf"|\b{_GRADER}\b(?: \S+){{0,4}} (?:excellent|brilliant|wonderful|best|meilleur\w*|formidable|genia\w+)\b"
    r"|\bitems? (?:is|are|est|sont|valid\w+|acquise?s?)\b|\bconsignes? de (?:notation|correction)\b"
    r"|\binstructions? for (?:the )?(?:scoring|marking|grading)\b"
    r"|\b(?:osces?|ecos|checklists?|mark(?:ing)? schemes?|rubrics?|baremes?|grille (?:de notation|d evaluation)|"
    r"(?:the|this) candidate|(?:le|la|ce|cette) candidate?|le candidat)\b"
    r"|\b(?:j ai (?:ete|fait preuve|montre)|i (?:was|have been|ve been|showed|have shown))(?: \S+){0,2} "
    r"(?:tres|very|so|tellement|parfaitement|perfectly|extremely|extremement|grande?|great)(?: \S+){0,2} "
    r"(?:empath\w*|kind|clear|gentle|professional\w*|bienveillan\w*|claire?|excellent\w*|perfect\w*|parfait\w*)\b")
_LABEL = re.compile(
    r"(?:^|[\n\r\u2028.;!?»”\"/|\]>)*-])[\s\[(<#*]{0,4}\d{0,4}[\s\])>*#]{0,4}"
    r"(patiente?|candidate?|candidat|examiner|examinateur|examinatrice|system|syst[eè]me|assistant|user|utilisateur|"
    r"station|grader|correcteur|marker|docteur|doctor)[\s*\])>]{0,3}[:：>]", re.IGNORECASE)
_FRAME = re.compile(r"</|<\||\|>|<<|>>|```|^\s*#{2,}|\[/?INST|\b(?:BEGIN|END|FIN|D[EÉ]BUT)[ _](?:OF[ _]|DE LA[ _])?"
                    r"(?:TRANSCRI\w+|DATA|DONN[EÉ]ES)|\{\s*\"", re.MULTILINE)
_SENTENCE = re.compile(r"[^.?!…;\n\r\u2028]+[.?!…;\n\r\u2028]*")
_FEWEST_LISTED, _SHORT_PART = 6, 3  # nouns side by side; words in one of them
_CODED = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{16,}={0,2}(?![\w+/])")
_SPELLED = re.compile(r"(?:\b\w\b[\s.·_-]*){12,}")
_BACKWARDS = re.compile(r"\b(?:tnemetats|snoitcurtsni|skram|stniop|tem|siuqca)\b")


def is_instruction(words: str) -> bool:
    """Whether words are meant for whoever marks, plainly or in disguise."""
    flat = plain(words)
    return bool(_ORDERS.search(flat) or _LABEL.search(words) or _FRAME.search(words) or _BACKWARDS.search(flat)) \
        or is_disguised(words)


def is_padding(words: str, fewest: int = _FEWEST_LISTED) -> bool:
    """Whether keywords stand side by side, or the same word again and again: nobody speaks to a patient so."""
    parts = [plain(part).split() for part in re.split(r"[,;/•\n]", words)]
    said = plain(words).split()
    are_keywords = len(parts) >= fewest and all(0 < len(part) <= _SHORT_PART for part in parts)
    return are_keywords or (len(said) >= fewest and len(set(said)) <= len(said) // 3)


def without_instructions(words: str, strays: Sequence[str] = ()) -> str:
    """The words without the sentences meant for the grader, in the eyes of the patterns or of `strays`, and padding."""
    return _SENTENCE.sub(lambda found: " … " if _says_nothing(found.group(), strays) else found.group(), words)


def _says_nothing(sentence: str, strays: Sequence[str]) -> bool:
    said = plain(sentence)
    if any(said and (said in plain(stray) or plain(stray) in said) for stray in strays if plain(stray)):
        return True
    return is_instruction(sentence) or (is_padding(sentence) and "?" not in sentence)


def is_disguised(words: str) -> bool:
    """Whether an order hides in base64, rot13, or letters spelled one by one."""
    if _SPELLED.search(words):
        return True
    if _ORDERS.search(plain(codecs.decode(words, "rot13"))):
        return True
    return any(map(_decoded, _CODED.findall(words)))


def _decoded(text: str) -> str:
    """What base64 hides; '' when it is none, or hides no text."""
    try:
        hidden = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return hidden if len(hidden) > 8 and hidden.isprintable() else ""


def without_labels(words: str) -> str:
    """The words with false labels of dialogue made harmless: «Patient:» becomes «Patient ·»."""
    return _LABEL.sub(lambda found: found.group()[:-1] + " ·", words)
