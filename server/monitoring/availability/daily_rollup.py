"""Computes the daily figures of many screens from configuration and facts; returns changed rows.

A closed day keeps its inputs: the place at which the screen was when the day ended, its hours
(unless a roster of that day is added, removed or changed), and the lateness of its log once
decided.
"""

import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import Span, union
from server.foundation.civil_time import LATE_DAYS, Civil
from server.foundation.core import Core
from server.foundation.durations import DAY_S
from server.inventory.screens.models import Screen, ScreenToken
from server.inventory.venues.models import Line, Venue
from server.monitoring.availability.calculator import FAR_S, FRESH_S
from server.monitoring.availability.day_store import AWAITS, OPEN, DayRow, stored_rows
from server.monitoring.availability.packed_records import packed, unpacked
from server.monitoring.availability.screen_day import (
    Day,
    DayInput,
    day_of,
    packed_spans,
    unpacked_spans,
)
from server.monitoring.duty.operating_hours import (
    STILL,
    Then,
    VenuePlacement,
    excused_of,
    graces,
    operating_of,
    roster_stamps,
)
from server.monitoring.heartbeats.fact_reader import read_facts
from server.playlog.store.transaction import Tx

_PLACEMENTS: Final = (
    "SELECT p.screen, p.venue, c.line, c.venue_kind "
    "FROM placements p JOIN cells c ON c.id = p.cell "
    "WHERE p.from_ms < ? AND p.from_ms = (SELECT MAX(x.from_ms) FROM placements x "
    "WHERE x.screen = p.screen AND x.from_ms < ?)"
)
_MOVED: Final = "AND p.screen IN (SELECT screen FROM placements WHERE from_ms >= ?)"


class Life(NamedTuple):
    """From when until when (None: still) a screen is in service, in seconds.

    `gaps`: spans between the end of one player's credentials and the start of the next one's.
    """

    since_s: int
    until_s: int | None
    gaps: tuple[Span, ...] = ()

    def meets(self, start_s: int, end_s: int) -> bool:
        """Whether it is in service at any time of [start_s, end_s)."""
        until_s = end_s if self.until_s is None else self.until_s
        is_void = any(low <= start_s and high >= end_s for low, high in self.gaps)
        return self.since_s < end_s and until_s > start_s and not is_void


@lru_cache(maxsize=65_536)
def stamp_of(roster: int, grace_s: int, excused: tuple[Span, ...]) -> int:
    """Changes with the roster (upper half), and with grace and exclusions (lower half)."""
    return roster << 32 | zlib.crc32(repr((grace_s, excused)).encode())


@dataclass(frozen=True, slots=True)
class Stamps:
    """The configuration that may change a closed day, by screen in service.

    `lost`: screens whose vehicle or line of that time was deleted since, with its rosters.
    """

    lives: Mapping[int, Life]
    graces: Mapping[int, int]
    excused: Mapping[int, tuple[Span, ...]]
    rosters: Mapping[int, int]
    lost: Collection[int]

    def roster(self, screen: int, was: int) -> int:
        """Stamp of its roster, 0 without one; for a lost screen that of the stamp before."""
        return was >> 32 if screen in self.lost else self.rosters.get(screen, 0)

    def stamp(self, screen: int, was: int) -> int:
        """The screen's current stamp; differs from the one before after any change."""
        excused = self.excused.get(screen, ())
        return stamp_of(self.roster(screen, was), self.graces[screen], excused)


@dataclass(frozen=True, slots=True)
class Rules(Stamps):
    """The complete configuration of a day."""

    operating: Mapping[int, tuple[Span, ...]]


def fold_day(
    core: Core, tx: Tx, day: int, as_of_s: int, screens: Collection[int] | None = None
) -> list[DayRow]:
    """Rows of a day (an ordinal) that differ from the stored ones, of all or some screens.

    The day is closed if it ended before `as_of_s`.
    """
    civil = Civil(core.settings.zone)
    start_s, end_s = civil.start_of(day) // 1000, civil.start_of(day + 1) // 1000
    wanted = None if screens is None else sorted(screens)
    then = placements_at(tx, end_s) if end_s <= as_of_s else STILL
    with core.config.read() as session:
        rules = rules_of(session, start_s, end_s, wanted, then)
    stored = stored_rows(tx, day, wanted)
    facts = read_facts(tx, start_s, end_s, wanted)
    watermarks, began = log_watermarks(tx), began_s(tx)
    found = []
    for screen, life in rules.lives.items():
        before = stored.get(screen)
        inputs = DayInput(
            start_s=start_s,
            end_s=end_s,
            as_of_s=as_of_s,
            grace_s=rules.graces[screen],
            operating=_operating(rules, screen, before, start_s),
            excused=rules.excused.get(screen, ()),
            runs=facts.runs.get(screen, ()),
            evidence=facts.evidence.get(screen, ()),
            outages=facts.outages,
            doubts=[*facts.doubts, *life.gaps],
            watermark_s=min(watermarks.get(screen, 0), end_s),
            given_up=as_of_s - end_s >= LATE_DAYS * DAY_S,
            since_s=max(life.since_s, began),
            until_s=life.until_s,
        )
        stamp = rules.stamp(screen, before.stamp if before is not None else 0)
        row = _row(day, screen, inputs, stamp, before)
        if row != before:
            found.append(row)
    return found


