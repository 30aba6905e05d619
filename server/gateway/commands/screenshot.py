"""Compares a screenshot on arrival with the content expected at its time."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from PIL import Image

from media.comparison.similarity import (
    NotAPhotograph,
    encoded_small,
    likeness,
    photograph,
    within,
)
from server.foundation.core import Core
from server.foundation.runtime.blocking import run_blocking
from server.gateway.commands.expected_picture import (
    AROUND_MS,
    ExpectedPicture,
    expected_pictures,
    pictures,
)

PREFIX: Final = "data:image/jpeg;base64,"
# The stamp that our player draws at the bottom, in rows of pixels.
STAMP_ROWS: Final = 22
# Threshold for the worst twentieth of cells: equal pictures stay below 10, others are at 28 or more
# (measurements: docs/player.md).
ALIKE: Final = 16.0
# A player's time is accepted within the exchange plus this tolerance.
CLOCK_MS: Final = 2_000
SMALLEST: Final = 32

Verdict = Literal["matches", "differs", "not_comparable"]


@dataclass(frozen=True)
class Asked:
    """An exchange with a screen: when the command was sent and answered, ms UTC."""

    screen_id: int
    sent_ms: int
    answered_ms: int


@dataclass(frozen=True)
class Shot:
    """A screenshot with its verdict; `facts` are stored, `shown` and `expected` are JPEG."""

    shown: bytes
    expected: bytes | None
    verdict: Verdict
    facts: dict[str, Any]


@dataclass(frozen=True)
class _Found:
    """The expected content most similar to the screenshot, its picture, and their difference."""

    one: ExpectedPicture
    picture: Image.Image | None = None
    apart: float | None = None


def take(core: Core, asked: Asked, result: object) -> Shot | None:
    """The screenshot in a player's reply; None without a complete JPEG within the limits."""
    content = _content(result)
    if content is None or not isinstance(result, Mapping):
        return None
    try:
        seen = run_blocking(lambda: photograph(content))
    except NotAPhotograph:
        return None
    at_ms = _taken_at(asked, result.get("at"))
    span = (asked.sent_ms, asked.answered_ms) if at_ms is None else _around(at_ms)
    with core.config.read() as session:
        possible = expected_pictures(session, asked.screen_id, span, core.clock.now_ms())
    taken_ms, builtin = asked.answered_ms if at_ms is None else at_ms, _is_builtin(result)
    return run_blocking(
        lambda: _judged(content, seen, _nearest(core, possible, seen), taken_ms, builtin=builtin)
    )


def _content(result: object) -> bytes | None:
    image = result.get("image") if isinstance(result, Mapping) else None
    if not isinstance(image, str) or not image.startswith(PREFIX):
        return None
    try:
        return base64.b64decode(image.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None


def _taken_at(asked: Asked, reported: object) -> int | None:
    """The player's time of the screenshot, if plausible; optional in the protocol."""
    if isinstance(reported, bool) or not isinstance(reported, (int, float)):
        return None
    if not asked.sent_ms - CLOCK_MS <= reported <= asked.answered_ms + CLOCK_MS:
        return None
    return round(reported)


def _is_builtin(result: Mapping[str, Any]) -> bool:
    """Whether the player reports its built-in slide, which screenshots don't contain."""
    return result.get("asset") == "" and result.get("state") not in (None, "off_hours")


def _around(at_ms: int) -> tuple[int, int]:
    return at_ms - AROUND_MS, at_ms + AROUND_MS


def _nearest(core: Core, possible: list[ExpectedPicture], seen: Image.Image) -> _Found | None:
    """The first similar content, else the least different one; None without any."""
    best: _Found | None = None
    for one in possible:
        for found in _compared(core, one, seen):
            if found.apart is not None and found.apart <= ALIKE:
                return found
            if best is None or _further(best) > _further(found):
                best = found
        best = best or _Found(one)
    return best


def _further(found: _Found) -> float:
    return float("inf") if found.apart is None else found.apart


def _compared(core: Core, one: ExpectedPicture, seen: Image.Image) -> Iterator[_Found]:
    for picture in pictures(core, one, seen.size):
        framed = within(picture, *seen.size)
        rows = min(STAMP_ROWS, seen.height // 4)
        yield _Found(one, picture, likeness(seen, framed, rows).worst)


def _judged(
    content: bytes, seen: Image.Image, found: _Found | None, at_ms: int, *, builtin: bool
) -> Shot:
    facts: dict[str, Any] = {
        "taken_at": at_ms,
        "bytes": len(content),
        "width": seen.width,
        "height": seen.height,
        "meant": found.one.as_json() if found is not None else None,
        "difference": None,
    }
    picture = found.picture if found is not None else None
    small = encoded_small(picture) if picture is not None else None
    if found is None or found.apart is None or min(seen.size) < SMALLEST:
        return Shot(content, small, "not_comparable", facts)
    facts["difference"] = round(found.apart, 1)
    alike = found.apart <= ALIKE and not builtin
    return Shot(content, small, "matches" if alike else "differs", facts)
