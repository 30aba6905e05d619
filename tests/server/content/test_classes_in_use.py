"""Pictures and clips are made for the screens that a district has, LED strips by their pixels."""

from __future__ import annotations

from pathlib import Path

import pytest

from media.screen_classes import class_named
from server.inventory.screens.rendition_classes import class_for, classes_of, shape_of
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.sample_files import photo
from tests.support.factories.uploads import read, upload


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((None, None), "landscape-1080p"),
        ((1920, 1080), "landscape-1080p"),
        ((1080, 1920), "portrait-1080p"),
        ((1920, 1200), "landscape-1080p"),
        ((384, 64), "led-384x64"),
        ((385, 65), "led-384x64"),
        ((1920, 360), "led-1920x360"),
        ((96, 480), "led-96x480"),
        ((8, 8), "landscape-1080p"),
    ],
)
def test_a_screen_gets_the_class_of_its_size(
    size: tuple[int | None, int | None], name: str
) -> None:
    assert class_for(*size) == name


@pytest.mark.parametrize("name", ["led-383x64", "led-8x8", "led-9999x64", "led-384x64x", "8k", ""])
def test_other_names_are_no_classes(name: str) -> None:
    assert class_named(name) is None


def test_the_shape_of_a_strip_is_in_its_name() -> None:
    assert shape_of(None, None, "led-384x64") == (384, 64)


def test_what_no_screen_has_isnt_made() -> None:
    names = [one.name for one in classes_of({"led-384x64", "portrait-1080p", "gone"})]

    assert names == ["landscape-1080p", "portrait-1080p", "led-384x64"]


@pytest.mark.slow
def test_a_strip_and_a_box_of_low_power_get_their_own_pixels(world: World, tmp_path: Path) -> None:
    for name in ("led-384x64", "landscape-720p", "landscape-4k"):
        make_screen(world, rendition_class=name)
    author = sign_in(world, "publicity")

    answer = upload(author, photo(tmp_path / "a.jpg", size=(1920, 1080)))
    run_jobs(world.core)

    made = read(author, answer.json["id"])["renditions"]
    sizes = {one["class"]: (one["width"], one["height"]) for one in made}
    assert sizes == {
        "landscape-1080p": (1920, 1080),
        "portrait-1080p": (1080, 1920),
        "landscape-720p": (1280, 720),
        "led-384x64": (384, 64),
    }, "4K is made of what is as large"
