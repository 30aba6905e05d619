"""Parts shared by templates: mark, foot bar, headline, rows with figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from media.slides import ornaments
from media.slides.canvas import Canvas, Type
from media.slides.palette import RGB, RULE, SIGNAL, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.typesetting import Style

CALL = "被骗或正在转账，立即拨打"
CALL_NUMBER = "110"
CALL_110 = f"{CALL} {CALL_NUMBER}"
SOURCE = 2.5  # size of the source, in units
CALL_WIDTH, CALL_LEAST = 15.4, 3.1  # the call in em with its number, and its least size in units
MONEY = re.compile(r"\d[\d.,]*\s?[万亿]?元")
HEADLINE = Style(leading=1.22, balanced=True)
TEXT = Style(leading=1.52)


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar along the lower edge: the source (may be empty), and the number to call."""

    source: str
    fill: RGB = SIGNAL
    ink: RGB = WHITE
    number: RGB = WHITE
    call: bool = True


def bar(canvas: Canvas, line: Bar) -> Box:
    """Draw the bar from edge to edge; return the safe area above it."""
    unit, safe = canvas.unit, canvas.safe
    stacked = _stacked(canvas, line)
    high = unit * (9.6 if stacked else 5.4)
    inner = Box(safe.left, safe.bottom - high, safe.width, high)
    top = inner.top - min(canvas.height - safe.bottom, unit * 2.6)
    canvas.panel(Box(0, top, canvas.width, canvas.height - top), line.fill)
    _bar_words(canvas, inner, line, stacked=stacked)
    return Box(safe.left, safe.top, safe.width, top - unit * 3 - safe.top)


def _stacked(canvas: Canvas, line: Bar) -> bool:
    """Whether source and call are too wide for one line."""
    if not (line.call and line.source):
        return False
    source = canvas.fonts.measure("Regular")(line.source) * SOURCE
    return canvas.unit * (source + CALL_WIDTH * CALL_LEAST + 3) > canvas.safe.width


def _bar_words(canvas: Canvas, inner: Box, line: Bar, *, stacked: bool) -> None:
    unit = canvas.unit
    source, call = inner, inner
    if stacked:
        call, source = inner.rows([5.6, 2.6], gap=unit * 1.4)
    elif line.source:
        wide = canvas.fonts.measure("Regular")(line.source) * SOURCE * unit + 1
        call = inner.right_of(inner.left + wide + unit * 3)
    if line.call:
        _call(canvas, call, line, align=0.0 if stacked or not line.source else 1.0)
    if line.source:
        source_type = Type(line.ink, [line.fill], rise=0.5, largest=SOURCE if line.call else 3.1)
        canvas.write([line.source], source, source_type)


def _call(canvas: Canvas, box: Box, line: Bar, align: float) -> None:
    """The sentence, and the number much larger beside it."""
    size = min(canvas.unit * 4.2, box.width / CALL_WIDTH, box.height / 1.5)
    number = size * 1.6
    measure = canvas.fonts.measure("Bold")
    wide, tail = measure(CALL) * size, measure(CALL_NUMBER) * number
    gap = size * 0.45
    left = box.left + (box.width - wide - gap - tail) * align
    words = Type(line.ink, [line.fill], "Bold", rise=0.5)
    canvas.write([CALL], Box(left, box.top, wide + 2, box.height), words, int(size))
    figures = Type(line.number, [line.fill], "Bold", rise=0.5, largest=99)
    place = Box(left + wide + gap, box.top, tail + 2, box.height)
    canvas.write([CALL_NUMBER], place, figures, int(min(number, box.height)))


def mark(
    canvas: Canvas, box: Box, words: str, ink: RGB, ground: Sequence[RGB], badge: RGB = SUN
) -> None:
    """A shield, and the name of the kind of slide or its headline beside it."""
    high = min(box.height, canvas.unit * 7.4)
    place = Box(box.left, box.top + (box.height - high) / 2, high * 0.86, high)
    ornaments.shield(canvas, place, badge, ground[0])
    beside = box.right_of(place.right + high * 0.3)
    largest = high * 0.94 / canvas.unit
    kind = Type(ink, ground, "Bold", rise=0.5, largest=largest, style=HEADLINE)
    canvas.write([words], beside, kind)


def rule(canvas: Canvas, box: Box, y: float, fill: RGB, thick: float = 0.16) -> None:
    """A line across a box at a height."""
    canvas.panel(Box(box.left, y, box.width, max(canvas.unit * thick, 1)), fill)


def label(canvas: Canvas, box: Box, words: str, kind: Type) -> Box:
    """A rule with a short bold beginning, a label under it; return the room that is left."""
    unit = canvas.unit
    rule(canvas, box, box.top, RULE)
    canvas.panel(Box(box.left, box.top, unit * 5.8, max(unit * 0.5, 2)), kind.ink)
    top = box.top + unit * 2
    canvas.write([words], Box(box.left, top, box.width, unit * 3), kind)
    return box.under(top + unit * 5.2)


def down(canvas: Canvas, box: Box, words: str, kind: Type) -> None:
    """Write a word from top to bottom, sign under sign."""
    for sign, cell in zip(words, box.rows([1] * len(words)), strict=True):
        canvas.write([sign], cell, kind.centred())


def steps(canvas: Canvas, box: Box, lines: Sequence[str], kind: Type, number: Type) -> None:
    """Numbered lines of one size; the numbers hang in a column of their own."""
    rows = box.rows([1] * max(len(lines), 3 if not canvas.narrow else len(lines)))
    hang = min(canvas.unit * 4.6, box.width * 0.12)
    places = [Box(row.left + hang, row.top, row.width - hang, row.height * 0.9) for row in rows]
    size = canvas.common_size(list(zip(lines, places, strict=False)), kind)
    for index, (line, row, place) in enumerate(zip(lines, rows, places, strict=False), start=1):
        figure = Box(row.left, row.top, hang, place.height)
        first = canvas.write([line], place, kind, size)
        lead = Box(figure.left, first.top, hang, size)
        canvas.write([str(index)], lead, number, size)
