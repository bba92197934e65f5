"""Draws the pictures of the station headache beside this file: the patient's sketch of what she sees, and the fundus.

Run as `python scenarios/media/draw_headache.py`; the same files come out each time.
"""

from math import cos, hypot, pi, sin
from pathlib import Path
from random import Random

HERE = Path(__file__).parent

# --- the patient's sketch: three moments of the same thing, in ballpoint on a squared exercise book

PAGE_WIDTH, PAGE_HEIGHT = 1080, 460
SQUARE = 20
INK = "#23407f"
GLYPHS = {  # pen strokes in a box 10 wide and 20 high
    "0": (((5, 0), (1.5, 3), (0.5, 10), (2, 17), (5, 20), (8.5, 16), (9.5, 9), (8, 2.5), (4.5, 0.2)),),
    "1": (((2, 5), (6, 0), (5.6, 20)),),
    "2": (((1, 4), (3.5, 0.5), (7.5, 1), (9, 5), (6.5, 11), (0.5, 19.6), (10, 19)),),
    "m": (
        ((0, 9), (0.4, 20)),
        ((0.3, 12), (2.5, 9.2), (4.5, 11), (4.8, 20)),
        ((4.8, 12), (7, 9.2), (9.2, 11), (9.8, 20)),
    ),
    "i": (((3, 9), (3.3, 20)), ((3, 4), (3.5, 4.6))),
    "n": (((1, 9), (1.3, 20)), ((1.2, 12), (4, 9.2), (7.5, 11), (8, 20))),
}

Point = tuple[float, float]


def shaky(points: list[Point], random: Random, by: float = 0.9) -> list[Point]:
    """The points as an unsteady hand would place them."""
    return [(x + random.uniform(-by, by), y + random.uniform(-by, by)) for x, y in points]


