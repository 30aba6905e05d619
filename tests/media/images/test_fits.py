"""A picture of another shape is shown whole on a blurred copy of itself, or cropped to fill."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from media.limits import Limits
from media.pipeline.renditions import Processed, process
from media.screen_classes import Fit, ScreenClass
from media.treatment import Treatment
from tests.support.factories import sample_files

STRIP = ScreenClass("led-256x64", 256, 64)
DARKER = 40  # levels at least by which a blurred copy of white is darker


def made_from(source: Path, folder: Path, fit: Fit) -> Processed:
    workdir = folder / fit
    workdir.mkdir()
    return process(source, workdir, Limits(), lambda _fraction: None, (STRIP,), Treatment(fit))


def colour_at(picture: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    found = picture.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def is_like(found: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return max(abs(one - other) for one, other in zip(found, wanted, strict=True)) < 24


@pytest.mark.slow
def test_a_still_fills_the_screen_to_its_edge_when_cropped(tmp_path: Path) -> None:
    source = sample_files.photo(tmp_path / "in.jpg", size=(320, 240))

    whole, cropped = (made_from(source, tmp_path, fit) for fit in ("whole", "crop"))

    with Image.open(whole.renditions[0].path) as seen:
        assert not is_like(colour_at(seen, 8, 8), sample_files.RED)
    with Image.open(cropped.renditions[0].path) as seen:
        assert seen.size == (256, 64)
        assert is_like(colour_at(seen, 8, 8), sample_files.RED)
        assert is_like(colour_at(seen, 248, 56), sample_files.YELLOW)
    assert whole.thumbnail.digest == cropped.thumbnail.digest


@pytest.mark.slow
def test_a_clip_fills_the_screen_to_its_edge_when_cropped(tmp_path: Path) -> None:
    white = "color=white:size=64x64:rate=25:duration=0.2"
    source = sample_files.make_from_graph(white, tmp_path / "in.mp4")

    whole, cropped = (made_from(source, tmp_path, fit) for fit in ("whole", "crop"))

    brightness = {}
    for made in (whole, cropped):
        still = made.renditions[0].path.with_suffix(".png")
        sample_files.still(made.renditions[0].path, still)
        with Image.open(still) as seen:
            assert seen.size == (256, 64)
            brightness[made] = [colour_at(seen, x, 32)[0] for x in (4, 128, 252)]
    left, middle, right = brightness[whole]
    assert min(middle - left, middle - right) > DARKER
    assert min(brightness[cropped]) > 255 - DARKER
