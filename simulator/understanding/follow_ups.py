"""Short follow-up questions, resolved by what the dialogue is about: «et depuis quand ?», "anyone in the family?"."""

import re
from typing import TYPE_CHECKING

from simulator.exam.ports import Focus
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import Act, ActKind, plain
from simulator.understanding.lexicon import Lexicon, Spotted
from simulator.understanding.words import asks_only_since_when, corrects
from simulator.vocabulary import Vocabulary

if TYPE_CHECKING:
    from simulator.understanding.reader import Listening

NAMES_A_PLACE = ("complaint.radiation", "complaint.site", "complaint.laterality", "complaint.associated")
# What is asked of the complaint here may name a symptom as the cause or the occasion.
_NAMES_A_FACTOR = ("complaint.trigger", "complaint.circumstances", "complaint.aggravating", "complaint.relieving",
                   "complaint.rest_relief", "complaint.movement", "complaint.breathing", "complaint.position",
                   "complaint.exertion", "complaint.meals", "complaint.sleep_impact", "complaint.onset_mode")
_TUMOUR = re.compile(r"\b(?:tumeurs?|tumou?rs?|cancers?)\b")
_SHORT = 7  # words: longer utterances speak for themselves
_SURE = 0.75
_FAMILY = re.compile(r"\b(?:famille|parents?|pere|mere|freres?|soeurs?|hereditaire|"
                     r"family|relatives?|father|mother|brothers?|sisters?)\b")

# A disease of one's own as the same disease in the family.
FAMILY_OF = {
    "past.hypertension": "family.hypertension", "past.cholesterol": "family.hypertension",
    "past.diabetes": "family.diabetes", "past.heart_attack": "family.cardiac", "past.heart_disease": "family.cardiac",
    "past.arrhythmia": "family.cardiac", "symptom.chest_pain": "family.cardiac", "past.stroke": "family.stroke",
    "past.cancer": "family.cancer", "past.migraine": "family.migraine", "symptom.headache": "family.migraine",
    "past.psychiatric": "family.psychiatric", "symptom.mood": "family.psychiatric",
    "past.thrombosis": "family.thrombosis",
    "past.asthma": "family.lung", "past.copd": "family.lung", "past.lung_disease": "family.lung",
    "past.pneumonia": "family.lung", "allergy.general": "family.hereditary", "past.rheumatic": "family.autoimmune",
    "past.thyroid": "family.autoimmune", "symptom.joint_pain": "family.autoimmune",
    "past.epilepsy": "family.neurological",
    "past.neurological": "family.neurological", "symptom.memory": "family.neurological", "past.kidney": "family.kidney",
    "past.bowel_disease": "family.bowel", "past.liver": "family.bowel", "past.skin_disease": "family.hereditary",
    "past.general": "family.general",
}

# A bare «combien ?», "how long?" after a topic asks for that topic's amount.
_AMOUNT = re.compile(r"\b(?:combien|quantite|paquets?|verres?|quelle dose|par jour|depuis|"
                     r"how (?:much|many|often)|per day|a day|since|long)\b")
_AMOUNT_OF = {"social.tobacco": "social.tobacco_amount", "social.tobacco_past": "social.tobacco_amount",
              "social.alcohol": "social.alcohol_amount", "drug.current": "drug.dose"}
_HAS_ITS_OWN_TIME = ("social.", "past.", "drug.", "allergy.", "sexual.")
_REACTION = re.compile(r"\b(?:reaction|quoi|comment|what happen|what sort|que se passe|type|what kind)\b")


def in_family(acts: list[Act], vocabulary: Vocabulary, sentence: str = "") -> list[Act]:
    """In «dans la famille, du diabète, des cancers ?» every piece asks about the family."""
    spoken, carried = [], False
    for act in map(_of_tumours, acts):
        carried = carried or bool(_FAMILY.search(plain(sentence[:max(0, sentence.find(act.words))])))
        is_family = bool(act.topic and act.topic.startswith("family.")) or bool(_FAMILY.search(plain(act.words)))
        target = FAMILY_OF.get(act.topic or "") if act.kind is ActKind.ASKS and (carried or is_family) else None
        carried = carried or (is_family and act.kind is ActKind.ASKS)
        moved = target in vocabulary
        spoken.append(act.model_copy(update={"topic": target, "about": None, "fact": None}) if moved else act)
    if len(spoken) > 1 and any(act.topic not in (None, "family.general") for act in spoken if _is_family(act)):
        spoken = [act for act in spoken if act.topic != "family.general"] or spoken
    return spoken


_ONE_S_OWN = re.compile(r"\b(?:avez vous|vous avez|vous etes|etes vous|have you|do you|you have|are you|did you)\b")


def of_family(act: Act, vocabulary: Vocabulary, sentence: str) -> Act:
    """A piece of "any lung or heart disease in the family?" as what it asks of the family, wherever that is said."""
    said = plain(sentence)
    if act.kind is not ActKind.ASKS or not _FAMILY.search(said) or _ONE_S_OWN.search(plain(act.words)):
        return act
    if _ONE_S_OWN.search(said[:max(0, said.find(plain(act.words)))]) and not _FAMILY.search(plain(act.words)):
        return act
    target = FAMILY_OF.get(act.topic or "")
    return act.model_copy(update={"topic": target, "about": None, "fact": None}) if target in vocabulary else act


