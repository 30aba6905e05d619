"""The canvas of slides: smooth shapes, and text that always fits and is legible."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PIL import Image, ImageDraw

from media.slides.checks.legibility import Viewing
from media.slides.palette import LEAST_CONTRAST, RGB, WHITE, contrast
from media.slides.rect import Box, around
from media.slides.text.fonts import Fonts, Weight, runs
from media.slides.text.typesetting import PLAIN, Fitted, Room, Style, fit, set_at

Form = Literal["landscape", "portrait", "strip"]

STRIP_RATIO = 3.2
SAFE_SHARE = 0.05
STRIP_SAFE_PX = 2
DRAWABLE_PX = 12  # below that strokes of Chinese signs run together
SMOOTH = 4  # shapes are drawn this much larger and scaled down
LARGE_PX = 200_000  # shapes of so many pixels are smooth enough at half of that
BASELINE = 0.88  # of an em below the top of a Chinese sign


@dataclass(frozen=True, slots=True)
class Type:
    """Style of a text: colour, background, weight, alignment in its box, size in em units.

    `ground` lists every colour that may be behind it; `largest` is in units of the canvas.
    """

    ink: RGB
    ground: Sequence[RGB]
    weight: Weight = "Regular"
    align: float = 0.0  # 0 left, 0.5 centred, 1 right
    rise: float = 0.0  # 0 top, 0.5 middle, 1 bottom
    largest: float = 4.0
    style: Style = PLAIN
    accent: RGB | None = None  # for the part found by `accented`: the figure in a headline
    accented: re.Pattern[str] | None = None

    def centred(self) -> Type:
        """The same, in the middle of its box with lines of even length."""
        return replace(self, align=0.5, rise=0.5, style=replace(self.style, balanced=True))


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its position, and the ink of each line for checking the safe area."""

    text: str
    lines: tuple[Box, ...]
    size: int

    @property
    def box(self) -> Box:
        """The bounding box of all its ink."""
        return around(self.lines)


