"""Draws the pictures of the station chest_pain beside this file: a 12-lead ECG and a portable chest film.

Run as `python scenarios/media/draw_chest_pain.py`; the same files come out each time.
"""

from math import exp, pi, sin
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent

# --- the electrocardiogram: millimetres of paper, 25 mm/s, 10 mm/mV, 4 pixels to the millimetre

SCALE = 4
MM_PER_SECOND = 25
COLUMN_SECONDS = 2.5
BEAT_SECONDS = 0.9375  # 64 a minute
LEFT, TOP, ROW = 16, 18, 31
PAPER_WIDTH, PAPER_HEIGHT = 275, 140
STEP = 0.004


class Wave(NamedTuple):
    """The waves of one lead, in millimetres: P, Q, R, S, level of the ST segment, T."""

    p: float
    q: float
    r: float
    s: float
    st: float
    t: float

    def plus(self, other: "Wave", mine: float, theirs: float) -> "Wave":
        """The sum of two leads, each times its share: limb leads are made of each other."""
        return Wave(*(mine * a + theirs * b for a, b in zip(self, other, strict=True)))


ONE = Wave(p=0.7, q=0.5, r=7.0, s=-1.0, st=-1.2, t=-0.3)
TWO = Wave(p=1.3, q=-0.8, r=9.5, s=-0.6, st=2.4, t=3.2)
LEADS = {
    "I": ONE,
    "II": TWO,
    "III": TWO.plus(ONE, 1, -1),
    "aVR": ONE.plus(TWO, -0.5, -0.5),
    "aVL": ONE.plus(TWO, 1, -0.5),
    "aVF": TWO.plus(ONE, 1, -0.5),
    "V1": Wave(p=0.5, q=0, r=2.0, s=-8.0, st=0.1, t=0.6),
    "V2": Wave(p=0.7, q=0, r=4.0, s=-10.5, st=-0.2, t=2.6),
    "V3": Wave(p=0.7, q=0, r=7.5, s=-7.0, st=-0.2, t=3.2),
    "V4": Wave(p=0.8, q=-0.3, r=12.5, s=-3.5, st=0, t=3.4),
    "V5": Wave(p=0.8, q=-0.6, r=12.0, s=-1.6, st=0.1, t=3.0),
    "V6": Wave(p=0.8, q=-0.7, r=9.5, s=-0.8, st=0.2, t=2.2),
}
COLUMNS = (("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6"))


def bump(at: float, centre: float, width: float) -> float:
    return exp(-(((at - centre) / width) ** 2) / 2)


def step_up(at: float, centre: float, width: float) -> float:
    return 1 / (1 + exp(-(at - centre) / width))


def beat(wave: Wave, at: float) -> float:
    """The height in millimetres, `at` seconds after the top of the R wave."""
    segment = step_up(at, 0.047, 0.006) - step_up(at, 0.315, 0.022)
    return (
        wave.p * bump(at, -0.165, 0.022)
        + wave.q * bump(at, -0.027, 0.009)
        + wave.r * bump(at, 0, 0.0105)
        + wave.s * bump(at, 0.028, 0.0105)
        + wave.st * segment
        + wave.t * (bump(at, 0.245, 0.052) if at < 0.245 else bump(at, 0.245, 0.038))
    )


def height(wave: Wave, second: float, phase: float) -> float:
    """The height of the trace: the neighbouring beats, a slow drift and a fine tremor of the muscles."""
    first_beat = 0.42
    nearest = round((second - first_beat) / BEAT_SECONDS)
    beats = sum(beat(wave, second - first_beat - (nearest + n) * BEAT_SECONDS) for n in (-1, 0, 1))
    drift = 0.22 * sin(2 * pi * 0.29 * second + phase)
    tremor = 0.05 * sin(2 * pi * 31 * second + 3 * phase) + 0.04 * sin(2 * pi * 47.3 * second + phase)
    return beats + drift + tremor


def trace(wave: Wave, start: float, seconds: float, left: float, base: float, phase: float) -> str:
    """One stretch of a lead as an SVG path."""
    points = []
    for n in range(round(seconds / STEP) + 1):
        second = start + n * STEP
        x, y = left + n * STEP * MM_PER_SECOND, base - height(wave, second, phase)
        points.append(f"{x * SCALE:.1f},{y * SCALE:.1f}")
    return f'<polyline points="{" ".join(points)}"/>'


def label(text: str, x: float, y: float, size: float = 3.6) -> str:
    return f'<text x="{x * SCALE:.0f}" y="{y * SCALE:.0f}" font-size="{size * SCALE:.1f}">{text}</text>'


def calibration(base: float) -> str:
    """The pulse of one millivolt at the left of a row."""
    corners = ((5, 0), (7, 0), (7, -10), (12, -10), (12, 0), (14, 0))
    return '<polyline points="' + " ".join(f"{x * SCALE},{(base + y) * SCALE}" for x, y in corners) + '"/>'


