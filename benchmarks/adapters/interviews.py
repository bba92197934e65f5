"""Interviews (`turns` of `speaker`, `text`): what is read in every candidate turn.

With `--annotations FOLDER`, `FOLDER/ID.tsv` holds `turn number <TAB> labels` (benchmarks/README.md says how), and the
acts of each turn are compared with them: micro precision, recall and F1.
"""

from collections import Counter
from pathlib import Path

from benchmarks.adapters.common import LOST, Outcome, Row, Tools, f1, language_of, readings, share
from benchmarks.common import Measured, Target
from simulator.exam.transcript import Act, ActKind

TARGETS = {"f1": Target(least=0.90), "f1_fr": Target(least=0.90), "f1_en": Target(least=0.90)}
NOTHING = {"none", "other"}
FILLING = {"small.acknowledges", "act.facilitates", "small.wait"}  # hm, okay, I see: one thing, said as one likes


def measure(rows: list[Row], tools: Tools) -> Outcome:
    """Reads every candidate turn of every interview, in order."""
    counts: Counter[str] = Counter()
    mistakes: list[str] = []
    for row in rows:
        language = language_of(row)
        gold = annotation(tools.annotations, str(row["id"])) if tools.annotations else {}
        for place, turn, acts in readings(row["turns"], tools.reader, language):
            counts["turns"] += 1
            counts["acts"] += sum(act.kind not in LOST for act in acts)
            counts["lost"] += all(act.kind is ActKind.NOT_UNDERSTOOD for act in acts)
            counts["unsure"] += any(act.kind is ActKind.UNSURE for act in acts)
            if place in gold:
                wrong = _compare(counts, gold[place], labels_of(acts), str(language))
                if wrong:
                    mistakes.append(f"{row['id']}:{place}: {wrong}: {turn['text']}")
        tools.on_row()
    return Outcome(_measured(counts), mistakes)


def labels_of(acts: tuple[Act, ...]) -> list[str]:
    """The topics that the acts ask for or do, each once."""
    found = [act.topic for act in acts if act.topic and not act.is_negated and act.kind not in LOST]
    return list(dict.fromkeys(found))


def annotation(folder: Path, name: str) -> dict[int, list[tuple[str, ...]]]:
    """Turn number -> labels, each a tuple of the topics that are right for it."""
    path = folder / f"{name}.tsv"
    if not path.is_file():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place, _, labels = line.partition("\t")
        if not place.isdigit():
            raise SystemExit(f"{path}:{number}: 'turn number <TAB> labels' expected")
        found[int(place)] = [
            tuple(each.split("@")[0] for each in label.split("|")) for label in labels.split() if label not in NOTHING
        ]
    return found


def _compare(counts: Counter[str], gold: list[tuple[str, ...]], said: list[str], language: str) -> str:
    """Counts what agrees; the words that name the difference, or ''."""
    wanted = list(dict.fromkeys(gold))
    if any(not set(label) & FILLING for label in wanted):
        said = [topic for topic in said if topic not in FILLING]  # beside a question nobody annotates a nod
    missed, extra = match(wanted, said)
    hits = len(wanted) - len(missed)
    for suffix in ("", f"_{language}"):
        counts[f"hits{suffix}"] += hits
        counts[f"said{suffix}"] += len(said)
        counts[f"wanted{suffix}"] += len(wanted)
    return " ".join([f"-{'|'.join(each)}" for each in missed] + [f"+{each}" for each in extra])


def match(wanted: list[tuple[str, ...]], said: list[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """What was wanted and not said, and what was said and not wanted."""
    left, missed = list(said), []
    for label in sorted(wanted, key=len):
        names = FILLING if set(label) & FILLING else set(label)
        found = next((topic for topic in left if topic in names), None)
        if found is None:
            missed.append(label)
        else:
            left.remove(found)
    return missed, left


def _measured(counts: Counter[str]) -> Measured:
    measured: Measured = {
        "turns": counts["turns"],
        "acts_per_turn": share(counts["acts"], counts["turns"]),
        "not_understood": share(counts["lost"], counts["turns"]),
        "unsure": share(counts["unsure"], counts["turns"]),
    }
    for suffix in ("", "_fr", "_en"):
        if counts[f"wanted{suffix}"]:
            scores = f1(counts[f"hits{suffix}"], counts[f"said{suffix}"], counts[f"wanted{suffix}"])
            measured |= dict(zip((f"precision{suffix}", f"recall{suffix}", f"f1{suffix}"), scores, strict=True))
            measured[f"annotated_acts{suffix}"] = counts[f"wanted{suffix}"]
    return measured
