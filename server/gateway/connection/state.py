"""In-memory state of the process that holds the sockets."""

from dataclasses import dataclass, field
from typing import cast

import msgspec
from flask import current_app

from server.foundation.core import Core
from server.gateway.connection.desired_builds import DesiredBuilds
from server.gateway.connection.presence import Presence
from server.gateway.connection.telemetry.counters import Tally
from server.gateway.connection.telemetry.on_air_check import OnAir
from server.gateway.connection.write_batcher import WriteBatcher
from server.inventory.enrolment.screen_pace import ScreenPace
from server.monitoring.heartbeats.collector import HeartbeatCollector
from server.playlog.ingest.runtime import PlaylogRuntime
from server.publishing import queries
from server.publishing.queries import Outgoing


class Newest(msgspec.Struct, frozen=True):
    """A screen's target version, its expiry, and the manifest that it names.

    `before`: versions of hand-overs that must come first.
    """

    version: int
    expires_at: int
    manifest: str = ""
    before: tuple[int, ...] = ()

    def next_after(self, has: int | None) -> int:
        """The next version for a player that has this one."""
        if not self.before:
            return self.version
        return next((one for one in self.before if one > (has or 0)), self.version)

    def is_given(self, version: int) -> bool:
        """Whether a player with this version has accepted the pushed assignment."""
        return version == self.version or (bool(self.before) and version >= self.before[0])


NOTHING = Newest(0, 2**53)


@dataclass
class Versions:
    """Caches each screen's newest version, so that heartbeats and reconnects need no query.

    Only valid while the outbox is followed completely: screens not in `cached` have no assignment,
    unless `unsure`. In all other cases each call queries the database.
    """

    following: bool = False
    cached: dict[int, Newest] = field(default_factory=dict)
    unsure: set[int] = field(default_factory=set)

    def note(self, row: Outgoing) -> None:
        """Update by a newer assignment; late older ones are ignored.

        While a screen waits for a hand-over each call queries the database.
        """
        cached = self.cached.get(row.screen_id)
        if cached is not None and cached.version > row.version:
            return
        if row.waits:
            self.forget(row.screen_id)
            return
        self.cached[row.screen_id] = Newest(row.version, row.expires_at, row.manifest)
        self.unsure.discard(row.screen_id)

    def forget(self, screen_id: int) -> None:
        """Drop a screen whose newer assignment hasn't been read from the outbox yet."""
        self.cached.pop(screen_id, None)
        self.unsure.add(screen_id)

    def of(self, core: Core, screen_id: int) -> Newest:
        """The newest version of a screen; 0 without an assignment."""
        if self.following and screen_id not in self.unsure:
            return self.cached.get(screen_id, NOTHING)
        with core.config.read() as session:
            rows = queries.orders(session, screen_id, 0, core.clock.now_ms())
        if not rows:
            return NOTHING
        row = rows[-1]
        if self.following:
            self.note(row)
        before = tuple(one.version for one in rows[:-1])
        return Newest(row.version, row.expires_at, row.manifest, before)


@dataclass
class Live:
    """Live state: pace, presence, versions, pending writes, ingest, heartbeats, builds, counters.

    `sizes`: stored page sizes in pixels, by screen.
    """

    playback: PlaylogRuntime
    pace: ScreenPace
    watch: HeartbeatCollector = field(default_factory=HeartbeatCollector)
    presence: Presence = field(default_factory=Presence)
    versions: Versions = field(default_factory=Versions)
    notebook: WriteBatcher = field(default_factory=WriteBatcher)
    acked: dict[int, int] = field(default_factory=dict)
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)
    on_air: OnAir = field(default_factory=OnAir)
    desired_builds: DesiredBuilds = field(default_factory=DesiredBuilds)
    tally: Tally = field(default_factory=Tally)

    def version_of(self, screen_id: int) -> int:
        """The version that a screen's player last reported, 0 if unknown."""
        contact = self.presence.contact(screen_id)
        reported = contact.beat.version if contact is not None else None
        return max(reported or 0, self.acked.get(screen_id, 0))


def live() -> Live:
    """The live state of the app that serves this request."""
    return cast("Live", current_app.extensions["anping.live"])
