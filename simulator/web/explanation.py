"""How the mark came about: the arithmetic with its numbers, the program's part, and how to contest it."""

from simulator.encounters.runner import Live
from simulator.exam.grade import Grade, ModelUse
from simulator.graders.language_model import MODEL_DOWN
from simulator.web.frame import Visit, box, text


def how_it_was_computed(visit: Visit, live: Live, grade: Grade, times: int) -> None:
    """Law asks that a mark can be explained: data, weights, parameters, and that an algorithm took part."""
    say = visit.say
    with box("section", aria_labelledby="computed"), box("details"):
        with box("summary"):
            text("h2", say("how.title"), id="computed")
        text("p", say("how.algorithm_model" if grade.model_use else "how.algorithm", grader=grade.grader))
        if MODEL_DOWN in grade.flags:
            text("p", say("how.model_down"), "note")
        _formula(visit, grade)
        _weights(visit, live, grade)
        text("h3", say("how.made_with"))
        with box("dl", "made-with"):
            for name, value in _made_with(visit, live, grade):
                text("dt", name)
                text("dd", value, "mono")
        if times > 1:
            text("p", say("how.times", times=times))
        text("p", say("how.contest"))


def _formula(visit: Visit, grade: Grade) -> None:
    say = visit.say
    text("p", say("how.formula"))
    if grade.mark is not None:
        text("p", f"{say.number(grade.out_of)} × {say.number(grade.points)} / {say.number(grade.possible)} = "
             f"{say.number(grade.mark)}", "formula")
    text("p", say("how.left_out", share=say.number(100 * grade.share_not_judged, 1),
                  above=say.number(100 * grade.provisional_above, 1)))


def _weights(visit: Visit, live: Live, grade: Grade) -> None:
    say = visit.say
    rubric = live.station.rubric
    names = {item.id: item.text for item in rubric.items} | {each.id: each.text for each in rubric.own_scales} \
        if rubric else {}
    with box("div", "wide", tabindex="0", role="region", aria_label=say("how.weights")), box("table", "table"):
        with box("thead"), box("tr"):
            for key in ("item", "outcome", "weight", "credit", "confidence", "counts"):
                text("th", say(f"how.{key}"), scope="col")
        with box("tbody"):
            for rating in grade.ratings:
                with box("tr"):
                    text("td", names.get(rating.item, rating.item), lang=live.encounter.language.value)
                    text("td", say(f"outcome.{rating.outcome}"))
                    text("td", say.number(rating.weight))
                    text("td", "–" if rating.credit is None else say.number(rating.credit))
                    text("td", f"{say.number(100 * rating.confidence, 0)} %")
                    text("td", say("how.yes" if rating.counts else "how.no"))


def _made_with(visit: Visit, live: Live, grade: Grade) -> list[tuple[str, str]]:
    """Names and hashes: who marked, with what, and what the encounter ran with."""
    say, encounter = visit.say, live.encounter
    return [
        (say("how.encounter"), encounter.id), (say("how.grader"), grade.grader), (say("how.rubric"), grade.rubric),
        (say("how.at"), grade.at.isoformat(timespec="seconds")),
        *((say("how.part", name=name), value) for name, value in encounter.parts.items()),
        *((say("how.played_with", name=name), value) for name, value in encounter.fingerprints.items()),
        *((say("how.marked_with", name=name), value) for name, value in grade.fingerprints.items()),
        *_model(visit, grade.model_use),
    ]


def _model(visit: Visit, use: ModelUse | None) -> list[tuple[str, str]]:
    """What a language model had to do with it."""
    if use is None:
        return []
    say = visit.say
    tokens = say("how.tokens_used", calls=use.calls, prompt=use.prompt_tokens, completion=use.completion_tokens)
    return [(say("how.model"), ", ".join(use.models) or "–"), (say("how.repeats"), str(use.repeats)),
            *((say("how.prompt", name=name), value) for name, value in use.prompts.items()),
            (say("how.tokens"), tokens)]
