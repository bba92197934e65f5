"""What counts as really asked or really said: nothing is earned by stuffing, quoting, withdrawing or repeating.

Nothing here takes a point that was earned otherwise, and every suspicion is flagged for a person.
"""

import re

from simulator.exam.transcript import Act, ActKind, plain
from simulator.graders.hearing import Heard
from simulator.graders.instructions import is_instruction

KEYWORD_LIST = "keyword_list"
STUFFED_TURN = "stuffed_turn"
SUSPECTED_INSTRUCTION = "suspected_instruction"

MOST_TOPICS_IN_A_TURN = 12  # nobody can answer more at once; a pasted grid asks twenty
FEWEST_ASKED = 8  # below that a share says nothing: a short encounter may hold one quick list
MOST_LISTED_SHARE = 0.5  # an interview that is mostly bare nouns is a search for keywords
LONGEST_FAIR_LIST = 5  # «tabac, alcool, diabète, tension, cholestérol ?» is how doctors really ask
DROPPED_LIST_COUNTS = 7  # topics at least in a list that the understanding refused to read (reader.TOO_MANY)
_INSTRUCTS = "meta.machine"
_QUESTION_WORDS = frozenset(
    "combien quand comment pourquoi ou qui quoi depuis lequel laquelle how when where why who what which".split())
SUSPICION = 0.55  # of an instruction: badly transcribed speech reads as one with up to .47, real ones with .58 and more

_SENTENCE = re.compile(r"[^.?!…;\n]+(?:[.?!…;]+|\n|$)")
_QUOTATION = re.compile(r"[«“\"][^«»“”\"]{8,}[»”\"]")
_REPORTED = re.compile(
    r"^\W*(?:(?:donc|alors|et|so|and)\W+)?(?:"
    r"vous (?:m['’])?(?:avez|aviez) (?:bien |donc )?(?:dit|parlé|expliqué|raconté|mentionné|signalé)|"
    r"vous (?:me )?disiez|comme vous (?:me )?(?:l['’]avez |le )?(?:dit|dites|disiez)|d['’]après vous|selon vous|"
    r"you(?:['’]ve| have| had)? (?:just )?(?:said|told|mentioned|described|were saying)|"
    r"as you (?:said|told|mentioned))\b",
    re.IGNORECASE)
# «… , vous comprenez ?»: a check at the end of an explanation does not make a question of it.
_CHECK_AT_END = re.compile(
    r"[,;:–-]\s*(?:d['’]accord|ok|okay|vous (?:me )?(?:comprenez|voyez|suivez)|(?:est-ce que )?c['’]est clair|ça va|"
    r"all right|alright|(?:do )?you (?:see|understand|follow)(?: me)?|does that make sense|is that (?:clear|ok|okay)|"
    r"are you with me)\s*\?+\s*$", re.IGNORECASE)


def genuine(heard: tuple[Heard, ...]) -> tuple[tuple[Heard, ...], tuple[str, ...]]:
    """The turns with the acts that count, and what a person should look at."""
    flags = [SUSPECTED_INSTRUCTION] if any(map(_is_suspect, heard)) else []
    kept = tuple(each._replace(acts=tuple(act for act in each.acts if _may_count(act))) for each in heard)
    if any(map(is_stuffed, kept)):
        flags.append(STUFFED_TURN)
        kept = tuple(_without(each, is_list=False) if is_stuffed(each) else each for each in kept)
    if _is_mostly_lists(kept):
        flags.append(KEYWORD_LIST)
        kept = tuple(_without(each, is_list=True) for each in kept)
    return kept, tuple(flags)


def _may_count(act: Act) -> bool:
    return not act.is_negated and not is_instruction(act.words)


def _is_suspect(heard: Heard) -> bool:
    return any(map(instructs, heard.acts)) or is_instruction(heard.words)


def instructs(act: Act) -> bool:
    """Whether the understanding reads it as aimed at the machine."""
    return act.topic == _INSTRUCTS and act.confidence >= SUSPICION


def is_stuffed(heard: Heard) -> bool:
    """Whether one turn asks more than anybody can answer."""
    return len({act.topic for act in heard.acts if act.kind is ActKind.ASKS}) > MOST_TOPICS_IN_A_TURN


def _is_mostly_lists(heard: tuple[Heard, ...]) -> bool:
    """Whether the encounter lives on bare lists. Topics count once, so that repeated questions dilute nothing."""
    acts = [act for each in heard for act in each.acts]
    spoken = {(act.topic, act.about) for act in acts if act.kind is ActKind.ASKS and not _is_bare(act)}
    listed = {(act.topic, act.about) for act in acts if act.kind is ActKind.ASKS and _is_bare(act)} - spoken
    refused = sum(DROPPED_LIST_COUNTS for act in acts if act.kind is ActKind.NOT_UNDERSTOOD and act.form == "list")
    lists, asked = len(listed) + refused, len(listed) + refused + len(spoken)
    only_lists = not spoken and lists > LONGEST_FAIR_LIST
    return only_lists or (asked >= FEWEST_ASKED and lists > MOST_LISTED_SHARE * asked)


def _without(heard: Heard, is_list: bool) -> Heard:
    """The turn without its questions, or without those of a bare list."""
    return heard._replace(acts=tuple(act for act in heard.acts if not _asks(act, is_list)))


def _asks(act: Act, is_list: bool) -> bool:
    return act.kind is ActKind.ASKS and (_is_bare(act) or not is_list)


def _is_bare(act: Act) -> bool:
    """One of a list, or a single word that asks nothing by itself: «Tabac ?» does, «Combien ?» does not."""
    said = plain(act.words).split()
    return act.form == "list" or (len(said) == 1 and said[0] not in _QUESTION_WORDS)


def own_statements(heard: Heard) -> str:
    """What the turn states in the candidate's own name: no question, no quotation, no echo of the patient."""
    withdrawn = {plain(act.words) for act in heard.acts if act.is_negated}
    found = []
    for match in _SENTENCE.finditer(_QUOTATION.sub(" ", heard.words)):
        sentence = _CHECK_AT_END.sub(".", match.group().strip())
        if _is_own(sentence, heard.focus.patient_said) and plain(sentence) not in withdrawn:
            found.append(sentence)
    return " ".join(found)


def _is_own(sentence: str, patient_said: str) -> bool:
    if not plain(sentence) or sentence.rstrip().endswith("?"):
        return False
    if _REPORTED.match(sentence):
        return False
    mine = plain(sentence)
    return len(mine.split()) < 3 or f" {mine} " not in f" {plain(patient_said)} "