def grid() -> str:
    """Pink millimetre paper."""
    small, large = SCALE, 5 * SCALE
    return (
        "<defs>"
        f'<pattern id="small" width="{small}" height="{small}" patternUnits="userSpaceOnUse">'
        f'<path d="M{small} 0H0V{small}" fill="none" stroke="#f6c9cb" stroke-width="0.5"/></pattern>'
        f'<pattern id="large" width="{large}" height="{large}" patternUnits="userSpaceOnUse">'
        f'<rect width="{large}" height="{large}" fill="url(#small)"/>'
        f'<path d="M{large} 0H0V{large}" fill="none" stroke="#e79a9f" stroke-width="0.9"/></pattern>'
        "</defs>"
        '<rect width="100%" height="100%" fill="#fff6f4"/><rect width="100%" height="100%" fill="url(#large)"/>'
    )


def electrocardiogram() -> str:
    """Twelve leads in four columns of 2.5 s, and ten seconds of lead II below."""
    traces, labels = [], []
    for column, names in enumerate(COLUMNS):
        left = LEFT + column * COLUMN_SECONDS * MM_PER_SECOND
        for row, name in enumerate(names):
            base = TOP + row * ROW
            phase = 0.7 * (3 * column + row)
            traces.append(trace(LEADS[name], column * COLUMN_SECONDS, COLUMN_SECONDS, left, base, phase))
            labels.append(label(name, left + 1.5, base - 10.5))
            if column:
                ticks = f"M{left * SCALE} {(base - 4) * SCALE}v{-3 * SCALE}M{left * SCALE} {(base + 4) * SCALE}v{3 * SCALE}"
                traces.append(f'<path d="{ticks}" stroke-width="1"/>')
    strip = TOP + 3 * ROW
    traces.append(trace(TWO, 0, 4 * COLUMN_SECONDS, LEFT, strip, 0.7))
    labels.append(label("II", LEFT + 1.5, strip - 10.5))
    traces += [calibration(TOP + row * ROW) for row in range(4)]
    labels.append(label("25 mm/s   |   10 mm/mV   |   0.05–150 Hz   |   64/min", LEFT, PAPER_HEIGHT - 7, 3.2))
    width, tall = PAPER_WIDTH * SCALE, PAPER_HEIGHT * SCALE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tall}" width="{width}" height="{tall}">'
        f"{grid()}"
        f'<g fill="none" stroke="#1b1b22" stroke-width="1.3" stroke-linejoin="round">{"".join(traces)}</g>'
        f'<g font-family="Helvetica, Arial, sans-serif" fill="#1b1b22">{"".join(labels)}</g></svg>\n'
    )


# --- the chest film: a schematic portable view of a man lying half upright

FILM = 760
BONE = "#c9ced3"
BODY = (
    "M40 760C60 560 70 400 60 250C70 160 180 120 300 90C330 70 334 40 336 0L426 0"
    "C428 40 432 70 462 90C582 120 692 160 702 250C692 400 702 560 722 760Z"
)


def lungs() -> str:
    """Both lungs, clear, the right on the left of the picture."""
    right = "M352 150C300 110 240 150 205 230C165 330 140 440 132 560C170 520 270 505 338 560C340 470 350 380 356 300Z"
    left = (
        "M410 150C462 110 522 150 557 230C597 330 622 440 630 570C600 545 560 535 536 540"
        "C530 470 470 420 424 350C412 300 408 220 410 150Z"
    )
    return f'<g fill="url(#air)"><path d="{right}"/><path d="{left}"/></g>'


def ribs() -> str:
    """Posterior ribs sloping down and outwards, mirrored about the spine."""
    arcs = []
    for n in range(10):
        y = 150 + 42 * n
        reach = (120, 165, 195, 213, 226, 236, 243, 248, 251, 252)[n]
        for side in (-1, 1):
            start, end = 381 + side * 26, 381 + side * reach
            arcs.append(f"M{start} {y}Q{381 + side * reach * 0.72:.0f} {y - 34} {end} {y + 30 + 3 * n}")
    look = f'fill="none" stroke="{BONE}" stroke-opacity="0.20" stroke-width="13" stroke-linecap="round"'
    return f'<path d="{"".join(arcs)}" {look}/>'


def vessels() -> str:
    """Hila and vessels of ordinary size."""
    lines = []
    for side in (-1, 1):
        x = 381 + side * 52
        for n, (dx, dy) in enumerate(((70, -90), (110, -30), (120, 40), (95, 110), (55, 160), (60, -20), (75, 75))):
            bend = 14 if n % 2 else -10
            lines.append(f"M{x} {322 + side * 8}q{side * dx * 0.45:.0f} {dy * 0.5 + bend:.0f} {side * dx} {dy}")
    hila = "".join(f'<ellipse cx="{381 + side * 56}" cy="{322 + side * 8}" rx="20" ry="40"/>' for side in (-1, 1))
    return (
        f'<path d="{"".join(lines)}" fill="none" stroke="#d5d9dd" stroke-opacity="0.22" stroke-width="4" stroke-linecap="round"/>'
        f'<g fill="#dfe3e6" fill-opacity="0.30" filter="url(#soft)">{hila}</g>'
    )


