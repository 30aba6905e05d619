"""Draws a case bulletin: what happened, how it was done, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from media.slides import components, ornaments, strip_layout
from media.slides.canvas import Canvas, Type
from media.slides.palette import INK, PAPER, POLICE, SIGNAL, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.dates import in_chinese
from media.slides.text.typesetting import Style

TAG = "案情通报"
LABEL = Type(SIGNAL, [PAPER], "Bold", largest=2.9)
METHOD = Type(INK, [PAPER], largest=4.6, style=components.TEXT)
ADVICE = Type(INK, [PAPER], "Bold", largest=4.4, style=Style(leading=1.28))
NUMBER = Type(SIGNAL, [PAPER], "Bold")


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    if canvas.form == "strip":
        shown = strip_layout.Strip(TAG, [fields["title"]], components.CALL_NUMBER)
        strip_layout.strip(canvas, shown)
        return
    canvas.panel(canvas.whole, PAPER)
    source = f"{fields['publisher']}　{in_chinese(fields['date'])}"
    room = components.bar(canvas, components.Bar(source))
    room = _banner(canvas, room) if canvas.form == "portrait" else _spine(canvas, room)
    unit = canvas.unit
    if canvas.narrow:
        title, method, advice = room.rows([2.2, 3.4, 3.3], gap=unit * 3.6)
    else:
        title, below = room.rows([2.3, 3.6], gap=unit * 5)
        method, advice = below.columns([1.22, 1], gap=unit * 5)
    headline = Type(
        INK,
        [PAPER],
        "Bold",
        rise=0.5,
        largest=7.8,
        style=components.HEADLINE,
        accent=SIGNAL,
        accented=components.MONEY,
    )
    canvas.write([fields["title"]], title, headline)
    canvas.write([fields["method"]], components.label(canvas, method, "手法", LABEL), METHOD)
    components.steps(
        canvas, components.label(canvas, advice, "提醒", LABEL), fields["advice"], ADVICE, NUMBER
    )


def _spine(canvas: Canvas, room: Box) -> Box:
    """The name of the slide runs down a blue spine."""
    unit = canvas.unit
    wide = canvas.safe.left + unit * 7.4
    low = room.bottom + unit * 3
    canvas.panel(Box(0, 0, wide, low), POLICE)
    place = Box(canvas.safe.left, canvas.safe.top, unit * 4.6, unit * 5.4)
    ornaments.shield(canvas, place, SUN, POLICE)
    high = min(unit * 6 * len(TAG), low - place.bottom - unit * 6)
    tag = Box(place.left, low - unit * 3 - high, place.width, high)
    components.down(canvas, tag, TAG, Type(WHITE, [POLICE], "Bold", largest=4.8))
    return room.right_of(wide + unit * 4)


def _banner(canvas: Canvas, room: Box) -> Box:
    unit = canvas.unit
    high = unit * 6
    banner = Box(0, 0, canvas.width, canvas.safe.top + high + unit * 2.4)
    canvas.panel(banner, POLICE)
    place = Box(canvas.safe.left, canvas.safe.top, canvas.safe.width, high)
    components.mark(canvas, place, TAG, WHITE, [POLICE])
    return room.under(banner.bottom + unit * 3.6)
