"""Files that must be refused: broken, hostile, or nothing that can be shown."""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ffmpeg
from PIL import Image

from media.limits import Limits
from tests.support.corpus.case import Scale, refused
from tests.support.corpus.clips import animated, clip
from tests.support.corpus.pictures import heic, saved
from tests.support.factories import documents, sample_files

Make = Callable[[Path, Scale], object]


def raw(content: bytes) -> Make:
    return lambda path, _scale: path.write_bytes(content)


def part_of(make: Make, share: float = 0.5) -> Make:
    def cut(path: Path, scale: Scale) -> None:
        make(path, scale)
        sample_files.first_part(path, path, share)

    return cut


def spoilt(make: Make) -> Make:
    def spoil(path: Path, scale: Scale) -> None:
        make(path, scale)
        sample_files.spoilt(path, path)

    return spoil


def noise(path: Path, _scale: Scale) -> None:
    Image.frombytes("RGB", (200, 200), os.urandom(120_000)).save(path, "PNG")


def names_another(write: Callable[[Path, Path], Path], before: bytes = b"") -> Make:
    """A list that names the canary beside every file of the corpus."""

    def make(path: Path, _scale: Scale) -> None:
        write(path, path.parent.parent / "canary.mp4")
        path.write_bytes(before + path.read_bytes())

    return make


def names_address(text: str) -> Make:
    """`{canary}` is replaced by the address of a port that must stay silent."""

    def make(path: Path, _scale: Scale) -> None:
        address = (path.parent.parent / "canary-address").read_text()
        path.write_text(text.replace("{canary}", address))

    return make


def page(words: str) -> Make:
    return lambda path, _scale: path.write_text(words)


def sound(**options: Any) -> Make:
    def make(path: Path, scale: Scale) -> None:
        tone = ffmpeg.input(f"sine=duration={scale.seconds}", format="lavfi")
        sample_files.make(ffmpeg.output(tone, str(path), **options))

    return make


def packed(*names: str) -> Make:
    def make(path: Path, _scale: Scale) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")

    return make


def tarball(path: Path, _scale: Scale) -> None:
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../../x"), io.BytesIO())


def jpeg_bomb(path: Path, scale: Scale) -> None:
    """A header that claims 65,000 pixels a side."""
    saved("JPEG")(path, scale)
    content = bytearray(path.read_bytes())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", 65_000, 65_000)
    path.write_bytes(content)


