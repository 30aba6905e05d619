"""Keeps daily figures up to date: closes days, recomputes changed ones, refreshes today.

Runs in the job `keep_uptime` once a minute; a small fleet is also refreshed before figures are
read. Time after the server's own last heartbeat is not judged: a starved or stopped server gives no
verdict.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from playlists.windows import clip
from server.accounts.models import AuditEntry
from server.foundation.civil_time import LATE_DAYS, Civil
from server.foundation.core import Core
from server.foundation.durations import DAY_S
from server.inventory.screens.models import Screen
from server.monitoring.availability.daily_rollup import (
    began_s,
    fold_day,
    lives_of,
    log_watermarks,
    moved_since,
    stamp_of,
    stamps_of,
)
from server.monitoring.availability.day_store import (
    AWAITS,
    OPEN,
    mark,
    set_marks,
    stored_stamps,
    waiting,
    write_rows,
)
from server.monitoring.duty.operating_hours import excused_of, graces, roster_stamps
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

AT_A_TIME: Final = 250
FRESH_S: Final = 60
FEW_SCREENS: Final = 500
# Audited actions that change exclusions or hours, also of past days.
CHANGES: Final = ("exemption.", "maintenance.", "roster.", "screen.pause", "screen.resume")

Dirty = Mapping[int, Collection[int] | None]
"""Screens to recompute by day (None: all)."""


def refresh(core: Core, parts: PlaylogRuntime) -> int:
    """Refresh today's figures before a read; returns until when they are valid (s), 0 without any.

    At most once a minute, and only for small fleets; larger ones are refreshed by the job alone,
    and so are all fleets in a read-only process.
    """
    with snapshot(core.plays) as tx:
        as_of_s, newest_s = mark(tx, "as_of"), last_heartbeat_s(core, tx)
    if newest_s - as_of_s < FRESH_S or parts.elsewhere is not None:
        return as_of_s
    with core.config.read() as session:
        screens = session.scalar(select(func.count()).select_from(Screen)) or 0
    return keep(core, parts) if screens <= FEW_SCREENS else as_of_s


def keep(core: Core, parts: PlaylogRuntime) -> int:
    """Bring all figures up to date; returns until when they are valid (s since 1970 UTC).

    Computes on snapshots; write transactions are short.
    """
    civil = Civil(core.settings.zone)
    with core.config.read() as session:
        audit = session.scalar(select(func.max(AuditEntry.id))) or 0
    with snapshot(core.plays) as tx:
        as_of_s = last_heartbeat_s(core, tx)
        batch = tx.number("SELECT COALESCE(MAX(id), 0) FROM batches")
        if as_of_s == 0:
            return 0
        today, closed = civil.day_of(as_of_s * 1000), mark(tx, "closed_until")
        before_s = mark(tx, "as_of")
        first = closed or min(_first_day(core, tx), today)
        dirty = _dirty(core, tx, as_of_s, closed)
    for day, screens in sorted(dirty.items()):
        _fold(core, parts, day, as_of_s, screens)
    for day in range(first, today + 1):
        _fold(core, parts, day, as_of_s, None)
    marks = {"as_of": as_of_s, "closed_until": today, "batch": batch, "audit": audit}
    parts.committer.submit(lambda tx: _set_newer(tx, before_s, marks))
    return as_of_s


def _set_newer(tx: Tx, before_s: int, marks: Mapping[str, int]) -> None:
    """Advance the marks, unless another pass has advanced them further since this one began.

    Without another pass marks may also go back: the server's clock may have been corrected.
    """
    now_s = mark(tx, "as_of")
    if now_s == before_s or now_s < marks["as_of"]:
        set_marks(tx, marks)


def sweep(core: Core, parts: PlaylogRuntime) -> int:
    """Recompute all days of open months; returns the number of changed rows.

    Picks up verdicts that a person has changed.
    """
    with snapshot(core.plays) as tx:
        as_of_s, closed = last_heartbeat_s(core, tx), mark(tx, "closed_until")
        days = range(max(_open_since(core), _first_day(core, tx)), closed)
    return sum(_fold(core, parts, day, as_of_s, None) for day in days)


def folded_days(core: Core, tx: Tx) -> range:
    """The days of which there are figures, the open one included."""
    today = mark(tx, "closed_until")
    return range(min(_first_day(core, tx), today), today + 1) if today else range(0)


def last_heartbeat_s(core: Core, tx: Tx) -> int:
    """The server's last heartbeat (s), until which time can be judged; 0 before the first."""
    row = tx.row("SELECT last_s FROM server_runs ORDER BY from_s DESC LIMIT 1")
    return min(int(row[0]), core.clock.now_ms() // 1000) if row else 0


def _fold(
    core: Core, parts: PlaylogRuntime, day: int, as_of_s: int, screens: Collection[int] | None
) -> int:
    with snapshot(core.plays) as tx:
        rows = fold_day(core, tx, day, as_of_s, screens)
    for start in range(0, len(rows), AT_A_TIME):
        some = rows[start : start + AT_A_TIME]
        parts.committer.submit(lambda tx, some=some: write_rows(tx, some))  # type: ignore[misc] # mypy can't infer a lambda with a default
    return len(rows)


def _dirty(core: Core, tx: Tx, as_of_s: int, closed: int) -> Dirty:
    """Closed days to recompute, with their screens."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    _add_waiting(core, tx, as_of_s, found)
    open_days = range(max(_open_since(core), _first_day(core, tx)), closed)
    _add_new_plays(core, tx, open_days, found)
    with core.config.read() as session:
        if open_days and _has_changed(session, mark(tx, "audit")):
            for day, screen in _stamped_otherwise(core, session, tx, open_days):
                found[day].add(screen)
    return {day: screens for day, screens in found.items() if screens and day < closed}


def _add_waiting(core: Core, tx: Tx, as_of_s: int, found: defaultdict[int, set[int]]) -> None:
    """Add days whose log has advanced, whose log is due, or that have waited too long."""
    civil, watermarks = Civil(core.settings.zone), log_watermarks(tx)
    ends: dict[int, int] = {}
    for row in waiting(tx):
        end_s = ends.setdefault(row.day, civil.start_of(row.day + 1) // 1000)
        if (
            min(watermarks.get(row.screen, 0), end_s) > row.watermark_s
            or (row.waits & OPEN and as_of_s - end_s >= DAY_S)
            or (row.waits & AWAITS and as_of_s - end_s >= LATE_DAYS * DAY_S)
        ):
            found[row.day].add(row.screen)


def _add_new_plays(core: Core, tx: Tx, days: range, found: defaultdict[int, set[int]]) -> None:
    """Add days with newly received plays."""
    civil = Civil(core.settings.zone)
    for screen, low_ms, high_ms in tx.rows(
        "SELECT screen, MIN(t0), MAX(t0 + span) FROM batches WHERE id > ? GROUP BY screen",
        (mark(tx, "batch"),),
    ):
        for day in range(civil.day_of(low_ms), civil.day_of(high_ms) + 1):
            if day in days:
                found[day].add(screen)


def _stamped_otherwise(
    core: Core, session: Session, tx: Tx, days: range
) -> Iterator[tuple[int, int]]:
    """Days and screens computed under other rules than the current ones.

    Rules shared by most screens and days are read once; moved screens are checked day by day.
    """
    civil = Civil(core.settings.zone)
    start_s, end_s = (civil.start_of(day) // 1000 for day in (days.start, days.stop))
    lives, usual = lives_of(session), graces(session)
    excused = excused_of(session, lives, start_s, end_s)
    for day in days:
        low_s, high_s = civil.start_of(day) // 1000, civil.start_of(day + 1) // 1000
        moved = moved_since(tx, high_s)
        rosters = roster_stamps(session, lives, low_s, high_s)
        theirs = stamps_of(session, low_s, high_s, sorted(moved), moved) if moved else None
        for screen, stamp in stored_stamps(tx, day):
            if screen not in lives or not lives[screen].meets(low_s, high_s):
                continue
            if theirs is not None and screen in moved:
                now = theirs.stamp(screen, stamp)
            else:
                spans = tuple(clip(excused.get(screen, ()), low_s, high_s))
                now = stamp_of(rosters.get(screen, 0), usual[screen], spans)
            if now != stamp:
                yield day, screen


def _has_changed(session: Session, since: int) -> bool:
    query = select(AuditEntry.id).where(AuditEntry.id > since, _matters()).limit(1)
    return session.scalar(query) is not None


def _matters() -> ColumnElement[bool]:
    action = AuditEntry.action
    settings = (action == "settings.change") & (AuditEntry.object == "uptime")
    return or_(settings, *(action.startswith(name, autoescape=True) for name in CHANGES))


def _first_day(core: Core, tx: Tx) -> int:
    """The first day with a heartbeat of the server and an enrolled screen.

    Bounded by the enrolment, since a machine whose first heartbeat was stamped in 2000 hasn't
    monitored all years since.
    """
    with core.config.read() as session:
        enrolled_ms = session.scalar(select(func.min(Screen.enrolled_at)))
    now_ms = core.clock.now_ms()
    return Civil(core.settings.zone).day_of(max(began_s(tx) * 1000, enrolled_ms or now_ms))


def _open_since(core: Core) -> int:
    """The first day of the first open month."""
    civil = Civil(core.settings.zone)
    return civil.day_of(civil.open_since(core.clock.now_ms(), LATE_DAYS))
