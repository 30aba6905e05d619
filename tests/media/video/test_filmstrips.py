"""A clip's filmstrip shows it at even distances, at most ten pictures, one a second at most."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from media.limits import Limits
from media.pipeline.renditions import process
from media.screen_classes import cell_size, strip_cells
from tests.support.factories import sample_files
from tests.support.factories.refused_code import SMALL


@pytest.mark.parametrize(
    ("seconds", "cells", "every_s"),
    [
        (0.2, 1, 1),
        (1, 1, 1),
        (1.04, 2, 1),
        (9.5, 10, 1),
        (10, 10, 1),
        (10.1, 6, 2),
        (7200, 10, 720),
    ],
)
def test_cells_are_whole_seconds_apart(seconds: float, cells: int, every_s: int) -> None:
    assert strip_cells(seconds) == (cells, every_s)


@pytest.mark.parametrize(
    ("size", "cell"),
    [((1920, 1080), (214, 120)), ((1080, 1920), (68, 120)), ((4000, 100), (360, 120))],
)
def test_a_cell_has_the_shape_of_the_clip(size: tuple[int, int], cell: tuple[int, int]) -> None:
    assert cell_size(*size) == cell


@pytest.mark.slow
def test_the_strip_shows_the_beginning_and_what_comes_later(tmp_path: Path) -> None:
    source = tmp_path / "in.mp4"
    colours = "color=red:size=160x90:duration=1[a];color=blue:size=160x90:duration=1[b]"
    sample_files.make_from_graph(f"{colours};[a][b]concat", source)

    made = process(source, tmp_path, Limits(), lambda _fraction: None, SMALL)

    assert made.filmstrip is not None
    with Image.open(made.filmstrip.path) as strip:
        assert strip.size == (made.filmstrip.width, made.filmstrip.height) == (428, 120)
        first, second = strip.getpixel((100, 60)), strip.getpixel((320, 60))
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    assert first[0] - first[2] > 100
    assert second[2] - second[0] > 100
