"""Draws the built-in waiting picture for screens without content."""

from __future__ import annotations

import io

from media.slides import ornaments
from media.slides.canvas import Canvas, Type
from media.slides.palette import DEEP_BLUE, NAVY, PALE_BLUE, RGB, WHITE, mixed
from media.slides.rect import Box

TOP: RGB = mixed(NAVY, DEEP_BLUE, 0.7)
NAME = "安屏"
WORDS = "画面准备中，请稍候"


def waiting_picture(width: int, height: int) -> bytes:
    """Return the picture as PNG of exactly that size: calm, and plainly no fault."""
    canvas = Canvas(width, height)
    canvas.blend(TOP, NAVY)
    if canvas.form != "strip":
        ornaments.rings(canvas, (0.5, 0.36), PALE_BLUE, 0.12)
    _draw(canvas)
    sink = io.BytesIO()
    canvas.image.save(sink, "PNG", compress_level=6)
    return sink.getvalue()


def _draw(canvas: Canvas) -> None:
    safe, unit = canvas.safe, canvas.unit
    ground = [TOP, NAVY]
    words = Type(PALE_BLUE, ground, largest=3.4).centred()
    if canvas.form == "strip":
        canvas.write([WORDS], safe, words)
        return
    _, mark, name, line, caption, _ = safe.rows([3, 2, 1.7, 0.5, 1, 3.4])
    side = min(mark.height, mark.width)
    pale = mixed(TOP, PALE_BLUE, 0.55)
    shield = Box(safe.left + (safe.width - side * 0.88) / 2, mark.top, side * 0.88, side)
    ornaments.shield(canvas, shield, pale, TOP)
    canvas.write([NAME], name, Type(WHITE, ground, "Bold", largest=8).centred())
    rule = Box(
        safe.left + safe.width / 2 - unit * 4, line.top + line.height / 2, unit * 8, unit * 0.2
    )
    canvas.panel(rule, pale)
    canvas.write([WORDS], caption, words)