def line(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def pen(path: str, colour: str, width: float, opacity: float = 1) -> str:
    """A stroke with round ends."""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="{opacity}" stroke-width="{width}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def arc(centre: Point, radius: float, opening: float, steps: int) -> list[Point]:
    """Points on a crescent that bulges to the left and opens to the right; `opening` in degrees on each side."""
    half = (180 - opening) * pi / 180
    angles = [pi - half + 2 * half * n / steps for n in range(steps + 1)]
    return [(centre[0] + radius * 0.92 * cos(a), centre[1] - radius * sin(a)) for a in angles]


def zigzag(centre: Point, radius: float, teeth: int, depth: float, opening: float) -> list[Point]:
    """A fortification line along the crescent: its teeth grow towards the middle."""
    points = []
    for n, (x, y) in enumerate(arc(centre, radius, opening, 2 * teeth)):
        share = 1 - abs(n / teeth - 1)
        reach = depth * (0.55 + 0.45 * share) * (0.5 if n % 2 else -0.5)
        away = hypot(x - centre[0], y - centre[1])
        points.append((x + reach * (x - centre[0]) / away, y + reach * (y - centre[1]) / away))
    return points


def hatching(centre: Point, radius: float, opening: float, random: Random) -> str:
    """Pencil strokes inside the crescent, where the page cannot be seen."""
    strokes = []
    edge = arc(centre, radius * 0.80, opening, 60)
    top, bottom = min(y for _, y in edge), max(y for _, y in edge)
    y = top + 6
    while y < bottom - 4:
        reach = radius * 0.80 * 0.92 * (1 - ((y - centre[1]) / (radius * 0.80)) ** 2) ** 0.5
        left = centre[0] - reach
        right = centre[0] - reach * 0.22
        if right - left > 8:
            strokes.append(line(shaky([(left + 3, y + 5), (right, y - 7)], random, 1.6)))
        y += 6.5
    return pen("".join(strokes), "#8b8f97", 2.6, 0.55)


def cross(at: Point, random: Random) -> str:
    """The point that she keeps looking at."""
    x, y = at
    strokes = line(shaky([(x - 9, y), (x + 9, y)], random)) + line(shaky([(x, y - 9), (x, y + 9)], random))
    return pen(strokes, "#1f2125", 2.6)


def frame(left: float, random: Random) -> str:
    """The field of view, drawn freehand."""
    points = [(left, 70), (left + 300, 66), (left + 304, 350), (left - 3, 354), (left + 1, 68)]
    return f'<path d="{line(shaky(points, random, 2))}" fill="none" stroke="#5b6068" stroke-width="1.8"/>'


def rays(at: Point, random: Random) -> str:
    """A small bright spot with its sparkle."""
    strokes = []
    for n in range(9):
        a = 2 * pi * n / 9
        near = (at[0] + 9 * cos(a), at[1] + 9 * sin(a))
        far = (at[0] + 17 * cos(a), at[1] + 17 * sin(a))
        strokes.append(line(shaky([near, far], random, 1)))
    return (
        f'<circle cx="{at[0]}" cy="{at[1]}" r="12" fill="#ffe75c" fill-opacity="0.8"/>'
        f'<circle cx="{at[0]}" cy="{at[1]}" r="6" fill="none" stroke="{INK}" stroke-width="2.2"/>'
        f'<path d="{"".join(strokes)}" stroke="{INK}" stroke-width="2" stroke-linecap="round" fill="none"/>'
    )


def handwriting(words: str, left: float, top: float, random: Random) -> str:
    """A few letters in ballpoint."""
    strokes, x = [], left
    for letter in words:
        for stroke in GLYPHS.get(letter, ()):
            strokes.append(line(curve(shaky([(x + px * 1.15, top + py * 1.15) for px, py in stroke], random, 0.5), 5)))
        x += {" ": 11.0, "i": 9.0, "m": 16.0}.get(letter, 15.0)
    return pen("".join(strokes), INK, 2.3)


def crescent(centre: Point, radius: float, teeth: int, depth: float, opening: float, random: Random) -> str:
    """The shimmering line: yellow highlighter, then two passes of ballpoint."""
    bright = line(arc(centre, radius, opening, 40))
    once = line(shaky(zigzag(centre, radius, teeth, depth, opening), random))
    twice = line(shaky(zigzag(centre, radius * 0.9, teeth, depth * 0.75, opening), random))
    return (
        hatching(centre, radius, opening, random)
        + pen(bright, "#ffe75c", depth + 10, 0.75)
        + pen(once, INK, 2.8)
        + pen(twice, INK, 1.9, 0.7)
    )


def exercise_book() -> str:
    """Squared paper with a red margin."""
    columns = "".join(f"M{x} 0V{PAGE_HEIGHT}" for x in range(0, PAGE_WIDTH, SQUARE))
    rows = "".join(f"M0 {y}H{PAGE_WIDTH}" for y in range(0, PAGE_HEIGHT, SQUARE))
    return (
        f'<rect width="{PAGE_WIDTH}" height="{PAGE_HEIGHT}" fill="#fdfcf5"/>'
        f'<path d="{columns}{rows}" stroke="#c3d3ea" stroke-width="0.8" fill="none"/>'
        f'<path d="M30 0V{PAGE_HEIGHT}" stroke="#e39aa2" stroke-width="1.6"/>'
    )


def sketch() -> str:
    """Three boxes: at once, after ten minutes, after twenty."""
    random = Random(29)
    drawn = []
    for n, minutes in enumerate((0, 10, 20)):
        left = 52 + n * 342
        fixed = (left + 196.0, 210.0)
        drawn.append(frame(left, random))
        if minutes == 0:
            drawn.append(rays((fixed[0] - 26, fixed[1] - 6), random))
        elif minutes == 10:
            drawn.append(crescent((fixed[0] - 8, fixed[1]), 66, 9, 15, 97, random))
        else:
            drawn.append(crescent((fixed[0] - 10, fixed[1]), 124, 13, 24, 95, random))
        drawn.append(cross(fixed, random))
        drawn.append(handwriting(f"{minutes} min", left + 112, 378, random))
        if n < 2:
            arrow = shaky([(left + 310, 392), (left + 334, 391), (left + 326, 385)], random)
            back = shaky([(left + 334, 391), (left + 326, 398)], random)
            drawn.append(pen(line(arrow) + line(back), INK, 2.4))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PAGE_WIDTH} {PAGE_HEIGHT}" '
        f'width="{PAGE_WIDTH}" height="{PAGE_HEIGHT}">{exercise_book()}{"".join(drawn)}</svg>\n'
    )


