"""The visible mark of AI-generated material, drawn into a corner of its renditions.

GB 45438-2025 asks for signs of at least 5 % of the picture's shorter side.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageDraw

from media.slides.text.fonts import Fonts

TEXT: Final = "AI 生成"
SHARE: Final = 0.05
LEAST_PX: Final = 12
"""Below that Chinese signs aren't legible, on small strips."""
SIGN_SHARE: Final = 0.84
"""The height of a sign of this face in em, measured on 生."""
INK: Final = (255, 255, 255, 255)
GROUND: Final = (0, 0, 0, 168)


def sign_px(width: int, height: int) -> int:
    """The height of the mark's signs in pixels for a picture of that size."""
    return max(-(-min(width, height) * 5 // 100), min(LEAST_PX, height))


def drawn(width: int, height: int) -> Image.Image:
    """The mark for a picture of that size, with its ground, to be laid over it."""
    size = max(round(sign_px(width, height) / SIGN_SHARE + 0.5), 1)
    face = Fonts().at("Bold", size)
    left, top, right, bottom = face.getbbox(TEXT)
    pad = max(round(size * 0.3), 1)
    whole = Image.new(
        "RGBA", (round(right - left) + 2 * pad, round(bottom - top) + 2 * pad), GROUND
    )
    ImageDraw.Draw(whole).text((pad - left, pad - top), TEXT, INK, font=face)
    return whole


def place(width: int, height: int, mark: Image.Image) -> tuple[int, int]:
    """The mark's left upper corner: at the lower right, apart from the edges."""
    gap = round(min(width, height) * 0.03)
    return max(width - mark.width - gap, 0), max(height - mark.height - gap, 0)


def stamped(picture: Image.Image) -> Image.Image:
    """The picture, as RGB, with the mark."""
    whole, mark = picture.convert("RGB"), drawn(*picture.size)
    whole.paste(mark, place(*whole.size, mark), mark)
    return whole
