"""Reads our own test phrasings, written blind to the vocabulary: right, wrong, refused, and an honest confidence.

python -m benchmarks.phrasings                  # the development half
python -m benchmarks.phrasings --half test      # the other half: for reporting, never for choosing anything
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import Measured, Report, Target, err, parser, progress, published
from simulator.commands.parts import Parts
from simulator.exam.base import Language
from simulator.exam.ports import Focus
from simulator.exam.transcript import ActKind
from simulator.settings import Settings
from simulator.understanding.reader import Listening, Reader

FOLDER = Path(__file__).with_name("phrasings")
HALVES = ("development", "test")
BEYOND = ("meta.off_topic", "meta.unclear")
NOTHING = "-"
_LOST = (ActKind.UNSURE, ActKind.NOT_UNDERSTOOD, ActKind.STATES)
TARGETS = {
    f"{name}_{language}": target
    for language in Language
    for name, target in (
        ("first", Target(least=0.95)),
        ("right", Target(least=0.90)),
        ("wrong", Target(most=0.015)),
        ("auroc", Target(least=0.98)),
    )
}
_BINS = 10


class Phrasing(NamedTuple):
    """One utterance and the topic that it asks for; `-` is out of scope."""

    topic: str
    style: str
    words: str


class Result(NamedTuple):
    """What the reader made of one: the best topic, whether it was answered right or wrong, how sure it was."""

    phrasing: Phrasing
    first: str
    labels: tuple[str, ...]
    confidence: float
    scope: float

    @property
    def is_first(self) -> bool:
        return self.first == self.phrasing.topic or (self.phrasing.topic == NOTHING and self.first in BEYOND)

    @property
    def is_right(self) -> bool:
        return self.phrasing.topic in self.labels

    @property
    def is_wrong(self) -> bool:
        return bool(self.labels) and not self.is_right


def phrasings(language: Language, half: str) -> list[Phrasing]:
    """One half of the phrasings of a language."""
    path = FOLDER / f"{language}.{half}.tsv"
    return [Phrasing(*line.split("\t")) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read(reader: Reader, language: Language, given: Sequence[Phrasing]) -> list[Result]:
    """What the reader makes of them, each out of context."""
    listening = reader.listener(None, language)
    return [_result(listening, each) for each in given]


def _result(listening: Listening, phrasing: Phrasing) -> Result:
    acts = listening.read(phrasing.words, Focus())
    labels = tuple(dict.fromkeys(act.topic for act in acts if act.topic and act.kind not in _LOST))
    chances = dict(zip(listening.reader.head.topics, map(float, listening.chances_of(phrasing.words)), strict=True))
    sure = max((act.confidence for act in acts if act.topic in labels), default=0.0)
    inside = {topic: chance for topic, chance in chances.items() if topic not in BEYOND}
    return Result(phrasing, max(chances, key=lambda topic: chances[topic]), labels, sure, max(inside.values()))


def measured(results: Sequence[Result], language: Language) -> Measured:
    """The figures of one language."""
    scope = [each for each in results if each.phrasing.topic != NOTHING]
    beyond = [each for each in results if each.phrasing.topic == NOTHING]
    answered = [each for each in beyond if set(each.labels) - set(BEYOND)]
    values = {
        "phrasings": len(scope),
        "first": _share(scope, "is_first"),
        "right": _share(scope, "is_right"),
        "wrong": _share(scope, "is_wrong"),
        "out_of_scope": len(beyond),
        "out_of_scope_answered": round(len(answered) / max(1, len(beyond)), 4),
        "auroc": auroc(
            [each.scope for each in scope if each.phrasing.topic not in BEYOND], [each.scope for each in beyond]
        ),
        "calibration_error": calibration_error(scope),
    }
    return {f"{name}_{language}": value for name, value in values.items()}


def _share(results: Sequence[Result], name: str) -> float:
    return round(sum(bool(getattr(each, name)) for each in results) / max(1, len(results)), 4)


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often something in scope scores higher than something out of it; ties count half."""
    if not inside or not outside:
        return 0.0
    wins = sum((one > other) + 0.5 * (one == other) for one in inside for other in outside)
    return round(wins / (len(inside) * len(outside)), 4)


