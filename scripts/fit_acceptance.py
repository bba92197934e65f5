"""Fits the weights by which the reader believes or doubts a reading (simulator/understanding/acceptance.json).

    python scripts/fit_acceptance.py INTERVIEWS.jsonl… --annotations benchmarks/annotations/adjudicated

Reads annotated interviews by path and the development half of our own phrasings, keeps nothing of them but the weights,
and prints what they are worth by cross-validation over interviews.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.adapters.common import WHEN, Row, is_candidate, language_of, rows_of
from benchmarks.adapters.interviews import annotation
from benchmarks.phrasings import BEYOND, HALVES, NOTHING, phrasings
from simulator.commands.parts import Parts
from simulator.exam.base import Language
from simulator.exam.focus import focus_of
from simulator.exam.ports import Focus
from simulator.exam.transcript import ActionKind, Reading, Speaker, Transcript
from simulator.settings import Settings
from simulator.understanding import acceptance
from simulator.understanding.acceptance import Candidates, features
from simulator.understanding.reader import Reader

_FOLDS = 8
_STRENGTH = 1.0
_WEIGHT_OF_OWN = 2.0  # what students type and say is nearer to our own phrasings than to a general practitioner's talk
_WEIGHT_OF = {Language.ENGLISH: 1.0, Language.FRENCH: 4.0}  # there are fewer French interviews


def collected(row: Row, gold: dict[int, list[tuple[str, ...]]], reader: Reader) -> list[tuple[Candidates, set[str]]]:
    """Every choice that the reader had in an interview, with the topics that are right for its turn."""
    language = language_of(row)
    listening = reader.listener(None, language)
    transcript = Transcript().act(ActionKind.STARTED, WHEN).act(ActionKind.ENTERED, WHEN)
    found: list[tuple[Candidates, set[str]]] = []
    for place, turn in enumerate(row["turns"], 1):
        words = str(turn.get("text", ""))
        if not is_candidate(turn):
            transcript = transcript.say(Speaker.PATIENT, words, WHEN)
            continue
        choices: list[Candidates] = []
        listening.on_candidates = choices.append
        acts = listening.read(words, focus_of(None, transcript))
        if place in gold:
            right = {topic for label in gold[place] for topic in label}
            found += [(each, right) for each in choices]
        transcript = transcript.say(Speaker.CANDIDATE, words, WHEN)
        transcript = transcript.add(
            Reading(number=transcript.next_number, at=WHEN, turn=transcript.next_number - 1, acts=acts)
        )
    listening.on_candidates = None
    return found


def from_phrasings(reader: Reader, language: Language) -> list[tuple[Candidates, set[str]]]:
    """The same of the development phrasings, each an utterance by itself."""
    listening = reader.listener(None, language)
    found: list[tuple[Candidates, set[str]]] = []
    for each in phrasings(language, HALVES[0]):
        choices: list[Candidates] = []
        listening.on_candidates = choices.append
        listening.read(each.words, Focus())
        right = set(BEYOND) if each.topic == NOTHING else {each.topic}
        found += [(given, right) for given in choices]
    listening.on_candidates = None
    return found


Found = tuple[Candidates, set[str], float]


def table(found: list[Found], reader: Reader) -> tuple[list[dict[str, float]], list[int], list[float]]:
    """Signs, truth and weight of every reading."""
    rows, truth, weigh = [], [], []
    for given, right, weight in found:
        for act in (given.whole, *given.parts):
            if act.topic and act.topic not in acceptance.NODS and act.kind not in acceptance._LOST:
                rows.append(features(act, given, reader.lexicon))
                truth.append(int(act.topic in right))
                weigh.append(weight)
    return rows, truth, weigh


def fitted(rows: list[dict[str, float]], truth: list[int], weigh: list[float]) -> dict[str, float]:
    """The weights by name."""
    from sklearn.linear_model import LogisticRegression

    names = sorted({name for row in rows for name in row})
    columns = {name: index for index, name in enumerate(names)}
    values: NDArray[np.float64] = np.zeros((len(rows), len(names)))
    for index, row in enumerate(rows):
        for name, value in row.items():
            values[index, columns[name]] = value
    model = LogisticRegression(C=_STRENGTH, max_iter=3000).fit(values, truth, sample_weight=weigh)
    kept = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {"bias": round(float(model.intercept_[0]), 3), **kept}


def main() -> int:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("interviews", nargs="+", type=Path)
    made.add_argument("--annotations", type=Path, required=True)
    given = made.parse_args()
    reader = Parts(Settings()).understanding
    rows = [row for path in given.interviews for row in rows_of(path)]
    found = [
        [
            (*each, _WEIGHT_OF[language_of(row)])
            for each in collected(row, annotation(given.annotations, str(row["id"])), reader)
        ]
        for row in rows
    ]
    own = [(*each, _WEIGHT_OF_OWN) for language in Language for each in from_phrasings(reader, language)]
    right = whole = 0
    for fold in range(_FOLDS):
        learnt = fitted(
            *table([each for index, some in enumerate(found) if index % _FOLDS != fold for each in some] + own, reader)
        )
        signs, truth, _ = table(
            [each for index, some in enumerate(found) if index % _FOLDS == fold for each in some], reader
        )
        guessed = [acceptance.probability(row, learnt) >= acceptance.ENOUGH for row in signs]
        right += sum(int(guess) == is_so for guess, is_so in zip(guessed, truth, strict=True))
        whole += len(truth)
    sys.stdout.write(f"{whole} readings of {len(rows)} interviews; "
                     f"believed or doubted rightly, cross-validated: {right / whole:.3f}\n")
    weights = fitted(*table([each for some in found for each in some] + own, reader))
    about = "Fitted by scripts/fit_acceptance.py; weights of outward signs, by name. No text is kept."
    acceptance.WEIGHTS.write_text(
        json.dumps({"about": about, "weights": weights}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