# --- the fundus: the right eye on the left of the picture, as the two are laid side by side

FIELD = 250  # radius of the photographed field
DISC = (96.0, -4.0)  # of the right eye, from the centre of the field; the nose is on the right of the picture
MACULA = (-52.0, 12.0)
VEIN, ARTERY = "#7d1d17", "#b83a22"


def curve(points: list[Point], steps: int = 14) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    out = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for n in range(steps):
            t = n / steps
            out.append((spline(a[0], b[0], c[0], d[0], t), spline(a[1], b[1], c[1], d[1], t)))
    return [*out, points[-1]]


def spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def tapering(points: list[Point], start: float, end: float, colour: str) -> str:
    """A vessel that narrows on its way, drawn in short overlapping pieces."""
    pieces = []
    for n in range(0, len(points) - 1, 4):
        width = start + (end - start) * n / len(points)
        pieces.append(f'<path d="{line(points[n:n + 6])}" stroke-width="{width:.1f}"/>')
    return f'<g fill="none" stroke="{colour}" stroke-linecap="round" stroke-linejoin="round">{"".join(pieces)}</g>'


def branch(trunk: list[Point], at: float, turn: float, length: float) -> list[Point]:
    """A side branch leaving the trunk at a share of its length, turning away by `turn` radians and bending on."""
    n = int(at * (len(trunk) - 2))
    (x, y), (ahead_x, ahead_y) = trunk[n], trunk[n + 1]
    step = hypot(ahead_x - x, ahead_y - y) or 1
    ux, uy = (ahead_x - x) / step, (ahead_y - y) / step
    out = [(x, y)]
    for share in (0.35, 0.7, 1.0):
        angle = turn * (0.45 + 0.75 * share)
        vx, vy = ux * cos(angle) - uy * sin(angle), ux * sin(angle) + uy * cos(angle)
        out.append((x + vx * length * share, y + vy * length * share))
    return curve(out, 8)


# Four trunks of the right eye: to the temple above and below (they arch round the macula), to the nose above and below.
TRUNKS: tuple[list[Point], ...] = (
    [DISC, (84, -62), (34, -122), (-52, -142), (-140, -118), (-226, -84)],
    [DISC, (86, 58), (38, 126), (-46, 152), (-138, 132), (-222, 100)],
    [DISC, (118, -48), (150, -96), (184, -150), (204, -190)],
    [DISC, (120, 42), (154, 92), (186, 140), (206, 180)],
)
BRANCHES = ((0.28, -0.75, 92), (0.46, 0.8, 76), (0.62, -0.7, 84), (0.78, 0.7, 58))  # where, turn in radians, length
SMALL: tuple[list[Point], ...] = (
    [DISC, (40, -16), (2, -22), (-26, -10)],
    [DISC, (44, 18), (4, 34), (-28, 30)],
    [DISC, (136, -6), (176, -14), (218, -26)],
)
SIDES = (1, -1, -1, 1)  # which way the branches of a trunk bend towards the inside of its arch


