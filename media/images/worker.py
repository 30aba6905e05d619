"""Decodes one untrusted picture and writes its renditions; run in a child with limits.

`python -m media.images.worker '{"source": ..., "outputs": [...], ...}'` prints one JSON object a
line: `{"progress": 0.5}` meanwhile, and last `{"size": [w, h], "label": ...}` (the label of AI-made
pictures, or null) or `{"refused": ...}`. For an animation it writes a film instead, and prints
`{"filmed": true, "label": ...}`. An order may have a `photo`: the
picture itself, not fitted to a screen, in few bytes.
"""

from __future__ import annotations

import json
import struct
import sys
import warnings
import zlib
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from media.ai.label import FIELD, Declaration, Label, as_json, as_xmp, of_info
from media.ai.mark import stamped
from media.errors import MediaRefused
from media.images.animation import filmed, is_animated
from media.images.jpeg_quality import bounded, encoded
from media.images.pixel_layout import (
    ENOUGH_PX,
    contained,
    cropped,
    displayed_size,
    letterboxed,
    upright,
)
from media.inspection.mp4_boxes import is_iso_media
from media.inspection.truncation import jpeg_ends_early
from media.limits import Limits, keep_size
from media.rejection_reasons import refusal
from media.screen_classes import thumbnail_size

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
LOSSLESS = {".png": "PNG", ".bmp": "BMP"}
HEAD_BYTES = 16
FITS = {"whole": letterboxed, "crop": cropped, "bare": contained}
# Exceptions seen from Pillow's readers on crafted files.
FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    AttributeError,
    struct.error,
    zlib.error,
)


def main(order: dict[str, Any]) -> None:
    """Make every output of the order, and print the progress after each."""
    limits = Limits(**order["limits"])
    source = Path(order["source"])
    outputs, fit, ai = order["outputs"], FITS[order["fit"]], Declaration(**order["ai"])
    enough = max([ENOUGH_PX, *(max(one["width"], one["height"]) for one in outputs)])
    with _opened(source, limits) as image:
        # Only texts that were read already: `getexif` would decode a PNG, and hide its faults.
        if is_animated(image):
            _film(image, source, Path(order["film"]), limits)
            _emit(filmed=True, label=of_info(image.info))
            return
        size, picture = _decoded(image, source, enough)
    # After decoding, as a PNG may have texts behind its pixels.
    label = of_info(image.info)
    ai = ai.with_label(label)
    _emit(progress=0.3)
    for number, output in enumerate(outputs, start=1):
        framed = fit(picture, output["width"], output["height"])
        _write(_marked(framed, ai), Path(output["path"]), ai.written)
        _emit(progress=0.3 + 0.6 * number / len(outputs))
    thumbnail = letterboxed(picture, *thumbnail_size(*picture.size))
    Path(order["thumbnail"]).write_bytes(encoded(_marked(thumbnail, ai)))
    if "photo" in order:
        Path(order["photo"]).write_bytes(bounded(picture))
    _emit(size=size, label=label)


def _marked(picture: Image.Image, ai: Declaration) -> Image.Image:
    return stamped(picture) if ai.draws_mark else picture


def _write(picture: Image.Image, path: Path, label: Label | None) -> None:
    """Save in the format of the name's suffix; JPEG unless that is a lossless one.

    A label goes into XMP, or into a PNG's text; a BMP has no metadata.
    """
    if path.suffix not in LOSSLESS:
        path.write_bytes(encoded(picture, as_xmp(label) if label else b""))
        return
    texts = PngInfo()
    if label and path.suffix == ".png":
        texts.add_itxt(FIELD, as_json(label))
    picture.convert("RGB").save(path, LOSSLESS[path.suffix], pnginfo=texts)


def _opened(source: Path, limits: Limits) -> Image.Image:
    # Our own limit decides; Pillow's is set just above it, as an error.
    Image.MAX_IMAGE_PIXELS = round(limits.max_megapixels * 1_000_000) + 1
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = Image.open(source, formats=_formats(source))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _bomb(limits) from error
    except FAULTS as error:
        raise _fault(error, source) from error
    keep_size(image.width, image.height, limits)
    return image


def _formats(source: Path) -> tuple[str, ...]:
    """Loading the HEIF reader takes as long as reading a photo: only for possible HEIF files."""
    with source.open("rb") as file:
        if not is_iso_media(file.read(HEAD_BYTES)):
            return FORMATS
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return (*FORMATS, "HEIF")


def _bomb(limits: Limits) -> MediaRefused:
    side = limits.max_side_px
    return refusal(
        "too_large_pixels", width="?", height="?", megapixels=limits.max_megapixels, side=side
    )


def _decoded(
    image: Image.Image, source: Path, enough_px: int
) -> tuple[tuple[int, int], Image.Image]:
    """Return the size as displayed and the picture, maybe already smaller."""
    try:
        size = displayed_size(image)
        image.draft(None, (enough_px, enough_px))
        return size, upright(image, enough_px)
    except FAULTS as error:
        raise _fault(error, source) from error


def _film(image: Image.Image, source: Path, path: Path, limits: Limits) -> None:
    try:
        filmed(image, source, path, limits)
    except FAULTS as error:
        raise _fault(error, source) from error


def _fault(error: Exception, source: Path) -> MediaRefused:
    cut_off = "truncated" in str(error).lower() or jpeg_ends_early(source)
    return refusal("truncated" if cut_off else "damaged")


def _emit(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _answer(order: dict[str, Any]) -> None:
    try:
        main(order)
    except MediaRefused as refused:
        _emit_refusal(refused)
    except MemoryError:
        _emit_refusal(refusal("too_large_work"))


def _emit_refusal(refused: MediaRefused) -> None:
    _emit(refused=[refused.code, refused.detail_zh, refused.detail_en])


if __name__ == "__main__":
    _answer(json.loads(sys.argv[1]))