def bins(results: Sequence[Result]) -> list[tuple[float, float, int]]:
    """Mean confidence, share right, and number, per tenth of confidence; only what was answered."""
    by: dict[int, list[Result]] = defaultdict(list)
    for each in results:
        if each.labels:
            by[min(_BINS - 1, int(each.confidence * _BINS))].append(each)
    return [
        (sum(each.confidence for each in some) / len(some), sum(each.is_right for each in some) / len(some), len(some))
        for _, some in sorted(by.items())
    ]


def calibration_error(results: Sequence[Result]) -> float:
    """The expected calibration error: how far the confidence is from the share that is right, on average."""
    found = bins(results)
    whole = sum(count for _, _, count in found)
    return round(sum(abs(sure - right) * count for sure, right, count in found) / max(1, whole), 4)


def reliability_plot(results: dict[Language, list[Result]]) -> str:
    """Confidence against the share that is right, as an SVG; a point's area is how many answers stand behind it."""
    size, colours = 320, {Language.FRENCH: "#1f5fa8", Language.ENGLISH: "#b3541e"}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-46 -14 {size + 66} {size + 66}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{size}" height="{size}" fill="#fff" stroke="#999"/>',
        f'<line x1="0" y1="{size}" x2="{size}" y2="0" stroke="#bbb" stroke-dasharray="4 4"/>',
    ]
    for tick in range(0, 11, 2):
        at = size * tick / 10
        parts += [
            f'<text x="{at:.0f}" y="{size + 18}" text-anchor="middle">{tick / 10:g}</text>',
            f'<text x="-8" y="{size - at + 4:.0f}" text-anchor="end">{tick / 10:g}</text>',
        ]
    for language, some in results.items():
        for sure, right, count in bins([each for each in some if each.phrasing.topic != NOTHING]):
            parts.append(
                f'<circle cx="{sure * size:.1f}" cy="{size - right * size:.1f}" r="{2 + count**0.5 / 2:.1f}" '
                f'fill="{colours[language]}" fill-opacity="0.55"/>'
            )
    parts += [
        f'<text x="{size / 2}" y="{size + 40}" text-anchor="middle">confidence ({" / ".join(results)})</text>',
        f'<text transform="translate(-34 {size / 2}) rotate(-90)" text-anchor="middle">share right</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    made = parser(__doc__, "phrasings")
    made.add_argument("--half", choices=HALVES, default=HALVES[0], help="which half to read")
    made.add_argument("--mistakes", action="store_true", help="print what was read wrong (development half only)")
    given = made.parse_args(arguments)
    if given.mistakes and given.half == HALVES[1]:
        made.error("the test half is for reporting: looking at its mistakes would spoil it")
    reader = Parts(Settings()).understanding
    results: dict[Language, list[Result]] = {}
    with progress() as bar:
        task = bar.add_task("reading", total=len(Language))
        for language in Language:
            results[language] = read(reader, language, phrasings(language, given.half))
            bar.advance(task)
    values: Measured = {}
    for language, some in results.items():
        values |= measured(some, language)
        for style in sorted({each.phrasing.style for each in some} - {"out_of_scope"}):
            values[f"right_{language}_{style}"] = _share(
                [each for each in some if each.phrasing.style == style], "is_right"
            )
    if given.mistakes:
        for some in results.values():
            for each in some:
                if not each.is_right and (each.phrasing.topic != NOTHING or set(each.labels) - set(BEYOND)):
                    err.print(
                        f"{each.phrasing.topic}: {each.phrasing.words} -> {each.labels or each.first} "
                        f"{each.confidence:.2f}",
                        markup=False,
                        soft_wrap=True,
                    )
    given.results.mkdir(parents=True, exist_ok=True)
    (given.results / f"reliability-{given.half}.svg").write_text(reliability_plot(results), encoding="utf-8")
    run = {"half": given.half, "understanding": reader.name}
    return published(Report("phrasings", run, values, TARGETS), given.results)


if __name__ == "__main__":
    sys.exit(main())
