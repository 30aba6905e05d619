"""What the process that holds the sockets keeps in memory beside the databases."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from server.core import Core
from server.loops import queries
from server.loops.queries import Outgoing
from server.playback.parts import Playback
from server.realtime.notebook import Notebook
from server.realtime.on_air import OnAir
from server.realtime.presence import Presence
from server.realtime.wishes import Wishes
from server.uptime.watch import Watch


@dataclass(frozen=True, slots=True)
class Newest:
    """The version that a screen should have, until when it holds, and the manifest it names."""

    version: int
    expires_at: int
    manifest: str = ""


NOTHING = Newest(0, 2**53)


@dataclass
class Versions:
    """The newest version of each screen, so that a beat costs no query.

    Only kept while somebody follows the outbox; otherwise each question goes to the database.
    """

    following: bool = False
    known: dict[int, Newest] = field(default_factory=dict)

    def note(self, row: Outgoing) -> None:
        """There is a newer assignment; what was read before and told late changes nothing."""
        known = self.known.get(row.screen_id)
        if known is not None and known.version > row.version:
            return
        self.known[row.screen_id] = Newest(row.version, row.expires_at, row.manifest)

    def forget(self, screen_id: int) -> None:
        """There is a newer assignment that the outbox hasn't been asked for yet."""
        self.known.pop(screen_id, None)

    def of(self, core: Core, screen_id: int) -> Newest:
        """The newest version of a screen; version 0 if it was never assigned anything."""
        known = self.known.get(screen_id) if self.following else None
        if known is not None:
            return known
        with core.config.read() as session:
            row = queries.newest(session, screen_id)
        if row is None:
            return NOTHING
        if self.following:
            self.note(row)
        return Newest(row.version, row.expires_at, row.manifest)


@dataclass
class Live:
    """Presence, versions, facts that wait to be written, who takes in plays, who watches uptime,
    which players screens are to run."""

    playback: Playback
    watch: Watch = field(default_factory=Watch)
    presence: Presence = field(default_factory=Presence)
    versions: Versions = field(default_factory=Versions)
    notebook: Notebook = field(default_factory=Notebook)
    acked: dict[int, int] = field(default_factory=dict)
    on_air: OnAir = field(default_factory=OnAir)
    wishes: Wishes = field(default_factory=Wishes)


def live() -> Live:
    """The live state of the app that serves this request."""
    return cast("Live", current_app.extensions["anping.live"])
