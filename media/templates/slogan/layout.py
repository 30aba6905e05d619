"""Draws a slogan: a few short lines, as large as they can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from media import layouts, ornaments
from media.box import Box
from media.canvas import Canvas, Type
from media.palette import BLUE, CREAM, DARK_RED, DEEP_BLUE, DEEP_RED, GOLD, NAVY, RED, RGB, WHITE
from media.typeset import Style

GROUNDS: dict[str, tuple[RGB, RGB, RGB]] = {
    "蓝色": (DEEP_BLUE, NAVY, BLUE),
    "红色": (DEEP_RED, DARK_RED, RED),
}


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    top, bottom, glow = GROUNDS[fields.get("colour", "蓝色")]
    lines: list[str] = fields["lines"]
    if canvas.form == "strip":
        words = ["，".join(lines), "\n".join(lines[:1])]
        layouts.strip(canvas, layouts.Strip("全民反诈", words, top=top, bottom=bottom))
        return
    canvas.blend(top, bottom)
    ornaments.light(canvas, (0.78, 0.2), 1.5, glow)
    ornaments.rings(canvas, (1.0, 0.5), CREAM, 0.16)
    foot = canvas.safe.rows([9, 1])[1] if fields.get("publisher") else None
    body = canvas.safe.rows([9, 1])[0] if foot else canvas.safe
    _lines(canvas, body, lines, [top, bottom])
    if foot:
        _signed(canvas, foot, fields["publisher"], [top, bottom])


def _lines(canvas: Canvas, box: Box, lines: Sequence[str], ground: Sequence[RGB]) -> None:
    unit = canvas.unit
    mark, words = _placed(canvas, box)
    ornaments.shield(canvas, mark, GOLD, ground[0])
    rows = words.rows([1] * max(len(lines), 3))
    top = (words.height - rows[0].height * len(lines)) / 2
    kind = Type(WHITE, ground, "Bold", rise=0.5, largest=13, style=Style(leading=1.2))
    cells = [Box(row.left, row.top + top, row.width, row.height).inset(0, unit) for row in rows]
    pairs = list(zip(lines, cells, strict=False))
    size = canvas.common_size(pairs, kind)
    for number, (line, cell) in enumerate(pairs):
        last = number == len(lines) - 1 and number > 0
        ink = Type(GOLD if last else WHITE, ground, "Bold", rise=0.5, style=kind.style)
        canvas.write([line], cell, ink, size)


def _placed(canvas: Canvas, box: Box) -> tuple[Box, Box]:
    """The shield beside the words, or above them on an upright screen."""
    if canvas.form == "portrait":
        above, words = box.rows([1, 3.1], gap=canvas.unit * 3)
        width = above.height * 0.8
        return Box(box.left, above.top + above.height * 0.1, width * 0.9, width), words
    beside, words = box.columns([1, 3], gap=canvas.unit * 6)
    width = min(beside.width, beside.height * 0.62)
    top = box.top + (box.height - width * 1.15) / 2
    return Box(beside.left + (beside.width - width) / 2, top, width, width * 1.15), words


def _signed(canvas: Canvas, box: Box, words: str, ground: Sequence[RGB]) -> None:
    line = Box(box.left, box.top, canvas.unit * 12, max(canvas.unit * 0.3, 2))
    canvas.panel(line, GOLD)
    below = Box(box.left, box.top + canvas.unit, box.width, box.height - canvas.unit)
    canvas.write([words], below, Type(CREAM, ground, rise=0.5, largest=3.2))
