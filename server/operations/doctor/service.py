"""All checks, in the order of the output."""

from collections.abc import Iterator

from playlists.search.compiled import LIBRARY
from server.foundation.config import Settings
from server.operations.doctor import (
    audit_trail,
    holidays,
    loops,
    machine,
    metrics,
    reachability,
    reading_process,
    redis_link,
    stores,
)
from server.operations.doctor import (
    keys as trust,
)
from server.operations.doctor.finding import Finding


def examine(settings: Settings, now_ms: int) -> Iterator[Finding]:
    """Run all checks. Read-only."""
    yield from stores.folder(settings)
    yield from stores.databases(settings)
    yield from redis_link.workers(settings)
    yield from machine.clock(now_ms, _newest(settings))
    yield from reachability.port(settings)
    yield from metrics.scrape(settings)
    yield from reachability.public_address(settings)
    yield from machine.fonts()
    yield from machine.video()
    yield loops.search(LIBRARY)
    yield from trust.keys(settings, now_ms)
    yield audit_trail.trail(settings)
    yield from audit_trail.plays(settings)
    yield from stores.jobs(settings, now_ms)
    yield from reading_process.reading(settings)
    yield from holidays.holidays(settings, now_ms)
    yield from machine.memory()


def _newest(settings: Settings) -> int:
    """The latest instant at which an assignment was written or plays were received, ms."""
    found = stores.rows(settings, "SELECT MAX(issued_at) FROM assignments")
    return int(found[0][0] or 0) if found else 0
