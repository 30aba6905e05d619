"""Draws a slogan: a few short lines, as large as possible, the action in gold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from media.slides import ornaments, strip_layout
from media.slides.canvas import Canvas, Type
from media.slides.palette import CREAM, POLICE, POLICE_LIGHT, RGB, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.typesetting import Style

DEEP: RGB = (150, 8, 22)
DEEP_LIGHT: RGB = (174, 26, 38)
GROUNDS: dict[str, tuple[RGB, RGB]] = {
    "蓝色": (POLICE, POLICE_LIGHT),
    "红色": (DEEP, DEEP_LIGHT),
}
# A long slogan line stays together if possible, at a smaller size.
CLOSE = Style(leading=1.2)
WHOLE = 0.6
# The action or warning at the end of such lines: 未知链接 | 不点击. Also recognized alone.
DOING = re.compile(r"(?:(?<=..)|^)(?:[不勿别莫](?!是)|多|要|都是|立即)[^，。]{1,4}$")


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    ground, light = GROUNDS[fields.get("colour", "蓝色")]
    lines: list[str] = fields["lines"]
    if canvas.form == "strip":
        strip_layout.strip(canvas, strip_layout.Strip("全民反诈", _wordings(lines), ground=ground))
        return
    canvas.panel(canvas.whole, ground)
    _behind(canvas, ground, light)
    body, foot = _footed(canvas)
    if fields.get("publisher"):
        _signed(canvas, foot, fields["publisher"], [ground, light])
    else:
        body = canvas.safe
    _lines(canvas, body, _split(canvas, lines), [ground, light])


def _behind(canvas: Canvas, ground: RGB, light: RGB) -> None:
    side = canvas.height * (0.8 if canvas.form == "portrait" else 1.06)
    left = canvas.width - side * (0.52 if canvas.narrow else 0.8)
    box = Box(left, canvas.height * 0.5 - side * 0.5, side * 0.88, side)
    ornaments.great_shield(canvas, box, light, ground, side * 0.055)


def _split(canvas: Canvas, lines: Sequence[str]) -> list[str]:
    """On an upright screen the action takes a line of its own, so that everything is larger."""
    if canvas.height < canvas.width * 1.5 or len(lines) > 4:
        return list(lines)
    return [part for line in lines for part in _split_at_action(line) if part]


def _split_at_action(line: str) -> list[str]:
    found = DOING.search(line)
    return [line] if found is None else [line[: found.start()], found.group()]


def _lines(canvas: Canvas, box: Box, lines: Sequence[str], ground: Sequence[RGB]) -> None:
    unit = canvas.unit
    ornaments.shield(canvas, Box(box.left, box.top, unit * 5.4, unit * 6.2), SUN, ground[0])
    words = box.under(box.top + unit * 9)
    rows = words.rows([1] * max(len(lines), 3))
    kind = Type(
        WHITE, ground, "Bold", rise=0.5, largest=19, accent=SUN, accented=DOING, style=CLOSE
    )
    size = canvas.common_size(
        [(line, row.inset(0, unit * 0.6)) for line, row in zip(lines, rows, strict=False)],
        kind,
        nearly=WHOLE,
    )
    taken = [canvas.lines_of(line, words.width, kind, size) for line in lines]
    apart = 1.5 if len(lines) < 4 and max(taken) == 1 else 1.75
    high = [min(rows[0].height, size * (apart + (n - 1) * CLOSE.leading)) for n in taken]
    top = words.bottom - sum(high)
    for line, height in zip(lines, high, strict=True):
        canvas.write([line], Box(words.left, top, words.width, height), kind, size)
        top += height


def _footed(canvas: Canvas) -> tuple[Box, Box]:
    """Room for the lines, and for the source."""
    safe = canvas.safe
    high = max(canvas.unit * 5.8, canvas.smallest_px * 1.1 + canvas.unit * 1.6)
    foot = Box(safe.left, safe.bottom - high, safe.width, high)
    return Box(safe.left, safe.top, safe.width, safe.height - high - canvas.unit * 2.6), foot


def _signed(canvas: Canvas, box: Box, words: str, ground: Sequence[RGB]) -> None:
    canvas.panel(Box(box.left, box.top, canvas.unit * 9, max(canvas.unit * 0.5, 2)), SUN)
    below = box.under(box.top + canvas.unit * 1.6)
    canvas.write([words], below, Type(CREAM, ground, rise=1, largest=3.6))


def _wordings(lines: Sequence[str]) -> list[str]:
    """All lines, two to a row or one after the other; else the first ones alone."""
    pairs = ["，".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]
    return ["\n".join(pairs[:2]), "\n".join(lines[:2]), lines[0]]