def gif_bomb(path: Path, _scale: Scale) -> None:
    """A few kilobytes that ask for 400 frames of 4000 x 4000 pixels: 6.4 thousand million."""
    head = b"GIF89a" + struct.pack("<HHBBB", 4000, 4000, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    path.write_bytes(head + frame * 400 + b";")


def apng_bomb(path: Path, scale: Scale) -> None:
    """An animation that claims a thousand million frames."""
    animated(100)(path, scale)
    content = path.read_bytes()
    at = content.index(b"acTL")
    chunk = b"acTL" + struct.pack(">II", 1_000_000_000, 0)
    crc = struct.pack(">I", zlib.crc32(chunk))
    path.write_bytes(content[:at] + chunk + crc + content[at + 16 :])


def tiff_bomb(path: Path, _scale: Scale) -> None:
    side = 60_000
    entries = [(256, 4, side), (257, 4, side), (258, 3, 1), (259, 3, 1), (262, 3, 1)]
    entries += [(273, 4, 200), (277, 3, 1), (278, 4, side), (279, 4, 100)]
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(4)
    path.write_bytes(head.ljust(400, b"\0"))


def endless(path: Path, scale: Scale) -> None:
    """A short clip whose index claims thirty years."""
    clip(sound=None, movflags="+faststart")(path, scale)
    content = bytearray(path.read_bytes())
    for name, time_at in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        at = content.index(name) + time_at
        content[at : at + 4] = struct.pack(">I", 0xFFFF_FFF0)
    content = content.replace(b"edts", b"free")  # the edit list has its true length
    at = content.index(b"stts") + 16
    content[at : at + 4] = struct.pack(">I", 0x0FFF_FFFF)
    path.write_bytes(content)


def locked(path: Path, scale: Scale) -> None:
    clip(
        sound=None,
        encryption_scheme="cenc-aes-ctr",
        encryption_key="00112233445566778899aabbccddeeff",
        encryption_kid="112233445566778899aabbccddeeff00",
    )(path, scale)


def coded(**options: Any) -> Make:
    """A clip in a coding that isn't let in."""
    return clip(**{"sound": None, **options})


def lively(path: Path, _scale: Scale) -> None:
    sample_files.clip(path, seconds=1, sound=None, options={"movflags": "+faststart"})


def three_pages(path: Path, _scale: Scale) -> None:
    documents.pdf(path, [(160, 90)] * 3)


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://{canary}/a.ts\n#EXT-X-ENDLIST\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://{canary}/a.png"/></svg>'
FTYP = b"\0\0\0\x10ftypisom\0\0\0\0"
SHORT = Limits(max_video_s=0.2)
REFUSED = [
    refused("no bytes", "a.jpg", raw(b""), "empty"),
    refused("half a JPEG", "a.jpg", part_of(saved("JPEG")), "truncated"),
    refused("half a PNG", "a.png", part_of(saved("PNG")), "truncated"),
    refused("half a WebP", "a.webp", part_of(saved("WEBP", lossless=True)), "truncated"),
    refused("half a GIF", "a.gif", part_of(animated(100), 0.7), "truncated"),
    refused("half a BMP", "a.bmp", part_of(saved("BMP")), "truncated"),
    refused("half a TIFF", "a.tif", part_of(saved("TIFF"), 0.9), "truncated", "damaged"),
    refused("half an AVIF", "a.avif", part_of(saved("AVIF")), "truncated"),
    refused("half a HEIC", "a.heic", part_of(heic), "truncated"),
    refused("half an MP4", "a.mp4", part_of(clip(movflags="+faststart")), "truncated"),
    refused("MP4 without its index", "a.mp4", part_of(clip(), 0.9), "truncated"),
    refused("half a Matroska", "a.mkv", part_of(clip(rate="10"), 0.4), "truncated"),
    refused("half a transport stream", "a.ts", part_of(clip(), 0.501), "truncated", "damaged"),
    refused("half an AVI", "a.avi", part_of(clip(vcodec="mjpeg", pix_fmt="yuvj420p")), "truncated"),
    refused("half a PDF", "a.pdf", part_of(three_pages), "truncated"),
    refused("spoilt PNG", "a.png", spoilt(noise), "damaged"),
    refused("spoilt MP4", "a.mp4", spoilt(lively), "damaged"),
    refused(
        "JPEG of rubbish",
        "a.jpg",
        raw(b"\xff\xd8\xff\xe0" + b"\x5a" * 4000 + b"\xff\xd9"),
        "damaged",
        "truncated",
    ),
    refused("MP4 of rubbish", "a.mp4", raw(FTYP + b"\x5a" * 4000), "damaged", "truncated"),
    refused("PDF of rubbish", "a.pdf", raw(b"%PDF-1.7\n" + b"x " * 900 + b"%%EOF"), "damaged"),
    refused("PNG bomb", "a.png", lambda path, _scale: sample_files.png_bomb(path), "too_large"),
    refused("JPEG bomb", "a.jpg", jpeg_bomb, "too_large"),
    refused("GIF bomb", "a.gif", gif_bomb, "too_large"),
    refused("APNG bomb", "a.png", apng_bomb, "too_large"),
    refused("TIFF bomb", "a.tif", tiff_bomb, "too_large"),
    refused("clip of thirty years", "a.mp4", endless, "too_long", "damaged"),
    refused("longer than allowed", "a.mp4", clip(), "too_long", limits=SHORT),
    refused("hides its length", "a.mkv", clip(live=1, format="matroska"), "too_long", limits=SHORT),
    refused("240 frames a second", "a.mp4", clip(rate="240", sound=None), "too_large"),
    refused(
        "more bytes than allowed",
        "a.jpg",
        saved("JPEG"),
        "too_large",
        limits=Limits(max_image_bytes=300),
    ),
    refused(
        "more sides than allowed",
        "a.mp4",
        clip(sound=None),
        "too_large",
        limits=Limits(max_side_px=100),
    ),
    refused(
        "document of 101 pages",
        "a.pdf",
        lambda path, _s: documents.pdf(path, [(16, 9)] * 101),
        "too_large",
    ),
    refused("HLS as a clip", "a.mp4", names_another(sample_files.hls_playlist), "unsupported"),
    refused("HLS to a network", "a.m3u8", names_address(HLS), "unsupported"),
    refused(
        "HLS behind a box",
        "a.mp4",
        names_another(sample_files.hls_playlist, FTYP),
        "truncated",
        "damaged",
        "unsupported",
    ),
    refused(
        "ffconcat as a picture", "a.png", names_another(sample_files.ffconcat_list), "unsupported"
    ),
    refused("DASH as a clip", "a.mp4", names_another(sample_files.dash_manifest), "unsupported"),
    refused("SVG as a picture", "a.png", names_another(sample_files.svg_drawing), "unsupported"),
    refused("SVG to a network", "a.svg", names_address(SVG), "unsupported"),
    refused("packed SVG", "a.svgz", raw(gzip.compress(SVG.encode())), "unsupported"),
    refused("web page", "a.jpg", page("<!DOCTYPE html><script>alert(1)</script>"), "unsupported"),
    refused("plain text", "a.mp4", page("你好，这是文字。\n"), "unsupported"),
    refused("JSON", "a.json", page('{"a": 1}'), "unsupported"),
    refused("program", "a.exe", raw(b"MZ" + bytes(2000)), "unsupported"),
    refused("rubbish", "a.bin", raw(b"\x93\x11\x07\xfe" * 500), "unsupported"),
    refused("zip", "a.zip", packed("../../x.png"), "unsupported"),
    refused("tar", "a.tar.gz", tarball, "unsupported"),
    refused(
        "Word document", "a.docx", packed("[Content_Types].xml", "word/document.xml"), "unsupported"
    ),
    refused(
        "old PowerPoint",
        "a.ppt",
        raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "unsupported",
    ),
    refused("PSD", "a.psd", raw(b"8BPS\0\x01" + bytes(400)), "unsupported"),
    refused("JPEG 2000", "a.jp2", raw(b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100)), "unsupported"),
    refused("icon", "a.ico", saved("ICO"), "unsupported"),
    refused("old FLV coding", "a.flv", coded(vcodec="flv"), "unsupported"),
    refused("WMV coding", "a.wmv", coded(vcodec="wmv2"), "unsupported"),
    refused("PNG in MOV", "a.mov", coded(vcodec="png", pix_fmt="rgb24"), "unsupported"),
    refused("FFV1 in Matroska", "a.mkv", coded(vcodec="ffv1"), "unsupported"),
    refused("MP3", "a.mp3", sound(), "no_picture"),
    refused("WAV", "a.wav", sound(), "no_picture"),
    refused("Ogg", "a.ogg", sound(acodec="libvorbis"), "no_picture"),
    refused("sound in MP4", "a.mp4", sound(), "no_picture"),
    refused("sound in Matroska", "a.mka", sound(format="matroska"), "no_picture"),
    refused("sound in a transport stream", "a.ts", sound(), "no_picture"),
    refused("copy protection", "a.mp4", locked, "encrypted"),
    refused(
        "PDF with a password", "a.pdf", lambda path, _s: documents.locked_pdf(path), "encrypted"
    ),
]
