"""Builds every ffmpeg command of the product with ffmpeg-python; runs none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from media.containers import file_url, safe_input
from media.probe import Clip
from media.sizes import thumbnail_size

THREADS = 2
GLOBAL = ("-hide_banner", "-nostdin", "-nostats", "-y")
PROGRESS = ("-progress", "pipe:1")
STRICT = ("-xerror",)
LOUDNESS = {"I": -16, "TP": -2, "LRA": 20}  # 1 dB below the ceiling of -1: AAC overshoots
SAMPLE_RATE = 48000
POSTER_FRAMES = 12  # compared for the most telling one
POSTER_EVERY = 10
POSTER_SECONDS = 5
DARKER = 0.6
PALER = "128+(val-128)*0.7"
LATE_S = 0.1


@dataclass(frozen=True, slots=True)
class Loudness:
    """What loudnorm measured: LUFS, dBTP, LU, LUFS and the offset it asks to be given back."""

    integrated: float
    peak: float
    spread: float
    threshold: float
    offset: float

    @property
    def excess_db(self) -> float:
        """How far damaged sound is above full scale, where loudnorm can't follow."""
        return max(self.integrated, 0.0)


@dataclass(frozen=True, slots=True)
class Encode:
    """One encoding to be made: where, its size in pixels, rate, frames, and measured loudness.

    `loudness` is None for a clip that gets no sound.
    """

    path: Path
    width: int
    height: int
    fps: int
    frames: int
    loudness: Loudness | None

    @property
    def seconds(self) -> float:
        """How long it will last, exactly."""
        return self.frames / self.fps


def frames_per_second(source: Fraction) -> int:
    """Return 25 or 30: the one that the source's rate divides or is divided by, else the next."""
    for fps in (25, 30):
        ratio = source / fps if source >= fps else (fps / source if source else Fraction(0))
        if ratio and abs(ratio - round(ratio)) < Fraction(1, 200):
            return fps
    return 25 if source <= 26 else 30


def checking(source: Path, clip: Clip, most_seconds: float) -> list[str]:
    """Return the command that decodes a whole clip, failing at the first fault.

    It reports how many frames ours will have, and the loudness at the end of its complaints.
    """
    opened = _hostile(source, most_seconds)
    fps = frames_per_second(clip.fps)
    streams = [_steady(opened[str(clip.picture)], clip, fps)]
    if clip.has_sound:
        streams.append(_stereo(opened["a:0"]).filter("loudnorm", **LOUDNESS, print_format="json"))
    sink = ffmpeg.output(*streams, "pipe:2", format="null")
    return _command(sink, *PROGRESS, *STRICT, "-loglevel", "info")


def encoding(source: Path, clip: Clip, made: Encode) -> list[str]:
    """Return the command that makes one of our renditions of a checked clip."""
    opened = _hostile(source, made.seconds + 1)
    streams = [_framed(opened[str(clip.picture)], clip, made)]
    if made.loudness is not None:
        streams.append(_levelled(opened["a:0"], made, made.loudness))
    sink = ffmpeg.output(*streams, file_url(made.path), **h264(made.fps), **_aac(made))
    return _command(sink, *PROGRESS, *STRICT, "-loglevel", "error")


def picturing(source: Path, clip: Clip, poster: Path, thumbnail: Path) -> list[str]:
    """Return the command that writes a telling frame of a checked clip, large and small."""
    opened = _hostile(source, POSTER_SECONDS)
    # The frames compared are all kept in memory at once: few, and small ones.
    some = opened[str(clip.picture)].filter("select", f"not(mod(n,{POSTER_EVERY}))")
    small = _standard_colours(some, clip, poster_size(clip))
    frame = small.filter("thumbnail", n=POSTER_FRAMES).filter_multi_output("split")
    outputs = [
        _jpeg(frame[0], poster, poster_size(clip)),
        _jpeg(frame[1], thumbnail, thumbnail_size(clip.width, clip.height)),
    ]
    return _command(ffmpeg.merge_outputs(*outputs), "-loglevel", "error")


def trying() -> list[str]:
    """Return the command that makes a moment of black and silence as clips are made, for nobody."""
    picture = ffmpeg.input("color=black:size=64x64:rate=25:duration=0.2", format="lavfi")
    sound = ffmpeg.input(f"anullsrc=sample_rate={SAMPLE_RATE}:duration=0.2", format="lavfi")
    options = {**h264(25), "format": "null", "acodec": "aac"}
    return _command(ffmpeg.output(picture, sound, "-", **options), "-loglevel", "error")


def poster_size(clip: Clip) -> tuple[int, int]:
    """Return the clip's size as displayed, at most full HD."""
    scale = min(1.0, 1920 / max(clip.width, clip.height))
    return max(round(clip.width * scale), 1), max(round(clip.height * scale), 1)


def _hostile(source: Path, most_seconds: float) -> Any:
    return ffmpeg.input(
        file_url(source),
        **safe_input(source),
        err_detect="explode",
        threads=THREADS,
        t=most_seconds,
    )


def _command(sink: Any, *options: str) -> list[str]:
    command: list[str] = sink.global_args(*GLOBAL, *options).compile()
    return command


def _framed(picture: Any, clip: Clip, made: Encode) -> Any:
    """Square pixels, right colours, the whole picture in the frame, constant rate."""
    size = _fitted(clip, made)
    whole = _standard_colours(_progressive(picture, clip), clip, size)
    if size != (made.width, made.height):
        whole = _on_blurred_fill(whole, size, made)
    steady = _steady(whole, clip, made.fps)
    # As many frames as were counted, whatever the two passes round differently.
    held = steady.filter("tpad", stop=-1, stop_mode="clone").filter("trim", end_frame=made.frames)
    tagged = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
    return held.filter("format", "yuv420p").filter("setparams", range="tv", **tagged)


