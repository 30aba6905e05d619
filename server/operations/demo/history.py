"""Delivers the past weeks of the demo's screens, through the same API as real ones.

Boxes restart each night, so each day of a screen is a boot of its own; newest days come first, so
that today is complete soon.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from apiflask import APIFlask

from playlists.windows import day_span
from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from server.foundation.core import Core
from server.operations.demo.mark import Mark
from server.operations.demo.past import Past
from server.operations.demo.screen_health import health_of
from server.playlog import upkeep
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.snapshot import snapshot
from server.simulator.fleet.archive import Archive
from server.simulator.player.disk import Disk
from server.simulator.wire.protocol import Json, Link

HALF_A_DAY_MS: Final = 43_200_000


@dataclass(frozen=True)
class Day:
    """One day of the history: each screen's past by screen name."""

    name: str
    pasts: Mapping[str, Past]


def days_of(mark: Mark, zone: ZoneInfo, disks: Mapping[str, Disk]) -> Iterator[Day]:
    """The days from the demo's creation back to its beginning."""
    manifest_of = _reader(disks)
    at_ms = mark.made_ms
    number = mark.wish.days
    while at_ms > mark.began_ms:
        from_ms, until_ms = day_span(zone, at_ms)
        span = (max(from_ms, mark.began_ms), min(until_ms, mark.made_ms))
        pasts = {
            name: past
            for name, disk in disks.items()
            if (past := _past(mark, int(name), disk, number, span, manifest_of)) is not None
        }
        yield Day(f"day {number}", pasts)
        at_ms, number = from_ms - HALF_A_DAY_MS, number - 1


def report_switch(link: Link, disk: Disk) -> None:
    """Report the past's plan as on air since the beginning. Raises NoNetwork and Refused."""
    if disk.switched is not None and disk.credential is not None:
        link.send(disk.credential.token, "switched", disk.switched)


def hand_in(
    link: Link, disk: Disk, past: Past, most: int | None, pause: Callable[[], None] = lambda: None
) -> int:
    """Deliver a day of a screen, at most `most` plays; returns the number of new ones."""
    token = disk.credential.token if disk.credential is not None else ""

    def hand(batch: Json) -> Json:
        pause()
        answer: Json = link.send(token, "plays", batch)
        return answer

    return past.hand_in(hand, most)


def hand_in_all(
    mark: Mark, zone: ZoneInfo, archive: Archive, link: Link, most: int | None = None
) -> int:
    """Deliver the whole history by the past's disks, at most `most` plays; returns new ones."""
    disks, noted, new = archive.read(), archive.notes(), 0
    for disk in disks.values() if not noted else ():
        report_switch(link, disk)
    for day in days_of(mark, zone, disks):
        if day.name in noted:
            continue
        for name, past in day.pasts.items():
            left = None if most is None else most - new
            if left is not None and left <= 0:
                return new
            new += hand_in(link, disks[name], past, left)
        archive.note(day.name)
    return new


@dataclass(frozen=True)
class Stored:
    """Row counts of a store of plays."""

    plays: int
    batches: int


def settle_down(app: APIFlask) -> Stored:
    """Run the nightly jobs; returns the resulting counts."""
    core: Core = app.extensions["anping"]
    parts = playback_of(app)
    upkeep.refresh(core, parts)
    while upkeep.fold(core, parts):
        pass
    upkeep.seal(core, parts)
    with snapshot(core.plays) as tx:
        plays, batches = tx.rows("SELECT COALESCE(SUM(n), 0), COUNT(*) FROM batches")[0]
    return Stored(int(plays), int(batches))


def _past(
    mark: Mark,
    place: int,
    disk: Disk,
    number: int,
    span: tuple[int, int],
    manifest_of: Callable[[str], Manifest],
) -> Past | None:
    """One day of a screen; None if it has delivered nothing of it."""
    switched = disk.switched
    if switched is None:
        return None
    health = health_of(mark.wish.seed, place, mark.made_ms)
    reported_ms = mark.began_ms + int((mark.made_ms - mark.began_ms) * health.reported)
    from_ms, until_ms = max(span[0], int(switched["at"])), min(span[1], reported_ms)
    if until_ms <= from_ms:
        return None
    digest = str(switched["manifest"])
    boot = f"{mark.wish.seed % 2**16:04x}{place:06x}{number:06x}"
    return Past(boot, digest, manifest_of(digest), from_ms, until_ms, health.spoilt)


def _reader(disks: Mapping[str, Disk]) -> Callable[[str], Manifest]:
    """A reader of manifests on players' disks that caches them."""
    texts = {disk.current.digest: disk.current.text for disk in disks.values() if disk.current}
    cached: dict[str, Manifest] = {}

    def manifest_of(digest: str) -> Manifest:
        if digest not in cached:
            cached[digest] = decode(texts[digest])
        return cached[digest]

    return manifest_of
