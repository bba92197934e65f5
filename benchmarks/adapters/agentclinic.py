"""AgentClinic cases (`OSCE_Examination`): imported as stations, then interviewed.

The history becomes facts with topics, the findings and the results become findings and results. Then every topic that
the case tells is asked for, examinations and tests are requested, and what was not asked must not be said.
"""

import re
from collections.abc import Iterator

from benchmarks.adapters.common import Answer, Outcome, Play, Row, Tools, share
from benchmarks.common import Target
from simulator.exam.base import Language
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import ActKind, plain

TARGETS = {"diagnosis_leaks": Target(most=0), "findings_unasked": Target(most=0), "consistent": Target(least=0.95)}
_OPENING = "I'd like some help with what has been going on."
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9])")
_ABSENT = ("information not provided", "not provided", "none reported", "no additional", "unknown", "n/a")
_SECTIONS = {
    "History": "complaint.elaborate",
    "Primary_Symptom": "complaint.reason",
    "Secondary_Symptoms": "complaint.associated",
    "Past_Medical_History": "past.general",
    "Social_History": "social.hobbies",
    "Review_of_Systems": "complaint.associated",
}


def measure(rows: list[Row], tools: Tools) -> Outcome:
    """Imports every case and asks it about itself."""
    consistent = asked = leaks = unasked = shown = requested = facts = 0
    mistakes = []
    for row in rows:
        scenario = station(row, tools)
        play = Play(scenario, tools)
        facts += len(scenario.facts)
        for topic, question in _questions(scenario, tools):
            answer = play.ask(question)
            asked += 1
            told = [each for fact in scenario.facts if fact.id in answer.told for each in (fact.topic, *fact.also)]
            has_fact = any(fact.topic == topic for fact in scenario.facts)
            is_right = topic in told if has_fact else not told
            consistent += is_right
            if not is_right:
                mistakes.append(f"{row.get('id')}: {topic}: {question} -> {told} {answer.words[:80]}")
            leaks += _leaks(answer, scenario)
            unasked += any(each.startswith(("examine.", "order.")) for each in answer.told)
        for target, words in _requests(scenario, tools):
            answer = play.ask(words)
            requested += 1
            is_shown = target in answer.told
            shown += is_shown
            leaks += _leaks(answer, scenario)
            if not is_shown:
                mistakes.append(f"{row.get('id')}: {words} -> {answer.words[:80]}")
        tools.on_row()
    return Outcome(
        {
            "cases": len(rows),
            "facts": facts,
            "questions": asked,
            "consistent": share(consistent, asked),
            "findings_unasked": unasked,
            "diagnosis_leaks": leaks,
            "requests": requested,
            "findings_shown": share(shown, requested),
        },
        mistakes,
    )


def station(row: Row, tools: Tools) -> Scenario:
    """The case as an English scenario."""
    case = row.get("OSCE_Examination", row)
    actor = case["Patient_Actor"]
    diagnosis = str(case["Correct_Diagnosis"])
    facts = _facts(actor, diagnosis, tools)
    age = re.search(r"\d+", str(actor.get("Demographics", "")))
    is_male = re.search(r"\b(?:male|man|boy)\b", str(actor.get("Demographics", "")), re.IGNORECASE)
    persona = {
        "name": "The patient",
        "age": min(int(age.group()) if age else 40, 110),
        "sex": "male" if is_male else "female",
    }
    return Scenario.model_validate(
        {
            "id": "case",
            "language": "en",
            "version": "1.0.0",
            "status": "draft",
            "title": "A case",
            "authors": ["AgentClinic"],
            "tags": {"domain": "interview", "specialty": "any"},
            "door": {
                "role": "–",
                "setting": "–",
                "patient": "–",
                "tasks": [str(case.get("Objective_for_Doctor", "–"))],
            },
            "patient": {"persona": persona, "opening": _OPENING},
            "complaint": next(
                (fact["topic"] for fact in facts if fact["topic"].startswith("symptom.")), "symptom.pain"
            ),
            "facts": facts,
            "findings": _shown(case.get("Physical_Examination_Findings"), "examine", tools),
            "results": _shown(case.get("Test_Results"), "order", tools),
            "diagnosis": {"is": diagnosis},
            "closing": [{"id": "diagnosis", "asks": "What is it?"}],
            "debrief": {"summary": "–", "points": [{"teaches": "–", "source": "–"}]},
        }
    )


