"""Finds an answer in what was written: whole words, small typing mistakes forgiven, nothing that is denied."""

import re
from typing import NamedTuple

from simulator.exam.transcript import plain

_ONE_MISTAKE = 6  # letters from which a word may hold one typing mistake
_TWO_MISTAKES = 10
_MUCH_SHORTER = 12  # letters from which two letters may be missing: «thrombose» is not «thrombolyse»
# Opposites that are one or two letters apart.
_OPPOSITES = (("hyper", "hypo"), ("sus", "sous"), ("intra", "inter"), ("supra", "infra"), ("macro", "micro"),
              ("ante", "anti"), ("tachy", "brady"))
_EMPTY = re.compile(r"^(?:de|du|des|d|la|le|les|l|une?|aux?|en|the|of|an?)$")

_TOKEN = re.compile(r"(?P<plus>(?<=[^\W_])\s?\+(?!\w))|(?P<minus>(?<=[A-Za-z]{2})[-–−](?!\w))"
                    r"|(?P<not>n['’]t\b)|(?P<word>[^\W_]+?(?=n['’]t\b)|[^\W_]+)"
                    r"|(?P<sentence>[.;!?\n](?!\d))|(?P<clause>[,:](?!\d)|[()\[\]>]|(?<=\s)[-–—](?=\s))")
_CONTRAST = frozenset(("mais", "but", "however", "cependant", "toutefois", "although"))
_SIGNS = {"plus": "plus", "minus": "moins", "not": "not"}
_AND = frozenset(("and", "then", "et", "puis"))
_DOES = frozenset(("give", "start", "load", "call", "activate", "prescribe", "begin", "arrange", "send",
                   "donner", "donne", "donnez", "debuter", "appeler", "prescrire", "commencer", "administrer",
                   "introduire", "alerter"))
_CARRIES_ON = frozenset(("d", "de", "ni", "nor", "or", "ou"))  # «pas d'infarctus, d'embolie ni de dissection»

# Before the answer, in the same clause. «sans doute», «ne pas oublier» and the like deny nothing.
_AFFIRMS = re.compile(
    r"\b(?:sans (?:doute|oublier|attendre|delai|tarder|aucun doute)|(?:no|without) (?:a )?(?:doubt|delay)|"
    r"pas (?:oublier|meconnaitre|rater|manquer|exclu\w*|elimin\w*|ecart\w*|attendre|seulement|de doute)|"
    r"aucune contre indication(?: a)?|(?:ca|can|could) ?not (?:exclude|rule out)|"
    r"no need to (?:wait|delay)|without (?:waiting|delaying)|"
    r"non seulement|not (?:only|just|to )?(?:miss|forget|delay|wait|excluded|ruled out|only|just)|"
    r"pas de contre indication a?|"
    r"no contra ?indications? to)\b")
_DENIES = re.compile(
    r"\b(?:pas|ni|sans|aucun|aucune|jamais|non|absence|no|not|nor|without|never|rather than|plutot que?|instead of|"
    r"(?:peu|moins) probables?|improbables?|unlikely|less likely|ruled out|excluded|cannot|"
    r"(?:je|on|nous|i|we) (?:would |strongly |very much )?dout\w+|(?:i|we) (?:would |strongly |very much )?doubt|"
    r"unlike|mimick?(?:s|ing)?|contrairement a|mimant|simulant)\b")
# Right before the answer: «éviter l'aspirine», "avoid giving aspirin".
_REFUSES = re.compile(
    r"\b(?:avoid(?:ing)?|withh(?:o|e)ld(?:ing)?|hold off|eviter|evitez|proscrire|contre indication a|"
    r"contraindication to)"
    r"(?: (?:de|du|des|d|la|le|les|l|une?|aux?|the|an?|any|all|tout|toute|giving|using|donner|prescrire))*$")
_GLUED = frozenset(("n", "non"))  # N-STEMI, non-STEMI
# Before the answer, anywhere in the same sentence: what is ruled out is often a list.
_RULES_OUT = re.compile(
    r"\b(?:(?:j|je|on|nous|avoir|ayant) (?:l )?(?:elimin\w+|ecart\w+|exclu\w*)|eliminer|ecarter|exclure|"
    r"rul(?:e|ing) out|(?:i|we|having|have) (?:ve |have )?(?:ruled out|excluded?)|to exclude|excluding|exclude)\b")
