"""Draws the pictures of the station bad_news beside this file: a mammogram, an ultrasound image, a pathology sheet.

Run as `python scenarios/media/draw_bad_news.py`; the same files come out each time.
"""

from math import cos, pi, sin
from pathlib import Path
from random import Random
from typing import NamedTuple
from xml.sax.saxutils import escape

HERE = Path(__file__).parent

# --- the mammogram: each view is drawn with the chest wall on the left, and mirrored for the right breast

PANEL_WIDTH, PANEL_HEIGHT = 300, 380
PIXELS_PER_MM = 2.7
CC_OUTLINE = "M0,28 C95,16 205,78 238,168 C249,176 253,184 253,190 C253,197 248,205 238,212 C206,296 96,352 0,344 Z"
MLO_OUTLINE = ("M0,0 L138,0 C166,70 226,150 240,238 C251,246 256,254 255,262 C254,270 247,276 237,281 "
               "C214,330 140,350 74,352 C44,353 18,352 0,352 Z")
MLO_MUSCLE = "M0,0 L100,0 C94,70 58,150 0,204 Z"


class View(NamedTuple):
    """One projection: its outline, where its gland is centred, and where the mass lies in the left breast."""

    name: str
    outline: str
    gland: tuple[float, float]
    nipple: tuple[float, float]
    mass: tuple[float, float]
    muscle: str = ""


CC = View("CC", CC_OUTLINE, (120, 186), (246, 190), (104, 108))
MLO = View("MLO", MLO_OUTLINE, (128, 216), (248, 261), (122, 136), MLO_MUSCLE)


def gland(view: View, chance: Random) -> str:
    """Soft patches of gland and the strands that run to the nipple."""
    shapes = []
    for _ in range(60):
        across, down = chance.gauss(view.gland[0], 38), chance.gauss(view.gland[1], 46)
        wide, high = chance.uniform(7, 26), chance.uniform(5, 17)
        turn = chance.uniform(-35, 35)
        shapes.append(f'<ellipse cx="{across:.1f}" cy="{down:.1f}" rx="{wide:.1f}" ry="{high:.1f}" '
                      f'fill="#fff" opacity="{chance.uniform(0.05, 0.15):.2f}" '
                      f'transform="rotate({turn:.0f} {across:.1f} {down:.1f})"/>')
    strands = []
    for _ in range(26):
        across, down = chance.uniform(10, 110), view.gland[1] + chance.uniform(-110, 110)
        bend = chance.uniform(-26, 26)
        strands.append(f'<path d="M{across:.1f},{down:.1f} Q{(across + view.nipple[0]) / 2:.1f},'
                       f'{(down + view.nipple[1]) / 2 + bend:.1f} {view.nipple[0] - 8:.1f},{view.nipple[1]:.1f}" '
                       f'fill="none" stroke="#fff" stroke-width="{chance.uniform(0.5, 1.4):.1f}" '
                       f'opacity="{chance.uniform(0.07, 0.2):.2f}"/>')
    return f'<g filter="url(#soft)">{"".join(shapes)}</g><g filter="url(#faint)">{"".join(strands)}</g>'


