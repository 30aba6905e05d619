"""A new installation gets slides, clips and a waiting picture that are let in like any upload."""

from __future__ import annotations

import hashlib
import io
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from media.limits import Limits
from media.probe import probe
from media.starter import StarterPack, make
from media.waiting import waiting_picture

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told() -> list[float]:
    return []


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, told: list[float]) -> StarterPack:
    # A third of its size, so that the test is quick.
    return make(tmp_path_factory.mktemp("pack"), told.append, size=(640, 360))


def test_there_are_five_slides_from_the_examples(pack: StarterPack) -> None:
    assert [slide.title for slide in pack.slides] == [
        "案情通报",
        "常见诈骗类型",
        "宣传标语",
        "热线卡",
        "紧急提醒",
    ]
    for slide in pack.slides:
        with Image.open(slide.path) as picture:
            assert (picture.format, picture.size) == ("PNG", (640, 360))


def test_there_are_two_clips_of_six_to_ten_seconds(pack: StarterPack) -> None:
    assert len(pack.clips) == 2
    for clip in pack.clips:
        found = probe(clip.path, Limits())
        assert found.seconds == pytest.approx(clip.seconds, abs=0.001)
        assert 6 <= clip.seconds <= 10
        assert (found.width, found.height, found.fps) == (640, 360, Fraction(25))
        assert not found.has_sound


def test_nothing_but_the_pack_is_left_in_the_folder(pack: StarterPack) -> None:
    made = {pack.waiting, *(each.path for each in (*pack.slides, *pack.clips))}

    assert set(pack.waiting.parent.iterdir()) == made


def test_progress_grows_to_one(pack: StarterPack, told: list[float]) -> None:
    assert pack
    assert told == sorted(set(told))
    assert told[-1] == 1.0


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (384, 64)])
def test_the_waiting_picture_comes_in_every_shape(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(waiting_picture(*size))) as picture:
        assert picture.size == size


def test_the_waiting_picture_is_the_same_each_time(tmp_path: Path) -> None:
    digests = {hashlib.sha256(waiting_picture(640, 360)).hexdigest() for _ in range(2)}

    assert len(digests) == 1
