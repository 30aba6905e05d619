"""The drawn parts of slides: shield, warning triangle, hazard stripes, rings."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from media.slides.canvas import Canvas
from media.slides.palette import BLACK, GOLD, RGB
from media.slides.rect import Box

Points = list[tuple[float, float]]


def shield(canvas: Canvas, box: Box, fill: RGB, sign: RGB) -> None:
    """A police shield with a tick."""
    canvas.shape(_in(box, _shield_outline()), fill)
    inner = box.inset(box.width * 0.09, box.height * 0.09)
    canvas.shape(_in(inner, _shield_outline()), sign)
    core = box.inset(box.width * 0.13, box.height * 0.13)
    canvas.shape(_in(core, _shield_outline()), fill)
    tick = [(0.25, 0.50), (0.33, 0.42), (0.45, 0.54), (0.68, 0.30), (0.76, 0.38), (0.45, 0.70)]
    canvas.shape(_in(box, tick), sign)


def great_shield(canvas: Canvas, box: Box, line: RGB, ground: RGB, width: float) -> None:
    """The outline of a shield, so large that the edges of the picture cut it."""
    canvas.shape(_in(box, _shield_outline()), line)
    canvas.shape(_in(box.inset(width, width * 1.05), _shield_outline()), ground)


def warning(canvas: Canvas, box: Box, fill: RGB = GOLD, sign: RGB = BLACK) -> None:
    """A triangle with an exclamation mark."""
    canvas.shape(_in(box, _round_triangle()), fill)
    canvas.shape(_in(box, [(0.455, 0.36), (0.545, 0.36), (0.53, 0.66), (0.47, 0.66)]), sign)
    dot = [(0.5 + 0.045 * math.cos(a), 0.755 + 0.05 * math.sin(a)) for a in _circle(24)]
    canvas.shape(_in(box, dot), sign)


def hazard(canvas: Canvas, box: Box, light: RGB = GOLD, dark: RGB = BLACK) -> None:
    """A band of slanting stripes."""
    canvas.panel(box, light)
    step = box.height * 1.4
    x = box.left - box.height
    while x < box.right:
        band = [
            (x, box.bottom),
            (x + step * 0.5, box.bottom),
            (x + step * 0.5 + box.height, box.top),
            (x + box.height, box.top),
        ]
        canvas.shape(_cropped(band, box), dark)
        x += step


def rings(canvas: Canvas, centre: tuple[float, float], colour: RGB, opacity: float) -> None:
    """Thin rings around a point, as of a signal going out."""
    mask = Image.new("L", (canvas.width, canvas.height), 0)
    draw = ImageDraw.Draw(mask)
    x, y = canvas.width * centre[0], canvas.height * centre[1]
    for step in range(1, 7):
        radius = canvas.unit * 13 * step
        shade = round(255 * opacity * (1 - step / 8))
        thick = max(round(canvas.unit * 0.2), 1)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=shade, width=thick)
    canvas.image.paste(Image.new("RGB", mask.size, colour), (0, 0), mask)


def _in(box: Box, points: Points) -> Points:
    return [(box.left + x * box.width, box.top + y * box.height) for x, y in points]


def _shield_outline() -> Points:
    """A peak, shoulders, and sides that meet in a point."""
    steps = [step / 24 for step in range(25)]
    crown = [(0.5 + 0.43 * t, 0.13 * math.sin(t * math.pi / 2)) for t in steps]
    side = [(0.5 + 0.43 * (1 - t**2.5), 0.13 + 0.87 * t) for t in steps[1:]]
    right: Points = crown + side
    return right + [(1 - x, y) for x, y in reversed(right)]


def _round_triangle() -> Points:
    corners = [(0.5, 0.12, -2.618, -0.524), (0.9, 0.86, -0.524, 1.571), (0.1, 0.86, 1.571, 3.665)]
    return [
        (x + 0.06 * math.cos(a), y + 0.06 * math.sin(a))
        for x, y, begin, end in corners
        for a in _arc(begin, end, 10)
    ]


def _circle(steps: int) -> list[float]:
    return [2 * math.pi * step / steps for step in range(steps)]


def _arc(begin: float, end: float, steps: int) -> list[float]:
    return [begin + (end - begin) * step / steps for step in range(steps + 1)]


def _cropped(band: Points, box: Box) -> Points:
    """Cut a slanting stripe at the ends of its band; good enough where it leaves the picture."""
    return [(min(max(x, box.left), box.right), y) for x, y in band]
