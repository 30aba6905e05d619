"""The photos behind a pack, small enough for paper; the full ones stay where they are."""

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any, Final

import structlog
from PIL import Image
from sqlalchemy.orm import Session

from server.accountability.assessment.files.pdf import Picture
from server.accountability.assessment.labels import evidence_of
from server.foundation.core import Core
from server.foundation.public_ids import number
from server.reporting.spot_checks.queries import picture

log = structlog.get_logger(__name__)

MOST: Final = 40
SIZE: Final = (480, 360)
QUALITY: Final = 78
DAMAGED: Final = (
    OSError,
    Image.DecompressionBombError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
)
"""The errors of Pillow for a damaged file."""


def pictures_of(core: Core, session: Session, unit: Mapping[str, Any]) -> tuple[list[Picture], int]:
    """The first photos of a unit's rows, row by row, and how many there are beside them."""
    wanted = [
        (row, one, photo)
        for row in unit["rows"]
        for one in row["evidence"]
        for photo in one["photos"]
    ]
    found = []
    for row, one, photo in wanted[:MOST]:
        content = _content(core, session, one["kind"], photo)
        small = None if content is None else _small(content, photo)
        if small is not None:
            found.append(Picture(small, f"{row['no']} {row['name']}　{evidence_of(one)}"))
    return found, len(wanted) - len(found)


def _content(core: Core, session: Session, kind: str, photo: str) -> bytes | None:
    """The photo's bytes; None if the file is missing: the pack counts it and shows none."""
    if kind == "spot_check":
        return picture(session, number("spot_check", photo), "shown")
    try:
        return core.store.path(photo).read_bytes()
    except (KeyError, OSError):
        log.warning("pack_photo_missing", digest=photo)
        return None


def _small(content: bytes, photo: str) -> bytes | None:
    """None for one that is damaged, as for one that is gone: the figures don't rest on it."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.draft("RGB", SIZE)
            small = image.convert("RGB")
    except DAMAGED:
        log.warning("pack_photo_damaged", photo=photo)
        return None
    small.thumbnail(SIZE)
    sink = io.BytesIO()
    small.save(sink, "JPEG", quality=QUALITY)
    return sink.getvalue()
