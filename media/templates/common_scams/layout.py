"""Draws the common scams: a card for each, with its name and one line of advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media import layouts, ornaments
from media.box import Box
from media.canvas import Canvas, Type
from media.palette import BLUE, DEEP_BLUE, GOLD, NAVY, PALE_BLUE, WHITE, mixed
from media.scams import Scam, scams
from media.typeset import Style, TooMuchText

CARD = mixed(DEEP_BLUE, BLUE, 0.3)
EVEN = Style(leading=1.25, balanced=True)
NUMBERS = {
    "landscape": Type(GOLD, [CARD], "Bold", largest=2.6),
    "portrait": Type(GOLD, [CARD], "Bold", rise=0.5, largest=4.2),
}
NAME = Type(WHITE, [CARD], "Bold", rise=1, largest=3.8, style=EVEN)
ADVICE = Type(PALE_BLUE, [CARD], largest=2.8, style=Style(leading=1.35, balanced=True))


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    known = {scam.name: scam for scam in scams()}
    chosen = [known[name] for name in fields["scams"]]
    if canvas.form == "strip":
        _strip(canvas, chosen)
        return
    canvas.blend(DEEP_BLUE, NAVY)
    ornaments.rings(canvas, (0.9, 0.0), PALE_BLUE, 0.2)
    upright = canvas.form == "portrait"
    head, cards, foot = canvas.safe.rows(
        [1.2, 11.6, 1.5] if upright else [1.25, 7.4, 0.95], gap=canvas.unit * 2.4
    )
    layouts.heading(canvas, head, fields["title"], WHITE, [DEEP_BLUE, NAVY])
    _cards(canvas, cards, chosen)
    source = fields.get("publisher", "")
    layouts.foot(canvas, foot, layouts.Foot(source, PALE_BLUE, NAVY))


def _cards(canvas: Canvas, box: Box, chosen: list[Scam]) -> None:
    """Names with advice; on a small screen names alone, which can then be read."""
    columns = _columns(canvas, len(chosen))
    rows = -(-len(chosen) // columns)
    gap = canvas.unit * (0.9 if canvas.form == "portrait" else 1.5)
    cells = box.grid(columns, rows, gap)[: len(chosen)]
    parts = [_divided(canvas, cell) for cell in cells]
    names = [(scam.name, part.name) for scam, part in zip(chosen, parts, strict=True)]
    advice = [(scam.advice, part.advice) for scam, part in zip(chosen, parts, strict=True)]
    try:
        sizes = canvas.common_size(names, NAME), canvas.common_size(advice, ADVICE)
    except TooMuchText:
        names = [(name, part.words) for (name, _), part in zip(names, parts, strict=True)]
        advice = []
        sizes = canvas.common_size(names, NAME), 0
    for number, (cell, part) in enumerate(zip(cells, parts, strict=True), start=1):
        canvas.panel(cell, CARD, radius=canvas.unit)
        canvas.write([f"{number:02}"], part.number, NUMBERS[canvas.form])
    for name, place in names:
        canvas.write([name], place, NAME, sizes[0])
    for words, place in advice:
        canvas.write([words], place, ADVICE, min(sizes))


@dataclass(frozen=True, slots=True)
class Parts:
    """Where number, name and advice stand on a card, and name and advice together."""

    number: Box
    words: Box
    name: Box
    advice: Box


def _divided(canvas: Canvas, cell: Box) -> Parts:
    inner = cell.inset(canvas.unit * 1.5, canvas.unit * (0.8 if canvas.form == "portrait" else 1.3))
    if canvas.form == "portrait":
        number, words = inner.columns([1, 7], gap=canvas.unit)
        name, advice = words.rows([1.25, 1], gap=canvas.unit * 0.5)
    else:
        number, words = inner.rows([0.7, 3.6], gap=canvas.unit * 0.6)
        name, advice = words.rows([1.5, 1.75], gap=canvas.unit * 1.1)
    return Parts(number, words, name, advice)


def _columns(canvas: Canvas, count: int) -> int:
    if canvas.form == "portrait":
        return 1
    return min(count, 5 if count > 8 else max(-(-count // 2), 1))


def _strip(canvas: Canvas, chosen: list[Scam]) -> None:
    """As many names as can be read; the strip says that there are more."""
    words = []
    for shown in range(len(chosen), 0, -1):
        names = "、".join(scam.name for scam in chosen[:shown])
        words.append(names if shown == len(chosen) else f"{names}等 {len(chosen)} 类")
    layouts.strip(canvas, layouts.Strip("警惕诈骗", words, "110"))
