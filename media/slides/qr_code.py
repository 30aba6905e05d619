"""Draws QR codes with the owner of the page."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno

from media.slides.canvas import Canvas, Type
from media.slides.palette import BLACK, INK, RGB, SLATE, WHITE
from media.slides.rect import Box
from media.slides.text.typesetting import Style, TooMuchText

QUIET = 4  # modules of white around a code, as ISO/IEC 18004 asks for
SMALLEST_MODULE_PX = 3
CAPTION = Style(leading=1.28, gap=0.15, balanced=True)


def code(canvas: Canvas, box: Box, page: str, owner: str, ground: RGB) -> Box:
    """Draw the code of a page with its owner beside it, or below in a tall box; return its square.

    Modules are whole pixels, so that it is sharp. Raises TooMuchText if the box is too small.
    """
    rows = segno.make(page, error="m", micro=False).matrix
    tall = box.height > box.width * 0.7
    room = min(box.width, box.height * 0.62) if tall else min(box.height, box.width * 0.5)
    across = len(rows) + 2 * QUIET
    module = int(room // across)
    if module < SMALLEST_MODULE_PX:
        raise TooMuchText(page)
    side = module * across
    square = Box(round(box.left), round(box.top if tall else box.bottom - side), side, side)
    canvas.panel(square, WHITE)
    for down, row in enumerate(rows, start=QUIET):
        for right, dark in enumerate(row, start=QUIET):
            if dark:
                left, top = square.left + right * module, square.top + down * module
                canvas.panel(Box(left, top, module, module), BLACK)
    _caption(canvas, _beside(canvas, box, square, tall=tall), page, owner, ground)
    return square


def _beside(canvas: Canvas, box: Box, square: Box, *, tall: bool) -> Box:
    gap = canvas.unit * 1.6
    if tall:
        return box.under(square.bottom + gap)
    left = square.right + gap * 1.5
    return Box(left, square.top, box.right - left, square.height)


def _caption(canvas: Canvas, box: Box, page: str, owner: str, ground: RGB) -> None:
    """The page's owner, and its address if there is room."""
    owner_type = Type(INK, [ground], "Bold", largest=3.2, style=CAPTION)
    host = Type(SLATE, [ground], rise=1, largest=2.3)
    name, address = box.rows([2.6, 1], gap=canvas.unit)
    words = urlsplit(page).hostname or page
    try:
        canvas.fitted([words], address, host)
    except TooMuchText:
        canvas.write(["扫码进入", owner], box, owner_type)
        return
    canvas.write(["扫码进入", owner], name, owner_type)
    canvas.write([words], address, host)