# After the answer, in the same clause.
_DENIED_AFTER = re.compile(
    r"\b(?:(?:tres |fort )?(?:peu|moins) (?:probables?|vraisemblables?)|improbables?|(?:very )?unlikely|less likely|"
    r"not likely|ruled out|excluded|elimine(?:e|s|es)?|ecarte(?:e|s|es)?|exclue?s?|infirmee?s?)\b")
# Right after the answer: further on, another one may be meant («aspirin 300 mg GTN contraindicated»).
_REFUSED_AFTER = re.compile(
    r"^(?:(?:is|are|was|be|would|seems?|looks?|very|quite|strictly|here|est|sont|serait|semble|parait|tres|n|ne|ici|"
    r"formellement) )*(?:doubtful|douteu(?:x|se)|contra ?indicated|contre indiquee?s?|(?:should|must|to) be avoided|"
    r"not (?:indicated|needed|required|recommended|appropriate|necessary|advised)|a (?:eviter|proscrire)|"
    r"pas (?:indique|necessaire|recommande|utile)\w*)\b")
_REFUSAL = re.compile(r"^(?:avoid|withh[oe]ld|eviter|proscr|contra|contre|ci$|stop|arret)")
_NOT_DENIED_AFTER = re.compile(r"\b(?:pas|not) (?:elimin|ecart|exclu|ruled out)\w*")
_NEGATIVE = re.compile(r"^(?:pas|ni|sans|aucune?|jamais|non|no|not|nor|without|never|n)$")
_JOINS = re.compile(r"^(?:ou|or|et|and|puis|then|avec|with|vs|versus|plus|moins)$")


class Word(NamedTuple):
    """A word of the text: plain, without its plural mark, where it stands, and in which clause and sentence."""

    said: str
    stem: str
    start: int
    end: int
    clause: int
    sentence: int


