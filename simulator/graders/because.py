"""What a rating says about itself, in the rubric's language."""

from simulator.exam.base import Language

_SAYINGS: dict[str, tuple[str, str]] = {
    "asked": ("Demandé : {what}.", "Asked: {what}."),
    "asked_some": ("Demandé : {what} ; il en fallait {needed}.", "Asked: {what}; {needed} were needed."),
    "not_asked": ("Aucune question ne porte sur cela.", "No question was about this."),
    "phrases": ("la question recherchée", "the question looked for"),
    "done": ("Fait : {what}.", "Done: {what}."),
    "done_some": ("Fait : {what} ; il en fallait {needed}.", "Done: {what}; {needed} were needed."),
    "not_done": ("Rien de cela n'a été dit ni fait.", "None of this was said or done."),
    "cue_not_given": ("Le patient n'a pas donné l'occasion attendue ({cue}).",
                      "The patient did not give the expected occasion ({cue})."),
    "not_answered": ("Rien de cela dans les {within} tours de parole qui suivent ({cue}).",
                     "None of this within the {within} turns that follow ({cue})."),
    "too_late": ("Fait, mais après la minute {minute:g} : {what}.", "Done, but after minute {minute:g}: {what}."),
    "no_clock": ("La transcription ne donne pas les heures : le délai ne peut pas être jugé.",
                 "The transcript gives no times: the delay cannot be judged."),
    "not_ordered": ("Rien de cela n'a été demandé, à juste titre.", "None of these was ordered, rightly."),
    "ordered_wrongly": ("Demandé à tort : {what}.", "Ordered, and should not have been: {what}."),
    "nothing_done": ("Rien n'a été fait dans cette station.", "Nothing was done in this station."),
    "explained": ("Expliqué : {what}.", "Explained: {what}."),
    "explained_some": ("Expliqué : {what} ; il en fallait {needed}.", "Explained: {what}; {needed} were needed."),
    "not_explained": ("Cela n'a pas été expliqué au patient.", "This was not explained to the patient."),
    "contradicted": ("Contredit : {what}.", "Contradicted: {what}."),
    "written": ("Écrit : {what}.", "Written: {what}."),
    "written_some": ("Écrit : {what} ; il en fallait {needed}.", "Written: {what}; {needed} were needed."),
    "written_partly": ("En partie : {what}.", "In part: {what}."),
    "not_written": ("La réponse attendue n'est pas dans le formulaire.", "The expected answer is not in the form."),
    "field_empty": ("Rien n'a été écrit dans ce champ.", "Nothing was written in this field."),
    "rejected": ("La réponse contient ce qui l'exclut : {what}.", "The answer holds what rules it out: {what}."),
    "shotgun": ("{count} diagnostics sont proposés à la fois : la moitié au plus.",
                "{count} diagnoses are offered at once: half at most."),
    "no_form": ("Cette transcription ne contient pas de formulaire de fin.", "This transcript holds no closing form."),
    "no_scenario": ("Le diagnostic attendu est dans le scénario, qui n'est pas donné.",
                    "The expected diagnosis is in the scenario, which is not given."),
    "needs_judge": ("Demande une personne ou un modèle de langage.", "Needs a person or a language model."),
    "not_perceptible": ("Ne se perçoit pas dans un entretien écrit.", "Cannot be perceived in a written encounter."),
    "scale": ("{met} indices observés sur {all} : niveau « {level} » proposé, à confirmer par une personne.",
              "{met} of {all} indicators observed: level “{level}” suggested, for a person to confirm."),
    "no_indicator": ("Aucun indice de cette échelle ne peut être décidé ici.",
                     "No indicator of this scale can be decided here."),
    "failed": ("Cet élément n'a pas pu être jugé ({error}).", "This item could not be judged ({error})."),
}


def say(saying: str, language: Language, **parts: object) -> str:
    """The words for a reason, with its parts filled in."""
    french, english = _SAYINGS[saying]
    return (french if language is Language.FRENCH else english).format(**parts)
