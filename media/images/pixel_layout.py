"""Turns any decoded picture into plain sRGB pixels and lays it out for a screen; pure Pillow."""

from __future__ import annotations

import io
from typing import Literal

from PIL import Image, ImageCms, ImageEnhance, ImageFilter, ImageOps

ENOUGH_PX = 1920  # the longest side usually needed; the last, uneven reduction comes later
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
PAPER = (255, 255, 255)  # behind transparency: logos and documents are drawn for white
BLUR_SIZE_PX = 160


def upright(image: Image.Image, enough_px: int = ENOUGH_PX) -> Image.Image:
    """Return the picture as it should be seen: turned by EXIF, opaque, 8-bit sRGB, not huge.

    It may be less than twice as long as `enough_px` then.
    The colour profile and all other metadata end here; the picture given is used up.
    """
    turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    profile = image.info.get("icc_profile")
    small = _shrunk(image, enough_px)
    image.close()  # frees hundreds of megabytes
    small = opaque(_to_srgb(small, profile))
    return small.transpose(turn) if turn is not None else small


def displayed_size(image: Image.Image) -> tuple[int, int]:
    """Return width and height as seen, without decoding the picture."""
    turned = image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
    return (image.height, image.width) if turned else (image.width, image.height)


def letterboxed(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the whole picture in a frame of that size, on a blurred, darker copy of itself."""
    inner = ImageOps.contain(image, (width, height), Image.Resampling.LANCZOS)
    if abs(inner.width - width) <= 1 and abs(inner.height - height) <= 1:
        return image.resize((width, height), Image.Resampling.LANCZOS)
    frame = _blurred_cover(image, width, height)
    frame.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return frame


def contained(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the whole picture without a frame, made smaller if that size doesn't hold it."""
    if image.width <= width and image.height <= height:
        return image
    return ImageOps.contain(image, (width, height), Image.Resampling.LANCZOS)


def cropped(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the middle of the picture, filling a frame of that size."""
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


def _blurred_cover(image: Image.Image, width: int, height: int) -> Image.Image:
    scale = BLUR_SIZE_PX / max(width, height)
    small = (max(round(width * scale), 1), max(round(height * scale), 1))
    cover = ImageOps.fit(image, small, Image.Resampling.BILINEAR)
    soft = cover.filter(ImageFilter.GaussianBlur(BLUR_SIZE_PX / 24))
    dimmed = ImageEnhance.Brightness(soft).enhance(0.6)
    return dimmed.resize((width, height), Image.Resampling.BICUBIC)


def opaque(image: Image.Image) -> Image.Image:
    """Return an RGBA picture on white paper, as RGB; any other as it is."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGBA", image.size, (*PAPER, 255))
    return Image.alpha_composite(paper, image).convert("RGB")


def _shrunk(image: Image.Image, enough_px: int) -> Image.Image:
    """Return a copy in a mode that can be worked in, reduced in bands to save memory.

    A whole 67-megapixel picture in a second mode would double what its child needs.
    """
    factor = max(1, max(image.size) // enough_px)
    band_height = factor * 64
    image.load()
    small = Image.new(_working_mode(image), (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, band_height):
        bottom = min(top + band_height, image.height)
        band = _workable(image.crop((0, top, image.width, bottom)), small.mode)
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return small


Mode = Literal["L", "LA", "RGB", "RGBA", "CMYK"]


def _working_mode(image: Image.Image) -> Mode:
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image.mode  # type: ignore[return-value]  # one of the five just listed
    if image.mode == "1" or image.mode.startswith(("I", "F")):
        return "L"
    return "RGBA" if image.has_transparency_data else "RGB"


def _workable(band: Image.Image, mode: str) -> Image.Image:
    if band.mode.startswith("I"):
        # 16-bit grey: Pillow would clip at 255 instead of scaling.
        return band.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return band if band.mode == mode else band.convert(mode)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply the embedded profile; a broken one, or one of another kind of colour, is ignored."""
    plain = "RGBA" if image.mode in ("LA", "RGBA") else "RGB"
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image.convert(plain)
    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, embedded, srgb, outputMode=plain)
    except (ImageCms.PyCMSError, OSError):
        return image.convert(plain)
    return converted if converted is not None else image.convert(plain)
