"""Draws a tip: one fact, and up to three actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from media.slides import components, strip_layout
from media.slides.canvas import Canvas, Type
from media.slides.palette import INK, MINT, MINT_RULE, PINE, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.dates import week_in_chinese
from media.slides.text.typesetting import Style

TAG, TAG_UNDATED = "每周提醒", "防骗提醒"
HEADLINE = Type(PINE, [MINT], "Bold", rise=0.5, largest=9.6, style=components.HEADLINE)
TEXT = Type(INK, [MINT], rise=0.5, largest=4.4, style=Style(leading=1.52, balanced=True))
STEP = Type(INK, [MINT], "Bold", rise=0.5, largest=4.8, style=Style(leading=1.2))


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    tag = TAG if fields.get("week") else TAG_UNDATED
    if canvas.form == "strip":
        shown = strip_layout.Strip(tag, [fields["title"]], "", PINE, tag_fill=SUN, tag_ink=INK)
        strip_layout.strip(canvas, shown)
        return
    canvas.panel(canvas.whole, MINT)
    line = components.Bar(fields.get("publisher", ""), PINE, WHITE, SUN)
    room = _tag(canvas, components.bar(canvas, line), tag, fields.get("week"))
    unit = canvas.unit
    steps: list[str] = fields["steps"]
    if canvas.form == "portrait":
        title, text, doing = room.rows([2.9, 1.3, 3.4], gap=unit * 3.4)
    else:
        title, text, doing = room.rows([2.2, 1, 2.5], gap=unit * 3)
    if not fields.get("text"):
        title = Box(title.left, title.top, title.width, text.bottom - title.top)
    canvas.write([fields["title"]], title, HEADLINE)
    if fields.get("text"):
        canvas.write([fields["text"]], text, TEXT)
    _steps(canvas, doing, steps)


def _tag(canvas: Canvas, room: Box, tag: str, week: str | None) -> Box:
    """A tab that hangs from the upper edge like a leaf of a calendar."""
    unit, safe = canvas.unit, canvas.safe
    high = unit * 4.6
    wide = unit * 4.2 * len(tag) + unit * 4.4
    canvas.panel(Box(safe.left, 0, wide, safe.top + high + unit * 2), PINE)
    words = Box(safe.left + unit * 2.2, safe.top, wide - unit * 4.4, high)
    canvas.write([tag], words, Type(WHITE, [PINE], "Bold", largest=4.2).centred())
    if week:
        left = safe.left + wide + unit * 2.4
        beside = Box(left, safe.top, safe.right - left, high)
        dated = Type(PINE, [MINT], "Bold", rise=0.5, largest=3.4)
        canvas.write([week_in_chinese(week)], beside, dated)
    return room.under(safe.top + high + unit * 5)


def _steps(canvas: Canvas, box: Box, steps: Sequence[str]) -> None:
    """One beside the other with a large number over each; below each other where it is narrow."""
    unit = canvas.unit
    beside = not canvas.narrow
    cells = box.columns([1] * 3, gap=unit * 4) if beside else box.rows([1] * len(steps))
    places = []
    for number, cell in enumerate(cells[: len(steps)], start=1):
        components.rule(canvas, cell, cell.top, MINT_RULE, 0.24)
        lead, words = _divided(canvas, cell, beside=beside)
        figure = Type(PINE, [MINT], "Bold", rise=0.5, largest=7.4)
        canvas.write([str(number)], lead, figure)
        places.append(words)
    canvas.write_alike(list(zip(steps, places, strict=True)), STEP)


def _divided(canvas: Canvas, cell: Box, *, beside: bool) -> tuple[Box, Box]:
    unit = canvas.unit
    hang = unit * (6 if beside else 7.4)
    inner = Box(cell.left, cell.top + unit * 1.4, cell.width, cell.height - unit * 2.4)
    return (
        Box(inner.left, inner.top, hang, inner.height),
        Box(inner.left + hang, inner.top, inner.width - hang, inner.height),
    )
