"""Draws the picture of the station diabetes_review beside this file: photographs of both retinas.

Run as `python scenarios/media/draw_diabetes_review.py`; the same files come out each time.
"""

from math import atan2, cos, hypot, pi, sin, sqrt
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).parent

WIDTH, HEIGHT = 1180, 620
RADIUS = 270
CENTRES = {"right": (300, 325), "left": (880, 325)}
LABELS = {"fr": {"right": "OD", "left": "OG"}, "en": {"right": "R", "left": "L"}}

# --- one eye, drawn as a right eye: the nose is to the right, the origin is the fovea, units are pixels

DISC = (160, -8)
DISC_SIZE = (35, 40)


class Spot(NamedTuple):
    """A red lesion: place, size, and whether its edge is blurred like a blot or sharp like a dot."""

    x: float
    y: float
    size: float
    is_blot: bool = False


SPOTS = {
    "right": (
        Spot(-92, -66, 2.7), Spot(-126, -34, 2.4), Spot(-58, -92, 2.5), Spot(-146, 22, 2.6), Spot(-98, 70, 2.4),
        Spot(18, -98, 2.5), Spot(40, 84, 2.6),
        Spot(-132, -76, 6.6, True), Spot(-172, 48, 5.8, True), Spot(-40, 100, 5.0, True), Spot(74, -82, 5.2, True),
    ),
    "left": (
        Spot(-84, -78, 2.6), Spot(-128, -18, 2.6), Spot(-70, 86, 2.5), Spot(-118, 46, 2.3), Spot(36, -94, 2.5),
        Spot(-154, -62, 5.2, True), Spot(-30, 106, 5.6, True), Spot(78, 80, 4.8, True),
    ),
}

Point = tuple[float, float]