def rules_of(
    session: Session,
    start_s: int,
    end_s: int,
    wanted: Sequence[int] | None = None,
    then: Then = STILL,
) -> Rules:
    """The configuration of [start_s, end_s) for all or some screens in service then.

    `then`: past places of screens that were elsewhere.
    """
    stamps = stamps_of(session, start_s, end_s, wanted, then)
    operating = operating_of(session, stamps.lives, start_s, end_s, then)
    return Rules(
        stamps.lives, stamps.graces, stamps.excused, stamps.rosters, stamps.lost, operating
    )


def stamps_of(
    session: Session,
    start_s: int,
    end_s: int,
    wanted: Sequence[int] | None = None,
    then: Then = STILL,
) -> Stamps:
    """As `rules_of`, without the parts that a closed day keeps."""
    lives = {
        screen: life for screen, life in lives_of(session).items() if life.meets(start_s, end_s)
    }
    if wanted is not None:
        lives = {screen: lives[screen] for screen in wanted if screen in lives}
    return Stamps(
        lives,
        graces(session, then),
        excused_of(session, lives, start_s, end_s, then),
        roster_stamps(session, lives, start_s, end_s, then),
        _lost(session, then),
    )


def _lost(session: Session, then: Then) -> Collection[int]:
    if not then:
        return ()
    venues, lines = (set(session.scalars(select(one.id))) for one in (Venue, Line))
    return {
        screen
        for screen, placement in then.items()
        if placement.venue not in venues
        or (placement.line is not None and placement.line not in lines)
    }


def placements_at(tx: Tx, end_s: int) -> Then:
    """By screen, its place at the end of a day, to which the day is attributed."""
    rows = tx.rows(_PLACEMENTS, (end_s * 1000, end_s * 1000))
    return {screen: VenuePlacement(venue, line or None, kind) for screen, venue, line, kind in rows}


def moved_since(tx: Tx, end_s: int) -> Then:
    """As `placements_at`, only for screens moved since."""
    rows = tx.rows(f"{_PLACEMENTS} {_MOVED}", (end_s * 1000,) * 3)
    return {screen: VenuePlacement(venue, line or None, kind) for screen, venue, line, kind in rows}


def log_watermarks(tx: Tx) -> dict[int, int]:
    """By screen, the watermark of its play log in s."""
    watermarks: dict[int, int] = {}
    for screen, reported_ms, slots_ms in tx.rows(
        "SELECT screen, told_until, slots_until FROM logs"
    ):
        watermarks[screen] = max(reported_ms, slots_ms) // 1000
    for screen, clear_ms in tx.rows("SELECT screen, clear_at FROM contacts WHERE clear_at > 0"):
        watermarks[screen] = max(watermarks.get(screen, 0), clear_ms // 1000)
    return watermarks


def began_s(tx: Tx) -> int:
    """The first heartbeat of the server (s); earlier time can't be judged."""
    return tx.number("SELECT COALESCE(MIN(from_s), 0) FROM server_runs")


def lives_of(session: Session) -> dict[int, Life]:
    """Service lives of all screens that ever had a player."""
    query = select(Screen.id, Screen.enrolled_at, Screen.revoked_at, Screen.retired_at)
    gaps = _gaps(session)
    found = {}
    for screen, enrolled_ms, *ends in session.execute(query.where(Screen.enrolled_at.is_not(None))):
        ended = [at_ms // 1000 for at_ms in ends if at_ms is not None]
        until_s = min(ended, default=None)
        found[screen] = Life((enrolled_ms or 0) // 1000, until_s, tuple(gaps.get(screen, ())))
    return found


def _gaps(session: Session) -> Mapping[int, list[Span]]:
    """By screen, the spans without valid credentials between two players."""
    ended = select(ScreenToken.screen_id).where(ScreenToken.revoked_at.is_not(None))
    query = select(ScreenToken.screen_id, ScreenToken.created_at, ScreenToken.revoked_at)
    query = query.where(ScreenToken.screen_id.in_(ended))
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for screen, from_ms, until_ms in session.execute(query):
        until_s = FAR_S if until_ms is None else until_ms // 1000
        spans[screen].append((from_ms // 1000, until_s))
    return {
        screen: [(one[1], after[0]) for one, after in pairwise(union(mine))]
        for screen, mine in spans.items()
        if len(mine) > 1
    }


def _operating(rules: Rules, screen: int, before: DayRow | None, start_s: int) -> tuple[Span, ...]:
    """Operating hours; a closed day keeps its own while its roster is unchanged."""
    if before is None or not before.closed:
        return rules.operating[screen]
    if before.stamp >> 32 != rules.roster(screen, before.stamp):
        return rules.operating[screen]
    return unpacked_spans(before.operating, start_s)


def _row(day: int, screen: int, inputs: DayInput, stamp: int, before: DayRow | None) -> DayRow:
    found = day_of(inputs)
    return DayRow(
        day=day,
        screen=screen,
        closed=int(inputs.as_of_s >= inputs.end_s),
        waits=(AWAITS if found.awaits else 0) | (OPEN if found.open else 0),
        watermark_s=inputs.watermark_s,
        stamp=stamp,
        operating=packed_spans(inputs.operating, inputs.start_s),
        figures=_figures(found, before, inputs),
        hours=found.hours,
    )


def _figures(found: Day, before: DayRow | None, inputs: DayInput) -> bytes:
    """The packed figures; a late log stays late, whatever arrives afterwards."""
    record = found.record
    settled = before is not None and before.closed and not before.waits & OPEN
    if before is not None and settled and inputs.as_of_s >= inputs.end_s + FRESH_S:
        was = unpacked(before.figures)
        if was.judged:
            record = record._replace(fresh=min(was.fresh, record.judged))
    return packed(record)
