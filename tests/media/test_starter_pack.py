"""A new installation gets slides, clips and a waiting picture that are let in like any upload."""

from __future__ import annotations

import hashlib
import io
import subprocess
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from media.limits import Limits
from media.slides import engine
from media.slides.checks.content_notices import notices
from media.slides.waiting_picture import waiting_picture
from media.starter.pack import StarterClip, make_clips, seconds_for
from media.starter.slides import starters
from media.video.probe import probe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def progress() -> list[float]:
    return []


@pytest.fixture(scope="module")
def clips(
    tmp_path_factory: pytest.TempPathFactory, progress: list[float]
) -> tuple[StarterClip, ...]:
    # A third of their size, so that the test is quick.
    return make_clips(tmp_path_factory.mktemp("clips"), progress.append, size=(640, 360))


@pytest.mark.long
def test_ten_slides_teach_the_common_scams() -> None:
    assert [slide.title for slide in starters()] == [
        "宣传标语：四个不要忘",
        "宣传标语：没有“安全账户”",
        "十类常见电信网络诈骗",
        "热线卡",
        "防骗提醒：刷单返利",
        "防骗提醒：虚假投资理财",
        "防骗提醒：冒充客服",
        "防骗提醒：冒充公检法",
        "防骗提醒：冒充领导熟人",
        "防骗提醒：虚假网络贷款",
    ]
    for slide in starters():
        drawn = engine.render(slide.template, slide.fields, 640, 360)
        with Image.open(io.BytesIO(drawn)) as picture:
            assert (picture.format, picture.size) == ("PNG", (640, 360))


@pytest.mark.long
def test_no_slide_needs_a_second_check() -> None:
    for slide in starters():
        engine.check(slide.template, slide.fields)
        seconds = seconds_for(slide.template, slide.fields)
        asked = engine.template(slide.template)["fields"]
        assert notices(asked, slide.fields, seconds, date(2026, 11, 25)) == []


@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (1024, 768), (960, 160)])
def test_the_slides_fit_other_shapes_too(width: int, height: int) -> None:
    for each in starters():
        assert engine.drawn(each.template, each.fields, width, height).written


def test_two_short_clips_have_motion_and_sound(clips: tuple[StarterClip, ...]) -> None:
    assert len(clips) == 2
    for clip in clips:
        found = probe(clip.path, Limits())
        assert found.seconds == pytest.approx(clip.seconds, abs=0.05)
        assert 12 <= clip.seconds <= 20
        assert (found.width, found.height, found.fps) == (640, 360, Fraction(25))
        assert found.has_sound


def test_a_line_rises_to_its_place_when_it_is_spoken(
    clips: tuple[StarterClip, ...], tmp_path: Path
) -> None:
    before, moving, there = (frame(clips[0].path, at, tmp_path) for at in (1.2, 1.56, 2.6))

    assert bubble_top(before) is None
    high, low = bubble_top(there), bubble_top(moving)
    assert high is not None
    assert low is not None
    assert low > high + 3


def frame(clip: Path, at_s: float, folder: Path) -> Image.Image:
    target = folder / f"{at_s}.png"
    command = ["ffmpeg", "-v", "error", "-ss", str(at_s), "-i", str(clip), "-frames:v", "1"]
    subprocess.run([*command, str(target)], check=True, timeout=60)
    with Image.open(target) as picture:
        return picture.convert("L")


def bubble_top(picture: Image.Image) -> int | None:
    """The first row of white below the heading, in the middle of the picture."""
    column = picture.crop((picture.width // 2, 76, picture.width // 2 + 1, picture.height))
    white = [row for row in range(column.height) if column.getpixel((0, row)) >= 225]  # type: ignore[operator] # grey
    return white[0] if white else None


def test_nothing_but_the_pack_is_left_in_the_folder(clips: tuple[StarterClip, ...]) -> None:
    assert set(clips[0].path.parent.iterdir()) == {clip.path for clip in clips}


def test_progress_grows_to_one(clips: tuple[StarterClip, ...], progress: list[float]) -> None:
    assert clips
    assert progress == sorted(set(progress))
    assert progress[-1] == 1.0


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (384, 64)])
def test_the_waiting_picture_comes_in_every_shape(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(waiting_picture(*size))) as picture:
        assert picture.size == size


def test_the_waiting_picture_is_the_same_each_time(tmp_path: Path) -> None:
    digests = {hashlib.sha256(waiting_picture(640, 360)).hexdigest() for _ in range(2)}

    assert len(digests) == 1
