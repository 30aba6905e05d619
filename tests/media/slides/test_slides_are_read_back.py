"""Drawn slides are readable by a recogniser, in every shape, with every sign in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import ImageChops

from media.slides import engine
from media.slides.checks.url_allowlist import is_page
from media.slides.text.fonts import has_glyph
from media.slides.text.line_break_words import kept_words
from tests.support.browser.ocr import read_back, share_found

pytestmark = pytest.mark.slow

NAMES = [each["name"] for each in engine.templates()]
SHAPES = [
    (1920, 1080),
    (1080, 1920),
    (1024, 768),
    (1080, 1080),
    (1080, 1440),
    (960, 160),
    (512, 128),
    (384, 64),
]
ENOUGH = 0.93


def fields_of(name: str) -> dict[str, Any]:
    """The example; the hotline card with a code beside it."""
    code = {"page": "https://fz.example.gov.cn/", "owner": "区反电信网络诈骗中心"}
    assert is_page(code["page"])
    return engine.example(name) | (code if name == "hotlines" else {})


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_slide_is_read_back_in_every_shape(name: str, tmp_path: Path) -> None:
    canvases = [engine.drawn(name, fields_of(name), width, height) for width, height in SHAPES]

    read = read_back(canvases, tmp_path)

    shares = [share_found(canvas, text) for canvas, text in zip(canvases, read, strict=True)]
    assert min(shares) >= ENOUGH, dict(zip(SHAPES, shares, strict=True))


def test_the_recogniser_is_not_satisfied_by_another_slide(tmp_path: Path) -> None:
    hotlines = engine.drawn("hotlines", fields_of("hotlines"), 1280, 720)
    slogan = engine.drawn("slogan", fields_of("slogan"), 1280, 720)

    [text] = read_back([hotlines], tmp_path)

    assert share_found(slogan, text) < 0.3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_no_word_leaves_a_pixel_outside_the_safe_area(name: str, width: int, height: int) -> None:
    fields = fields_of(name)
    full = engine.drawn(name, fields, width, height)
    bare = engine.drawn(name, fields, width, height, wordless=True)

    found = ImageChops.difference(full.image, bare.image).getbbox()

    assert found is not None
    safe = full.safe
    assert found[0] >= safe.left - 1
    assert found[1] >= safe.top - 1
    assert found[2] <= safe.right + 1
    assert found[3] <= safe.bottom + 1


def test_every_sign_that_slides_bring_themselves_has_a_glyph() -> None:
    texts = ["".join(kept_words())]
    for name in NAMES:
        for width, height in ((1920, 1080), (960, 160)):
            canvas = engine.drawn(name, fields_of(name), width, height)
            texts += [written.text for written in canvas.written]

    assert {sign for text in texts for sign in text if not has_glyph(sign)} == set()
    assert not has_glyph("\U0001f600")
