"""A clip of ours has its length in its index: the same as by ffprobe, without starting it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from media.pipeline.renditions import Processed
from media.sandbox.subprocess_limits import Bounds, run
from media.video.own_clip_index import ClipIndex, clip_index
from tests.support.factories import sample_files

EXACT = 1e-6  # ffprobe prints no more


def probed(path: Path) -> ClipIndex:
    argv = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    report = json.loads(run(argv, Bounds(20)).stdout)
    pictures = [one for one in report["streams"] if one["codec_type"] == "video"]
    frames = int(pictures[0]["nb_frames"]) if pictures else 0
    return ClipIndex(float(report["format"]["duration"]), frames)


def agree(ours: ClipIndex, theirs: ClipIndex) -> None:
    assert ours.frames == theirs.frames > 0
    assert ours.seconds == pytest.approx(theirs.seconds, abs=EXACT)


@pytest.mark.slow
def test_a_clip_with_sound_is_as_long_as_ffprobe_reports(processed_clip: Processed) -> None:
    path = processed_clip.renditions[0].path

    agree(clip_index(path), probed(path))


@pytest.mark.slow
@pytest.mark.parametrize("fps", ["24", "30000/1001", "60"])
def test_a_silent_clip_of_any_rate_is_as_long_as_ffprobe_reports(fps: str, tmp_path: Path) -> None:
    path = sample_files.clip(tmp_path / "in.mp4", fps=fps, seconds=1.2, sound=None)

    agree(clip_index(path), probed(path))


@pytest.mark.slow
def test_sound_alone_has_no_picture_of_any_length(tmp_path: Path) -> None:
    path = sample_files.make_from_graph("sine=frequency=440:duration=1", tmp_path / "in.mp4")

    assert clip_index(path) == ClipIndex(0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_clip_without_an_index_has_no_length(share: float, clip: Path, tmp_path: Path) -> None:
    whole = clip.read_bytes()
    path = tmp_path / "part.mp4"
    path.write_bytes(whole[: round(len(whole) * share)].replace(b"moov", b"free"))

    assert clip_index(path) == ClipIndex(0, 0)
