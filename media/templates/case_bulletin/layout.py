"""Draws a case bulletin: what happened, how it was done, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from media import layouts, ornaments
from media.box import Box
from media.canvas import Canvas, Type
from media.dates import in_chinese
from media.palette import BLUE, DEEP_BLUE, GOLD, INK, MIST, NAVY, PALE_BLUE, SLATE, WHITE
from media.typeset import Style

TAG = "案情通报"
HEAD_SHARE = {"landscape": 0.33, "portrait": 0.27}


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    if canvas.form == "strip":
        layouts.strip(canvas, layouts.Strip(TAG, [fields["title"]], "110"))
        return
    canvas.blend(MIST, WHITE)
    _head(canvas, fields["title"])
    safe, unit = canvas.safe, canvas.unit
    top = canvas.height * HEAD_SHARE[canvas.form] + unit * 3.2
    body = Box(safe.left, top, safe.width, safe.bottom - top)
    upright = canvas.form == "portrait"
    cards, foot = body.rows([7, 1.6] if upright else [5.2, 1], gap=unit * 2.6)
    split = cards.rows([1.05, 1], unit * 2.6) if upright else cards.columns([1.35, 1], unit * 2.6)
    _method(canvas, split[0], fields["method"])
    _advice(canvas, split[1], fields["advice"])
    source = f"{fields['publisher']}　{in_chinese(fields['date'])}"
    layouts.foot(canvas, foot, layouts.Foot(source, SLATE, MIST))


def _head(canvas: Canvas, title: str) -> None:
    safe, unit = canvas.safe, canvas.unit
    band = Box(0, 0, canvas.width, canvas.height * HEAD_SHARE[canvas.form])
    canvas.blend(DEEP_BLUE, NAVY, band)
    ornaments.rings(canvas, (0.93, 0.02), PALE_BLUE, 0.28)
    canvas.panel(Box(0, band.bottom, canvas.width, unit * 0.5), GOLD)
    canvas.panel(Box(0, band.bottom + unit * 0.5, canvas.width, canvas.height), MIST)
    inner = Box(safe.left, safe.top, safe.width, band.bottom - safe.top - unit * 2.2)
    tag, words = inner.rows([1, 3], gap=unit * 2.2)
    layouts.heading(canvas, tag, TAG, GOLD, [DEEP_BLUE, NAVY])
    style = Style(leading=1.25, balanced=True)
    kind = Type(WHITE, [DEEP_BLUE, NAVY], "Bold", rise=0.5, largest=6.4, style=style)
    canvas.write([title], words, kind)


def _method(canvas: Canvas, box: Box, method: str) -> None:
    unit = canvas.unit
    canvas.panel(box, WHITE, radius=unit * 1.2)
    inner = box.inset(unit * 2.8, unit * 2.2)
    name, words = inner.rows([1, 4.6], gap=unit * 1.2)
    _label(canvas, name, "作案手法", BLUE, WHITE)
    kind = Type(INK, [WHITE], largest=4.2, style=Style(leading=1.5))
    canvas.write([method], words, kind)


def _advice(canvas: Canvas, box: Box, advice: list[str]) -> None:
    unit = canvas.unit
    canvas.panel(box, DEEP_BLUE, radius=unit * 1.2)
    inner = box.inset(unit * 2.8, unit * 2.2)
    name, words = inner.rows([1, 4.6], gap=unit * 1.2)
    _label(canvas, name, "请您记住", GOLD, DEEP_BLUE)
    cells = [row.inset(unit * 1.3, 0) for row in words.rows([1] * max(len(advice), 3))]
    cells = [Box(cell.left + unit * 1.3, cell.top, cell.width, cell.height) for cell in cells]
    kind = Type(WHITE, [DEEP_BLUE], "Bold", rise=0.5, largest=3.6, style=Style(leading=1.25))
    size = canvas.common_size(list(zip(advice, cells, strict=False)), kind)
    for line, cell in zip(advice, cells, strict=False):
        bar = Box(inner.left, cell.top + cell.height / 2 - size * 0.5, unit * 0.6, size)
        canvas.panel(bar, GOLD, radius=unit * 0.3)
        canvas.write([line], cell, kind, size)


def _label(canvas: Canvas, box: Box, words: str, ink: tuple[int, int, int], ground: Any) -> None:
    canvas.write([words], box, Type(ink, [ground], "Bold", rise=0.5, largest=3.0))
