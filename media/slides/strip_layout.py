"""The layout of a slide for LED strips: a short tag, the words, and an optional number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from media.slides.canvas import Canvas, Type
from media.slides.palette import POLICE, RGB, SIGNAL, SUN, WHITE
from media.slides.rect import Box
from media.slides.text.typesetting import Style, TooMuchText

TIGHT = Style(leading=1.16, gap=0.0, balanced=True)
PASSING = 0.27  # of the strip's height: legible while passing by


@dataclass(frozen=True, slots=True)
class Strip:
    """The content of a strip.

    `words`: wordings from the fullest to the shortest; the first one whose signs are legible in
    passing is taken, otherwise the one with the largest.
    """

    tag: str
    words: Sequence[str]
    number: str = ""
    ground: RGB = POLICE
    ink: RGB = WHITE
    number_ink: RGB = SUN
    tag_fill: RGB = SIGNAL
    tag_ink: RGB = WHITE


@dataclass(frozen=True, slots=True)
class _Way:
    """One layout of the strip; scored by size of the words, number and tag."""

    slide: Strip
    wording: str
    size: int

    @property
    def worth(self) -> float:
        bonus = 0.15 * bool(self.slide.number) + 0.45 * bool(self.slide.tag)
        return self.size * (1 + bonus)


def strip(canvas: Canvas, slide: Strip) -> None:
    """Draw the strip. Raises TooMuchText."""
    best: _Way | None = None
    for wording in slide.words:
        way = max(_ways(canvas, slide, wording), key=lambda each: each.worth)
        if best is None or way.size > best.size:
            best = way
        if way.size >= canvas.height * PASSING:
            break
    if best is None or not best.size:
        raise TooMuchText(slide.words[0])
    _draw(canvas, best)


def _ways(canvas: Canvas, slide: Strip, wording: str) -> Iterator[_Way]:
    bare = replace(slide, number="")
    for trial in (slide, bare, replace(bare, tag="")):
        place = _parts(canvas, trial).words
        try:
            size = canvas.fitted([wording], place, _words(trial)).size
        except TooMuchText:
            size = 0
        yield _Way(trial, wording, size)


@dataclass(frozen=True, slots=True)
class _Parts:
    tag: Box
    words: Box
    number: Box


def _parts(canvas: Canvas, slide: Strip) -> _Parts:
    safe = canvas.safe
    gap = max(safe.height * 0.16, 2)
    tag_width = min(safe.height * 1.2, safe.width * 0.22) if slide.tag else 0
    number_width = min(safe.height * 1.35, safe.width * 0.2) if slide.number else 0
    begin = safe.left + tag_width + (gap * 1.6 if slide.tag else gap)
    end = safe.right - number_width - gap
    words = Box(begin, safe.top, max(end - begin, 1), safe.height)
    return _Parts(
        tag=Box(safe.left, safe.top, tag_width, safe.height),
        words=words.inset(0, safe.height * 0.07),
        number=Box(end, safe.top, number_width, safe.height),
    )


def _words(slide: Strip) -> Type:
    align = 0.0 if slide.tag else 0.5
    return Type(slide.ink, [slide.ground], "Bold", align, 0.5, largest=99, style=TIGHT)


def _draw(canvas: Canvas, way: _Way) -> None:
    slide = way.slide
    parts = _parts(canvas, slide)
    canvas.panel(canvas.whole, slide.ground)
    if slide.tag:
        canvas.panel(Box(0, 0, parts.tag.right, canvas.height), slide.tag_fill)
        tag = Type(slide.tag_ink, [slide.tag_fill], "Bold", largest=99, style=TIGHT).centred()
        half = (len(slide.tag) + 1) // 2
        inner = parts.tag.inset(parts.tag.width * 0.1, parts.tag.height * 0.1)
        canvas.write([slide.tag[:half], slide.tag[half:]], inner, tag)
    if slide.number:
        figures = Type(slide.number_ink, [slide.ground], "Bold", largest=99).centred()
        canvas.write([slide.number], parts.number, figures)
    canvas.write([way.wording], parts.words, _words(slide), way.size)
