"""Draws the common scams as a list: number, name, one line of advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from media.slides import components, strip_layout
from media.slides.canvas import Canvas, Type
from media.slides.checks.reading_time import NAMES_ALONE
from media.slides.palette import PALE_BLUE, POLICE, POLICE_LIGHT, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.scam_list import Scam, scams
from media.slides.text.typesetting import Style, TooMuchText

EVEN = Style(leading=1.22, balanced=True)
NUMBER = Type(SUN, [POLICE], "Bold", rise=0.5, largest=4.6)
NAME = Type(WHITE, [POLICE], "Bold", rise=1, largest=4.0, style=EVEN)
ALONE = Type(WHITE, [POLICE], "Bold", rise=0.5, largest=5.4, style=EVEN)
ADVICE = Type(PALE_BLUE, [POLICE], largest=2.9, style=EVEN)


def draw(canvas: Canvas, fields: Mapping[str, Any]) -> None:
    """Draw the slide. Raises TooMuchText."""
    by_name = {scam.name: scam for scam in scams()}
    # The list may have been edited since the slide was made.
    chosen = [by_name[name] for name in fields["scams"] if name in by_name]
    if not chosen:
        raise TooMuchText(fields["title"])
    if canvas.form == "strip":
        _strip(canvas, chosen, fields["title"])
        return
    canvas.panel(canvas.whole, POLICE)
    room = components.bar(canvas, components.Bar(fields.get("publisher", "")))
    unit = canvas.unit
    head = Box(room.left, room.top, room.width, unit * (13 if canvas.form == "portrait" else 7.4))
    components.mark(canvas, head, fields["title"], WHITE, [POLICE])
    top = head.bottom + unit * 2.6
    advised = fields.get("detail") != NAMES_ALONE
    _list(
        canvas, Box(room.left, top, room.width, room.bottom + unit - top), chosen, advised=advised
    )


@dataclass(frozen=True, slots=True)
class Line:
    """Positions of one scam: its number, name, advice, and name with advice."""

    whole: Box
    number: Box
    name: Box
    advice: Box
    words: Box


def _list(canvas: Canvas, box: Box, chosen: Sequence[Scam], *, advised: bool) -> None:
    """Names alone, or with advice where that can be read."""
    lines = [_divided(canvas, cell) for cell in _cells(canvas, box, len(chosen))]
    for index, line in enumerate(lines, start=1):
        components.rule(canvas, line.whole, line.whole.top, POLICE_LIGHT)
        canvas.write([f"{index:02}"], line.number, NUMBER)
    try:
        if advised:
            _names_with_advice(canvas, chosen, lines)
            return
    except TooMuchText:
        pass
    names = [(scam.name, line.words) for scam, line in zip(chosen, lines, strict=True)]
    canvas.write_alike(names, ALONE)


def _names_with_advice(canvas: Canvas, chosen: Sequence[Scam], lines: Sequence[Line]) -> None:
    """Nothing is written if it doesn't fit. Raises TooMuchText."""
    names = [(scam.name, line.name) for scam, line in zip(chosen, lines, strict=True)]
    advice = [(scam.advice, line.advice) for scam, line in zip(chosen, lines, strict=True)]
    sizes = canvas.common_size(names, NAME), canvas.common_size(advice, ADVICE)
    for name, place in names:
        canvas.write([name], place, NAME, sizes[0])
    for words, place in advice:
        canvas.write([words], place, ADVICE, min(sizes))


def _cells(canvas: Canvas, box: Box, count: int) -> list[Box]:
    """One column, or two that are read one after the other."""
    if canvas.form == "portrait" or count <= 4:
        high = min(box.height / count, canvas.unit * 15)
        return [Box(box.left, box.top + high * n, box.width, high) for n in range(count)]
    per_column = -(-count // 2)
    columns = box.columns([1, 1], gap=canvas.unit * 5)
    return [cell for column in columns for cell in column.rows([1] * per_column)][:count]


def _divided(canvas: Canvas, cell: Box) -> Line:
    unit = canvas.unit
    inner = cell.inset(0, min(cell.height * 0.13, unit * 2))
    hang = min(unit * 7.4, cell.width * 0.17)
    number = Box(inner.left, inner.top, hang * 0.78, inner.height)
    words = Box(inner.left + hang, inner.top, inner.width - hang, inner.height)
    name, advice = words.rows([1.28, 1], gap=unit * 0.9)
    return Line(cell, number, name, advice, words)


def _strip(canvas: Canvas, chosen: Sequence[Scam], title: str) -> None:
    """As many names as can be read in passing, if three can; otherwise the headline."""
    names = [scam.name for scam in chosen]
    words = [
        _in_rows(names[:shown], len(names))
        for shown in range(min(len(names), 6), min(len(names), 3) - 1, -1)
    ]
    strip_layout.strip(
        canvas, strip_layout.Strip("警惕诈骗", [*words, title], components.CALL_NUMBER)
    )


def _in_rows(names: Sequence[str], of: int) -> str:
    """Two rows of whole names, as even as can be."""
    more = f"等 {of} 类" if len(names) < of else ""
    ways = []
    for cut in range(1, len(names) + 1):
        rows = ["、".join(names[:cut]), "、".join(names[cut:])]
        rows = [row for row in rows if row]
        rows[-1] += more
        ways.append("、\n".join(rows))
    return min(ways, key=lambda way: max(len(row) for row in way.split("\n")))
