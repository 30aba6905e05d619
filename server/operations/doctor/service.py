"""All checks in the order in which they are told."""

from collections.abc import Iterator

from playlists.compiled import LIBRARY
from server.foundation.config import Settings
from server.operations.doctor import (
    audit_trail as trail,
)
from server.operations.doctor import (
    holidays as days,
)
from server.operations.doctor import (
    keys as trust,
)
from server.operations.doctor import (
    loops,
    machine,
    stores,
)
from server.operations.doctor import (
    metrics as figures,
)
from server.operations.doctor import (
    reachability as reach,
)
from server.operations.doctor import (
    reading_process as reading,
)
from server.operations.doctor import (
    redis_link as between,
)
from server.operations.doctor.finding import Finding


def examine(settings: Settings, now_ms: int) -> Iterator[Finding]:
    """Look at everything; nothing is changed."""
    yield from stores.folder(settings)
    yield from stores.databases(settings)
    yield from between.workers(settings)
    yield from machine.clock(now_ms, _newest(settings))
    yield from reach.port(settings)
    yield from figures.scrape(settings)
    yield from reach.public_address(settings)
    yield from machine.fonts()
    yield from machine.video()
    yield loops.search(LIBRARY)
    yield from trust.keys(settings, now_ms)
    yield trail.trail(settings)
    yield from trail.plays(settings)
    yield from stores.jobs(settings, now_ms)
    yield from reading.reading(settings)
    yield from days.holidays(settings, now_ms)
    yield from machine.memory()


def _newest(settings: Settings) -> int:
    """The latest instant at which the server wrote an order or received plays, ms."""
    found = stores.rows(settings, "SELECT MAX(issued_at) FROM assignments")
    return int(found[0][0] or 0) if found else 0
