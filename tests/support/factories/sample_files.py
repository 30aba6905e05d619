"""Makes test media: honest phone photos and clips, and files that mean harm."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ffmpeg
from PIL import Image, ImageDraw

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 60), (30, 60, 200), (240, 210, 40)
ORIENTATION = 0x0112
GPS_BLOCK = 0x8825
MAKER = 0x010F
TURN_LEFT = {1: 0, 6: 90, 3: 180, 8: 270}  # degrees, undone by the orientation mark


def photo(
    path: Path, *, size: tuple[int, int] = (640, 480), orientation: int = 6, gps: bool = True
) -> Path:
    """A phone's JPEG: as seen red, green / blue, yellow in quadrants; stored turned by EXIF."""
    seen = quadrants(size)
    stored = seen.rotate(TURN_LEFT[orientation], expand=True)
    marks = Image.Exif()
    marks[ORIENTATION] = orientation
    marks[MAKER] = "Anping Phone"
    if gps:
        marks.get_ifd(GPS_BLOCK).update({1: "N", 2: (31.0, 13.0, 48.0), 3: "E"})
    stored.save(path, "JPEG", exif=marks, quality=92)
    return path


def quadrants(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture of four colours, which shows the right way up."""
    width, height = size
    picture = Image.new("RGB", size, RED)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 2, 0, width, height // 2), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2, height), fill=BLUE)
    draw.rectangle((width // 2, height // 2, width, height), fill=YELLOW)
    return picture.convert(mode)


def png_with_alpha(path: Path, size: tuple[int, int] = (640, 360)) -> Path:
    """A logo: opaque quadrants in the middle, transparent around."""
    logo = Image.new("RGBA", size, (0, 0, 0, 0))
    inner = quadrants((size[0] // 2, size[1] // 2), "RGBA")
    logo.paste(inner, (size[0] // 4, size[1] // 4))
    logo.save(path, "PNG")
    return path


def webp(path: Path, size: tuple[int, int] = (640, 360)) -> Path:
    """A lossless WebP of the quadrants."""
    quadrants(size).save(path, "WEBP", lossless=True)
    return path


@dataclass(frozen=True)
class ClipSample:
    """What a sample clip is like; `options` go to the encoder as ffmpeg-python takes them."""

    seconds: float = 2.0
    size: tuple[int, int] = (320, 180)
    fps: str = "25"
    picture: str = "testsrc"
    sound: str | None = "sine=frequency=440"
    options: Mapping[str, Any] = field(default_factory=dict)


def clip(path: Path, sample: ClipSample | None = None, **changes: Any) -> Path:
    """A clip made by ffmpeg's test sources: H.264 with AAC, in the container of the name."""
    wanted = sample or ClipSample(**changes)
    width, height = wanted.size
    source = f"{wanted.picture}=size={width}x{height}:rate={wanted.fps}:duration={wanted.seconds}"
    streams = [ffmpeg.input(source, format="lavfi").video]
    options: dict[str, Any] = {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p"}
    if wanted.sound is not None:
        sound = f"{wanted.sound}:duration={wanted.seconds}"
        streams.append(ffmpeg.input(sound, format="lavfi").audio)
        options["acodec"] = "aac"
    sink = ffmpeg.output(*streams, str(path), **(options | dict(wanted.options)))
    make(sink)
    return path


def make(sink: Any) -> None:
    """Run an ffmpeg-python graph quietly."""
    sink.global_args("-nostdin", "-loglevel", "error", "-y").run(
        capture_stdout=True, capture_stderr=True
    )


def make_from_graph(graph: str, path: Path, **options: Any) -> Path:
    """A clip of what an ffmpeg graph without inputs shows."""
    plain = {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p"}
    make(ffmpeg.output(ffmpeg.input(graph, format="lavfi"), str(path), **(plain | options)))
    return path


def still(clip_path: Path, path: Path) -> Path:
    """The first picture of a clip."""
    make(ffmpeg.output(ffmpeg.input(str(clip_path)).video, str(path), vframes=1))
    return path


def frame_at(clip_path: Path, at_s: float, path: Path) -> Image.Image:
    """The picture of a clip at a time."""
    make(ffmpeg.output(ffmpeg.input(str(clip_path), ss=at_s).video, str(path), vframes=1))
    with Image.open(path) as opened:
        return opened.convert("RGB")


def turned_clip(path: Path, upright: Path, degrees: int) -> Path:
    """The same clip with a mark that players must turn it by that many degrees (to the left)."""
    source = ffmpeg.input(str(upright), display_rotation=degrees)
    make(ffmpeg.output(source, str(path), codec="copy"))
    return path


def first_part(path: Path, whole: Path, share: float = 0.5) -> Path:
    """The first bytes of a file, as a broken copy leaves them."""
    content = whole.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def spoilt(path: Path, whole: Path) -> Path:
    """A file of full length with a stretch in its middle overwritten."""
    content = bytearray(whole.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = b"\x55" * len(content[middle : middle + 2000])
    path.write_bytes(content)
    return path


def png_bomb(path: Path, side: int = 30_000) -> Path:
    """A few kilobytes that ask for a picture of side x side pixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side * (side // 8 + 1)), 9)
    chunks = [_chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


def _chunk(name: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)


def hls_playlist(path: Path, names: Path) -> Path:
    """A playlist that names another local file by its absolute path."""
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{names}\n#EXT-X-ENDLIST\n")
    return path


def ffconcat_list(path: Path, names: Path) -> Path:
    """A list that makes ffmpeg open another local file."""
    path.write_text(f"ffconcat version 1.0\nfile '{names}'\n")
    return path


def dash_manifest(path: Path, names: Path) -> Path:
    """A DASH manifest that names another local file."""
    path.write_text(
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4">'
        f'<Representation id="1" bandwidth="1"><BaseURL>file://{names}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>\n"
    )
    return path


def svg_drawing(path: Path, names: Path) -> Path:
    """A drawing that refers to another local file."""
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
        f'<image href="file://{names}" width="64" height="64"/></svg>\n'
    )
    return path
