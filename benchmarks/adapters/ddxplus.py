"""DDXPlus cases: `qa` of questions and gold answers in French and English.

Each case becomes a station in one language, a fact per question with that question as its author's own wording, and
is then asked every question in the same and in the other language. Right is the gold answer (the polarity of a yes or
no, else the value), wrong any other answer, and the rest was not understood.
"""

from collections import Counter

from benchmarks.adapters.common import Answer, Outcome, Play, Row, Tools, share
from benchmarks.common import Measured, Target
from simulator.exam.base import Language
from simulator.exam.ports import Focus
from simulator.exam.scenario import Scenario
from simulator.exam.transcript import ActKind, plain

TARGETS = {"cross_right": Target(least=0.995), "cross_wrong": Target(most=0.003)}
_NO = {"non", "no", "n", "nowhere", "nulle part", "na", "0"}
_NOTHING = "complaint.elaborate"  # where a question goes that no topic names: only its own wording reaches it


def measure(rows: list[Row], tools: Tools) -> Outcome:
    """Asks every question of every case in both languages, of stations in both languages."""
    counts: Counter[tuple[str, str, str]] = Counter()
    mistakes = []
    for row in rows:
        for language in Language:
            play = Play(station(row, language, tools), tools)
            gold = {f"q{number}": str(qa[f"answer_{language}"]) for number, qa in enumerate(row["qa"])}
            for number, qa in enumerate(row["qa"]):
                for asked_in in Language:
                    answer = play.ask(str(qa[f"question_{asked_in}"]))
                    verdict = _verdict(answer, f"q{number}", gold)
                    way = "same" if asked_in is language else "cross"
                    counts[way, _sign(qa), verdict] += 1
                    if verdict != "right":
                        told = [row["qa"][int(each[1:])]["question_en"] for each in answer.told if each in gold]
                        mistakes.append(f"{verdict}: {qa[f'question_{asked_in}']} -> {told or answer.words}")
        tools.on_row()
    return Outcome(_shares(counts), mistakes)


def station(row: Row, language: Language, tools: Tools) -> Scenario:
    """The case as a scenario of this language."""
    listener = tools.reader.listener(None, language)
    facts = []
    for number, qa in enumerate(row["qa"]):
        question = str(qa[f"question_{language}"])
        topics = [act.topic for act in listener.read(question, Focus()) if act.kind is ActKind.ASKS and act.topic]
        facts.append(
            {
                "id": f"q{number}",
                "topic": topics[0] if topics else _NOTHING,
                "phrasings": [question],
                "answer": str(qa[f"answer_{language}"]) or "–",
            }
        )
    persona = {"name": "X", "age": row.get("age", 40), "sex": "female" if row.get("sex") == "F" else "male"}
    return Scenario.model_validate(
        {
            "id": "case",
            "language": language,
            "version": "1.0.0",
            "status": "draft",
            "title": "A case",
            "authors": ["DDXPlus"],
            "tags": {"domain": "interview", "specialty": "any"},
            "door": {"role": "–", "setting": "–", "patient": "–", "tasks": ["–"]},
            "patient": {"persona": persona, "opening": "–"},
            "complaint": "symptom.pain",
            "facts": facts,
            "diagnosis": {"is": str(row.get(f"pathology_{language}") or "unknown")},
            "closing": [{"id": "diagnosis", "asks": "–"}],
            "debrief": {"summary": "–", "points": [{"teaches": "–", "source": "–"}]},
        }
    )


def _verdict(answer: Answer, wanted: str, gold: dict[str, str]) -> str:
    told = [each for each in answer.told if each in gold]
    if not told:
        denied = any(each.startswith(("denied", "unscripted")) for each in answer.told)
        if denied and not answer.is_lost and _is_no(answer.words):
            return "right" if _is_no(gold[wanted]) else "wrong"
        return "not_understood"
    return "right" if all(_value(gold[each]) == _value(gold[wanted]) for each in told) else "wrong"


def _value(answer: str) -> str:
    return "no" if _is_no(answer) else plain(answer)


def _is_no(answer: str) -> bool:
    words = plain(answer)
    return words in _NO or words.split()[:1] in (["non"], ["no"])


def _sign(qa: Row) -> str:
    return "positive" if qa.get("polarity") == "positive" else "negative"


def _shares(counts: Counter[tuple[str, str, str]]) -> Measured:
    measured: Measured = {}
    for way in ("cross", "same"):
        for sign in (None, "positive", "negative"):
            kept = {key: count for key, count in counts.items() if key[0] == way and sign in (None, key[1])}
            whole = sum(kept.values())
            name = f"{way}_{sign}" if sign else way
            measured[f"{name}_questions"] = whole
            for verdict in ("right", "wrong", "not_understood"):
                measured[f"{name}_{verdict}"] = share(
                    sum(count for key, count in kept.items() if key[2] == verdict), whole
                )
    return measured
