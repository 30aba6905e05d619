"""Uploaded clips come out as H.264 that every screen plays, with their exact length."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
import pytest
from PIL import Image

from media.limits import Limits
from media.pipeline.renditions import Processed, process
from media.sandbox.subprocess_limits import Bounds, run
from media.video.ffmpeg_commands import frames_per_second
from media.video.probe import Clip, probe
from tests.support.factories import sample_files
from tests.support.factories.refused_code import SMALL

pytestmark = pytest.mark.slow


def made_from(source: Path, workdir: Path) -> Processed:
    return process(source, workdir, Limits(), lambda _fraction: None, SMALL)


def described(path: Path, *what: str) -> dict[str, Any]:
    argv = ["ffprobe", "-v", "error", "-show_streams", "-show_format", *what, "-of", "json"]
    found: dict[str, Any] = json.loads(run([*argv, str(path)], Bounds(20)).stdout)
    return found


def streams(path: Path) -> dict[str, Any]:
    return {stream["codec_type"]: stream for stream in described(path)["streams"]}


def frame(path: Path) -> Image.Image:
    """The first picture of a clip."""
    source = ffmpeg.input(str(path))
    raw, _ = ffmpeg.output(source.video, "pipe:", format="image2", vcodec="png", vframes=1).run(
        capture_stdout=True, capture_stderr=True
    )
    target = path.with_suffix(".png")
    target.write_bytes(raw)
    with Image.open(target) as picture:
        return picture.convert("RGB")


def brightness(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    pixels = picture.convert("L").crop(box).tobytes()
    return sum(pixels) / len(pixels)


def test_every_class_gets_h264_high_at_its_size(tmp_path: Path) -> None:
    source = sample_files.clip(tmp_path / "in.mp4", seconds=0.2, sound=None)

    renditions = process(source, tmp_path, Limits(), lambda _fraction: None).renditions

    sizes = {"landscape-1080p": (1920, 1080), "portrait-1080p": (1080, 1920)}
    assert {made.cls for made in renditions} == set(sizes)
    for made in renditions:
        picture = streams(made.path)["video"]
        assert (picture["codec_name"], picture["profile"]) == ("h264", "High")
        assert picture["pix_fmt"] == "yuv420p"
        assert (picture["width"], picture["height"]) == sizes[made.cls]
        assert (made.width, made.height) == sizes[made.cls]
        assert picture["sample_aspect_ratio"] == "1:1"
        assert made.type == "video/mp4"


def test_colours_are_tagged_bt709(processed_clip: Processed) -> None:
    picture = streams(processed_clip.renditions[0].path)["video"]

    assert picture["color_range"] == "tv"
    tags = {picture[f"color_{name}"] for name in ("space", "primaries", "transfer")}
    assert tags == {"bt709"}


def test_there_is_a_key_frame_each_second_at_a_constant_rate(processed_clip: Processed) -> None:
    found = described(processed_clip.renditions[0].path, "-show_frames", "-select_streams", "v")[
        "frames"
    ]

    keys = [float(each["pts_time"]) for each in found if each["key_frame"]]
    times = [round(float(each["pts_time"]) * 25) for each in found]
    assert keys == [0.0, 1.0]
    assert times == list(range(50))


def test_the_duration_is_exact_and_the_same_in_all_places(processed_clip: Processed) -> None:
    assert processed_clip.duration_ms == 2000
    for made in processed_clip.renditions:
        assert made.duration_ms == 2000
        assert float(described(made.path)["format"]["duration"]) == 2.0
        assert {float(each["duration"]) for each in streams(made.path).values()} == {2.0}


def test_the_index_is_in_front(processed_clip: Processed) -> None:
    content = processed_clip.renditions[0].path.read_bytes()

    assert content.index(b"moov") < content.index(b"mdat")


def test_sound_is_stereo_aac_at_the_loudness_of_the_house(processed_clip: Processed) -> None:
    path = processed_clip.renditions[0].path
    sound = streams(path)["audio"]

    assert (sound["codec_name"], sound["channels"], sound["sample_rate"]) == ("aac", 2, "48000")
    measured = loudness(path)
    assert abs(float(measured["input_i"]) + 16) <= 1
    assert float(measured["input_tp"]) <= -1


def loudness(path: Path) -> dict[str, str]:
    measure = ffmpeg.input(str(path)).audio.filter("loudnorm", print_format="json")
    _, complaints = ffmpeg.output(measure, "-", format="null").run(
        capture_stdout=True, capture_stderr=True
    )
    text = complaints.decode()
    measured: dict[str, str] = json.loads(text[text.rindex("{") : text.rindex("}") + 1])
    return measured


@pytest.mark.parametrize("sound", [None, "anullsrc=channel_layout=stereo"])
def test_a_silent_clip_gets_no_sound_track(tmp_path: Path, sound: str | None) -> None:
    source = sample_files.clip(tmp_path / "in.mp4", sound=sound, seconds=1)

    made = made_from(source, tmp_path)

    assert list(streams(made.renditions[0].path)) == ["video"]


SOUNDS = {
    "mono and soft": "sine=frequency=300:sample_rate=44100:duration=3,volume=-30dB",
    "bursts": r"aevalsrc=0.9*sin(440*2*PI*t)*lt(mod(t\,1)\,0.05):s=48000:d=3",
    "speech": r"aevalsrc=0.5*random(0)*pow(max(0\,sin(6*PI*t))\,6)*(0.2+0.8*gt(sin(PI*t)\,0)):d=4",
    "noise at full scale": "anoisesrc=duration=3:amplitude=1",
    "first loud, then soft": r"aevalsrc=(0.8*lt(t\,1)+0.02)*sin(1000*PI*t):s=48000:d=4",
    "a click in near silence": r"aevalsrc=0.003*sin(600*PI*t)+0.9*lt(mod(t\,5)\,0.0005):d=4",
    "louder than full scale": "sine=duration=3,volume=40dB,volume=30dB:precision=float",
}


@pytest.mark.long
@pytest.mark.parametrize("graph", SOUNDS.values(), ids=SOUNDS.keys())
def test_any_sound_comes_out_as_loud_as_the_house_has_it(tmp_path: Path, graph: str) -> None:
    source = tmp_path / "in.mkv"
    picture = ffmpeg.input("color=size=64x64:rate=25:duration=4", format="lavfi").video
    sound = ffmpeg.input(graph, format="lavfi").audio
    sample_files.make(ffmpeg.output(picture, sound, str(source), acodec="pcm_f32le", shortest=None))

    path = made_from(source, tmp_path).renditions[0].path

    assert streams(path)["audio"]["channels"] == 2
    measured = loudness(path)
    assert abs(float(measured["input_i"]) + 16) <= 1
    assert float(measured["input_tp"]) <= -1


@pytest.mark.long
def test_a_moment_of_sound_is_kept(tmp_path: Path) -> None:
    source = sample_files.clip(tmp_path / "in.mp4", seconds=0.2)

    assert set(streams(made_from(source, tmp_path).renditions[0].path)) == {"video", "audio"}


def test_a_clip_filmed_upright_is_shown_upright(tmp_path: Path) -> None:
    lying = sample_files.clip(
        tmp_path / "lying.mp4", size=(320, 180), seconds=1, sound=None, picture="testsrc"
    )
    source = sample_files.turned_clip(tmp_path / "in.mp4", lying, 90)

    made = made_from(source, tmp_path)

    assert (made.width, made.height) == (180, 320)
    picture = frame(made.renditions[0].path)
    assert picture.size == (320, 180)
    # The upright picture fills the middle third; the sides are its dimmed, blurred copy.
    assert brightness(picture, (130, 0, 190, 180)) > brightness(picture, (0, 0, 60, 180))


def test_wide_pixels_become_square(tmp_path: Path) -> None:
    source = tmp_path / "in.mp4"
    picture = ffmpeg.input("testsrc=size=240x180:duration=1", format="lavfi").video
    sample_files.make(
        ffmpeg.output(picture.filter("setsar", "4/3"), str(source), pix_fmt="yuv420p")
    )

    made = made_from(source, tmp_path)

    assert (made.width, made.height) == (320, 180)


def test_an_odd_size_is_no_obstacle(tmp_path: Path) -> None:
    source = sample_files.clip(
        tmp_path / "in.mp4",
        size=(321, 181),
        seconds=0.4,
        sound=None,
        options={"pix_fmt": "yuv444p"},
    )

    made = made_from(source, tmp_path)

    assert (made.width, made.height) == (321, 181)


@pytest.mark.parametrize(
    ("source", "fps"),
    [
        ("25", 25),
        ("50", 25),
        ("30", 30),
        ("30000/1001", 30),
        ("60000/1001", 30),
        ("24000/1001", 25),
        ("24", 25),
        ("15", 30),
        ("12.5", 25),
        ("10", 30),
        ("0", 25),
        ("48", 30),
    ],
)
def test_the_rate_is_25_or_30_whichever_is_nearer_kin(source: str, fps: int) -> None:
    assert frames_per_second(Fraction(source)) == fps


@pytest.mark.long
def test_a_film_at_24_plays_as_long_as_before(tmp_path: Path) -> None:
    source = sample_files.clip(tmp_path / "in.mp4", fps="24", seconds=1.5, sound=None)

    made = made_from(source, tmp_path)

    assert made.duration_ms == pytest.approx(1500, abs=20)
    assert streams(made.renditions[0].path)["video"]["r_frame_rate"] == "25/1"


@pytest.mark.long
def test_sound_longer_than_the_picture_ends_with_it(tmp_path: Path) -> None:
    assert _made_with_sound_of(2, tmp_path) == (1000, {1.0})


@pytest.mark.long
def test_sound_shorter_than_the_picture_is_filled_up_with_silence(tmp_path: Path) -> None:
    assert _made_with_sound_of(0.6, tmp_path) == (1000, {1.0})


def _made_with_sound_of(seconds: float, tmp_path: Path) -> tuple[int | None, set[float]]:
    """One second of picture with that much sound: the length reported, and those of the streams."""
    source = tmp_path / "in.mp4"
    picture = ffmpeg.input("testsrc=size=320x180:rate=25:duration=1", format="lavfi").video
    sound = ffmpeg.input(f"sine=duration={seconds}", format="lavfi").audio
    sample_files.make(ffmpeg.output(picture, sound, str(source), pix_fmt="yuv420p"))

    made = made_from(source, tmp_path)

    found = streams(made.renditions[0].path)
    assert set(found) == {"video", "audio"}
    return made.duration_ms, {float(each["duration"]) for each in found.values()}


@pytest.mark.long
@pytest.mark.parametrize("name", ["in.mov", "in.mkv"])
def test_other_containers_are_read(tmp_path: Path, name: str) -> None:
    made = made_from(sample_files.clip(tmp_path / name, seconds=1), tmp_path)

    assert (made.kind, made.duration_ms) == ("video", 1000)


@pytest.mark.long
def test_webm_is_read(tmp_path: Path) -> None:
    options = {"vcodec": "libvpx", "acodec": "libopus", "deadline": "realtime", "preset": None}
    options = {key: value for key, value in options.items() if value}
    source = tmp_path / "in.webm"
    picture = ffmpeg.input("testsrc=size=320x180:rate=25:duration=1", format="lavfi").video
    sound = ffmpeg.input("sine=duration=1", format="lavfi").audio
    sample_files.make(ffmpeg.output(picture, sound, str(source), **options))

    assert made_from(source, tmp_path).duration_ms == pytest.approx(1000, abs=60)


def test_a_name_that_resembles_an_option_or_address_is_only_a_name(
    clip: Path, tmp_path: Path
) -> None:
    source = tmp_path / "-i http:%d'[x];.png"
    source.write_bytes(clip.read_bytes())

    assert made_from(source, tmp_path).kind == "video"


def test_nothing_of_the_maker_stays_in_the_file(tmp_path: Path) -> None:
    source = sample_files.clip(
        tmp_path / "in.mp4",
        seconds=1,
        options={"metadata": "location=+31.23+121.47/", "movflags": "use_metadata_tags"},
    )
    assert b"+31.23" in source.read_bytes()

    assert b"+31.23" not in made_from(source, tmp_path).renditions[0].path.read_bytes()


def test_poster_and_thumbnail_show_the_picture_as_it_is(processed_clip: Processed) -> None:
    assert processed_clip.poster is not None
    with Image.open(processed_clip.poster.path) as poster:
        assert (poster.format, poster.size) == ("JPEG", (320, 180))
    with Image.open(processed_clip.thumbnail.path) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (480, 270))


@pytest.mark.long
def test_progress_grows_to_one(clip: Path, tmp_path: Path) -> None:
    progress: list[float] = []

    process(clip, tmp_path, Limits(), progress.append, SMALL)

    assert progress == sorted(set(progress))
    assert progress[-1] == 1.0
    assert len(progress) >= 3


def test_a_clip_of_exactly_the_longest_length_is_in(clip: Path) -> None:
    found: Clip = probe(clip, Limits(max_video_s=2))

    assert found.seconds is not None
    assert found.seconds >= 2


@pytest.mark.long
def test_the_same_clip_gives_the_same_bytes(tmp_path: Path) -> None:
    source = sample_files.clip(tmp_path / "in.mp4", seconds=0.4)
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        digests.add(made_from(source, tmp_path / name).renditions[0].digest)

    assert len(digests) == 1


def test_fields_become_whole_frames(tmp_path: Path) -> None:
    source = sample_files.clip(
        tmp_path / "in.mp4", seconds=1, sound=None, options={"flags": "+ildct+ilme", "top": 1}
    )

    made = made_from(source, tmp_path)

    assert streams(made.renditions[0].path)["video"].get("field_order") == "progressive"


def test_a_bright_hdr_clip_is_toned_for_our_screens(tmp_path: Path) -> None:
    source = sample_files.clip(
        tmp_path / "in.mp4",
        seconds=0.5,
        sound=None,
        options={
            "vcodec": "libx265",
            "pix_fmt": "yuv420p10le",
            "color_trc": "smpte2084",
            "colorspace": "bt2020nc",
            "color_primaries": "bt2020",
            "x265-params": "log-level=error:transfer=smpte2084:colormatrix=bt2020nc",
        },
    )

    picture = streams(made_from(source, tmp_path).renditions[0].path)["video"]

    assert (picture["pix_fmt"], picture["color_transfer"]) == ("yuv420p", "bt709")
