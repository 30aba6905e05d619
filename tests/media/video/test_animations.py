"""Moving pictures become clips, exactly as long and as often as their makers saw them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from media.errors import MediaRefused
from media.limits import Limits
from media.pipeline.renditions import Processed, process
from tests.support.factories import sample_files
from tests.support.factories.refused_code import SMALL, refused_code

pytestmark = pytest.mark.slow

SIZE = (64, 36)


def animated(path: Path, shown_ms: int | list[int], frames: int = 4, **options: object) -> Path:
    colours = [sample_files.RED, sample_files.GREEN, sample_files.BLUE, sample_files.YELLOW]
    first, *rest = (Image.new("RGB", SIZE, colours[n % 4]) for n in range(frames))
    first.save(path, save_all=True, append_images=rest, duration=shown_ms, **options)
    return path


def made_from(source: Path, workdir: Path) -> Processed:
    return process(source, workdir, Limits(), lambda _fraction: None, SMALL)


@pytest.mark.long
@pytest.mark.parametrize("name", ["in.gif", "in.webp", "in.png", "in.avif"])
def test_an_animation_becomes_a_clip(tmp_path: Path, name: str) -> None:
    made = made_from(animated(tmp_path / name, 120), tmp_path)

    assert (made.kind, made.width, made.height, made.duration_ms) == ("video", *SIZE, 480)
    assert made.renditions[0].type == "video/mp4"
    assert made.poster is not None


def test_each_frame_is_shown_for_its_own_time(tmp_path: Path) -> None:
    made = made_from(animated(tmp_path / "in.gif", [40, 200, 80, 400]), tmp_path)

    assert made.duration_ms == 720


def test_a_frame_without_a_time_is_shown_as_browsers_show_it(tmp_path: Path) -> None:
    made = made_from(animated(tmp_path / "in.gif", 0), tmp_path)

    assert made.duration_ms == 400


@pytest.mark.parametrize("name", ["in.gif", "in.webp", "in.png", "in.tif"])
def test_a_single_frame_is_a_picture(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    sample_files.quadrants(SIZE).save(source)

    assert made_from(source, tmp_path).kind == "image"


def test_pages_of_a_scan_are_no_animation(tmp_path: Path) -> None:
    source = tmp_path / "in.tif"
    sample_files.quadrants(SIZE).save(
        source, save_all=True, append_images=[Image.new("RGB", SIZE)], compression="tiff_lzw"
    )

    assert made_from(source, tmp_path).kind == "image"


@pytest.mark.parametrize("name", ["in.gif", "in.webp", "in.png"])
def test_an_animation_with_too_many_pixels_in_all_is_too_large(tmp_path: Path, name: str) -> None:
    source = animated(tmp_path / name, 40, frames=12)

    with pytest.raises(MediaRefused, match="it may have 10 frames") as caught:
        process(
            source,
            tmp_path,
            Limits(max_megapixels=64 * 36 / 1_000_000),
            lambda _fraction: None,
            SMALL,
        )

    assert caught.value.code == "too_large"


def test_an_animation_longer_than_allowed_is_too_long(tmp_path: Path) -> None:
    source = animated(tmp_path / "in.gif", 2000)

    assert refused_code(source, tmp_path, Limits(max_video_s=3)) == "too_long"


@pytest.mark.parametrize("name", ["in.gif", "in.webp", "in.png"])
def test_half_an_animation_is_truncated(tmp_path: Path, name: str) -> None:
    whole = animated(tmp_path / f"whole-{name}", 100, frames=9)
    source = sample_files.first_part(tmp_path / name, whole, 0.6)

    assert refused_code(source, tmp_path) == "truncated"