def middle() -> str:
    """Spine, mediastinum of ordinary width, aortic knob, heart less than half the chest wide, diaphragm."""
    vertebrae = "".join(f'<rect x="360" y="{60 + 34 * n}" width="42" height="27" rx="5"/>' for n in range(19))
    heart = (
        "M350 90L412 90C414 150 418 180 432 196C440 214 436 236 424 246C424 290 430 330 450 356C500 400 536 460 540 528"
        "C536 556 500 570 440 572L340 572C318 540 318 470 334 420C344 380 346 330 346 270Z"
    )
    belly = (
        "M-20 690C40 690 108 640 126 596C158 532 270 505 348 562C400 585 480 575 520 552"
        "C560 530 610 545 636 600C656 650 720 690 780 690L780 800L-20 800Z"
    )
    return (
        f'<path d="{heart}" fill="#d7dbdf" fill-opacity="0.80" filter="url(#soft)"/>'
        f'<g fill="#f1f3f4" fill-opacity="0.16">{vertebrae}</g>'
        '<path d="M372 40L378 262L352 300M378 262L408 300" fill="none" stroke="#4c5257" '
        'stroke-opacity="0.55" stroke-width="13" filter="url(#soft)"/>'
        f'<path d="{belly}" fill="url(#belly)" filter="url(#edge)" clip-path="url(#outline)"/>'
        '<ellipse cx="560" cy="598" rx="42" ry="22" fill="#50565b" fill-opacity="0.55" filter="url(#soft)"/>'
    )


def shoulders() -> str:
    """Clavicles and the edges of the shoulder blades."""
    collar = "M366 158C310 128 230 140 150 104M396 158C452 128 532 140 612 104"
    blades = "M150 190C168 260 166 330 150 380M612 190C594 260 596 330 612 380"
    return (
        f'<path d="{collar}" fill="none" stroke="#e4e8ea" stroke-opacity="0.42" stroke-width="17" stroke-linecap="round"/>'
        f'<path d="{blades}" fill="none" stroke="{BONE}" stroke-opacity="0.18" stroke-width="9" stroke-linecap="round"/>'
    )


def electrodes() -> str:
    """The monitor's three electrodes and their leads."""
    places = ((236, 176), (526, 176), (566, 520))
    discs = "".join(f'<circle cx="{x}" cy="{y}" r="9"/><circle cx="{x}" cy="{y}" r="3.5" fill="#fff"/>' for x, y in places)
    wires = "M236 176C210 240 190 420 96 470M526 176C560 240 640 330 668 420M566 520C610 530 650 560 690 570"
    return (
        f'<path d="{wires}" fill="none" stroke="#f4f6f7" stroke-opacity="0.55" stroke-width="2.5"/>'
        f'<g fill="#eef1f2" fill-opacity="0.75">{discs}</g>'
    )


def chest_film() -> str:
    """A portable antero-posterior chest film without anything wrong."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {FILM} {FILM}" width="{FILM}" height="{FILM}">'
        "<defs>"
        '<radialGradient id="flesh" cx="50%" cy="55%" r="62%"><stop offset="0" stop-color="#8e959b"/>'
        '<stop offset="0.75" stop-color="#747b81"/><stop offset="1" stop-color="#3a3f43"/></radialGradient>'
        '<linearGradient id="air" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#1b1e21"/>'
        '<stop offset="0.7" stop-color="#24282b"/><stop offset="1" stop-color="#34393d"/></linearGradient>'
        '<linearGradient id="belly" x1="0" y1="0.2" x2="0" y2="1"><stop offset="0" stop-color="#dde1e4" stop-opacity="0.88"/>'
        '<stop offset="1" stop-color="#b9bfc4" stop-opacity="0.75"/></linearGradient>'
        f'<clipPath id="outline"><path d="{BODY}"/></clipPath>'
        '<filter id="soft"><feGaussianBlur stdDeviation="7"/></filter>'
        '<filter id="edge"><feGaussianBlur stdDeviation="2.5"/></filter>'
        '<filter id="film"><feGaussianBlur stdDeviation="1.6"/></filter>'
        "</defs>"
        f'<rect width="{FILM}" height="{FILM}" fill="#060708"/>'
        f'<g filter="url(#film)"><path d="{BODY}" fill="url(#flesh)" filter="url(#soft)"/>'
        f"<g filter=\"url(#edge)\">{lungs()}</g>{vessels()}{ribs()}{middle()}{shoulders()}</g>{electrodes()}"
        '<text x="30" y="44" font-family="Helvetica, Arial, sans-serif" font-size="24" fill="#f4f6f7">AP</text></svg>\n'
    )


if __name__ == "__main__":
    (HERE / "chest_pain_ecg.svg").write_text(electrocardiogram(), encoding="utf-8")
    (HERE / "chest_pain_chest_xray.svg").write_text(chest_film(), encoding="utf-8")
