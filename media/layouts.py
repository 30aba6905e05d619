"""Parts that several kinds of slides share: heading, foot line, and the form for LED strips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media import ornaments
from media.box import Box
from media.canvas import Canvas, Type
from media.palette import DEEP_BLUE, GOLD, NAVY, RED, RGB, WHITE
from media.typeset import Style, TooMuchText

CALL_110 = "被骗或正在转账，立即拨打 110"


@dataclass(frozen=True, slots=True)
class Foot:
    """The last line of a slide: who says it (may be empty), and the call to action."""

    source: str
    ink: RGB
    ground: RGB
    pill: RGB = RED
    pill_ink: RGB = WHITE
    call: str = CALL_110


def heading(canvas: Canvas, box: Box, words: str, ink: RGB, ground: Sequence[RGB]) -> None:
    """A shield, and the name of the kind of slide beside it."""
    mark = Box(box.left, box.top, box.height * 0.9, box.height)
    ornaments.shield(canvas, mark, GOLD, ground[0])
    words_box = Box(
        mark.right + box.height * 0.4, box.top, box.width - box.height * 1.3, box.height
    )
    kind = Type(ink, ground, "Bold", rise=0.5, largest=box.height / canvas.unit)
    canvas.write([words], words_box, kind)


def foot(canvas: Canvas, box: Box, line: Foot) -> None:
    """The source at the left, the number to call in a red pill at the right (or below)."""
    if canvas.form == "portrait":
        pill, source = box.rows([1.25, 1], gap=box.height * 0.12)
    else:
        source, pill = box.columns([1, 0.9], gap=canvas.unit * 3)
    canvas.panel(pill, line.pill, radius=pill.height * 0.28)
    call = Type(line.pill_ink, [line.pill], "Bold", largest=3.6).centred()
    canvas.write([line.call], pill.inset(canvas.unit * 1.2, pill.height * 0.14), call)
    if line.source:
        said = Type(line.ink, [line.ground], rise=0.5, largest=2.3)
        said = said.centred() if canvas.form == "portrait" else said
        canvas.write([line.source], source, said)


@dataclass(frozen=True, slots=True)
class Strip:
    """A slide for an LED strip: a short tag, the words, and perhaps a number at the end.

    `words` holds wordings from the fullest to the shortest; the first that fits is taken.
    """

    tag: str
    words: Sequence[str]
    number: str = ""
    top: RGB = DEEP_BLUE
    bottom: RGB = NAVY
    tag_fill: RGB = RED
    tag_ink: RGB = WHITE


def strip(canvas: Canvas, slide: Strip) -> None:
    """Draw the strip: nothing but what can be read while passing by. Raises TooMuchText."""
    bare = replace(slide, number="")
    for wording in slide.words:
        ways = [_Way(canvas, trial, wording) for trial in (slide, bare, replace(bare, tag=""))]
        best = max(ways, key=lambda way: way.worth)
        if best.size:
            _draw_strip(canvas, best.slide, best.parts, wording, best.size)
            return
    raise TooMuchText(slide.words[0])


class _Way:
    """One way to fill the strip; larger words are worth more, and so are number and tag."""

    def __init__(self, canvas: Canvas, slide: Strip, wording: str) -> None:
        self.slide = slide
        self.parts = _parts(canvas, slide)
        try:
            self.size = canvas.fitted([wording], self.parts.words, _strip_type(slide)).size
        except TooMuchText:
            self.size = 0
        self.worth = self.size * (1 + 0.15 * bool(slide.number) + 0.45 * bool(slide.tag))


@dataclass(frozen=True, slots=True)
class _Parts:
    tag: Box
    words: Box
    number: Box


def _parts(canvas: Canvas, slide: Strip) -> _Parts:
    safe = canvas.safe
    gap = max(safe.height * 0.14, 2)
    tag_width = min(safe.height * 1.25, safe.width * 0.22) if slide.tag else 0
    number_width = min(safe.height * 1.3, safe.width * 0.2) if slide.number else 0
    begin = safe.left + tag_width + gap
    end = safe.right - number_width - gap
    words = Box(begin, safe.top, max(end - begin, 1), safe.height)
    return _Parts(
        tag=Box(safe.left, safe.top, tag_width, safe.height),
        words=words.inset(0, safe.height * 0.03),
        number=Box(end, safe.top, number_width, safe.height),
    )


def _strip_type(slide: Strip) -> Type:
    return Type(WHITE, [slide.top, slide.bottom], "Bold", largest=99, style=TIGHT).centred()


def _draw_strip(canvas: Canvas, slide: Strip, parts: _Parts, words: str, size: int) -> None:
    canvas.blend(slide.top, slide.bottom)
    body = _strip_type(slide)
    if slide.tag:
        behind = Box(0, 0, parts.tag.right, canvas.height)
        canvas.panel(behind, slide.tag_fill)
        tag = Type(slide.tag_ink, [slide.tag_fill], "Bold", largest=99, style=TIGHT).centred()
        half = (len(slide.tag) + 1) // 2
        inner = parts.tag.inset(parts.tag.width * 0.07, parts.tag.height * 0.07)
        canvas.write([slide.tag[:half], slide.tag[half:]], inner, tag)
    if slide.number:
        gold = Type(GOLD, [slide.top, slide.bottom], "Bold", largest=99).centred()
        canvas.write([slide.number], parts.number, gold)
    canvas.write([words], parts.words, body, size)


TIGHT = Style(leading=1.18, gap=0.0)