def mass(centre: tuple[float, float], chance: Random) -> str:
    """A dense mass, 18 mm across, whose edge sends out fine lines, with a few specks of calcium."""
    across, down = centre
    radius = 18 / 2 * PIXELS_PER_MM
    lobes = []
    for step in range(9):
        angle = 2 * pi * step / 9 + chance.uniform(-0.25, 0.25)
        away, size = radius * chance.uniform(0.25, 0.5), radius * chance.uniform(0.36, 0.52)
        lobes.append(f'<ellipse cx="{across + away * cos(angle):.1f}" cy="{down + away * sin(angle):.1f}" '
                     f'rx="{size:.1f}" ry="{size * chance.uniform(0.7, 1.1):.1f}" fill="#f2f2f2" opacity="0.55"/>')
    lines = []
    for step in range(30):
        angle = 2 * pi * step / 30 + chance.uniform(-0.14, 0.14)
        end, bend = radius * chance.uniform(1.05, 2.3), chance.uniform(-0.12, 0.12)
        near = (across + radius * 0.5 * cos(angle), down + radius * 0.5 * sin(angle))
        middle = (across + end * 0.7 * cos(angle + bend), down + end * 0.7 * sin(angle + bend))
        far = (across + end * cos(angle), down + end * sin(angle))
        lines.append(f'<path d="M{near[0]:.1f},{near[1]:.1f} Q{middle[0]:.1f},{middle[1]:.1f} '
                     f'{far[0]:.1f},{far[1]:.1f}" fill="none" stroke="#fff" '
                     f'stroke-width="{chance.uniform(0.6, 1.7):.1f}" opacity="{chance.uniform(0.22, 0.6):.2f}"/>')
    specks = []
    for _ in range(7):
        angle, reach = chance.uniform(0, 2 * pi), radius * chance.uniform(0.1, 0.8)
        specks.append(f'<circle cx="{across + reach * cos(angle):.1f}" cy="{down + reach * sin(angle):.1f}" '
                      f'r="{chance.uniform(0.6, 0.9):.1f}" fill="#fff"/>')
    return (f'<g filter="url(#faint)">{"".join(lines)}</g>'
            f'<g filter="url(#edge)"><circle cx="{across}" cy="{down}" r="{radius * 0.55:.1f}" fill="#e4e4e4" '
            f'opacity="0.9"/>{"".join(lobes)}</g>{"".join(specks)}')


def panel(view: View, is_left: bool, column: int, row: int) -> str:
    chance = Random(f"{view.name}-{is_left}")
    key = f"{view.name}{'L' if is_left else 'R'}"
    x, y = column * PANEL_WIDTH, row * PANEL_HEIGHT
    place = f"translate({x},{y})" if is_left else f"translate({x + PANEL_WIDTH},{y}) scale(-1,1)"
    muscle = (f'<path d="{view.muscle}" fill="url(#muscle)" filter="url(#faint)"/>' if view.muscle else "")
    drawn = (f'<clipPath id="clip{key}"><path d="{view.outline}"/></clipPath>'
             f'<g transform="{place}"><g clip-path="url(#clip{key})">'
             f'<path d="{view.outline}" fill="url(#fat)"/>{gland(view, chance)}{muscle}'
             f'<rect width="{PANEL_WIDTH}" height="{PANEL_HEIGHT}" filter="url(#grain)" opacity="0.13"/>'
             f'{mass(view.mass, chance) if is_left else ""}'
             f'<path d="{view.outline}" fill="none" stroke="#bbb" stroke-width="2.4" opacity="0.6"/></g></g>')
    at = x + PANEL_WIDTH - 14 if is_left else x + 14
    anchor = "end" if is_left else "start"
    return drawn + (f'<text x="{at}" y="{y + 34}" text-anchor="{anchor}" class="mark">'
                    f'{"L" if is_left else "R"} {view.name}</text>')


def mammogram() -> str:
    width, height = 2 * PANEL_WIDTH, 2 * PANEL_HEIGHT + 20
    panels = [panel(view, is_left, column, row)
              for row, view in enumerate((CC, MLO)) for column, is_left in enumerate((False, True))]
    bar = 20 * PIXELS_PER_MM
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
            '<defs>'
            '<linearGradient id="fat" x1="0" x2="1" y1="0" y2="0"><stop offset="0" stop-color="#6a6a6a"/>'
            '<stop offset="0.75" stop-color="#525252"/><stop offset="1" stop-color="#2c2c2c"/></linearGradient>'
            '<linearGradient id="muscle" x1="0" x2="1" y1="0" y2="0.4"><stop offset="0" stop-color="#fff" '
            'stop-opacity="0.52"/><stop offset="1" stop-color="#fff" stop-opacity="0.3"/></linearGradient>'
            '<filter id="edge" x="-30%" y="-30%" width="160%" height="160%">'
            '<feGaussianBlur stdDeviation="1.7"/></filter>'
            '<filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="5"/></filter>'
            '<filter id="faint" x="-20%" y="-20%" width="140%" height="140%">'
            '<feGaussianBlur stdDeviation="0.8"/></filter>'
            '<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency="0.55" numOctaves="2" seed="7"/>'
            '<feColorMatrix type="saturate" values="0"/></filter>'
            '<style>.mark{font:600 17px Arial,Helvetica,sans-serif;fill:#f2f2f2}'
            '.small{font:13px Arial,Helvetica,sans-serif;fill:#cfcfcf}</style></defs>'
            f'<rect width="{width}" height="{height}" fill="#060606"/>{"".join(panels)}'
            f'<line x1="{PANEL_WIDTH}" y1="0" x2="{PANEL_WIDTH}" y2="{height - 20}" stroke="#333" stroke-width="1"/>'
            f'<line x1="0" y1="{PANEL_HEIGHT}" x2="{width}" y2="{PANEL_HEIGHT}" stroke="#333" stroke-width="1"/>'
            f'<path d="M20,{height - 14} v8 h{bar:.1f} v-8" fill="none" stroke="#cfcfcf" stroke-width="1.5"/>'
            f'<text x="{20 + bar + 8:.1f}" y="{height - 5}" class="small">20 mm</text></svg>\n')


