"""Draws the hotlines. They are not equals: call 110 now, answer 96110, and 12381 only writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media import layouts
from media.box import Box
from media.canvas import Canvas, Type
from media.palette import (
    BLUE,
    DEEP_BLUE,
    DEEP_RED,
    INK,
    MIST,
    NAVY,
    PALE_BLUE,
    RED,
    RGB,
    SLATE,
    WHITE,
)
from media.typeset import Style

TITLE = "遇到电信网络诈骗，这样做"
CALL = ("被骗或正在转账，", "立即拨打")
ANSWER = "接到 96110 来电，请立即接听"
ASK = "咨询、举报：96110"
WARNING = ("12381 预警短信不含链接、", "无需回复")


@dataclass(frozen=True, slots=True)
class Line:
    """One of the lesser numbers: what is written large, the sentences, and the colours."""

    number: str
    sentences: tuple[str, ...]
    fill: RGB
    ink: RGB
    words: RGB
    wraps: bool  # the sentences are one, broken where it may be


LINES = (
    Line("96110", (ANSWER, ASK), BLUE, WHITE, WHITE, wraps=False),
    Line("12381", WARNING, PALE_BLUE, DEEP_BLUE, INK, wraps=True),
)


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    if canvas.form == "strip":
        words = [f"{layouts.CALL_110}\n{ANSWER}", layouts.CALL_110]
        layouts.strip(canvas, layouts.Strip("反诈热线", words))
        return
    canvas.blend(MIST, WHITE)
    upright = canvas.form == "portrait"
    safe, unit = canvas.safe, canvas.unit
    head_height = safe.top + safe.height * (0.085 if upright else 0.13) + unit * 1.5
    canvas.blend(DEEP_BLUE, NAVY, Box(0, 0, canvas.width, head_height))
    head = Box(safe.left, safe.top, safe.width, head_height - safe.top - unit * 1.5)
    layouts.heading(canvas, head, fields.get("title", TITLE), WHITE, [DEEP_BLUE, NAVY])
    top = head_height + unit * 2.6
    body = Box(safe.left, top, safe.width, safe.bottom - top)
    if fields.get("publisher"):
        body, foot = body.rows([12, 1], gap=unit * 1.2)
        said = Type(SLATE, [WHITE, MIST], rise=1, align=1, largest=2.3)
        canvas.write([fields["publisher"]], foot, said)
    first, rest = body.rows([1.15, 1.3] if upright else [1.1, 1], gap=unit * 2)
    _call_now(canvas, first)
    cells = rest.rows([1.25, 1], unit * 2) if upright else rest.columns([1.25, 1], unit * 2)
    for line, cell in zip(LINES, cells, strict=True):
        _lesser(canvas, cell, line)


def _call_now(canvas: Canvas, box: Box) -> None:
    unit = canvas.unit
    canvas.panel(box, RED, radius=unit * 1.4)
    inner = box.inset(unit * 3.5, unit * 2.2)
    style = Style(leading=1.3, gap=0.3)
    if canvas.form == "portrait":
        words, number = inner.rows([1, 1.9], gap=unit)
    else:
        words, number = inner.columns([1.25, 1], gap=unit * 2)
    call = Type(WHITE, [RED], "Bold", rise=0.5, largest=8, style=style)
    big = Type(WHITE, [RED, DEEP_RED], "Bold", rise=0.5, largest=24)
    if canvas.form == "portrait":
        call, big = call.centred(), big.centred()
    else:
        big = Type(WHITE, [RED, DEEP_RED], "Bold", align=1, rise=0.5, largest=24)
    canvas.write(CALL, words, call)
    canvas.write(["110"], number, big)


def _lesser(canvas: Canvas, box: Box, line: Line) -> None:
    unit = canvas.unit
    canvas.panel(box, line.fill, radius=unit * 1.4)
    inner = box.inset(unit * 3, unit * 2)
    number, words = inner.rows([1, 1.25], gap=unit * 1.6)
    ink = PALE_BLUE if line.fill == BLUE else line.ink
    largest = 8.0 if line.fill == BLUE else 5.5
    kind = Type(ink, [line.fill], "Bold", rise=0.5, largest=largest)
    canvas.write([line.number], number, kind)
    style = Style(gap=0.3, balanced=True)
    said = Type(line.words, [line.fill], "Bold", rise=0.6, largest=3.6, style=style)
    in_one = line.wraps and canvas.form == "portrait"
    canvas.write(["".join(line.sentences)] if in_one else line.sentences, words, said)
