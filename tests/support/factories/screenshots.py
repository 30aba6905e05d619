"""Screenshots as players send them, and assets whose renditions are real pictures."""

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from media.screen_classes import cell_size, strip_cells, thumbnail_size
from media.video import transcode
from media.video.ffmpeg_commands import Views
from media.video.picture_filters import Box
from server.content.models import Asset
from tests.support.app.world import World
from tests.support.factories.assets import keep, make_asset

PREFIX = "data:image/jpeg;base64,"


def poster(ground: str, at: int, size: tuple[int, int] = (1920, 1080)) -> Image.Image:
    """A picture with a shape at one of many places."""
    made = Image.new("RGB", size, ground)
    left = at * size[0] // 12
    box = (left, size[1] // 4, left + size[0] // 6, size[1] // 2)
    ImageDraw.Draw(made).rectangle(box, fill="white")
    return made


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    """The picture's file."""
    sink = io.BytesIO()
    picture.save(sink, "JPEG", quality=quality)
    return sink.getvalue()


def data_url(content: bytes) -> str:
    """As a canvas hands it over."""
    return PREFIX + base64.b64encode(content).decode()


def shot_of(picture: Image.Image, **fields: Any) -> dict[str, Any]:
    """A player's answer: the picture small, with a stamp at the bottom, and further fields."""
    small = picture.resize((960, 540))
    pen = ImageDraw.Draw(small)
    pen.rectangle((0, 518, 960, 540), fill="black")
    pen.text((8, 522), "2026-11-24T01:00:00.000Z 9f3c", fill="white")
    return {"ok": True, "result": {"image": data_url(jpeg(small, 70)), **fields}}


def make_pictured(world: World, picture: Image.Image, **fields: Any) -> int:
    """An approved asset all of whose renditions are this picture; its number."""
    number = make_asset(world, **fields)
    with world.core.config.write() as session:
        for one in session.get_one(Asset, number).renditions:
            content = jpeg(picture.resize((one.width, one.height)), 90)
            one.digest = keep(world, content)
            one.bytes, one.blocks = len(content), [one.digest]
    return number


def make_filmed(world: World, clip: Path, seconds: float, **fields: Any) -> int:
    """An approved asset all of whose renditions are this clip (640 by 360); its number."""
    number = make_asset(world, kind="video", duration_ms=round(seconds * 1000), **fields)
    size, folder = (640, 360), clip.parent
    content = clip.read_bytes()
    cells, step_s = strip_cells(seconds)
    names = [folder / f"{name}.jpg" for name in ("poster", "thumbnail", "filmstrip")]
    poster, thumbnail, filmstrip = names
    transcode.picture(
        clip,
        Views(
            Box(0, 0, *size), poster, size, thumbnail, thumbnail_size(*size), filmstrip,
            cell_size(*size), cells, step_s,
        ),
    )  # fmt: skip
    with world.core.config.write() as session:
        asset = session.get_one(Asset, number)
        asset.thumbnail = keep(world, thumbnail.read_bytes())
        asset.filmstrip = keep(world, filmstrip.read_bytes())
        for one in asset.renditions:
            one.digest = keep(world, content)
            one.bytes, one.blocks = len(content), [one.digest]
            one.width, one.height = size
    return number