def _of_tumours(act: Act) -> Act:
    """A tumour in the family is a cancer, whatever organ it names: «des tumeurs cérébrales» is no stroke."""
    if act.kind is not ActKind.ASKS or act.topic == "family.cancer" or not _is_family(act) \
            or not _TUMOUR.search(plain(act.words)):
        return act
    return act.model_copy(update={"topic": "family.cancer", "fact": None})


def since_when(acts: list[Act], before: list[Act]) -> list[Act]:
    """In «vous fumez, et depuis quand ?» the second piece asks about the smoking, not about the complaint."""
    spoken: list[Act] = []
    for act in acts:
        last = next((each for each in reversed([*before, *spoken]) if each.kind is ActKind.ASKS and each.topic), None)
        is_bare = act.kind is ActKind.ASKS and act.topic in ("complaint.onset", "complaint.duration") \
            and act.fact is None and asks_only_since_when(act.words)
        topic = last.topic if last and last.topic else None
        if is_bare and topic and topic.startswith(_HAS_ITS_OWN_TIME):
            spoken.append(act.model_copy(update={"topic": _AMOUNT_OF.get(topic, topic), "about": None}))
        else:
            spoken.append(act)
    return spoken


def _is_family(act: Act) -> bool:
    return bool(act.topic and act.topic.startswith("family."))


def completed(listening: "Listening", text: str, focus: Focus, sure: float, guess: str) -> tuple[str, float] | None:
    """The topic of a short question that only the dialogue makes clear, with its confidence; else nothing."""
    words = plain(text)
    if focus.offered:
        chosen = _choice(listening, text, focus.offered)
        if chosen:
            return chosen
    if corrects(text) and focus.topic and sure < _SURE:
        return focus.topic, 0.6
    if focus.topic is None or len(words.split()) > _SHORT:
        return None
    vocabulary = listening.reader.vocabulary
    if _FAMILY.search(words) and (focus.topic in FAMILY_OF) and guess in ("family.general", "social.contagion") \
            and FAMILY_OF[focus.topic] in vocabulary:
        return FAMILY_OF[focus.topic], 0.8
    if _AMOUNT.search(words) and focus.topic in _AMOUNT_OF and not guess.startswith(("past.", "symptom.", "family.")):
        return _AMOUNT_OF[focus.topic], 0.8
    if _REACTION.search(words) and focus.topic.startswith("allergy.") and sure < _SURE:
        return "allergy.reaction", 0.8
    return None


def _choice(listening: "Listening", text: str, offered: tuple[str, ...]) -> tuple[str, float] | None:
    """The answer to the patient's «vous voulez parler de … ou de … ?»."""
    words = plain(text)
    if re.match(r"^(?:le |la |the )?(?:premier|premiere|first)", words):
        return offered[0], 0.8
    if re.match(r"^(?:le |la |the )?(?:second|deuxieme|dernier|latter|last)", words) and len(offered) > 1:
        return offered[1], 0.8
    chances = listening.chances_of(text)
    column = listening.reader.head.column
    best = max(offered, key=lambda topic: float(chances[column[topic]]) if topic in column else 0.0)
    likely = float(chances[column[best]]) if best in column else 0.0
    return (best, 0.7) if likely >= 0.15 else None


def about_of(topic: str, text: str, sentence: str, focus: Focus, lexicon: Lexicon,
             scenario: Scenario | None) -> str | None:
    """The symptom that an attribute is asked of: named in the words, else the one in focus if the patient has it."""
    if not topic.startswith("complaint.") or topic in ("complaint.reason", "complaint.elaborate"):
        return None
    named = () if topic in NAMES_A_PLACE else _spotted(text, lexicon) or _spotted(sentence, lexicon)
    named = [each for each in named if not names_a_factor(topic, each.topic, scenario)]
    complaint = focus.complaint
    if named:
        about = named[0].topic
        return None if about == complaint or about == "symptom.pain" else about
    follows = focus.topic == focus.symptom or (focus.topic or "").startswith("complaint.")
    if focus.symptom and focus.symptom != complaint and follows and _has(scenario, focus.symptom):
        return focus.symptom
    return None


def names_a_factor(topic: str, symptom: str | None, scenario: Scenario | None) -> bool:
    """Whether the symptom is the cause asked for («does stress bring it on?»), not what the question is about."""
    return topic in _NAMES_A_FACTOR and scenario is not None \
        and not any(fact.about == symptom for fact in scenario.facts)


def _spotted(text: str, lexicon: Lexicon) -> list[Spotted]:
    """The symptoms that a text names; «tous» is no cough, though it loses its plural mark as «toux» does."""
    said = plain(text).split()
    return [each for each in lexicon.spot(text, "symptom.") if said[each.first:each.last + 1] != ["tous"]]


def _has(scenario: Scenario | None, symptom: str) -> bool:
    """Whether the patient has this symptom: one speaks on about what is there, not about what was denied."""
    return scenario is None or any(fact.topic == symptom or fact.about == symptom for fact in scenario.facts)