# --- the ultrasound image: 10 pixels to the millimetre, 40 mm deep

US_WIDTH, US_DEPTH = 560, 400
US_LEFT, US_TOP = 40, 50


def ultrasound() -> str:
    chance = Random("ultrasound")
    width, height = US_WIDTH + 2 * US_LEFT, US_DEPTH + US_TOP + 60
    fat, fibres = [], []
    for _ in range(34):
        x, y = chance.uniform(0, US_WIDTH), chance.uniform(24, 110)
        bend = chance.uniform(-12, 12)
        fat.append(f'<path d="M{x:.0f},{y:.0f} q{chance.uniform(30, 60):.0f},{bend:.0f} '
                   f'{chance.uniform(70, 130):.0f},{chance.uniform(-10, 10):.0f}" fill="none" stroke="#fff" '
                   f'stroke-width="{chance.uniform(1, 2.6):.1f}" opacity="{chance.uniform(0.15, 0.4):.2f}"/>')
    for _ in range(60):
        x, y = chance.uniform(-30, US_WIDTH), chance.uniform(322, 368)
        fibres.append(f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{x + chance.uniform(40, 120):.0f}" '
                      f'y2="{y + chance.uniform(-4, 4):.0f}" stroke="#fff" stroke-width="{chance.uniform(0.8, 2):.1f}" '
                      f'opacity="{chance.uniform(0.2, 0.5):.2f}"/>')
    across, down, half_wide, half_high = 286, 178, 70, 85
    points = []
    for step in range(40):
        angle = 2 * pi * step / 40
        reach = 1.0 if step % 10 == 0 else chance.uniform(0.7, 1.0) + (0.1 if step % 4 == 1 else 0)
        points.append(f"{across + half_wide * reach * cos(angle):.1f},{down + half_high * reach * sin(angle):.1f}")
    shadow = (f"M{across - half_wide + 8},{down + 20} L{across + half_wide - 8},{down + 20} "
              f"L{across + half_wide + 6},{US_DEPTH} L{across - half_wide - 6},{US_DEPTH} Z")
    marks = [(across, down - half_high), (across, down + half_high), (across - half_wide, down),
             (across + half_wide, down)]
    crosses = "".join(f'<path d="M{x - 6},{y} h12 M{x},{y - 6} v12" stroke="#7fe36b" stroke-width="1.8"/>'
                      for x, y in marks)
    dotted = (f'<path d="M{across},{down - half_high} V{down + half_high} M{across - half_wide},{down} '
              f'H{across + half_wide}" stroke="#7fe36b" stroke-width="1" stroke-dasharray="2 6" fill="none"/>')
    ticks = "".join(f'<path d="M{US_LEFT + US_WIDTH + 6},{US_TOP + mm * 10} h{10 if mm % 10 == 0 else 5}" '
                    'stroke="#cfcfcf" stroke-width="1.2"/>' for mm in range(0, 41, 5))
    labels = "".join(f'<text x="{US_LEFT + US_WIDTH + 19}" y="{US_TOP + mm * 10 + 4}" class="tiny">{mm}</text>'
                     for mm in range(0, 41, 10))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
            '<defs>'
            '<linearGradient id="layers" x1="0" x2="0" y1="0" y2="1">'
            '<stop offset="0" stop-color="#e6e6e6"/><stop offset="0.04" stop-color="#d0d0d0"/>'
            '<stop offset="0.06" stop-color="#4a4a4a"/><stop offset="0.26" stop-color="#4f4f4f"/>'
            '<stop offset="0.30" stop-color="#8f8f8f"/><stop offset="0.70" stop-color="#7c7c7c"/>'
            '<stop offset="0.78" stop-color="#555"/><stop offset="0.80" stop-color="#3f3f3f"/>'
            '<stop offset="0.92" stop-color="#4a4a4a"/><stop offset="0.935" stop-color="#b5b5b5"/>'
            '<stop offset="0.96" stop-color="#222"/><stop offset="1" stop-color="#141414"/></linearGradient>'
            '<filter id="speckle">'
            '<feTurbulence type="fractalNoise" baseFrequency="0.12 0.32" numOctaves="3" seed="11"/>'
            '<feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1.9 0 0 0 -0.55"/></filter>'
            '<filter id="blur"><feGaussianBlur stdDeviation="1.2"/></filter>'
            '<filter id="wide"><feGaussianBlur stdDeviation="9"/></filter>'
            f'<clipPath id="image"><rect width="{US_WIDTH}" height="{US_DEPTH}"/></clipPath>'
            '<style>.read{font:14px Arial,Helvetica,sans-serif;fill:#e8e8e8}'
            '.tiny{font:11px Arial,Helvetica,sans-serif;fill:#cfcfcf}</style></defs>'
            f'<rect width="{width}" height="{height}" fill="#050505"/>'
            f'<g transform="translate({US_LEFT},{US_TOP})"><g clip-path="url(#image)">'
            f'<rect width="{US_WIDTH}" height="{US_DEPTH}" fill="url(#layers)"/>'
            f'<g filter="url(#blur)">{"".join(fat)}{"".join(fibres)}</g>'
            f'<path d="{shadow}" fill="#000" opacity="0.72" filter="url(#wide)"/>'
            f'<polygon points="{" ".join(points)}" fill="#dedede" opacity="0.5" filter="url(#wide)"/>'
            f'<polygon points="{" ".join(points)}" fill="#1d1d1d" filter="url(#blur)"/>'
            f'<rect width="{US_WIDTH}" height="{US_DEPTH}" filter="url(#speckle)" opacity="0.75"/>'
            f'</g>{dotted}{crosses}</g>{ticks}{labels}'
            f'<text x="{US_LEFT}" y="30" class="read">L · 2 h · 60 mm</text>'
            f'<text x="{US_LEFT}" y="{height - 24}" class="read">D1  17 mm</text>'
            f'<text x="{US_LEFT + 110}" y="{height - 24}" class="read">D2  14 mm</text></svg>\n')


