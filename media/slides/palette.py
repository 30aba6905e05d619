"""The colours of slides, and the measure of how well one can be read on another."""

from __future__ import annotations

RGB = tuple[int, int, int]

NAVY: RGB = (8, 27, 62)
DEEP_BLUE: RGB = (13, 45, 102)
PALE_BLUE: RGB = (205, 224, 252)
WHITE: RGB = (255, 255, 255)
INK: RGB = (23, 32, 51)
SLATE: RGB = (74, 88, 113)
GOLD: RGB = (255, 205, 77)
CREAM: RGB = (255, 244, 214)
BLACK: RGB = (14, 15, 18)
PAPER: RGB = (250, 247, 241)
RULE: RGB = (206, 202, 194)
POLICE: RGB = (10, 42, 106)
POLICE_LIGHT: RGB = (26, 62, 132)
SIGNAL: RGB = (200, 16, 30)
SUN: RGB = (255, 203, 47)
PINE: RGB = (0, 84, 71)
MINT: RGB = (233, 244, 239)
MINT_RULE: RGB = (180, 207, 197)

LEAST_CONTRAST = 4.5


def contrast(one: RGB, other: RGB) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: RGB) -> float:
    """Return the relative luminance of an sRGB colour, from 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: RGB, other: RGB, share: float) -> RGB:
    """Return the colour that is `share` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _linear(part: float) -> float:
    linear: float = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    return linear
