"""How soon a screen shows its due content: after a reload with all its files, and from cold."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from playlists.wire.model import Manifest
from tests.bench.player.district import district_of, numbers_of
from tests.bench.player.film import Picture, developed
from tests.bench.player.filming import boxes, filming, now_ms, watch_over
from tests.bench.player.footage import Item
from tests.bench.player.judging import DISPLAY_FRAME_MS, SAMPLE_INTERVAL_MS, due_at
from tests.bench.player.screen import lit_screen
from tests.support.devices.kiosk import Kiosk, wait_until

PLAYED_S = 12.0  # until the service worker has the page and everything is written


@dataclass(frozen=True)
class Joining:
    """Milliseconds to the first right picture, reload by reload and start by start.

    The reloads are counted from the order to reload; the starts, without a server, from the
    start of the browser's process.
    """

    cached_ms: tuple[float, ...]
    cold_ms: tuple[float, ...]


def joining(folder: Path, items: Sequence[Item], times: int, slot_s: int) -> Joining:
    """Reload so many times, then end the server and start the box so many times from cold."""
    digests = {one.made.digest for one in items}
    film = folder / "film.txt"
    with (
        lit_screen(folder / "screen") as screen,
        district_of(folder / "district", items, slot_s) as district,
        boxes(folder, [screen], district.address) as (box,),
    ):
        box.switch_on()
        wait_until(lambda: box.facts().get("asset") in digests, 60, "our pictures", 0.2)
        watch_over(box, PLAYED_S)
        manifest = district.manifest(box.facts()["manifest"])
        with filming(film, [screen]):
            reloads = [_reloaded(box, digests, place) for place in range(times)]
            district.server.kill()
            starts = [_started(box, digests, place) for place in range(times)]
            watch_over(box, 2 * slot_s)
    (pictures,) = developed(film).screens
    numbers = numbers_of(manifest, items)
    return Joining(
        tuple(_first_right(pictures, manifest, numbers, at) - at for at in reloads),
        tuple(_first_right(pictures, manifest, numbers, at) - at for at in starts),
    )


def _reloaded(box: Kiosk, digests: Container[str], place: int) -> float:
    """When the order to reload was given; at another part of a slot each time."""
    watch_over(box, 3 + 0.37 * place)
    began_ms = now_ms()
    box.page.reload(wait_until="commit")
    wait_until(lambda: box.facts().get("asset") in digests, 20, "a picture", 0.2)
    return began_ms


def _started(box: Kiosk, digests: Container[str], place: int) -> float:
    watch_over(box, 3 + 0.37 * place)
    box.cut_power()
    began_ms = now_ms()
    box.switch_on()
    wait_until(lambda: box.facts().get("asset") in digests, 20, "a picture", 0.2)
    return began_ms


def _first_right(
    pictures: Sequence[Picture], manifest: Manifest, numbers: Sequence[int], after_ms: float
) -> float:
    """When the item due was first on the glass, after the glass showed none of the items."""
    gone = next(one for one in pictures if one.last_ms >= after_ms and one.item is None)
    near_ms = DISPLAY_FRAME_MS + SAMPLE_INTERVAL_MS
    since = (one for one in pictures if one.first_ms > max(after_ms, gone.first_ms))
    return next(
        one.first_ms
        for one in since
        if one.item in {due_at(manifest, numbers, one.first_ms + d) for d in (-near_ms, near_ms)}
    )