# --- the pathology sheet, one per language

SHEET_WIDTH, SHEET_HEIGHT = 760, 1010


class Sheet(NamedTuple):
    """The words of the report in one language."""

    laboratory: str
    subtitle: str
    patient: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    field: str
    rows: tuple[tuple[str, str], ...]
    signed: str


SHEETS = {
    "fr": Sheet(
        laboratory="Laboratoire d'anatomie et cytologie pathologiques",
        subtitle="Compte rendu d'examen · n° 26-B-04417",
        patient=(("Patiente", "GARNIER Isabelle"), ("Née le", "03/10/1978"), ("Prélevé le", "02/06/2026"),
                 ("Validé le", "10/06/2026"),
                 ("Prélèvement", "microbiopsies sous échographie, sein gauche, 2 h, 60 mm du mamelon")),
        sections=(
            ("Examen macroscopique", ("Cinq fragments blancs et fermes, fixés au formol à 10 %, longs de 9 à 18 mm.",)),
            ("Examen microscopique", (
                "Quatre fragments sur cinq portent une prolifération épithéliale faite de travées et de petits",
                "amas, avec de rares tubes (moins de 10 %), qui pénètre un stroma fibreux et dissocie la graisse.",
                "Noyaux modérément augmentés de volume et inégaux. Mitoses : 4 pour 10 champs au fort",
                "grossissement. Aucun embole vasculaire. Tissu mammaire normal sur le cinquième fragment.")),
        ),
        field="Coloration HES, fort grossissement (schéma)",
        rows=(("Formation de tubes", "3 / 3"), ("Noyaux", "2 / 3"), ("Mitoses", "1 / 3"),
              ("Score d'Elston et Ellis", "6 / 9, grade II"), ("Catégorie européenne", "B5b"),
              ("Récepteurs hormonaux", "en cours (15/06)"), ("HER2", "en cours (15/06)"),
              ("Ki-67", "en cours (15/06)")),
        signed="Dr A. Vasseur, pathologiste"),
    "en": Sheet(
        laboratory="Department of Cellular Pathology",
        subtitle="Histology report · no. 26-B-04417",
        patient=(("Patient", "BYRNE Alison"), ("Date of birth", "03/10/1978"), ("Taken", "02/06/2026"),
                 ("Authorised", "10/06/2026"),
                 ("Specimen", "ultrasound-guided core biopsy, left breast, 2 o'clock, 60 mm from nipple")),
        sections=(
            ("Macroscopic description", ("Five firm white cores in 10% formalin, 9 to 18 mm long.",)),
            ("Microscopic description", (
                "Four of the five cores hold an epithelial proliferation of cords and small clusters, with few tubules",
                "(under 10%), which enters a fibrous stroma and splits the fat. Nuclei are moderately enlarged and",
                "vary in size. Mitoses: 4 in 10 high-power fields. No vascular invasion seen. The fifth core is normal",
                "breast tissue.")),
        ),
        field="H&E stain, high power (schematic)",
        rows=(("Tubule formation", "3 / 3"), ("Nuclei", "2 / 3"), ("Mitoses", "1 / 3"),
              ("Elston and Ellis score", "6 / 9, grade 2"), ("Core biopsy category", "B5b"),
              ("Hormone receptors", "in progress (15/06)"), ("HER2", "in progress (15/06)"),
              ("Ki-67", "in progress (15/06)")),
        signed="Dr A. Vasey, consultant histopathologist"),
}