def _steady(picture: Any, clip: Clip, fps: int) -> Any:
    """Constant rate from the clip's first instant; both passes must count the same frames."""
    if abs(clip.begins_s) < LATE_S:
        # Sound often begins a few ms early: no reason for a frame shown twice.
        picture = picture.filter("setpts", "PTS-STARTPTS")
    return picture.filter("fps", fps, start_time=0)


def _progressive(picture: Any, clip: Clip) -> Any:
    return picture.filter("bwdif", mode="send_frame") if clip.interlaced else picture


def _standard_colours(picture: Any, clip: Clip, size: tuple[int, int]) -> Any:
    """Scale to that size and to 8-bit bt709: in one step, since a 4K frame more costs 12 MB."""
    if clip.hdr:
        wide = {"color_primaries": "bt2020", "colorspace": "bt2020nc"}  # often left unsaid
        small = picture.filter("scale", *size).filter("setparams", **wide)
        linear = small.filter("zscale", transfer="linear", npl=100)
        mapped = linear.filter("format", "gbrpf32le").filter("zscale", primaries="bt709")
        toned = mapped.filter("tonemap", tonemap="hable", desat=0)
        standard = toned.filter("zscale", t="bt709", m="bt709", r="tv")
    else:
        guess = {} if clip.known_colours or clip.height < 720 else {"in_color_matrix": "bt709"}
        matrix = {"out_color_matrix": "bt709", "out_range": "tv"}
        standard = picture.filter("scale", *size, flags="lanczos", **matrix, **guess)
    return standard.filter("format", "yuv420p").filter("setsar", 1)


def _fitted(clip: Clip, made: Encode) -> tuple[int, int]:
    """Return the even size at which the whole picture just fits; a sliver off counts as full."""
    scale = min(made.width / clip.width, made.height / clip.height)
    width, height = (max(round(side * scale / 2) * 2, 2) for side in (clip.width, clip.height))
    if made.width - width <= 4 and made.height - height <= 4:
        return made.width, made.height
    return width, height


def _on_blurred_fill(picture: Any, size: tuple[int, int], made: Encode) -> Any:
    copies = picture.filter_multi_output("split")
    small = (made.width // 12 // 2 * 2, made.height // 12 // 2 * 2)
    cover = (
        copies[0]
        .filter("scale", *small, force_original_aspect_ratio="increase", flags="bilinear")
        .filter("crop", *small)
        .filter("gblur", sigma=6)
        .filter("lutyuv", y=f"16+(val-16)*{DARKER}", u=PALER, v=PALER)
        .filter("scale", made.width, made.height, flags="bicubic")
        .filter("setsar", 1)
    )
    left, top = ((made.width - size[0]) // 4 * 2, (made.height - size[1]) // 4 * 2)
    return cover.overlay(copies[1], x=left, y=top)


def _stereo(sound: Any) -> Any:
    """From the clip's start, gaps closed, two channels: both passes must hear the same."""
    return sound.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0}).filter(
        "aformat", sample_rates=SAMPLE_RATE, channel_layouts="stereo"
    )


def _levelled(sound: Any, made: Encode, loudness: Loudness) -> Any:
    less = loudness.excess_db
    measured = {
        "measured_I": f"{max(loudness.integrated - less, -99):.2f}",
        "measured_TP": f"{min(max(loudness.peak - less, -99), 99):.2f}",
        "measured_LRA": f"{min(max(loudness.spread, 0), 99):.2f}",
        "measured_thresh": f"{min(max(loudness.threshold - less, -99), 0):.2f}",
        "offset": f"{min(max(loudness.offset, -99), 99):.2f}",
    }
    tamed = _stereo(sound).filter("volume", f"{-less:.2f}dB")
    levelled = tamed.filter("loudnorm", **LOUDNESS, **measured, linear="true")
    # As long as the picture to the sample, so that the clip has one length.
    same_length = levelled.filter("aresample", SAMPLE_RATE).filter("apad")
    return same_length.filter("atrim", end=f"{made.seconds:.6f}")


def h264(fps: int) -> dict[str, Any]:
    """Return the encoder options of every clip we make: closed one-second groups, no metadata."""
    return {
        "vcodec": "libx264",
        "preset": "veryfast",
        "crf": 21,
        "maxrate": "6M",
        "bufsize": "12M",
        "profile:v": "high",
        "level": "4.1",
        "pix_fmt": "yuv420p",
        "g": fps,
        "keyint_min": fps,
        "sc_threshold": 0,
        "flags:v": "+cgop+bitexact",
        "fflags": "+bitexact",
        "threads": THREADS,
        "map_metadata": -1,
        "map_chapters": -1,
        "movflags": "+faststart",
        "format": "mp4",
    }


def _aac(made: Encode) -> dict[str, Any]:
    if made.loudness is None:
        return {}
    return {"acodec": "aac", "audio_bitrate": "128k", "flags:a": "+bitexact"}


def _jpeg(frame: Any, path: Path, size: tuple[int, int]) -> Any:
    full_range = frame.filter("scale", *size, out_color_matrix="bt601", out_range="pc")
    return ffmpeg.output(
        full_range.filter("setsar", 1).filter("format", "yuvj420p"),
        file_url(path),
        vframes=1,
        format="image2",
        vcodec="mjpeg",
        update=1,
        **{"q:v": 3, "flags:v": "+bitexact", "fflags": "+bitexact", "map_metadata": -1},
    )
