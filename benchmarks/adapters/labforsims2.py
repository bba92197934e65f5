"""LabForSims2: French doctor turns with a category and a subcategory, as interviews or as single questions.

The category of the topics found is compared with the gold one. Interviews numbered 10 and up came through speech
recognition; their *not understood* rate is counted apart.
"""

import re
from collections import Counter

from benchmarks.adapters.common import Outcome, Row, Tools, readings, share
from benchmarks.common import Measured, Target
from simulator.exam.base import Language
from simulator.exam.ports import Focus
from simulator.exam.transcript import Act, ActKind

TARGETS = {"category_right": Target(least=0.92), "not_understood_human": Target(most=0.05)}
_FIRST_HEARD = 10  # the number of the first interview that went through speech recognition

# Topic (the longest beginning that fits) -> categories and subcategories that it may stand under.
_CATEGORIES = {
    "complaint.reason": ("sujetconsultation",),
    "complaint.elaborate": ("sujetconsultation", "symptome"),
    "complaint.why_now": ("sujetconsultation",),
    "complaint.treatment_tried": ("traitement", "symptome"),
    "complaint.previous_care": ("antecedent", "symptome"),
    "complaint.previous_episodes": ("symptome", "antecedent"),
    "complaint": ("symptome",),
    "symptom.weight": ("symptome", "personal"),
    "symptom": ("symptome",),
    "past": ("antecedent",),
    "allergy": ("antecedent",),
    "vaccine": ("antecedent",),
    "family": ("antecedent",),
    "gyn": ("antecedent", "symptome"),
    "child": ("antecedent", "personal"),
    "drug": ("traitement",),
    "person.how_are_you": ("symptome", "sujetconsultation", "unknow"),
    "person.height": ("personal", "antecedent"),
    "person": ("personal",),
    "social.occupation": ("personal", "modevie"),
    "social.marital": ("personal", "modevie"),
    "social.children": ("personal", "modevie", "antecedent"),
    "social.living_with": ("personal", "modevie"),
    "social.home": ("modevie", "personal"),
    "social.sick_contacts": ("modevie", "antecedent", "symptome"),
    "social.last_meal": ("modevie", "symptome"),
    "social.travel": ("modevie", "antecedent"),
    "social": ("modevie",),
    "function": ("modevie",),
    "sexual": ("modevie", "antecedent"),
    "ice": ("symptome", "sujetconsultation", "unknow"),
    "news": ("unknow",),
    "act": ("unknow",),
    "small": ("unknow",),
    "meta": ("unknow",),
    "examine": ("unknow", "symptome"),
    "order": ("unknow", "antecedent"),
}
_SUBCATEGORIES = {
    "localisation": ("complaint.site", "complaint.radiation", "complaint.laterality"),
    "debut": ("complaint.onset", "complaint.onset_mode", "complaint.duration", "complaint.circumstances"),
    "fievre": ("symptom.fever",),
    "declencheur": ("complaint.trigger", "complaint.circumstances", "complaint.meals"),
    "evolution": ("complaint.course",),
    "changement": (
        "complaint.relieving",
        "complaint.aggravating",
        "complaint.position",
        "complaint.meals",
        "complaint.rest_relief",
    ),
    "nom": ("person.name",),
    "age": ("person.age",),
    "profession": ("social.occupation",),
    "etat_civil": ("social.marital", "social.living_with"),
    "enfant": ("social.children",),
    "sport": ("social.exercise",),
    "addictions": ("social.tobacco", "social.alcohol", "social.drugs"),
    "habitation": ("social.home", "social.living_with"),
    "famille": ("family",),
    "allergie": ("allergy",),
    "grossesse": ("gyn",),
    "chrirugie": ("past.surgery",),
    "regime": ("social.diet",),
    "objet": ("complaint.reason", "complaint.elaborate", "symptom"),
}


def measure(rows: list[Row], tools: Tools) -> Outcome:
    """Reads every doctor turn, or every question by itself."""
    counts: Counter[str] = Counter()
    mistakes: list[str] = []
    for row in rows:
        if "turns" in row:
            source = _source(row)
            for _, turn, acts in readings(row["turns"], tools.reader, Language.FRENCH):
                _count(
                    counts,
                    mistakes,
                    turn["text"],
                    turn.get("gold_category"),
                    turn.get("gold_subcategory"),
                    acts,
                    source,
                )
        else:
            acts = tools.reader.listener(None, Language.FRENCH).read(str(row["question"]), Focus())
            _count(
                counts, mistakes, row["question"], row.get("gold_label"), row.get("gold_sublabel"), acts, _source(row)
            )
        tools.on_row()
    return Outcome(_measured(counts), mistakes)


def _source(row: Row) -> str:
    """Whether a person wrote the words down or a speech recogniser did."""
    if row.get("mode"):
        return "human" if str(row["mode"]).startswith("human-human") else "recognised"
    found = re.search(r"(\d+)\s*$", str(row.get("interview") or row.get("id") or ""))
    return "recognised" if found and int(found.group(1)) >= _FIRST_HEARD else "human"


def _count(
    counts: Counter[str],
    mistakes: list[str],
    words: str,
    category: str | None,
    subcategory: str | None,
    acts: tuple[Act, ...],
    source: str,
) -> None:
    found = [act for act in acts if act.topic and act.kind not in (ActKind.UNSURE, ActKind.NOT_UNDERSTOOD)]
    asked = [act for act in found if act.kind is ActKind.ASKS] or found
    counts[f"turns_{source}"] += 1
    if all(act.kind in (ActKind.UNSURE, ActKind.NOT_UNDERSTOOD) for act in acts):
        counts[f"lost_{source}"] += 1
    if category:
        counts["categories"] += 1
        is_right = any(category in categories_of(act.topic or "") for act in asked) or (
            category == "unknow" and not any(act.kind is ActKind.ASKS for act in acts)
        )
        counts["categories_right"] += is_right
        counts["first_right"] += bool(asked) and category in categories_of(asked[0].topic or "")
        if not is_right:
            mistakes.append(f"{category}/{subcategory}: {words} -> {[(act.kind.value, act.topic) for act in acts]}")
    wanted = _SUBCATEGORIES.get(subcategory or "")
    if wanted:
        counts["subcategories"] += 1
        counts["subcategories_right"] += any((act.topic or "").startswith(wanted) for act in asked)


def categories_of(topic: str) -> tuple[str, ...]:
    """The corpus' categories that a topic may stand under, the likeliest first."""
    fitting = [name for name in _CATEGORIES if topic == name or topic.startswith(f"{name}.")]
    return _CATEGORIES[max(fitting, key=len)] if fitting else ()


def _measured(counts: Counter[str]) -> Measured:
    measured: Measured = {"turns": counts["turns_human"] + counts["turns_recognised"]}
    if counts["categories"]:
        measured["category_right"] = share(counts["categories_right"], counts["categories"])
        measured["category_right_first_act"] = share(counts["first_right"], counts["categories"])
    if counts["subcategories"]:
        measured["subcategory_right"] = share(counts["subcategories_right"], counts["subcategories"])
    for source in ("human", "recognised"):
        if counts[f"turns_{source}"]:
            measured[f"turns_{source}"] = counts[f"turns_{source}"]
            measured[f"not_understood_{source}"] = share(counts[f"lost_{source}"], counts[f"turns_{source}"])
    return measured
