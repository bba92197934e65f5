"""Interviews with labels: `{"turns": [{"speaker", "text"}], "items": [{"slot", "item", "asked"}]}`.

Each label becomes a rubric item of kind `asked` by the label alone, its slot telling what it is a label of, and the
rule grader marks the interview with it. Interviews without `items` get them from `--annotations FOLDER`: what was asked
there, and about half as much that was asked in other interviews and not in this one, under the topics' names.
"""

from collections import Counter
from random import Random

from benchmarks.adapters.common import WHEN, Outcome, Row, Tools, f1, is_candidate, language_of, readings, share
from benchmarks.adapters.interviews import annotation
from benchmarks.common import Target
from simulator.exam.rubric import Rubric
from simulator.exam.transcript import ActionKind, Reading, Speaker, Transcript
from simulator.graders.rules import RuleGrader

_SLOTS = {
    "symptom": "symptom",
    "past": "medical history",
    "drug": "medication",
    "allergy": "allergy",
    "vaccine": "immunisation",
    "family": "family history",
    "social": "social history",
    "person": "personal data",
    "gyn": "gynaecological history",
    "sexual": "sexual history",
    "child": "childhood history",
    "function": "social history",
    "complaint": "history of the complaint",
}
_NO_LABEL = {"complaint.reason", "complaint.elaborate", "complaint.associated"}
_ASKED_SHARE = 0.68
TARGETS = {"f1": Target(least=0.92), "false_ticks": Target(most=0.08)}


def measure(rows: list[Row], tools: Tools) -> Outcome:
    """Marks every interview against its labels."""
    grader = RuleGrader(tools.reader, tools.vocabulary)
    counts: Counter[str] = Counter()
    mistakes = []
    if any("items" not in row for row in rows):
        rows = labelled(rows, tools)
    for row in rows:
        grade = grader.graded(_rubric(row), transcript_of(row, tools), None, WHEN)
        ratings = {rating.item: rating for rating in grade.ratings}
        for index, item in enumerate(row["items"]):
            rating = ratings.get(f"item_{index}")
            ticked, asked = bool(rating and rating.credit), bool(item["asked"])
            counts["said"] += ticked
            counts["wanted"] += asked
            counts["hits"] += ticked and asked
            counts["unasked"] += not asked
            counts["false"] += ticked and not asked
            if ticked != asked:
                quotes = [each.words for each in rating.evidence] if rating else []
                mistakes.append(
                    f"{row.get('id', '?')}: {'false tick' if ticked else 'missed'}: "
                    f"{item.get('slot')} | {item['item']} {quotes}"
                )
        tools.on_row()
    precision, recall, both = f1(counts["hits"], counts["said"], counts["wanted"])
    return Outcome(
        {
            "items": counts["wanted"] + counts["unasked"],
            "asked": counts["wanted"],
            "precision": precision,
            "recall": recall,
            "f1": both,
            "false_ticks": share(counts["false"], counts["unasked"]),
        },
        mistakes,
    )


def transcript_of(row: Row, tools: Tools) -> Transcript:
    """The interview as the station would have kept it: turns and readings."""
    transcript = Transcript().act(ActionKind.STARTED, WHEN).act(ActionKind.ENTERED, WHEN)
    read = {place: acts for place, _, acts in readings(row["turns"], tools.reader, language_of(row))}
    for place, turn in enumerate(row["turns"], 1):
        speaker = Speaker.CANDIDATE if is_candidate(turn) else Speaker.PATIENT
        transcript = transcript.say(speaker, str(turn.get("text", "")), WHEN)
        if place in read:
            transcript = transcript.add(
                Reading(number=transcript.next_number, at=WHEN, turn=transcript.next_number - 1, acts=read[place])
            )
    return transcript


def labelled(rows: list[Row], tools: Tools) -> list[Row]:
    """The interviews with items made of their annotations."""
    if tools.annotations is None:
        raise SystemExit("the rows have no 'items': give --annotations FOLDER to make them")
    gold = [annotation(tools.annotations, str(row["id"])) for row in rows]
    asked = [{label for labels in each.values() for label in labels} for each in gold]
    pool = sorted(
        {
            topic
            for each in asked
            for label in each
            if len(label) == 1
            for topic in label
            if topic.split(".")[0] in _SLOTS and topic not in _NO_LABEL
        }
    )
    made = []
    for row, labels in zip(rows, asked, strict=True):
        named_there = {topic for label in labels for topic in label}
        random = Random(str(row["id"]))
        yes = [topic for topic in pool if (topic,) in labels]
        related = {each for topic in yes for each in (*tools.vocabulary[topic].includes, topic)}
        no = [topic for topic in pool if topic not in named_there | related]
        no = random.sample(no, min(len(no), round(len(yes) * (1 - _ASKED_SHARE) / _ASKED_SHARE)))
        language = language_of(row)
        items = [
            {
                "slot": _SLOTS[topic.split(".")[0]],
                "item": tools.vocabulary[topic].name.of(language),
                "asked": topic in yes,
            }
            for topic in sorted([*yes, *no])
        ]
        made.append({**row, "items": items})
    return made


def _rubric(row: Row) -> Rubric:
    items = [
        {
            "id": f"item_{index}",
            "text": str(item["item"]),
            "asked": {"phrases": [named(str(item.get("slot") or ""), str(item["item"]))]},
        }
        for index, item in enumerate(row["items"])
    ]
    return Rubric.model_validate(
        {"id": "labels", "language": language_of(row), "version": "1.0.0", "title": "Labels", "items": items}
    )


def named(slot: str, item: str) -> str:
    """A label with its heading, as an author writes it in a rubric: «symptom: chest pain»."""
    return f"{slot.replace('_', ' ')}: {item}" if slot else item
