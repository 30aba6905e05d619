"""The expected content of a screen around an instant, and pictures to compare it with.

Several may be valid: both neighbours around a boundary, and the former plan until the screen has
reported its switch.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from PIL import Image
from sqlalchemy.orm import Session

from media.comparison.frame_grab import frames_around
from media.comparison.similarity import NotAPhotograph, black, reference
from media.sandbox.subprocess_limits import ProgramFailed
from media.screen_classes import strip_cells
from playlists.wire.seat import seat
from server.content.models import Asset
from server.content.paths import works
from server.content.queries import assets_with_file
from server.foundation.core import Core
from server.inventory.screens.queries import pauses
from server.publishing.explain.scheduled_at import Showing, possible_at, revoked

# Tolerance in time: the swap, and the clocks of both sides.
AROUND_MS: Final = 500
# For a clip that is held on its last frame.
LAST_MS: Final = 100

What = Literal["playing", "fallback", "takeover", "off"]


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip at a position: the file of its frames, and its rendition's size in pixels."""

    filmstrip: str | None
    length_ms: int
    offset_ms: int
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExpectedPicture:
    """One expected content: `asset` is its file's digest, None if switched off."""

    what: What
    asset: str | None = None
    name: str | None = None
    clip: Clip | None = None

    def as_json(self) -> dict[str, Any]:
        """The form stored with a screenshot."""
        return {
            "what": self.what,
            "asset": self.asset,
            "name": self.name,
            "offset_ms": self.clip.offset_ms if self.clip is not None else None,
        }


def expected_pictures(
    session: Session, screen_id: int, span: tuple[int, int], now_ms: int
) -> list[ExpectedPicture]:
    """Expected contents in [from_ms, until_ms): at its middle first, then at its ends."""
    from_ms, until_ms = span
    found: list[ExpectedPicture] = []
    gone = revoked(session, screen_id)
    declared = pauses(session, screen_id, from_ms, until_ms + 1)
    for at_ms in ((from_ms + until_ms) // 2, from_ms, until_ms):
        for shown in possible_at(session, screen_id, at_ms, now_ms):
            rests = any(one.from_at <= at_ms < one.until_at for one in declared)
            dark = rests and shown.takeover is None
            one = ExpectedPicture("off") if dark else _on(session, shown, gone)
            if (one.what, one.asset) not in {(other.what, other.asset) for other in found}:
                found.append(one)
    return found


def _on(session: Session, shown: Showing, gone: frozenset[str]) -> ExpectedPicture:
    """The takeover, or else the seat's content; revoked files are replaced by the fallback.

    Clips loop, counted from the takeover's begin, or from 1970 for fallbacks.
    """
    takeover = shown.takeover
    if takeover is not None and takeover["asset"]["digest"] not in gone:
        since_ms = shown.at_ms - takeover["from"]
        return _described(session, "takeover", takeover["asset"]["digest"], since_ms)
    place = seat(shown.plan, shown.at_ms)
    if place.state == "off" or place.asset is None:
        return ExpectedPicture("off")
    if place.state == "fallback" or place.asset in gone:
        fallback = shown.plan.assets[shown.plan.fallback].digest
        return _described(session, "fallback", fallback, shown.at_ms)
    return _described(session, "playing", place.asset, place.offset_ms or 0)


def _described(session: Session, what: What, digest: str, since_ms: int) -> ExpectedPicture:
    asset = session.scalar(assets_with_file(digest).order_by(Asset.id.desc()).limit(1))
    if asset is None:
        return ExpectedPicture(what, digest)
    if asset.kind != "video":
        return ExpectedPicture(what, digest, asset.name)
    made = next((one for one in asset.renditions if one.digest == digest), None)
    size = (made.width, made.height) if made is not None else (16, 9)
    length_ms = max((made and made.duration_ms) or asset.duration_ms or 0, 1)
    offset_ms = min(since_ms, length_ms) if what == "playing" else since_ms % length_ms
    return ExpectedPicture(
        what, digest, asset.name, Clip(asset.filmstrip, length_ms, offset_ms, size)
    )


def pictures(core: Core, one: ExpectedPicture, size: tuple[int, int]) -> Iterator[Image.Image]:
    """Pictures of the content to compare with, cheapest first; none if unavailable.

    `size`: the screenshot's in pixels.
    """
    if one.asset is None:
        yield black(*size)
    elif one.clip is None:
        content = _content(core, one.asset)
        if content is not None:
            yield from _whole(content)
    else:
        yield from _cells(core, one.clip)
        yield from _frames(core, one.asset, one.clip)


def _whole(content: bytes, *cell: int) -> list[Image.Image]:
    """Empty for a damaged file: `store verify` reports it, and the screenshot is stored anyway."""
    try:
        return [reference(content, *cell)]
    except NotAPhotograph:
        return []


def _cells(core: Core, clip: Clip) -> Iterator[Image.Image]:
    """The two filmstrip pictures around the position, the nearer one first."""
    content = _content(core, clip.filmstrip) if clip.filmstrip is not None else None
    if content is None:
        return
    cells, step_s = strip_cells(clip.length_ms / 1000)
    at = clip.offset_ms / 1000 / step_s
    for cell in sorted(range(cells), key=lambda cell: abs(cell - at))[:2]:
        yield from _whole(content, cell, cells)


def _frames(core: Core, digest: str, clip: Clip) -> Iterator[Image.Image]:
    """The clip's own frames around the position, if the file is at hand."""
    try:
        path = core.store.local(digest)
    except KeyError:
        return
    if path is None:
        return
    at_s = min(clip.offset_ms, max(clip.length_ms - LAST_MS, 0)) / 1000
    with tempfile.TemporaryDirectory(dir=works(core), prefix="glimpse-") as folder:
        try:
            yield from frames_around(path, at_s, clip.size, Path(folder))
        except ProgramFailed:
            return


def _content(core: Core, digest: str) -> bytes | None:
    try:
        return core.store.path(digest).read_bytes()
    except KeyError:
        return None
