"""Uploaded pictures come out upright, plain, small and without anything hidden in them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from media.limits import Limits
from media.pipeline.renditions import Processed, process
from tests.support.factories import sample_files
from tests.support.factories.refused_code import SMALL

pytestmark = pytest.mark.slow

PIXEL_TOLERANCE = 24


def first_rendition(source: Path, workdir: Path) -> Image.Image:
    made = process(source, workdir, Limits(), lambda _fraction: None, SMALL)
    return opened(made.renditions[0].path)


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
        return picture


def has_colour(picture: Image.Image, at: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    """Compare the pixel at a share of width and height with a colour."""
    spot = (int(picture.width * at[0]), int(picture.height * at[1]))
    seen = picture.convert("RGB").getpixel(spot)
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= PIXEL_TOLERANCE for a, b in zip(seen, colour, strict=True))


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_orientation_mark_of_a_phone_is_applied(tmp_path: Path, orientation: int) -> None:
    source = sample_files.photo(tmp_path / "in.jpg", size=(640, 360), orientation=orientation)

    picture = first_rendition(source, tmp_path)

    assert has_colour(picture, (0.2, 0.2), sample_files.RED)
    assert has_colour(picture, (0.8, 0.2), sample_files.GREEN)
    assert has_colour(picture, (0.2, 0.8), sample_files.BLUE)
    assert has_colour(picture, (0.8, 0.8), sample_files.YELLOW)


def test_the_size_is_that_of_the_picture_as_seen(processed_photo: Processed) -> None:
    assert (processed_photo.kind, processed_photo.width, processed_photo.height) == (
        "image",
        480,
        640,
    )
    assert processed_photo.duration_ms is None
    assert processed_photo.poster is None


def test_every_class_gets_a_jpeg_of_exactly_its_size(processed_photo: Processed) -> None:
    sizes = {made.cls: opened(made.path).size for made in processed_photo.renditions}

    assert sizes == {"landscape-1080p": (1920, 1080), "portrait-1080p": (1080, 1920)}
    assert {made.type for made in processed_photo.renditions} == {"image/jpeg"}


def test_the_whole_picture_is_on_a_darker_blurred_fill(processed_photo: Processed) -> None:
    picture = opened(processed_photo.renditions[0].path)

    assert has_colour(picture, (0.4, 0.05), sample_files.RED)
    assert has_colour(picture, (0.6, 0.95), sample_files.YELLOW)
    edge = picture.convert("L").getpixel((5, 100))
    inside = picture.convert("L").getpixel((700, 100))
    assert isinstance(edge, int)
    assert isinstance(inside, int)
    assert edge < inside


def test_the_thumbnail_is_480_pixels_wide(processed_photo: Processed) -> None:
    assert opened(processed_photo.thumbnail.path).size == (480, 640)
    assert (processed_photo.thumbnail.width, processed_photo.thumbnail.height) == (480, 640)


def test_place_maker_and_colour_profile_are_gone(processed_photo: Processed) -> None:
    for made in (*processed_photo.renditions, processed_photo.thumbnail):
        picture = opened(made.path)
        assert not picture.getexif()
        assert "icc_profile" not in picture.info
        assert b"Anping Phone" not in made.path.read_bytes()


def test_what_shows_through_is_white(tmp_path: Path) -> None:
    picture = first_rendition(sample_files.png_with_alpha(tmp_path / "in.png"), tmp_path)

    assert has_colour(picture, (0.05, 0.05), (255, 255, 255))
    assert has_colour(picture, (0.35, 0.35), sample_files.RED)


def test_webp_is_read(tmp_path: Path) -> None:
    picture = first_rendition(sample_files.webp(tmp_path / "in.webp"), tmp_path)

    assert has_colour(picture, (0.8, 0.8), sample_files.YELLOW)


def test_a_photo_with_a_depth_map_is_no_animation(tmp_path: Path) -> None:
    source = tmp_path / "in.jpg"
    depth = Image.new("RGB", (160, 90))
    sample_files.quadrants((320, 180)).save(source, "MPO", save_all=True, append_images=[depth])

    assert has_colour(first_rendition(source, tmp_path), (0.8, 0.2), sample_files.GREEN)


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "RGBA"])
def test_every_kind_of_png_is_read(tmp_path: Path, mode: str) -> None:
    source = tmp_path / "in.png"
    Image.new("RGB", (320, 180), (255, 255, 255)).convert(mode).save(source)

    assert has_colour(first_rendition(source, tmp_path), (0.5, 0.5), (255, 255, 255))


def test_sixteen_bit_grey_keeps_its_brightness(tmp_path: Path) -> None:
    source = tmp_path / "in.png"
    Image.new("I;16", (320, 180), 0x8000).save(source)

    assert has_colour(first_rendition(source, tmp_path), (0.5, 0.5), (128, 128, 128))


def test_print_colours_become_screen_colours(tmp_path: Path) -> None:
    source = tmp_path / "in.jpg"
    Image.new("CMYK", (320, 180), (0, 255, 255, 0)).save(source, quality=95)

    assert has_colour(first_rendition(source, tmp_path), (0.5, 0.5), (250, 5, 5))


def test_an_embedded_profile_is_turned_into_srgb(tmp_path: Path) -> None:
    source = tmp_path / "in.png"
    lab_white = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    xyz = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    Image.new("RGB", (320, 180), (120, 60, 200)).save(source, icc_profile=lab_white + xyz)

    # A profile of the wrong kind is ignored instead of spoiling the picture.
    assert has_colour(first_rendition(source, tmp_path), (0.5, 0.5), (120, 60, 200))


def test_even_noise_stays_under_the_limit_of_bytes(tmp_path: Path) -> None:
    source = tmp_path / "in.png"
    Image.frombytes("RGB", (1280, 720), os.urandom(1280 * 720 * 3)).save(source)

    made = process(source, tmp_path, Limits(), lambda _fraction: None)

    assert all(each.bytes < 400_000 for each in made.renditions)


def test_a_small_picture_warns_that_it_will_be_soft(tmp_path: Path) -> None:
    small = sample_files.webp(tmp_path / "small.webp", size=(320, 180))
    large = sample_files.webp(tmp_path / "large.webp", size=(1280, 720))

    assert process(small, tmp_path, Limits(), lambda _f: None).warnings == ("upscaled",)
    assert process(large, tmp_path, Limits(), lambda _f: None).warnings == ()


def test_progress_grows_to_one(tmp_path: Path) -> None:
    progress: list[float] = []

    process(sample_files.webp(tmp_path / "in.webp"), tmp_path, Limits(), progress.append, SMALL)

    assert progress == sorted(set(progress))
    assert progress[-1] == 1.0
    assert len(progress) >= 3


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    source = sample_files.webp(tmp_path / "in.webp")
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made = process(source, tmp_path / name, Limits(), lambda _f: None, SMALL)
        digests.add(made.renditions[0].digest)

    assert len(digests) == 1


def test_a_wide_colour_photo_is_converted(tmp_path: Path) -> None:
    source = tmp_path / "in.jpg"
    swapped = _profile_with_swapped_primaries()
    Image.new("RGB", (320, 180), (200, 40, 40)).save(source, icc_profile=swapped, quality=95)

    # Red and blue are exchanged by the profile: only a real conversion shows it.
    assert has_colour(first_rendition(source, tmp_path), (0.5, 0.5), (40, 40, 200))


def _profile_with_swapped_primaries() -> bytes:
    """SRGB whose tag table names the blue primary as the red one and the other way round."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    assert ImageCms.ImageCmsProfile(io.BytesIO(bytes(profile)))
    return bytes(profile)
