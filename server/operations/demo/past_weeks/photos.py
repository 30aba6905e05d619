"""Generates phone photos of slides on screens."""

import io
import random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from media.slides import engine

SIZE: Final = (1280, 960)
WALLS: Final = ("#b9b2a6", "#9fa8ad", "#c4bba8", "#8f969c")
DARK: Final = 12


def drawn(template: str, size: tuple[int, int]) -> Image.Image:
    """A template's own example in this size."""
    content = engine.render(template, engine.example(template), *size)
    return Image.open(io.BytesIO(content)).convert("RGB")


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    """The picture as JPEG."""
    sink = io.BytesIO()
    picture.save(sink, "JPEG", quality=quality)
    return sink.getvalue()


def on_site(template: str, seed: int) -> bytes:
    """A slide on a wall-mounted screen, photographed at a slight angle; a JPEG."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    photo = Image.new("RGB", SIZE, dice.choice(WALLS))
    pen = ImageDraw.Draw(photo)
    pen.rectangle((0, SIZE[1] - 190, SIZE[0], SIZE[1]), fill="#5d5a55")
    shown = drawn(template, (880, 495))
    framed = Image.new("RGB", (shown.width + 36, shown.height + 36), "#16181b")
    framed.paste(shown, (18, 18))
    turned = framed.convert("RGBA").rotate(
        dice.uniform(-2.5, 2.5), expand=True, resample=Image.Resampling.BICUBIC
    )
    photo.paste(turned, (dice.randrange(120, 220), dice.randrange(80, 150)), turned)
    return jpeg(photo.filter(ImageFilter.GaussianBlur(0.6)))


def screenshot(template: str, stamp: str, *, dark: bool = False) -> bytes:
    """A player's screenshot with its stamp; `dark`: the panel stayed black."""
    size = (960, 540)
    picture = Image.new("RGB", size, (DARK, DARK, DARK)) if dark else drawn(template, size)
    ImageDraw.Draw(picture).text((8, size[1] - 18), stamp, fill="yellow")
    return jpeg(picture)