def microscope(x: float, y: float, wide: float, high: float) -> str:
    """A field under the microscope: cords and clusters of dark nuclei in a pink stroma."""
    chance = Random("field")
    fibres, cells = [], []
    for _ in range(70):
        left, top = x + chance.uniform(-20, wide), y + chance.uniform(0, high)
        fibres.append(f'<path d="M{left:.0f},{top:.0f} q{chance.uniform(15, 40):.0f},{chance.uniform(-9, 9):.0f} '
                      f'{chance.uniform(40, 80):.0f},{chance.uniform(-8, 8):.0f}" fill="none" stroke="#e79bb6" '
                      f'stroke-width="{chance.uniform(0.8, 2):.1f}" opacity="0.7"/>')
    for index in range(15):
        left = x + 22 + (index % 5) * wide / 5 + chance.uniform(0, 50)
        top = y + 26 + (index // 5) * high / 3 + chance.uniform(-12, 16)
        heading = chance.uniform(-0.6, 0.6)
        is_tube = index in (3, 11)
        for cell in range(16 if is_tube else chance.randint(16, 30)):
            if is_tube:
                across, down = left + 21 * cos(pi * cell / 8), top + 15 * sin(pi * cell / 8)
            else:
                along, aside = (cell // 3) * 9.5, (cell % 3 - 1) * 9
                across = left + along * cos(heading) - aside * sin(heading) + chance.uniform(-2.6, 2.6)
                down = top + along * sin(heading) + aside * cos(heading) + chance.uniform(-2.6, 2.6)
            size = chance.uniform(3.2, 5.4)
            at = f'cx="{across:.1f}" cy="{down:.1f}"'
            cells.append(f'<circle {at} r="{size + 2.4:.1f}" fill="#d8a3cf" opacity="0.75"/>'
                         f'<ellipse {at} rx="{size:.1f}" ry="{size * chance.uniform(0.7, 1):.1f}" fill="#5b2a7d"/>'
                         f'<circle cx="{across + 0.8:.1f}" cy="{down - 0.6:.1f}" r="1" fill="#2f1247"/>')
    for _ in range(45):
        across, down = x + chance.uniform(0, wide), y + chance.uniform(0, high)
        cells.append(f'<ellipse cx="{across:.1f}" cy="{down:.1f}" rx="4.6" ry="1.4" fill="#7a3f8f" opacity="0.75" '
                     f'transform="rotate({chance.uniform(-30, 30):.0f} {across:.1f} {down:.1f})"/>')
    return (f'<clipPath id="field"><rect x="{x}" y="{y}" width="{wide}" height="{high}"/></clipPath>'
            f'<g clip-path="url(#field)"><rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="#fbe3ea"/>'
            f'{"".join(fibres)}{"".join(cells)}</g>'
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="none" stroke="#888"/>')


def pathology(sheet: Sheet) -> str:
    parts = [f'<text x="50" y="70" class="head">{escape(sheet.laboratory)}</text>',
             f'<text x="50" y="96" class="sub">{escape(sheet.subtitle)}</text>',
             '<line x1="50" y1="112" x2="710" y2="112" stroke="#2b4c7e" stroke-width="2"/>']
    y = 142
    for name, value in sheet.patient:
        parts.append(f'<text x="50" y="{y}" class="key">{escape(name)}</text>'
                     f'<text x="170" y="{y}" class="text">{escape(value)}</text>')
        y += 24
    y += 14
    for title, lines in sheet.sections:
        parts.append(f'<text x="50" y="{y}" class="title">{escape(title)}</text>')
        y += 26
        for line in lines:
            parts.append(f'<text x="50" y="{y}" class="text">{escape(line)}</text>')
            y += 22
        y += 16
    parts.append(microscope(50, y, 660, 190))
    y += 208
    parts.append(f'<text x="50" y="{y}" class="note">{escape(sheet.field)}</text>')
    y += 22
    for index, (name, value) in enumerate(sheet.rows):
        shade = "#eef2f8" if index % 2 == 0 else "#ffffff"
        parts.append(f'<rect x="50" y="{y}" width="660" height="27" fill="{shade}" stroke="#ccd5e3" '
                     f'stroke-width="0.7"/><text x="62" y="{y + 19}" class="text">{escape(name)}</text>'
                     f'<text x="420" y="{y + 19}" class="value">{escape(value)}</text>')
        y += 27
    parts.append(f'<text x="710" y="{y + 38}" text-anchor="end" class="note">{escape(sheet.signed)}</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SHEET_WIDTH} {SHEET_HEIGHT}" width="{SHEET_WIDTH}" '
            f'height="{SHEET_HEIGHT}"><style>text{{font-family:Arial,Helvetica,sans-serif;fill:#1c1c1c}}'
            '.head{font-size:22px;font-weight:700;fill:#2b4c7e}.sub{font-size:15px;fill:#444}.key{font-size:14px;fill:#555}'
            '.text{font-size:14.5px}.value{font-size:14.5px;font-weight:700}.title{font-size:16px;font-weight:700;fill:#2b4c7e}'
            '.note{font-size:13px;font-style:italic;fill:#555}</style>'
            f'<rect width="{SHEET_WIDTH}" height="{SHEET_HEIGHT}" fill="#fff"/>'
            f'<rect x="20" y="20" width="{SHEET_WIDTH - 40}" height="{SHEET_HEIGHT - 40}" fill="none" '
            f'stroke="#c9c9c9"/>{"".join(parts)}</svg>\n')


def main() -> None:
    pictures = {"bad_news_mammogram.svg": mammogram(), "bad_news_ultrasound.svg": ultrasound()}
    pictures |= {f"bad_news_pathology_{language}.svg": pathology(sheet) for language, sheet in SHEETS.items()}
    for name, drawn in pictures.items():
        (HERE / name).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
