"""Draws cumulative figures: one main number, its source, and up to three more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from media.slides import components, strip_layout
from media.slides.canvas import BASELINE, Canvas, Type
from media.slides.palette import INK, NAVY, POLICE, RGB, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.dates import in_chinese
from media.slides.text.number_text import parted, spelled
from media.slides.text.typesetting import Style, TooMuchText

TAG = "数据播报"
LEAD = Type(INK, [SUN], "Bold", largest=5.4, style=components.HEADLINE)
LINE: RGB = (196, 146, 8)
GAP = 0.08  # between number and unit, in em of the number


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    number, unit_name = spelled(fields["amount"]), fields["unit"]
    source = f"数据截至 {in_chinese(fields['date'])}，来源：{fields['source']}"
    if canvas.form == "strip":
        _strip(canvas, fields["lead"], f"{number} {unit_name}", source)
        return
    canvas.panel(canvas.whole, SUN)
    room = components.bar(canvas, components.Bar(source, POLICE, WHITE, call=False))
    unit = canvas.unit
    figures: list[str] = fields.get("figures", [])
    head = Box(room.left, room.top, room.width, unit * 4.4)
    components.mark(canvas, head, TAG, POLICE, [SUN], badge=POLICE)
    room = room.under(head.bottom + unit * 4)
    upright = canvas.form == "portrait"
    lower = (1.0 * len(figures) if upright else 1.5) if figures else 0.01
    lead, hero, rest = room.rows([1.5 if upright else 0.9, 3.1, lower], gap=unit * 3)
    canvas.write([fields["lead"]], lead, replace(LEAD, largest=7.6) if upright else LEAD)
    _hero(canvas, hero, number, unit_name)
    if figures:
        _others(canvas, rest, figures)


def _hero(canvas: Canvas, box: Box, number: str, unit_name: str) -> None:
    """The number as large as it goes, its unit small at its foot."""
    measure = canvas.fonts.measure("Bold")
    share = 0.2 if canvas.form == "portrait" else 0.28
    wide = measure(number) + GAP + measure(unit_name) * share
    size = int(min(box.width / wide, box.height * 1.04))
    kind = Type(NAVY, [SUN], "Bold", largest=99)
    top = box.top + (box.height - size) / 2 - size * 0.04
    digits = Box(box.left, top, measure(number) * size + 2, size + 1)
    filled = canvas.write([number], digits, kind, size)
    small = max(int(size * share), canvas.smallest_px)
    foot = filled.top + (size - small) * BASELINE
    place = Box(filled.right + size * GAP, foot, measure(unit_name) * small + 4, small + 1)
    canvas.write([unit_name], place, kind, small)


def _others(canvas: Canvas, box: Box, figures: Sequence[str]) -> None:
    """Number over label, side by side under a rule; one below the other on upright screens."""
    unit = canvas.unit
    upright = canvas.form == "portrait"
    weights = [1] * (len(figures) if upright else 3)
    cells = box.rows(weights) if upright else box.columns(weights, gap=unit * 4)
    pairs = [parted(figure) for figure in figures]
    places = [_halved(canvas, cell) for cell in cells]
    kind = Type(NAVY, [SUN], "Bold", rise=1, largest=6.4)
    label = Type(INK, [SUN], "Bold", largest=3.0, style=Style(leading=1.25))
    if upright:
        kind = Type(NAVY, [SUN], "Bold", align=1, rise=0.5, largest=6.4)
        label = Type(INK, [SUN], "Bold", rise=0.5, largest=3.6, style=Style(leading=1.25))
    tops = [(pair.figure, place[0]) for pair, place in zip(pairs, places, strict=False)]
    lows = [
        (pair.label, place[1]) for pair, place in zip(pairs, places, strict=False) if pair.label
    ]
    for words, kinds in ((tops, kind), (lows, label)):
        if words:
            canvas.write_alike(words, kinds)
    for cell in cells[: len(figures)]:
        components.rule(canvas, cell, cell.top, LINE, 0.24)


def _halved(canvas: Canvas, cell: Box) -> tuple[Box, Box]:
    """Positions of the number and its label."""
    if canvas.form == "portrait":
        label, figure = cell.columns([1, 1.1], gap=canvas.unit * 2)
        return figure, label
    inner = cell.under(cell.top + canvas.unit * 1.6)
    figure, label = inner.rows([1.5, 1], gap=canvas.unit * 1.2)
    return figure, label


def _strip(canvas: Canvas, lead: str, figure: str, source: str) -> None:
    """The subject at the left, the number large at the right, the source below if it fits."""
    for shown in (source, ""):
        try:
            canvas.erase()
            _strip_rows(canvas, lead, figure, shown)
        except TooMuchText:
            continue
        return
    canvas.erase()
    strip_layout.strip(canvas, strip_layout.Strip("", [f"{lead} {figure}"], ground=SUN, ink=NAVY))


def _strip_rows(canvas: Canvas, lead: str, figure: str, source: str) -> None:
    canvas.panel(canvas.whole, SUN)
    room = canvas.safe.inset(canvas.height * 0.14, canvas.height * 0.06)
    upper, lower = room.rows([3.6, 1 if source else 0], gap=canvas.height * 0.05)
    _strip_row(canvas, upper, lead, figure)
    if source:
        canvas.write([source], lower, Type(INK, [SUN], rise=0.5, largest=99))


def _strip_row(canvas: Canvas, room: Box, lead: str, figure: str) -> None:
    figure_type = Type(NAVY, [SUN], "Bold", align=1, rise=0.5, largest=99)
    words_type = Type(INK, [SUN], "Bold", rise=0.5, largest=99, style=strip_layout.TIGHT)
    left, right = room.columns([1.15, 1], gap=canvas.height * 0.2)
    canvas.write([lead], left, words_type)
    canvas.write([figure], right, figure_type)