def _facts(actor: Row, diagnosis: str, tools: Tools) -> list[Row]:
    """One fact per sentence that names a topic; a sentence that names the diagnosis is left out."""
    facts: list[Row] = []
    for section, words in _told(actor):
        for sentence in _SENTENCE.split(words):
            said = plain(sentence)
            if not said or any(said.startswith(each) for each in _ABSENT) or f" {plain(diagnosis)} " in f" {said} ":
                continue
            topics = [
                each.topic
                for each in tools.reader.lexicon.spot(sentence)
                if not each.topic.startswith(("examine.", "order.", "act.", "small.", "meta."))
            ]
            topics = list(dict.fromkeys(topics)) or [_SECTIONS.get(section, "complaint.elaborate")]
            facts.append({"id": f"fact_{len(facts)}", "topic": topics[0], "also": topics[1:], "answer": sentence})
    return facts or [{"topic": "complaint.reason", "answer": _OPENING}]


def _told(actor: Row) -> Iterator[tuple[str, str]]:
    for section, value in actor.items():
        if section == "Demographics":
            continue
        if isinstance(value, dict):
            yield from _told(value)
        elif isinstance(value, list):
            yield from ((section, str(each)) for each in value)
        else:
            yield section, str(value)


def _shown(found: object, kind: str, tools: Tools) -> list[Row]:
    """Every leaf of the findings under the examination or test that its heading names."""
    shown: dict[str, list[str]] = {}
    for heading, words in _leaves(found):
        target = _target(heading, kind, tools)
        if target:
            shown.setdefault(target, []).append(words)
    return [{kind: target.removeprefix(f"{kind}."), "shows": "; ".join(words)} for target, words in shown.items()]


def _leaves(found: object, heading: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield from _leaves(value, (*heading, str(key).replace("_", " ")))
    elif isinstance(found, list):
        for each in found:
            yield from _leaves(each, heading)
    elif found not in (None, "", "N/A"):
        yield heading, f"{heading[-1]}: {found}" if heading else str(found)


def _target(heading: tuple[str, ...], kind: str, tools: Tools) -> str | None:
    """The examination or test that the innermost telling heading names."""
    chances_of = tools.reader.listener(None, Language.ENGLISH).chances_of
    for name in reversed(heading):
        chances = {
            topic: float(chances_of(name)[column])
            for topic, column in tools.reader.head.column.items()
            if topic.startswith(f"{kind}.")
        }
        best = max(chances, key=lambda topic: chances[topic])
        if chances[best] >= 0.2:
            return best
    return None


def _questions(scenario: Scenario, tools: Tools) -> list[tuple[str, str]]:
    """A question of the vocabulary for each topic that the case tells, and for as many that it does not."""
    told = list(dict.fromkeys(fact.topic for fact in scenario.facts))
    known = {topic for fact in scenario.facts for topic in (fact.topic, *fact.also)}
    general = {topic.id for topic in tools.vocabulary.values() if topic.includes}
    others = [
        topic.id
        for topic in tools.vocabulary.family("symptom", "past", "family", "social")
        if topic.id not in known | general
    ]
    step = max(1, len(others) // max(1, len(told)))
    return [
        (topic, tools.vocabulary[topic].asks.of(Language.ENGLISH)[0]) for topic in [*told, *others[::step][: len(told)]]
    ]


def _requests(scenario: Scenario, tools: Tools) -> list[tuple[str, str]]:
    targets = [f"examine.{each.examine}" for each in scenario.findings]
    targets += [f"order.{each.order}" for each in scenario.results]
    return [(target, tools.vocabulary[target].asks.of(Language.ENGLISH)[0]) for target in targets]


def _leaks(answer: Answer, scenario: Scenario) -> bool:
    if any(act.kind in (ActKind.EXAMINES, ActKind.ORDERS) for act in answer.acts):
        return False  # a report may name it: it was asked for
    return f" {plain(scenario.diagnosis.stated)} " in f" {plain(answer.words)} "
