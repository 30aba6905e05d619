"""Reads slides back with tesseract: each line as it was really drawn, brought to one size."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

from media.slides.canvas import Canvas
from media.slides.rect import Box

SIGN_PX = 44  # the size that the recogniser reads best
MARGIN = 0.3  # of a sign, around each line
FAINT = 90  # of 255: ornaments behind a text differ less from its ground
ONE_LINE = "13"  # tesseract takes the picture for one line, without searching columns in it


def read_back(canvases: Sequence[Canvas], folder: Path) -> list[str]:
    """What tesseract reads on each slide, in one run; signs alone."""
    counts = []
    pages: list[Path] = []
    for canvas in canvases:
        before = len(pages)
        for line in _lines(canvas):
            pages.append(folder / f"{len(pages)}.png")
            line.save(pages[-1], compress_level=1)
        counts.append(len(pages) - before)
    texts = iter(_tesseract(pages, folder / "pages.txt"))
    return [signs("".join(next(texts) for _ in range(count))) for count in counts]


def share_found(canvas: Canvas, text: str) -> float:
    """The share of the slide's signs that were read, in their order."""
    wanted = signs("".join(written.text for written in canvas.written))
    blocks = SequenceMatcher(None, wanted, text, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def signs(text: str) -> str:
    """Chinese signs and digits; no recogniser distinguishes punctuation and spaces."""
    return re.sub(r"[^㐀-鿿0-9]", "", text)


def _tesseract(pages: Sequence[Path], listed: Path) -> list[str]:
    listed.write_text("\n".join(map(str, pages)), encoding="ascii")
    run = subprocess.run(
        ["tesseract", str(listed), "-", "-l", "chi_sim", "--psm", ONE_LINE, "--dpi", "150"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return run.stdout.split("\f")[: len(pages)]


def _lines(canvas: Canvas) -> Iterator[Image.Image]:
    for written in canvas.written:
        for ink in written.lines:
            yield _dark_on_white(canvas, ink, written.size)


def _dark_on_white(canvas: Canvas, ink: Box, size: int) -> Image.Image:
    """A line in its real pixels; what differs little from the commonest colour becomes white."""
    left, top, right, bottom = (round(side) for side in ink.inset(-2, -1).corners)
    cut = canvas.image.crop((max(left, 0), max(top, 0), right, bottom))
    ground = Image.new("RGB", cut.size, _commonest(cut))
    away = ImageOps.autocontrast(ImageChops.difference(cut, ground).convert("L"))
    dark = away.point(lambda value: 255 - max(0, min(255, (value - FAINT) * 2)))
    scale = SIGN_PX / size
    scaled = (max(round(cut.width * scale), 1), max(round(cut.height * scale), 1))
    line = dark.resize(scaled, Image.Resampling.LANCZOS)
    return ImageOps.expand(line, round(SIGN_PX * MARGIN), 255)


def _commonest(picture: Image.Image) -> tuple[int, int, int]:
    colours = picture.getcolors(maxcolors=picture.width * picture.height) or []
    ground = max(colours)[1]
    assert isinstance(ground, tuple)
    return ground[0], ground[1], ground[2]