def curve(points: list[Point]) -> str:
    """A smooth path through the points (Catmull-Rom written as cubic Béziers)."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for n in range(len(points) - 1):
        before, start, end = points[max(n - 1, 0)], points[n], points[n + 1]
        after = points[min(n + 2, len(points) - 1)]
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        path += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, end))
    return path


class Vessel(NamedTuple):
    """A vessel as points, its width where it leaves the disc, and whether it is a vein (darker, a third wider)."""

    points: tuple[Point, ...]
    width: float
    is_vein: bool


def trunks() -> tuple[Vessel, ...]:
    """The arcades above and below the macula and the nasal branches, arteries beside veins."""
    upper = ((158, -10), (146, -58), (106, -108), (38, -136), (-42, -146), (-122, -134), (-196, -98), (-262, -44))
    lower = ((158, -4), (148, 48), (110, 100), (42, 132), (-40, 142), (-120, 134), (-194, 102), (-262, 52))
    upper_vein = ((162, -9), (157, -64), (124, -124), (56, -162), (-28, -180), (-112, -184), (-176, -176), (-236, -150))
    lower_vein = ((162, -4), (159, 56), (128, 116), (60, 158), (-24, 178), (-108, 184), (-172, 178), (-232, 158))
    nasal_up = ((166, -12), (182, -62), (208, -112), (232, -150))
    nasal_up_vein = ((164, -12), (174, -72), (184, -136), (176, -204))
    nasal_down = ((166, -2), (184, 48), (210, 96), (234, 138))
    nasal_down_vein = ((164, -2), (176, 64), (186, 126), (174, 206))
    return (
        Vessel(upper, 5.0, False), Vessel(lower, 5.0, False),
        Vessel(upper_vein, 6.6, True), Vessel(lower_vein, 6.6, True),
        Vessel(nasal_up, 3.4, False), Vessel(nasal_down, 3.4, False),
        Vessel(nasal_up_vein, 4.4, True), Vessel(nasal_down_vein, 4.4, True),
    )


def branch(trunk: Vessel, at: int, side: int, reach: float, chance: Random) -> Vessel:
    """A twig that leaves a trunk at one of its points at a narrow angle and bends gently away from it."""
    (x, y), (ahead_x, ahead_y) = trunk.points[at], trunk.points[min(at + 1, len(trunk.points) - 1)]
    heading = atan2(ahead_y - y, ahead_x - x) + side * chance.uniform(0.35, 0.6)
    points = [(x, y)]
    bend = side * chance.uniform(0.02, 0.20)
    for _ in range(6):
        x, y = x + reach / 6 * cos(heading), y + reach / 6 * sin(heading)
        heading += bend + chance.uniform(-0.16, 0.16)
        points.append((x, y))
    return Vessel(tuple(points), max(trunk.width * (0.5 - 0.03 * at), 1.1), trunk.is_vein)


def spares_the_fovea(vessel: Vessel) -> Vessel:
    """The centre of the macula holds no vessel: the points that come too near are dropped."""
    kept = []
    for point in vessel.points:
        if hypot(*point) < 46:
            break
        kept.append(point)
    return vessel._replace(points=tuple(kept))


def twigs(chance: Random) -> list[Vessel]:
    """Smaller vessels of two generations."""
    grown = []
    for trunk in trunks():
        for at in range(1, len(trunk.points) - 1):
            for side in (-1, 1):
                twig = branch(trunk, at, side, chance.uniform(80, 120), chance)
                grown.append(twig)
                grown.append(branch(twig, 2, -side, chance.uniform(40, 60), chance)._replace(width=twig.width * 0.6))
                grown.append(branch(twig, 4, side, chance.uniform(28, 44), chance)._replace(width=twig.width * 0.5))
    return [vessel for vessel in map(spares_the_fovea, grown) if len(vessel.points) > 2]


def drawn(vessel: Vessel) -> str:
    """A vessel that thins towards its end: each stretch is a little narrower than the one before."""
    colour, factor = ("#6f1410", 1.0) if vessel.is_vein else ("#a52a1b", 0.92)
    stretches = []
    points = list(vessel.points)
    for n in range(len(points) - 1):
        width = vessel.width * factor * (1 - 0.62 * n / (len(points) - 1))
        piece = curve(points[max(n - 1, 0): n + 3])
        if n:
            piece = "M" + f"{points[n][0]:.1f} {points[n][1]:.1f}" + "C" + piece.split("C")[2]
        else:
            piece = "C".join(piece.split("C")[:2])
        stretches.append(f'<path d="{piece}" stroke="{colour}" stroke-width="{width:.2f}"/>')
    reflex = ""
    if not vessel.is_vein and vessel.width > 3:
        shine = f'stroke="#e07a52" stroke-opacity="0.45" stroke-width="{vessel.width * 0.2:.2f}"'
        reflex = f'<path d="{curve(points[:4])}" {shine}/>'
    return "".join(stretches) + reflex


def texture(chance: Random) -> str:
    """The mottle of the pigment layer."""
    mottle = []
    for _ in range(420):
        angle, away = chance.uniform(0, 2 * pi), RADIUS * sqrt(chance.random())
        colour = chance.choice(("#7e2c12", "#e0813f", "#a4411d"))
        mottle.append(
            f'<circle cx="{away * cos(angle):.0f}" cy="{away * sin(angle):.0f}" r="{chance.uniform(2, 7):.1f}" '
            f'fill="{colour}" fill-opacity="{chance.uniform(0.03, 0.09):.2f}"/>'
        )
    return "".join(mottle)


def lesions(spots: tuple[Spot, ...], chance: Random) -> str:
    """Dots with a sharp edge; blots a little uneven and softer."""
    marks = []
    for spot in spots:
        if spot.is_blot:
            points = []
            for n in range(10):
                angle = 2 * pi * n / 10
                reach = spot.size * chance.uniform(0.78, 1.2)
                points.append((spot.x + reach * 1.12 * cos(angle), spot.y + reach * 0.9 * sin(angle)))
            points += points[:1]
            marks.append(f'<path d="{curve(points)}Z" fill="#5c0a0b" fill-opacity="0.92" filter="url(#blot)"/>')
        else:
            marks.append(f'<circle cx="{spot.x}" cy="{spot.y}" r="{spot.size}" fill="#6d0b0c" fill-opacity="0.96"/>')
    return "".join(marks)


def disc() -> str:
    """The optic disc, pale yellow, with a clear edge and an ordinary cup."""
    x, y = DISC
    wide, tall = DISC_SIZE
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="{wide + 7}" ry="{tall + 7}" fill="#f0a45a" fill-opacity="0.35" '
        'filter="url(#soft)"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="{wide}" ry="{tall}" fill="url(#disc)" filter="url(#edge)"/>'
        f'<ellipse cx="{x - 3}" cy="{y}" rx="{wide * 0.40:.1f}" ry="{tall * 0.40:.1f}" fill="#fff6d8" '
        'fill-opacity="0.85" filter="url(#cup)"/>'
    )


def eye(side: str) -> str:
    """One retina inside the round field of the camera; the left one is the mirror image of a right one."""
    chance = Random(f"retina {side}")
    x, y = CENTRES[side]
    mirror = "" if side == "right" else " scale(-1,1)"
    vessels = "".join(drawn(vessel) for vessel in sorted((*twigs(chance), *trunks()), key=lambda each: each.width))
    return (
        f'<g transform="translate({x},{y}){mirror}">'
        f'<circle r="{RADIUS}" fill="url(#retina)"/>'
        f'<g clip-path="url(#field)"><g fill="none" stroke-linecap="round">{texture(chance)}</g>'
        '<ellipse rx="74" ry="66" fill="url(#macula)"/>'
        '<circle r="2.6" fill="#ffdfa8" fill-opacity="0.45" filter="url(#cup)"/>'
        f"{disc()}"
        f'<g fill="none" stroke-linecap="round" stroke-linejoin="round" filter="url(#edge)">{vessels}</g>'
        f"{lesions(SPOTS[side], chance)}"
        f'<circle r="{RADIUS}" fill="url(#shade)"/></g></g>'
    )


def definitions() -> str:
    return (
        "<defs>"
        '<radialGradient id="retina" cx="56%" cy="48%" r="60%"><stop offset="0" stop-color="#d9702f"/>'
        '<stop offset="0.55" stop-color="#c4592a"/><stop offset="1" stop-color="#93361a"/></radialGradient>'
        '<radialGradient id="macula"><stop offset="0" stop-color="#6b2410" stop-opacity="0.72"/>'
        '<stop offset="0.45" stop-color="#7d2c13" stop-opacity="0.42"/>'
        '<stop offset="1" stop-color="#8a3316" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="disc" cx="42%" cy="50%" r="62%"><stop offset="0" stop-color="#ffedb9"/>'
        '<stop offset="0.7" stop-color="#f8c77c"/><stop offset="1" stop-color="#eda65c"/></radialGradient>'
        '<radialGradient id="shade"><stop offset="0.72" stop-color="#1a0501" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#1a0501" stop-opacity="0.55"/></radialGradient>'
        f'<clipPath id="field"><circle r="{RADIUS}"/></clipPath>'
        '<filter id="soft" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="6"/></filter>'
        '<filter id="edge"><feGaussianBlur stdDeviation="0.6"/></filter>'
        '<filter id="cup" x="-40%" y="-40%" width="180%" height="180%"><feGaussianBlur stdDeviation="2.4"/></filter>'
        '<filter id="blot" x="-40%" y="-40%" width="180%" height="180%"><feGaussianBlur stdDeviation="0.9"/></filter>'
        "</defs>"
    )


def photographs(language: str) -> str:
    """Both retinas side by side, as a person facing the patient sees them."""
    labels = "".join(
        f'<text x="{x}" y="36" text-anchor="middle">{LABELS[language][side]}</text>' for side, (x, _) in CENTRES.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'{definitions()}<rect width="{WIDTH}" height="{HEIGHT}" fill="#050303"/>{eye("right")}{eye("left")}'
        f'<g font-family="Helvetica, Arial, sans-serif" font-size="26" fill="#f4f1ee">{labels}</g></svg>\n'
    )


if __name__ == "__main__":
    for language in LABELS:
        (HERE / f"diabetes_review_fundus_{language}.svg").write_text(photographs(language), encoding="utf-8")