def vessels() -> str:
    """Veins and, beside them, arteries two thirds as wide, with a few branches each."""
    drawn = []
    for trunk, side in zip(TRUNKS, SIDES, strict=True):
        vein = curve(trunk)
        artery = curve([(x + (9 if n else 0), y + (12 if n else 0) * side) for n, (x, y) in enumerate(trunk)])
        for path, width, colour, shift in ((vein, 8.5, VEIN, 0.0), (artery, 5.6, ARTERY, 0.09)):
            for at, turn, length in BRANCHES:
                drawn.append(tapering(branch(path, at + shift, turn * side, length), width * 0.42, 0.8, colour))
            drawn.append(tapering(path, width, 1.8, colour))
    drawn += [tapering(curve(points), 2.6, 0.7, ARTERY) for points in SMALL]
    return "".join(drawn)


def eye(name: str, centre: Point, is_left: bool) -> str:
    """One photograph; the left eye mirrors the right."""
    mirror = -1 if is_left else 1
    x, y = DISC
    return (
        f'<g transform="translate({centre[0]} {centre[1]}) scale({mirror} 1)" clip-path="url(#field)">'
        f'<circle r="{FIELD}" fill="url(#retina)"/>'
        f'<ellipse cx="{MACULA[0]}" cy="{MACULA[1]}" rx="62" ry="56" fill="url(#macula)"/>'
        f'<circle cx="{x}" cy="{y}" r="62" fill="url(#glow)"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="31" ry="35" fill="#f2b06b"/>'
        f'<g opacity="0.92">{vessels()}</g>'
        f'<ellipse cx="{x}" cy="{y}" rx="31" ry="35" fill="url(#disc)"/>'
        f'<ellipse cx="{x - 3}" cy="{y}" rx="10" ry="11" fill="#fff3cf" fill-opacity="0.8" filter="url(#soft)"/>'
        f'<circle cx="{MACULA[0]}" cy="{MACULA[1]}" r="2.6" fill="#ffe9c0" fill-opacity="0.7"/>'
        f'<circle r="{FIELD}" fill="url(#edge)"/></g>'
        f'<text x="{centre[0]}" y="{centre[1] + FIELD + 34}" text-anchor="middle" font-size="22" fill="#e8eaec" '
        f'font-family="Helvetica, Arial, sans-serif">{name}</text>'
    )


def fundus() -> str:
    """Both eyes without anything wrong: sharp pink discs, small cups, vessels of ordinary width, dark maculae."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1100 590" width="1100" height="590">'
        "<defs>"
        f'<clipPath id="field"><circle r="{FIELD}"/></clipPath>'
        '<filter id="soft"><feGaussianBlur stdDeviation="3"/></filter>'
        '<radialGradient id="retina"><stop offset="0" stop-color="#e27a3d"/><stop offset="0.6" stop-color="#d5662c"/>'
        '<stop offset="1" stop-color="#b14a1c"/></radialGradient>'
        '<radialGradient id="macula"><stop offset="0" stop-color="#7d2c10" stop-opacity="0.75"/>'
        '<stop offset="0.45" stop-color="#8f3816" stop-opacity="0.42"/>'
        '<stop offset="1" stop-color="#a8481f" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="glow"><stop offset="0.45" stop-color="#f3a45f" stop-opacity="0.55"/>'
        '<stop offset="1" stop-color="#f3a45f" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="disc"><stop offset="0" stop-color="#fff0c4" stop-opacity="0.55"/>'
        '<stop offset="0.7" stop-color="#f7c281" stop-opacity="0.25"/>'
        '<stop offset="1" stop-color="#f7c281" stop-opacity="0.05"/></radialGradient>'
        '<radialGradient id="edge"><stop offset="0.8" stop-color="#000" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#1a0500" stop-opacity="0.6"/></radialGradient>'
        "</defs>"
        '<rect width="1100" height="590" fill="#050506"/>'
        f'{eye("OD", (285, 275), is_left=False)}{eye("OS", (815, 275), is_left=True)}</svg>\n'
    )


if __name__ == "__main__":
    (HERE / "headache_aura_drawing.svg").write_text(sketch(), encoding="utf-8")
    (HERE / "headache_fundus.svg").write_text(fundus(), encoding="utf-8")
