"""Draws the hotlines with their different roles: call 110, answer 96110; 12381 only sends texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from media.slides import components, strip_layout
from media.slides.canvas import Canvas, Type
from media.slides.palette import INK, PAPER, POLICE, RULE, SIGNAL, SLATE, WHITE
from media.slides.qr_code import code
from media.slides.rect import Box
from media.slides.text.typesetting import Style

TITLE = "遇到电信网络诈骗，这样做"
CALL = ("被骗或正在转账，", "立即拨打")
ANSWER = "接到 96110 来电，请立即接听"
ASK = "咨询、举报：96110"
WARNING = "12381 预警短信"
CALM = "不含链接、无需回复"
EVEN = Style(leading=1.3, gap=0.12, balanced=True)


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    if canvas.form == "strip":
        words = [f"{components.CALL_110}\n{ANSWER}", components.CALL_110]
        strip_layout.strip(canvas, strip_layout.Strip("反诈热线", words))
        return
    canvas.panel(canvas.whole, PAPER)
    stacked = canvas.narrow
    red = _red(canvas, stacked)
    canvas.panel(red, SIGNAL)
    _call_now(canvas, red, fields.get("title", TITLE), stacked)
    _others(canvas, _beside(canvas, red, stacked), fields)


def _red(canvas: Canvas, stacked: bool) -> Box:
    if stacked:
        share = 0.44 if canvas.form == "portrait" else 0.42
        return Box(0, 0, canvas.width, canvas.height * share)
    return Box(0, 0, canvas.width * 0.52, canvas.height)


def _beside(canvas: Canvas, red: Box, stacked: bool) -> Box:
    safe, unit = canvas.safe, canvas.unit
    if stacked:
        return safe.under(red.bottom + unit * 3.4)
    return safe.right_of(red.right + unit * 4.4)


def _call_now(canvas: Canvas, red: Box, title: str, stacked: bool) -> None:
    """The main message fills half of the slide."""
    unit, safe = canvas.unit, canvas.safe
    low = red.bottom - (unit * 3 if stacked else canvas.height - safe.bottom)
    right = safe.right if stacked else red.right - unit * 4
    box = Box(safe.left, safe.top, right - safe.left, low - safe.top)
    head = Box(box.left, box.top, box.width, unit * 4.4)
    components.mark(canvas, head, title, WHITE, [SIGNAL])
    rest = box.under(head.bottom + unit * 3)
    if canvas.width > red.height * 1.9 and stacked:
        words, number = rest.columns([1.15, 1], gap=unit * 3)
    else:
        words, number = rest.rows([1, 1.55], gap=unit * 3)
    call = Type(WHITE, [SIGNAL], "Bold", largest=8, rise=0.5, style=Style(1.3, gap=0))
    longest = max(canvas.fonts.measure("Bold")(line) for line in CALL)
    size = int(min(words.width / longest, words.height / 2.3, unit * call.largest))
    canvas.write(CALL, words, call, size)
    _figures(canvas, number, "110", Type(WHITE, [SIGNAL], "Bold", rise=1, largest=99))


def _others(canvas: Canvas, box: Box, fields: Mapping[str, Any]) -> None:
    unit = canvas.unit
    if fields.get("publisher"):
        foot = Box(box.left, box.bottom - unit * 3, box.width, unit * 3)
        canvas.write([fields["publisher"]], foot, Type(SLATE, [PAPER], rise=1, largest=2.4))
        box = Box(box.left, box.top, box.width, box.height - unit * 5)
    if fields.get("page"):
        lines, place = _with_code(canvas, box)
        code(canvas, place, fields["page"], fields["owner"], PAPER)
    else:
        lines = box
    answer, warned = lines.rows([1.35, 1], gap=unit * 4)
    _answer(canvas, answer)
    _warned(canvas, warned)


def _with_code(canvas: Canvas, box: Box) -> tuple[Box, Box]:
    """Positions of the two numbers and the code: below, or beside if height is short."""
    if canvas.narrow and canvas.height < canvas.width * 1.5:
        lines, place = box.columns([1.5, 1], gap=canvas.unit * 4)
    else:
        lines, place = box.rows([1.9, 1], gap=canvas.unit * 4)
    return lines, place


def _answer(canvas: Canvas, box: Box) -> None:
    """The number large, its purpose beside or below it."""
    unit = canvas.unit
    inner = _ruled(canvas, box)
    if canvas.narrow and inner.width > inner.height * 3:
        number, words = inner.columns([1, 1.5], gap=unit * 3)
    else:
        number, words = inner.rows([1, 1.2], gap=unit * 1.8)
    _figures(canvas, number, "96110", Type(POLICE, [PAPER], "Bold", largest=13))
    answer_type = Type(INK, [PAPER], "Bold", largest=4.4, style=EVEN)
    rows = words.rows([1, 1])
    size = canvas.common_size(list(zip((ANSWER, ASK), rows, strict=True)), answer_type)
    canvas.write([ANSWER, ASK], words, answer_type, size)


def _warned(canvas: Canvas, box: Box) -> None:
    """It sends messages and can't be dialled, so its number is part of a sentence."""
    inner = _ruled(canvas, box)
    name, _ = inner.rows([1.3, 1], gap=canvas.unit)
    top = canvas.write([WARNING], name, Type(POLICE, [PAPER], "Bold", largest=6)).bottom
    calm = Box(inner.left, top + canvas.unit * 1.6, inner.width, inner.bottom - top - canvas.unit)
    canvas.write([CALM], calm, Type(INK, [PAPER], "Bold", largest=4.4))


def _ruled(canvas: Canvas, box: Box) -> Box:
    unit = canvas.unit
    components.rule(canvas, box, box.top, RULE)
    canvas.panel(Box(box.left, box.top, unit * 5.8, max(unit * 0.5, 2)), POLICE)
    return box.under(box.top + unit * 2.4)


def _figures(canvas: Canvas, box: Box, figures: str, kind: Type) -> None:
    """Digits don't fill the height of their square: let them fill the box."""
    taller = Box(box.left, box.top - box.height * 0.09, box.width, box.height * 1.18)
    canvas.write([figures], taller, kind)
