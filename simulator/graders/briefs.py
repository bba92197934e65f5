"""What a language model is told about one item or scale, in the rubric's language."""

from typing import Any, NamedTuple

from simulator.exam.base import Language
from simulator.exam.grade import Outcome
from simulator.exam.rubric import ChecklistItem, RatingScale
from simulator.exam.scenario import Scenario
from simulator.graders.judgement import schema_of

CANNOT_TELL = "cannot_tell"
_LABELS = {
    Language.FRENCH: {
        "item": "Item à juger", "scale": "Échelle", "id": "identifiant", "text": "texte", "question": "question",
        "ideas": "idées à faire passer (donnez dans chaque preuve \"idea\", le numéro de l'idée)",
        "such_as": "par exemple", "not": "contredit par", "note": "note aux correcteurs",
        "accepted": "réponses acceptées",
        "outcomes": "jugements possibles", "levels": "niveaux (donnez le numéro dans \"level\")",
        "several": "Jugez chacun de ces items à part. Répondez par {\"judgements\": […]}, un objet par item."},
    Language.ENGLISH: {
        "item": "Item to judge", "scale": "Scale", "id": "id", "text": "text", "question": "question",
        "ideas": "ideas to get across (give \"idea\", the idea's number, in each piece of evidence)",
        "such_as": "such as", "not": "contradicted by", "note": "note to examiners", "accepted": "accepted answers",
        "outcomes": "possible outcomes", "levels": "levels (give the number in \"level\")",
        "several": "Judge each of these items by itself. Answer with {\"judgements\": […]}, one object per item."},
}


class Brief(NamedTuple):
    """One item or scale made ready to be asked about."""

    about: ChecklistItem | RatingScale
    prompt: str
    text: str
    schema: dict[str, Any]
    outcomes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.about.id


def brief_of(about: ChecklistItem | RatingScale, scenario: Scenario | None, language: Language) -> Brief:
    """The brief of an item or a scale."""
    return _of_scale(about, language) if isinstance(about, RatingScale) else _of_item(about, scenario, language)


def several(briefs: list[Brief], language: Language) -> str:
    """Several briefs in one request."""
    return "\n\n".join([_LABELS[language]["several"], *(each.text for each in briefs)])


def _of_item(item: ChecklistItem, scenario: Scenario | None, language: Language) -> Brief:
    labels = _LABELS[language]
    outcomes = (Outcome.MET.value, *((Outcome.PARTLY_MET.value,) if may_be_partly_met(item) else ()),
                Outcome.NOT_MET.value, CANNOT_TELL)
    lines = [labels["item"], f"{labels['id']}: {item.id}", f"{labels['text']}: {item.text}"]
    if item.judged:
        lines.append(f"{labels['question']}: {item.judged.question}")
    if item.explained:
        lines.append(f"{labels['ideas']}:")
        for number, idea in enumerate(item.explained.ideas, 1):
            lines.append(f"  {number}. {idea.idea}; {labels['such_as']}: {' / '.join(idea.wordings[:4])}")
            lines += [f"     {labels['not']}: {' / '.join(idea.reject)}"] if idea.reject else []
    if item.submitted and (accepted := _accepted(item, scenario)):
        lines.append(f"{labels['accepted']}: {' / '.join(accepted)}")
    lines += [f"{labels['note']}: {item.note}"] if item.note else []
    lines.append(f"{labels['outcomes']}: {', '.join(outcomes)}")
    ideas = len(item.explained.ideas) if item.explained else 0
    return Brief(item, "grader", "\n".join(lines), schema_of(item.id, outcomes, ideas=ideas), outcomes)


def _accepted(item: ChecklistItem, scenario: Scenario | None) -> tuple[str, ...]:
    if item.submitted is None or item.submitted.accept or scenario is None:
        return item.submitted.accept if item.submitted else ()
    return (scenario.diagnosis.stated, *scenario.diagnosis.also_accept)


def may_be_partly_met(item: ChecklistItem) -> bool:
    """Whether a part of the item can be earned."""
    return item.credit is not None or (item.explained is not None and len(item.explained.ideas) > 1)


def _of_scale(scale: RatingScale, language: Language) -> Brief:
    labels = _LABELS[language]
    lines = [labels["scale"], f"{labels['id']}: {scale.id}", f"{labels['text']}: {scale.text}", f"{labels['levels']}:",
             *(f"  {number}. {anchor.name}: {anchor.means}" for number, anchor in enumerate(scale.anchors))]
    return Brief(scale, "grader_scale", "\n".join(lines), schema_of(scale.id, levels=len(scale.anchors)))
