"""Clips and animations that are let in: every container and coding, and what cameras do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ffmpeg
from PIL import Image

from tests.support.corpus.case import Accepted, Case, Scale
from tests.support.factories import sample_files

Make = Callable[[Path, Scale], object]
Graph = Callable[[Any], Any]


def same(ms: int) -> int:
    return ms


CLIP = Accepted("video", length=same, within_ms=40)
TIMED = Accepted("video", length=same)  # to the millisecond
LOOSE = Accepted("video", length=same, within_ms=120)  # the container keeps no length of its own
PLAIN = Accepted("video", length=same, within_ms=40, coloured=False)
X265 = {"vcodec": "libx265", "preset": "ultrafast", "x265-params": "log-level=error"}
PQ = {
    "pix_fmt": "yuv420p10le",
    "color_trc": "smpte2084",
    "colorspace": "bt2020nc",
    "color_primaries": "bt2020",
    "x265-params": "log-level=error:transfer=smpte2084:colormatrix=bt2020nc:colorprim=bt2020",
    "vcodec": "libx265",
    "preset": "ultrafast",
}
HLG = {**PQ, "color_trc": "arib-std-b67"}
HLG["x265-params"] = "log-level=error:transfer=arib-std-b67:colormatrix=bt2020nc:colorprim=bt2020"


def _as_is(picture: Any) -> Any:
    return picture


def clip(
    graph: Graph = _as_is, *, rate: str = "25", sound: str | None = "sine", **options: Any
) -> Make:
    """A clip of the four colours; `graph` changes its picture, options go to the encoder."""

    def make(path: Path, scale: Scale) -> None:
        still = path.with_name("still.png")
        sample_files.quadrants(scale.size).save(still)
        opened = ffmpeg.input(str(still), loop=1, framerate=rate, t=scale.seconds)
        streams = [graph(opened.video)]
        if sound is not None:
            tone = f"{sound}={'frequency=440:' if sound == 'sine' else ''}duration={scale.seconds}"
            streams.append(ffmpeg.input(tone, format="lavfi").audio)
        plain = {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p"}
        wanted = {**plain, **options}
        if wanted["vcodec"] not in ("libx264", "libx265"):
            wanted.pop("preset", None)
        sample_files.make(ffmpeg.output(*streams, f"file:{path.absolute()}", **wanted))
        still.unlink()

    return make


def turned(degrees: int) -> Make:
    """Stored so that the mark which players obey sets it upright."""

    def make(path: Path, scale: Scale) -> None:
        lying = path.with_name("lying.mp4")
        ways = {90: ["clock"], 180: ["clock", "clock"], 270: ["cclock"]}[degrees]

        def lay_down(picture: Any) -> Any:
            for way in ways:
                picture = picture.filter("transpose", way)
            return picture

        clip(lay_down)(lying, scale)
        sample_files.turned_clip(path, lying, degrees)
        lying.unlink()

    return make


def animated(shown_ms: int, frames: int = 4, **options: Any) -> Make:
    def make(path: Path, scale: Scale) -> None:
        pictures = [sample_files.quadrants(scale.size) for _ in range(frames)]
        for number, picture in enumerate(pictures):  # alike frames would be joined
            picture.putpixel((number, 0), (255, 255, 255))
        first, *rest = pictures
        first.save(path, save_all=True, append_images=rest, duration=shown_ms, **options)

    return make


def remuxed(ending: str, **options: Any) -> Make:
    """The streams of a plain clip in another container."""

    def make(path: Path, scale: Scale) -> None:
        plain = path.with_name("plain.mp4")
        clip()(plain, scale)
        opened = ffmpeg.input(str(plain))
        sample_files.make(ffmpeg.output(opened, str(path), codec="copy", format=ending, **options))
        plain.unlink()

    return make


def with_cover(path: Path, scale: Scale) -> None:
    """A clip with a cover picture, which comes first."""
    cover, plain = path.with_name("cover.jpg"), path.with_name("plain.mp4")
    Image.new("RGB", (64, 64), (255, 255, 255)).save(cover)
    clip()(plain, scale)
    parts = [ffmpeg.input(str(cover)).video, ffmpeg.input(str(plain)).video]
    options = {"codec": "copy", "disposition:v:0": "attached_pic"}
    sample_files.make(ffmpeg.output(*parts, str(path), **options))
    cover.unlink()
    plain.unlink()


def uneven(path: Path, scale: Scale) -> None:
    """Frames at uneven distances, as phones film in the dark."""

    def drop(picture: Any) -> Any:
        return picture.filter("select", "not(eq(mod(n,5),2))+eq(n,0)")

    clip(drop, fps_mode="vfr", sound=None)(path, scale)


def _odd(picture: Any) -> Any:
    return picture.filter("scale", 161, 91, flags="neighbor")


def _wide_pixels(picture: Any) -> Any:
    return picture.filter("scale", "iw*3/4", "ih").filter("setsar", "4/3")


def _fields(picture: Any) -> Any:
    # Chroma of fields asks for a height that 4 divides.
    return picture.filter("scale", 160, 96, flags="neighbor").filter("setfield", "tff")


def _late(picture: Any) -> Any:
    return picture.filter("setpts", "PTS+36000/TB")


def _full_range(picture: Any) -> Any:
    return picture.filter("scale", out_range="pc")


def _tiny(picture: Any) -> Any:
    return picture.filter("scale", 2, 2)


def _exactly(width: int, height: int, *, coloured: bool = True) -> Accepted:
    return Accepted(
        "video",
        shape=lambda _size: (width, height),
        length=same,
        within_ms=40,
        coloured=coloured,
    )


FIELDS = Accepted("video", shape=lambda _size: (160, 96), length=same, within_ms=120)


def _frames_of(ms: int, frames: int) -> Accepted:
    return Accepted("video", length=lambda _ms: ms * frames)


ANIMATIONS = [
    Case("animated GIF", "a.gif", animated(120), _frames_of(120, 4)),
    Case("animated WebP", "a.webp", animated(120, lossless=True), _frames_of(120, 4)),
    Case("animated PNG", "a.png", animated(120), _frames_of(120, 4)),
    Case("animated AVIF", "a.avif", animated(120, quality=90), _frames_of(120, 4)),
    Case("GIF without times", "a.gif", animated(0), _frames_of(100, 4)),
]
CLIPS = [
    Case("H.264 in MP4", "a.mp4", clip(movflags="+faststart"), TIMED),
    Case("index at the end", "a.mp4", clip(sound=None), TIMED),
    Case("MP4 in fragments", "a.mp4", clip(movflags="frag_keyframe+empty_moov"), CLIP),
    Case("HEVC", "a.mp4", clip(**X265), CLIP),
    Case("10-bit HEVC", "a.mov", clip(**{**X265, "pix_fmt": "yuv420p10le"}), CLIP),
    Case(
        "HDR10 (PQ)",
        "a.mp4",
        clip(**PQ),
        Accepted("video", length=same, within_ms=40, coloured=False),
    ),
    Case("HLG", "a.mov", clip(**HLG), Accepted("video", length=same, coloured=False)),
    Case("AV1", "a.mp4", clip(vcodec="libsvtav1", preset=None, crf=50, sound=None), CLIP),
    Case("VP8 in WebM", "a.webm", clip(vcodec="libvpx", acodec="libopus"), LOOSE),
    Case("VP9 in WebM", "a.webm", clip(vcodec="libvpx-vp9", acodec="libopus"), LOOSE),
    Case(
        "10-bit VP9",
        "a.webm",
        clip(vcodec="libvpx-vp9", pix_fmt="yuv420p10le", sound=None),
        LOOSE,
    ),
    Case("MPEG-2 program stream", "a.mpg", clip(vcodec="mpeg2video", acodec="mp2"), LOOSE),
    Case("MPEG-1 program stream", "a.mpg", clip(vcodec="mpeg1video", acodec="mp2"), LOOSE),
    Case("H.264 transport stream", "a.ts", clip(), LOOSE),
    Case("camera's m2ts", "00001.MTS", remuxed("mpegts", mpegts_m2ts_mode=1), LOOSE),
    Case("MPEG-4 in AVI", "a.avi", clip(vcodec="mpeg4", acodec="mp3"), LOOSE),
    Case(
        "MJPEG in AVI", "a.avi", clip(vcodec="mjpeg", pix_fmt="yuvj420p", acodec="pcm_s16le"), LOOSE
    ),
    Case("ProRes", "a.mov", clip(vcodec="prores_ks", pix_fmt="yuv422p10le"), CLIP),
    Case("H.264 in FLV", "a.flv", clip(ar=44100), LOOSE),
    Case("H.264 in ASF", "a.wmv", clip(format="asf", acodec="wmav2"), LOOSE),
    Case("H.264 in Matroska", "a.mkv", clip(acodec="flac"), CLIP),
    Case("10-bit H.264", "a.mp4", clip(pix_fmt="yuv420p10le"), CLIP),
    Case("4:2:2 H.264", "a.mp4", clip(pix_fmt="yuv422p"), CLIP),
    *(Case(f"filmed turned by {n}", "MOV_1.MOV", turned(n), CLIP) for n in (90, 180, 270)),
    Case("anamorphic", "dvd.mp4", clip(_wide_pixels, sound=None), CLIP),
    Case("interlaced", "tv.mp4", clip(_fields, flags="+ildct+ilme", sound=None), FIELDS),
    Case(
        "interlaced MPEG-2",
        "tv.mpg",
        clip(_fields, vcodec="mpeg2video", flags="+ildct+ilme", sound=None),
        FIELDS,
    ),
    Case("variable frame rate", "a.mp4", uneven, LOOSE),
    Case("60 frames a second", "a.mp4", clip(rate="60", sound=None), CLIP),
    Case("24000/1001 frames a second", "a.mp4", clip(rate="24000/1001", sound=None), LOOSE),
    Case("starts after ten hours", "a.mkv", clip(_late, sound=None), LOOSE),
    Case("full range", "a.mp4", clip(_full_range, pix_fmt="yuvj420p", sound=None), CLIP),
    Case(
        "odd size of a clip", "a.mp4", clip(_odd, pix_fmt="yuv444p", sound=None), _exactly(161, 91)
    ),
    Case("clip of four pixels", "a.mp4", clip(_tiny, sound=None), _exactly(2, 2, coloured=False)),
    Case("silent track", "a.mp4", clip(sound="anullsrc"), CLIP),
    Case("mono", "a.mp4", clip(ac=1, ar=22050), CLIP),
    Case("six channels", "a.mp4", clip(ac=6), CLIP),
    Case("cover picture first", "a.mp4", with_cover, CLIP),
    Case("clip named as a picture", "a.jpg", clip(format="mp4", sound=None), CLIP),
    Case("clip named as an option", "-i http:%d'[x];.mp4", clip(sound=None), CLIP),
    Case("clip named as an address", "concat:a|b.mp4", clip(sound=None), CLIP),
]
