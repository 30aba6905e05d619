"""Maintenance besides ingest: reconcile tenures and places, close days, verify."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, TypeVar

from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.playlog.ingest import append, context_queries
from server.playlog.ingest.future_plays import judge_due, put_back
from server.playlog.ingest.reconcile import follow, follow_all_of, followed
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.model.ingest_context import IngestContext
from server.playlog.rollups.compare import Difference, days_to_check, differences
from server.playlog.rollups.daily_close import fold_days
from server.playlog.rollups.day_seals import seal_days
from server.playlog.rollups.rebuild import rebuild_day
from server.playlog.store import boots, quarantine
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

T = TypeVar("T")
DAYS_AT_A_TIME: Final = 4
FEW_SCREENS: Final = 500
FRESH_S: Final = 60.0


def refresh(core: Core, parts: PlaylogRuntime) -> None:
    """Write contacts and reconcile before figures are read.

    With many screens the check takes a while and runs once a minute at most; screens that deliver
    plays are reconciled anyway.
    """
    fresh = parts.freshness
    is_time = fresh.screens <= FEW_SCREENS or time.monotonic() - fresh.at_s > FRESH_S
    changes = _changes(parts)
    behind = _behind(core, parts) if is_time and fresh.followed != changes else None
    if parts.elsewhere is None:
        catch_up(parts, behind or {})
    elif behind:
        # Without a write from here contacts reach the store with the next plays, or within a
        # second.
        parts.elsewhere(behind)
    if behind is not None:
        fresh.followed = changes


def _changes(parts: PlaylogRuntime) -> int:
    """How many writes to the configuration were detected, of this process and others."""
    fresh = parts.freshness
    fresh.watch = fresh.watch or parts.knowledge.new_watch()
    fresh.changes += fresh.watch.has_changed()
    return fresh.changes


def catch_up(parts: PlaylogRuntime, behind: Mapping[int, str]) -> None:
    """Write contacts, and reconcile screens to their current stamps.

    Raises Busy with some of it undone.
    """
    if parts.contacts.is_due():
        parts.committer.write_companions()
    for screen, stamp in behind.items():
        context = parts.knowledge.ingest_context(screen)
        if context is not None:
            parts.commit(context, partial(follow_all_of, stamp=stamp))


def follow_changes(core: Core, parts: PlaylogRuntime) -> int:
    """Reconcile all screens with the configuration; returns how many were behind."""
    behind = _behind(core, parts)
    catch_up(parts, behind)
    return len(behind)


def fold(core: Core, parts: PlaylogRuntime, seconds: float = 20.0) -> int:
    """Close days of all screens, for at most `seconds`; returns how many.

    Transactions are short, so that ingest isn't delayed.
    """
    ends = time.monotonic() + seconds
    folded = 0
    for screen, watermark_ms in _watermarks(core).items():
        context = parts.knowledge.ingest_context(screen)
        while context is not None and time.monotonic() < ends:
            days = parts.commit(context, partial(_fold, watermark_ms=watermark_ms))
            folded += days
            if days < DAYS_AT_A_TIME:
                break
    return folded


def _fold(tx: Tx, context: IngestContext, watermark_ms: int) -> int:
    follow(tx, context)
    return fold_days(tx, context, watermark_ms, DAYS_AT_A_TIME)


def _behind(core: Core, parts: PlaylogRuntime) -> dict[int, str]:
    """Screens booked by an outdated configuration, with the current stamps."""
    with core.config.read() as session:
        wanted = context_queries.stamps(session)
    parts.freshness.at_s, parts.freshness.screens = time.monotonic(), len(wanted)
    with snapshot(core.plays) as tx:
        done = followed(tx)
    return {screen: stamp for screen, stamp in wanted.items() if done.get(screen) != stamp}


def _watermarks(core: Core) -> dict[int, int]:
    """By screen its watermark: of its last plays, or of a later heartbeat without a backlog, ms."""
    with snapshot(core.plays) as tx:
        rows = tx.rows(
            "SELECT f.screen, COALESCE(l.told_until, 0), COALESCE(c.clear_at, 0) "
            "FROM followed f LEFT JOIN logs l ON l.screen = f.screen "
            "LEFT JOIN contacts c ON c.screen = f.screen ORDER BY f.screen"
        )
    return {screen: max(watermark_ms, clear_at) for screen, watermark_ms, clear_at in rows}


def judge_waiting(core: Core, parts: PlaylogRuntime) -> int:
    """Judge waiting plays that are due; returns how many.

    First quarantines plays that the server ingested while its clock was ahead, of screens that have
    delivered nothing since.
    """
    now_ms = core.clock.now_ms()
    with snapshot(core.plays) as tx:
        ahead = boots.screens_ahead(tx, now_ms + append.AHEAD_MS)
        due = quarantine.screens_waiting(tx, now_ms)
    for screen in ahead:
        _with_context(parts, screen, put_back)
    watermarks = _watermarks(core) if due else {}
    found = 0
    for screen in due:
        found += (
            _with_context(parts, screen, partial(judge_due, watermark_ms=watermarks.get(screen, 0)))
            or 0
        )
    return found


def _with_context(
    parts: PlaylogRuntime, screen: int, work: Callable[[Tx, IngestContext], T]
) -> T | None:
    context = parts.knowledge.ingest_context(screen)
    return None if context is None else parts.commit(context, work)


def verify(
    core: Core, parts: PlaylogRuntime, days: Iterable[int] | None = None
) -> list[Difference]:
    """Roll-up rows of some days (ordinals; all by default) that differ from the plays."""
    civil = Civil(core.settings.zone)
    found: list[Difference] = []
    with snapshot(core.plays) as tx:
        for day in days_to_check(tx, civil) if days is None else days:
            found += differences(tx, civil, parts.knowledge.plan, day)
    return found


def rebuild(core: Core, parts: PlaylogRuntime) -> int:
    """Recount all days and correct the roll-ups; returns how many rows were wrong."""
    civil = Civil(core.settings.zone)
    with snapshot(core.plays) as tx:
        days = days_to_check(tx, civil)
    plan_of = parts.knowledge.plan
    return sum(
        parts.committer.submit(lambda tx, day=day: rebuild_day(tx, civil, plan_of, day))  # type: ignore[misc] # mypy can't infer a lambda with a default
        for day in days
    )


def seal(core: Core, parts: PlaylogRuntime) -> int:
    """Seal the days that are over; returns how many."""
    civil, now_ms = Civil(core.settings.zone), core.clock.now_ms()
    return parts.committer.submit(lambda tx: seal_days(tx, civil, now_ms))
