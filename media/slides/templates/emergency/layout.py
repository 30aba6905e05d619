"""Draws an emergency notice, legible from across a hall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from media.slides import components, ornaments, strip_layout
from media.slides.canvas import Canvas, Type
from media.slides.palette import BLACK, CREAM, RGB, SIGNAL, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.dates import in_chinese
from media.slides.text.typesetting import Style

TAG = "紧急提醒"
GROUND: RGB = (138, 6, 18)
HEADLINE = Type(WHITE, [GROUND], "Bold", rise=0.4, largest=10, style=components.HEADLINE)
TEXT = Type(CREAM, [GROUND], largest=4.4, style=Style(leading=1.5))


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    if canvas.form == "strip":
        shown = strip_layout.Strip(
            TAG, [fields["title"]], components.CALL_NUMBER, GROUND, tag_fill=SUN, tag_ink=BLACK
        )
        strip_layout.strip(canvas, shown)
        return
    canvas.panel(canvas.whole, GROUND)
    source = f"{fields['publisher']}　{in_chinese(fields['date'])}"
    room = components.bar(canvas, components.Bar(source, WHITE, BLACK, SIGNAL))
    room = _banner(canvas, room)
    unit = canvas.unit
    actions: list[str] = fields.get("actions", [])
    weight = 1.15 * len(actions) + 0.5
    if canvas.narrow or not actions:
        title, text, doing = room.rows([2.9, 2.5, weight], gap=unit * 3.6)
    else:
        title, below = room.rows([2.3, 2.5], gap=unit * 4.6)
        text, doing = below.columns([1.35, 1], gap=unit * 5)
    canvas.write([fields["title"]], title, HEADLINE)
    canvas.write([fields["text"]], text, TEXT)
    if actions:
        _actions(canvas, doing, actions)


def _banner(canvas: Canvas, room: Box) -> Box:
    """A yellow sign across the top, with the stripes of a barrier under it."""
    unit, safe = canvas.unit, canvas.safe
    high = unit * 7.4
    banner = Box(0, 0, canvas.width, safe.top + high + unit * 1.6)
    canvas.panel(banner, SUN)
    ornaments.hazard(canvas, Box(0, banner.bottom, canvas.width, unit * 1.6), SUN, BLACK)
    badge = Box(safe.left, safe.top, high, high)
    ornaments.warning(canvas, badge, BLACK, SUN)
    words = Box(badge.right + unit * 1.6, safe.top, safe.width - high - unit * 1.6, high)
    canvas.write([TAG], words, Type(BLACK, [SUN], "Bold", rise=0.5, largest=6.8))
    return room.under(banner.bottom + unit * 5.6)


def _actions(canvas: Canvas, box: Box, actions: Sequence[str]) -> None:
    """The actions, in a block of their own, black on yellow."""
    unit = canvas.unit
    canvas.panel(box, SUN)
    inner = box.inset(unit * 2.2, unit * 1.4)
    rows = inner.rows([1] * len(actions))
    kind = Type(BLACK, [SUN], "Bold", rise=0.5, largest=4.6, style=Style(leading=1.22))
    for row in rows[1:]:
        components.rule(canvas, row, row.top, BLACK, 0.2)
    canvas.write_alike(list(zip(actions, rows, strict=True)), kind)