class Canvas:
    """One slide in the making, with its pixels and its unit (1 % of the mean of its sides)."""

    def __init__(
        self, width: int, height: int, *, wordless: bool = False, viewing: Viewing | None = None
    ) -> None:
        self._wordless = wordless
        self._viewing = viewing
        self.width = width
        self.height = height
        self.fonts = Fonts()
        self.image = Image.new("RGB", (width, height), WHITE)
        self.written: list[Written] = []
        self.unit = float((width * height) ** 0.5) / 100
        self.form: Form = _form(width, height)

    @property
    def whole(self) -> Box:
        """The whole area."""
        return Box(0, 0, self.width, self.height)

    @property
    def safe(self) -> Box:
        """The part that no frame of a screen covers; text stays inside."""
        if self.form == "strip":
            return self.whole.inset(STRIP_SAFE_PX)
        return self.whole.inset(self.width * SAFE_SHARE, self.height * SAFE_SHARE)

    @property
    def narrow(self) -> bool:
        """Whether to arrange things vertically rather than side by side."""
        return self.width < self.height * 1.45

    @property
    def smallest_px(self) -> int:
        """The least height of a legible sign on such a screen, in pixels.

        By the viewing conditions if given, but never less than the pixels can draw.
        """
        if self._viewing is not None:
            return max(DRAWABLE_PX, self._viewing.least_px)
        if self.form == "strip":
            return min(16, max(DRAWABLE_PX, self.height // 4))
        return max(DRAWABLE_PX, round(min(self.width, self.height) * 0.022))

    def erase(self) -> None:
        """Clear the canvas."""
        self.image.paste(WHITE, (0, 0, self.width, self.height))
        self.written.clear()

    def blend(self, top: RGB, bottom: RGB) -> None:
        """Fill all with one colour flowing into another, downwards."""
        size = (self.width, self.height)
        ramp = Image.linear_gradient("L").resize(size)
        flow = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)
        self.image.paste(flow)

    def panel(self, box: Box, fill: RGB, radius: float = 0) -> None:
        """Draw a rectangle, perhaps with round corners, smooth at the edge."""
        left, top, right, bottom = (round(x) for x in box.corners)
        if right <= left or bottom <= top:
            return
        if not radius:
            self.image.paste(fill, (left, top, right, bottom))
            return
        mask = Image.new("L", (right - left, bottom - top), 255)
        side = min(round(radius), (right - left) // 2, (bottom - top) // 2)
        round_off(mask, side)
        self.image.paste(Image.new("RGB", mask.size, fill), (left, top), mask)

    def shape(self, points: Sequence[tuple[float, float]], fill: RGB) -> None:
        """Draw a polygon, smooth at the edge."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = math.floor(min(xs)), math.floor(min(ys))
        size = (math.ceil(max(xs)) - left or 1, math.ceil(max(ys)) - top or 1)
        smooth = SMOOTH if size[0] * size[1] < LARGE_PX else SMOOTH // 2
        mask = Image.new("L", (size[0] * smooth, size[1] * smooth), 0)
        moved = [((x - left) * smooth, (y - top) * smooth) for x, y in points]
        ImageDraw.Draw(mask).polygon(moved, fill=255)
        soft = mask.reduce(smooth)
        self.image.paste(Image.new("RGB", size, fill), (left, top), soft)

    def fitted(self, texts: Sequence[str], box: Box, kind: Type) -> Fitted:
        """Find the size at which the texts fit the box. Raises TooMuchText."""
        largest = max(round(kind.largest * self.unit), self.smallest_px)
        room = Room(box.width, box.height, self.smallest_px, largest)
        return fit(texts, room, self.fonts.measure(kind.weight), kind.style)

    def common_size(
        self, cells: Sequence[tuple[str, Box]], kind: Type, *, nearly: float = 0.75
    ) -> int:
        """Find the one size at which each text fits its box, so that equals get equal size.

        If single lines are nearly as large, single lines are used.
        """
        several = min(self.fitted([text], box, kind).size for text, box in cells)
        measure = self.fonts.measure(kind.weight)
        single = min(int(min(box.width / measure(text), box.height)) for text, box in cells)
        return min(single, several) if single >= several * nearly else several

    def write_alike(self, cells: Sequence[tuple[str, Box]], kind: Type) -> None:
        """Write each text into its box, all as large as the one that fits least."""
        size = self.common_size(cells, kind)
        for text, box in cells:
            self.write([text], box, kind, size)

    def lines_of(self, text: str, width: float, kind: Type, size: int) -> int:
        """How many lines a paragraph takes at a size; 1 if it can't be set in that width."""
        room = Room(width, math.inf, size, size)
        result = set_at(size, [text], room, self.fonts.measure(kind.weight), kind.style)
        return sum(map(len, result.paragraphs)) if result else 1

    def write(self, texts: Sequence[str], box: Box, kind: Type, size: int | None = None) -> Box:
        """Write paragraphs into a box as large as they fit (or at a size); return their box.

        Raises TooMuchText, or ValueError if the contrast is too low.
        """
        for ink in (kind.ink, kind.accent or kind.ink):
            if any(contrast(ink, ground) < LEAST_CONTRAST for ground in kind.ground):
                raise ValueError(f"{ink} can't be read on {kind.ground}")
        result = self._set(texts, box, kind, size)
        top = box.top + (box.height - result.height) * kind.rise
        baseline = top + result.size * BASELINE
        left, right = box.right, box.left
        inks: list[Box] = []
        for number, lines in enumerate(result.paragraphs):
            baseline += kind.style.gap * result.size if number else 0
            for line in lines:
                x, width, ink_box = self._line(line, baseline, box, kind, result.size)
                left, right = min(left, x), max(right, x + width)
                inks.append(ink_box)
                baseline += kind.style.leading * result.size
        self.written.append(Written("\n".join(texts), tuple(inks), result.size))
        return Box(left, top, max(right - left, 0), result.height)

    def _set(self, texts: Sequence[str], box: Box, kind: Type, size: int | None) -> Fitted:
        if size is None:
            return self.fitted(texts, box, kind)
        room = Room(box.width, box.height * 2, size, size)
        result = set_at(size, texts, room, self.fonts.measure(kind.weight), kind.style)
        return result or self.fitted(texts, box, kind)

    def _line(
        self, line: str, baseline: float, box: Box, kind: Type, size: int
    ) -> tuple[float, float, Box]:
        """Write one line; return its start, its width, and the box of its ink."""
        width = self.fonts.measure(kind.weight)(line) * size
        indent = kind.style.indent * size
        x = box.left + indent + (box.width - indent - width) * kind.align
        face = self.fonts.at(kind.weight, size)
        draw = ImageDraw.Draw(self.image)
        at, inks = x, []
        for words, ink in _coloured(line, kind):
            for part, how in runs(words):
                if not self._wordless:
                    draw.text((at, baseline), part, ink, face, anchor="ls", features=how)
                left, top, right, bottom = face.getbbox(part, features=how, anchor="ls")
                inks.append(Box(at + left, baseline + top, right - left, bottom - top))
                at += face.getlength(part, features=how)
        return x, width, around(inks)


def _coloured(line: str, kind: Type) -> list[tuple[str, RGB]]:
    """The parts of a line, each with its colour."""
    if kind.accented is None or kind.accent is None:
        return [(line, kind.ink)]
    parts: list[tuple[str, RGB]] = []
    end = 0
    for match in kind.accented.finditer(line):
        parts += [(line[end : match.start()], kind.ink), (match.group(), kind.accent)]
        end = match.end()
    return [(words, ink) for words, ink in [*parts, (line[end:], kind.ink)] if words]


def round_off(mask: Image.Image, side: int) -> None:
    """Make the corners of a mask round, smooth at the edge; side is the radius in pixels."""
    if side < 1:
        return
    large = Image.new("L", (2 * side * SMOOTH, 2 * side * SMOOTH), 0)
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), fill=255)
    disc = large.reduce(SMOOTH)
    width, height = mask.size
    for x, left in ((0, 0), (side, width - side)):
        for y, top in ((0, 0), (side, height - side)):
            mask.paste(disc.crop((x, y, x + side, y + side)), (left, top))


def _form(width: int, height: int) -> Form:
    if width >= height * STRIP_RATIO:
        return "strip"
    return "portrait" if height > width * 1.1 else "landscape"
