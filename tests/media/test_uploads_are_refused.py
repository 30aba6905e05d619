"""Refused files are explained in words, with the right code, and read no other file."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import ffmpeg
import pytest
from PIL import Image

from media.errors import MediaRefused
from media.limits import Limits
from media.pipeline.renditions import process
from media.rejection_reasons import REASONS, refusal
from tests.support.factories import sample_files
from tests.support.factories.refused_code import refused_code

pytestmark = pytest.mark.slow

CODES = {
    "empty",
    "truncated",
    "damaged",
    "unsupported",
    "too_large",
    "too_long",
    "no_picture",
    "encrypted",
}
FACTS = {
    "limit": 1,
    "codec": "x",
    "width": 1,
    "height": 1,
    "megapixels": 1,
    "side": 1,
    "fps": 1,
    "seconds": 1,
    "pages": 1,
}


def test_every_code_has_sentences_in_both_languages() -> None:
    assert {code for code, _, _ in REASONS.values()} == CODES
    for reason in REASONS:
        answer = refusal(reason, **FACTS)
        assert answer.detail_zh.endswith("。")
        assert answer.detail_en.endswith(".")
        assert "{" not in answer.detail_zh + answer.detail_en


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    source = tmp_path / "in.jpg"
    source.touch()

    assert refused_code(source, tmp_path) == "empty"


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "mp4"])
def test_half_a_file_is_truncated(tmp_path: Path, clip: Path, kind: str, share: float) -> None:
    whole = {
        "jpeg": lambda: sample_files.photo(tmp_path / "whole"),
        "png": lambda: sample_files.png_with_alpha(tmp_path / "whole"),
        "webp": lambda: sample_files.webp(tmp_path / "whole"),
        "mp4": lambda: clip,
    }[kind]()
    source = sample_files.first_part(tmp_path / "in", whole, share)

    assert refused_code(source, tmp_path) == "truncated"


def test_a_recording_whose_index_is_missing_is_truncated(tmp_path: Path) -> None:
    whole = sample_files.clip(
        tmp_path / "whole.mp4", seconds=1
    )  # without faststart: index at the end
    source = sample_files.first_part(tmp_path / "in.mp4", whole, 0.9)

    assert refused_code(source, tmp_path) == "truncated"


def test_half_a_matroska_clip_is_truncated(tmp_path: Path) -> None:
    whole = sample_files.clip(tmp_path / "whole.mkv", seconds=3, sound=None)
    source = sample_files.first_part(tmp_path / "in.mkv", whole)

    assert refused_code(source, tmp_path) == "truncated"


def test_a_clip_whose_end_was_replaced_is_refused(tmp_path: Path, clip: Path) -> None:
    source = tmp_path / "in.mp4"
    content = clip.read_bytes()
    source.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))

    assert refused_code(source, tmp_path) in ("damaged", "truncated")


def test_a_clip_with_a_spoilt_stretch_is_damaged(tmp_path: Path, clip: Path) -> None:
    assert refused_code(sample_files.spoilt(tmp_path / "in.mp4", clip), tmp_path) == "damaged"


def test_a_picture_with_a_spoilt_stretch_is_damaged(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    Image.frombytes("RGB", (200, 200), os.urandom(120_000)).save(whole, "png")

    assert refused_code(sample_files.spoilt(tmp_path / "in", whole), tmp_path) == "damaged"


def test_a_decompression_bomb_is_too_large(tmp_path: Path) -> None:
    source = sample_files.png_bomb(tmp_path / "in.png")
    assert source.stat().st_size < 200_000

    assert refused_code(source, tmp_path) == "too_large"


def test_a_bomb_within_the_side_limit_is_too_large(tmp_path: Path) -> None:
    source = sample_files.png_bomb(tmp_path / "in.png", side=8000)

    assert refused_code(source, tmp_path, Limits(max_megapixels=50)) == "too_large"


@pytest.mark.parametrize(
    "limits",
    [
        Limits(max_side_px=319),
        Limits(max_megapixels=0.05),
        Limits(max_video_bytes=1000),
        Limits(max_fps=20),
    ],
)
def test_a_clip_over_a_limit_is_too_large(clip: Path, tmp_path: Path, limits: Limits) -> None:
    assert refused_code(clip, tmp_path, limits) == "too_large"


def test_a_picture_with_more_bytes_than_allowed_is_too_large(tmp_path: Path) -> None:
    source = sample_files.photo(tmp_path / "in.jpg")

    assert refused_code(source, tmp_path, Limits(max_image_bytes=500)) == "too_large"


def test_a_clip_longer_than_allowed_is_too_long(clip: Path, tmp_path: Path) -> None:
    assert refused_code(clip, tmp_path, Limits(max_video_s=1.8)) == "too_long"


def test_a_clip_that_hides_its_length_is_still_measured(tmp_path: Path) -> None:
    source = sample_files.clip(
        tmp_path / "in.mkv", seconds=3, sound=None, options={"live": 1, "format": "matroska"}
    )

    assert refused_code(source, tmp_path, Limits(max_video_s=1)) == "too_long"


@pytest.mark.parametrize("name", ["in.mp4", "in.m4a", "in.mp3", "in.wav"])
def test_sound_without_a_picture_is_no_picture(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    sample_files.make(ffmpeg.output(ffmpeg.input("sine=duration=1", format="lavfi"), str(source)))

    assert refused_code(source, tmp_path) == "no_picture"


def test_a_clip_with_copy_protection_is_encrypted(tmp_path: Path) -> None:
    source = sample_files.clip(
        tmp_path / "in.mp4",
        seconds=1,
        sound=None,
        options={
            "encryption_scheme": "cenc-aes-ctr",
            "encryption_key": "00112233445566778899aabbccddeeff",
            "encryption_kid": "112233445566778899aabbccddeeff00",
        },
    )

    assert refused_code(source, tmp_path) == "encrypted"


@pytest.mark.parametrize("name", ["in.png", "in.mp4", "in.jpg", "in.webm"])
@pytest.mark.parametrize(
    "write",
    [
        sample_files.hls_playlist,
        sample_files.ffconcat_list,
        sample_files.dash_manifest,
        sample_files.svg_drawing,
    ],
)
def test_a_file_that_names_other_files_opens_none(
    tmp_path: Path, clip: Path, name: str, write: Callable[[Path, Path], Path]
) -> None:
    bait = tmp_path / "bait.mp4"
    bait.write_bytes(clip.read_bytes())
    long_ago = 1_000_000_000
    os.utime(bait, (long_ago, long_ago))
    source = write(tmp_path / name, bait)

    code = refused_code(source, tmp_path)

    assert code == "unsupported"
    # Under relatime a read would have moved an access time this old.
    assert bait.stat().st_atime == long_ago
    assert not list(tmp_path.glob("*small*"))


def test_a_playlist_dressed_up_as_a_clip_opens_no_other_file(tmp_path: Path, clip: Path) -> None:
    source = sample_files.hls_playlist(tmp_path / "in.mp4", clip)
    source.write_bytes(b"\0\0\0\x10ftypisom\0\0\0\0" + source.read_bytes())

    assert refused_code(source, tmp_path) in ("truncated", "damaged", "unsupported")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "网页"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100), "JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "PDF"),
        (b"just some words\n", "图文制作"),
        (os.urandom(4096), "JPEG"),
        (b"MZ" + bytes(2000), "JPEG"),
    ],
)
def test_other_files_are_unsupported_with_a_remedy(
    tmp_path: Path, content: bytes, words: str
) -> None:
    source = tmp_path / "in.png"
    source.write_bytes(content)

    with pytest.raises(MediaRefused) as caught:
        process(source, tmp_path, Limits(), lambda _fraction: None)

    assert caught.value.code == "unsupported"
    assert words in caught.value.detail_zh


def test_an_archive_is_refused_with_advice_to_unpack(tmp_path: Path) -> None:
    source = tmp_path / "in.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("../../evil.png", b"x")

    with pytest.raises(MediaRefused, match="Unpack"):
        process(source, tmp_path, Limits(), lambda _fraction: None)


def test_a_refused_upload_is_left_as_it_was(tmp_path: Path, clip: Path) -> None:
    source = sample_files.first_part(tmp_path / "in.mp4", clip)
    before = source.read_bytes()

    refused_code(source, tmp_path)

    assert source.read_bytes() == before
