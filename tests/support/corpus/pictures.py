"""Pictures that are let in: every format, colour and orientation that people send."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ffmpeg
import pillow_heif
from PIL import Image, PngImagePlugin

from tests.support.corpus.case import Accepted, Case, Scale
from tests.support.factories import sample_files

PICTURE = Accepted()
PLAIN = Accepted(coloured=False)
UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
Make = Callable[[Path, Scale], object]


def saved(form: str, mode: str = "RGB", **options: Any) -> Make:
    def make(path: Path, scale: Scale) -> None:
        sample_files.quadrants(scale.size).convert(mode).save(path, form, **options)

    return make


def turned(orientation: int) -> Make:
    def make(path: Path, scale: Scale) -> None:
        marks = Image.Exif()
        marks[sample_files.ORIENTATION] = orientation
        stored = sample_files.quadrants(scale.size).transpose(UNDO[orientation])
        stored.save(path, "JPEG", exif=marks, quality=92)

    return make


def sixteen_bits(codec: str, pixels: str) -> Make:
    """Written by ffmpeg, since Pillow writes no 16 bits of colour."""

    def make(path: Path, scale: Scale) -> None:
        eight = path.with_name("eight.png")
        sample_files.quadrants(scale.size).save(eight)
        options = {"vcodec": codec, "pix_fmt": pixels, "format": "image2", "update": 1}
        sample_files.make(ffmpeg.output(ffmpeg.input(str(eight)), str(path), **options))
        eight.unlink()

    return make


def alpha(form: str, **options: Any) -> Make:
    def make(path: Path, scale: Scale) -> None:
        picture = sample_files.quadrants(scale.size, "RGBA")
        picture.putpixel((0, 0), (0, 0, 0, 0))
        picture.save(path, form, **options)

    return make


def see_through(path: Path, scale: Scale) -> None:
    picture = sample_files.quadrants(scale.size, "P")
    picture.save(path, "PNG", transparency=255)


def heic(path: Path, scale: Scale) -> None:
    pillow_heif.from_pillow(sample_files.quadrants(scale.size)).save(path, quality=90)


def turned_heic(path: Path, scale: Scale) -> None:
    marks = Image.Exif()
    marks[sample_files.ORIENTATION] = 6
    stored = sample_files.quadrants(scale.size).transpose(UNDO[6])
    pillow_heif.from_pillow(stored).save(path, quality=90, exif=marks.tobytes())


def depth_map(path: Path, scale: Scale) -> None:
    picture = sample_files.quadrants(scale.size)
    picture.save(path, "MPO", save_all=True, append_images=[Image.new("RGB", (16, 9))])


def scan(path: Path, scale: Scale) -> None:
    picture = sample_files.quadrants(scale.size)
    picture.save(path, "TIFF", save_all=True, append_images=[picture], compression="tiff_lzw")


def picture_and_archive(path: Path, scale: Scale) -> None:
    sample_files.quadrants(scale.size).save(path, "JPEG", quality=92)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.html", "<script>alert(1)</script>")
    path.write_bytes(path.read_bytes() + archive.getvalue())


def picture_and_page(path: Path, scale: Scale) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<html><script>fetch('http://127.0.0.1:9')</script></html>")
    sample_files.quadrants(scale.size).save(path, "PNG", pnginfo=words)


def script_and_picture(path: Path, scale: Scale) -> None:
    sample_files.quadrants(scale.size, "P").save(path, "GIF", comment=b"*/=1;alert(1);/*")


def of_size(form: str, size: tuple[int, int]) -> Make:
    def make(path: Path, _scale: Scale) -> None:
        sample_files.quadrants(size).save(path, form)

    return make


def _exactly(width: int, height: int) -> Accepted:
    return Accepted(shape=lambda _size: (width, height), coloured=False)


PICTURES = [
    Case("plain JPEG", "a.jpg", saved("JPEG", quality=92), PICTURE),
    Case("progressive JPEG", "a.jpg", saved("JPEG", quality=92, progressive=True), PICTURE),
    *(Case(f"orientation {n}", "IMG_1.JPG", turned(n), PICTURE) for n in UNDO),
    Case("CMYK JPEG", "print.jpg", saved("JPEG", "CMYK", quality=95), PICTURE),
    Case("grey JPEG", "grey.jpg", saved("JPEG", "L"), PLAIN),
    Case("depth map beside a photo", "a.jpg", depth_map, PICTURE),
    Case("plain PNG", "a.png", saved("PNG"), PICTURE),
    Case("16-bit PNG", "a.png", sixteen_bits("png", "rgb48be"), PICTURE),
    Case("16-bit grey PNG", "a.png", sixteen_bits("png", "gray16be"), PLAIN),
    Case("PNG with alpha", "logo.png", alpha("PNG"), PICTURE),
    Case("PNG palette that shows through", "a.png", see_through, PICTURE),
    Case("PNG of one bit", "a.png", saved("PNG", "1"), PLAIN),
    Case("still GIF", "a.gif", saved("GIF", "P"), PICTURE),
    Case("lossy WebP", "a.webp", saved("WEBP", quality=92), PICTURE),
    Case("WebP with alpha", "a.webp", alpha("WEBP", lossless=True), PICTURE),
    Case("BMP", "a.bmp", saved("BMP"), PICTURE),
    Case("TIFF", "a.tif", saved("TIFF", compression="tiff_lzw"), PICTURE),
    Case("CMYK TIFF", "a.tif", saved("TIFF", "CMYK"), PICTURE),
    Case("16-bit TIFF", "a.tif", sixteen_bits("tiff", "rgb48le"), PICTURE),
    Case("TIFF of several pages", "scan.tif", scan, PICTURE),
    Case("AVIF", "a.avif", saved("AVIF", quality=90), PICTURE),
    Case("HEIC", "IMG_1.HEIC", heic, PICTURE),
    Case("turned HEIC", "IMG_2.HEIC", turned_heic, PICTURE),
    Case("picture of one pixel", "dot.png", of_size("PNG", (1, 1)), _exactly(1, 1)),
    Case("odd size", "odd.jpg", of_size("JPEG", (161, 91)), _exactly(161, 91)),
    Case("picture like a thread", "line.png", of_size("PNG", (3000, 2)), _exactly(3000, 2)),
    Case("wrong ending", "holiday.mp4", saved("JPEG", quality=92), PICTURE),
    Case("name like a way out", "../../etc/cron.d/x.jpg", saved("JPEG", quality=92), PICTURE),
    Case("name like a formula", "=cmd|' /C calc'!A0.png", saved("PNG"), PICTURE),
    Case("JPEG with an archive behind", "a.jpg", picture_and_archive, PICTURE),
    Case("PNG with a web page inside", "a.png", picture_and_page, PICTURE),
    Case("GIF that is a script", "a.js", script_and_picture, PICTURE),
]
