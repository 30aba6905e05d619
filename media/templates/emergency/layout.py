"""Draws an emergency notice: it must be seen from across the hall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from media import layouts, ornaments
from media.box import Box
from media.canvas import Canvas, Type
from media.dates import in_chinese
from media.palette import BLACK, CREAM, DARK_RED, DEEP_RED, GOLD, RED, WHITE
from media.typeset import Style

TAG = "紧急提醒"
GROUND = [DEEP_RED, DARK_RED]


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    if canvas.form == "strip":
        slide = layouts.Strip(
            TAG, [fields["title"]], "110", DEEP_RED, DARK_RED, tag_fill=GOLD, tag_ink=BLACK
        )
        layouts.strip(canvas, slide)
        return
    canvas.blend(DEEP_RED, DARK_RED)
    band = canvas.safe.top * 0.62
    ornaments.hazard(canvas, Box(0, 0, canvas.width, band))
    ornaments.hazard(canvas, Box(0, canvas.height - band, canvas.width, band))
    unit = canvas.unit
    upright = canvas.form == "portrait"
    inner = canvas.safe.inset(0, unit * 1.2)
    actions: list[str] = fields.get("actions", [])
    weights = [1.0, 2.2, 2.9, 0.85 * len(actions) + 0.2, 1.5 if upright else 1.0]
    tag, title, text, doing, foot = inner.rows(weights, gap=unit * 1.6)
    _tag(canvas, tag)
    headline = Type(WHITE, GROUND, "Bold", rise=0.5, largest=9, style=Style(1.2, balanced=True))
    canvas.write([fields["title"]], title, headline)
    said = Type(CREAM, GROUND, rise=0.5, largest=4.8, style=Style(leading=1.45))
    canvas.write([fields["text"]], text, said)
    _actions(canvas, doing, actions)
    source = f"{fields['publisher']}　{in_chinese(fields['date'])}"
    layouts.foot(canvas, foot, layouts.Foot(source, CREAM, DARK_RED, pill=WHITE, pill_ink=RED))


def _tag(canvas: Canvas, box: Box) -> None:
    mark = Box(box.left, box.top - box.height * 0.1, box.height * 1.2, box.height * 1.2)
    ornaments.warning(canvas, mark)
    words = Box(mark.right + box.height * 0.3, box.top, box.width - box.height * 1.5, box.height)
    kind = Type(GOLD, GROUND, "Bold", rise=0.5, largest=6)
    canvas.write([TAG], words, kind)


def _actions(canvas: Canvas, box: Box, actions: list[str]) -> None:
    if not actions:
        return
    unit = canvas.unit
    cells = box.rows([1] * len(actions), gap=unit * 0.8)
    words = [cell.inset(unit * 2, unit * 0.7) for cell in cells]
    kind = Type(BLACK, [GOLD], "Bold", rise=0.5, largest=4.2)
    size = canvas.common_size(list(zip(actions, words, strict=True)), kind)
    for action, cell, place in zip(actions, cells, words, strict=True):
        canvas.panel(cell, GOLD, radius=unit * 0.9)
        canvas.write([action], place, kind, size)