class Found(NamedTuple):
    """A stretch of the text that gives an answer."""

    start: int
    end: int
    first: int  # number of its first word
    last: int


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text; «ST+» and «ST-» give "plus" and "moins", "don't" gives "do" and "not"."""
    clause = sentence = 0
    found: list[Word] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "sentence":
            sentence, clause = sentence + 1, clause + 1
            continue
        if match.lastgroup == "clause":
            clause += 1
            continue
        said = _SIGNS.get(match.lastgroup or "") or plain(match.group()).replace(" ", "")
        if said in _CONTRAST:
            sentence, clause = sentence + 1, clause + 1
        if said in _DOES and found and found[-1].said in _AND:
            clause += 1  # «pas de nitrés et donner de l'aspirine»: the second is another order
        if said:
            found.append(Word(said, _stem(said), match.start(), match.end(), clause, sentence))
    return tuple(found)


def _stem(said: str) -> str:
    return said[:-1] if len(said) > 3 and said[-1] in "sx" and not said.endswith("ss") else said


def affirmed(phrase: str, text: str, is_ruling_out_meant: bool = False) -> list[Found]:
    """Where the text gives this answer and does not deny it.

    `is_ruling_out_meant`: the field asks what was to be ruled out, so «à éliminer : …» gives answers there.
    """
    words = words_of(text)
    return [found for found in _matches(phrase, words) if not _is_denied(found, words, is_ruling_out_meant)]


# -- matching --------------------------------------------------------------------------------------------------------


def _matches(phrase: str, words: tuple[Word, ...]) -> list[Found]:
    sought = [word for word in words_of(phrase) if not _EMPTY.match(word.said)]
    wanted = [word.stem for word in sought]
    said = [(number, word) for number, word in enumerate(words) if not _EMPTY.match(word.said)]
    # A word may slip in («infarctus aigu du myocarde»), but not after a negation («pas oublier les nitrés»).
    may_bridge = not any(_NEGATIVE.match(word.said) for word in sought)
    found = []
    for start in range(len(said)):
        span = _match_at(wanted, said, start, may_bridge)
        if span:
            (first, one), (last, other) = span
            found.append(Found(one.start, other.end, first, last))
    return found


def _match_at(wanted: list[str], said: list[tuple[int, Word]], start: int,
              may_bridge: bool) -> tuple[tuple[int, Word], tuple[int, Word]] | None:
    at, bridged = start, False
    for count, stem in enumerate(wanted):
        if count and at < len(said) and may_bridge and not bridged and not is_like(stem, said[at][1].stem) \
                and not _NEGATIVE.match(said[at][1].said) and not _JOINS.match(said[at][1].said):
            at, bridged = at + 1, True
        if at >= len(said) or said[at][1].clause != said[start][1].clause or not is_like(stem, said[at][1].stem):
            return None
        at += 1
    return (said[start], said[at - 1]) if wanted else None


def is_like(wanted: str, said: str) -> bool:
    """Whether a written word is the wanted one, small typing mistakes in long words aside."""
    if wanted == said:
        return True
    size = len(wanted)
    if size < _ONE_MISTAKE or not said or wanted[0] != said[0] or _are_opposites(wanted, said):
        return False
    allowed = 2 if size >= _TWO_MISTAKES else 1
    if size - len(said) > (allowed if size >= _MUCH_SHORTER else 1):
        return False
    return distance(wanted, said, allowed) <= allowed


def _are_opposites(one: str, other: str) -> bool:
    return any((one.startswith(left) and other.startswith(right)) or (one.startswith(right) and other.startswith(left))
               for left, right in _OPPOSITES)


def distance(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or swap; anything above `most` is given as `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]


# -- denial ----------------------------------------------------------------------------------------------------------


def _is_denied(found: Found, words: tuple[Word, ...], is_ruling_out_meant: bool) -> bool:
    """Whether the words around an answer deny it."""
    if found.first and words[found.first - 1].said in _GLUED:
        return True
    clause_before = _AFFIRMS.sub(" ", _joined(words, _clause_start(words, found.first), found.first))
    if is_ruling_out_meant:
        return bool(re.search(r"\b(?:pas|ni|sans|aucune?|non|no|not|without)\b", clause_before))
    sentence = words[found.first].sentence
    start = next(number for number, word in enumerate(words) if word.sentence == sentence)
    sentence_before = _AFFIRMS.sub(" ", _joined(words, start, found.first))
    return bool(_DENIES.search(clause_before) or _REFUSES.search(clause_before) or _RULES_OUT.search(sentence_before)
                or (not _refuses(found, words) and _is_denied_after(found, words)))


def _refuses(found: Found, words: tuple[Word, ...]) -> bool:
    """Whether the answer itself refuses something («pas de nitrés»): what denies it after that confirms it."""
    return any(_NEGATIVE.match(word.said) or _REFUSAL.match(word.said) for word in words[found.first:found.last + 1])


def _is_denied_after(found: Found, words: tuple[Word, ...]) -> bool:
    """«EP peu probable», «EP (peu probable)», "PE: ruled out"."""
    end = _clause_end(words, found.last)
    after = _NOT_DENIED_AFTER.sub(" ", _joined(words, found.last + 1, end))
    remark = _joined(words, end, _clause_end(words, end)) if end < len(words) else ""
    return bool(_DENIED_AFTER.search(after) or _REFUSED_AFTER.search(after)
                or _DENIED_AFTER.fullmatch(remark) or _REFUSED_AFTER.fullmatch(remark))


def _clause_start(words: tuple[Word, ...], number: int) -> int:
    """Where the clause of a word begins; a clause that begins with «d'», «ni», "nor" carries on the one before."""
    start = number
    while start and words[start - 1].clause == words[number].clause:
        start -= 1
    if start and words[start].said in _CARRIES_ON and words[start - 1].sentence == words[start].sentence:
        return _clause_start(words, start - 1)
    return start


def _clause_end(words: tuple[Word, ...], number: int) -> int:
    """The number after the last word of a word's clause."""
    clause = words[number].clause
    return next((each for each in range(number + 1, len(words)) if words[each].clause != clause), len(words))


def _joined(words: tuple[Word, ...], start: int, end: int) -> str:
    return " ".join(word.said for word in words[start:end])
