"""Works out the days of many screens from the configuration and the facts, and says what changed.

What a closed day was worked out with stays: its hours, unless a roster of that day comes, goes or
changes; and that its log was late, once that was settled.
"""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import Span
from server.core import Core
from server.playback.booking import LATE_DAYS
from server.playback.civil import Civil
from server.playback.driver import Tx
from server.screens.models import Screen
from server.uptime.account import FRESH_S
from server.uptime.day import Day, Known, day_of, packed_spans, unpacked_spans
from server.uptime.days import AWAITS, OPEN, DayRow, stored_rows
from server.uptime.facts import read_facts
from server.uptime.hours import excused_of, graces, operating_of, roster_stamps
from server.uptime.lanes import packed, unpacked

DAY_S: Final = 86_400


class Life(NamedTuple):
    """Since when a screen can be spoken of, and until when (None: still), in seconds."""

    since_s: int
    until_s: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration says of a day: by screen."""

    lives: Mapping[int, Life]
    graces: Mapping[int, int]
    operating: Mapping[int, tuple[Span, ...]]
    excused: Mapping[int, tuple[Span, ...]]
    rosters: Mapping[int, int]

    def stamp(self, screen: int) -> int:
        """Another one as soon as roster (upper half) or grace and excuses (lower half) differ."""
        rest = zlib.crc32(repr((self.graces[screen], self.excused.get(screen, ()))).encode())
        return self.rosters.get(screen, 0) << 32 | rest


def fold_day(
    core: Core, tx: Tx, day: int, as_of_s: int, screens: Collection[int] | None = None
) -> list[DayRow]:
    """The rows of a day (an ordinal) that differ from those stored; of all screens, or of some.

    The day is closed if it ended before `as_of_s`.
    """
    civil = Civil(core.settings.zone)
    start_s, end_s = civil.start_of(day) // 1000, civil.start_of(day + 1) // 1000
    wanted = None if screens is None else sorted(screens)
    with core.config.read() as session:
        rules = rules_of(session, start_s, end_s, wanted)
    stored = stored_rows(tx, day, wanted)
    facts = read_facts(tx, start_s, end_s, wanted)
    told = told_until(tx)
    began = began_s(tx)
    found = []
    for screen, life in rules.lives.items():
        before = stored.get(screen)
        known = Known(
            start_s=start_s,
            end_s=end_s,
            as_of_s=as_of_s,
            grace_s=rules.graces[screen],
            operating=_operating(rules, screen, before, start_s),
            excused=rules.excused.get(screen, ()),
            runs=facts.runs.get(screen, ()),
            evidence=facts.evidence.get(screen, ()),
            outages=facts.outages,
            doubts=facts.doubts,
            told_s=min(told.get(screen, 0), end_s),
            given_up=as_of_s - end_s >= LATE_DAYS * DAY_S,
            since_s=max(life.since_s, began),
            until_s=life.until_s,
        )
        row = _row(day, screen, known, rules.stamp(screen), before)
        if row != before:
            found.append(row)
    return found


def rules_of(
    session: Session, start_s: int, end_s: int, wanted: Sequence[int] | None = None
) -> Rules:
    """The configuration of [start, end), of the screens that lived then (all, or some)."""
    lives = {
        screen: life
        for screen, life in _lives(session).items()
        if life.since_s < end_s and (life.until_s is None or life.until_s > start_s)
    }
    if wanted is not None:
        lives = {screen: lives[screen] for screen in wanted if screen in lives}
    return Rules(
        lives,
        graces(session),
        operating_of(session, lives, start_s, end_s),
        excused_of(session, lives, start_s, end_s),
        roster_stamps(session, lives, start_s, end_s),
    )


def told_until(tx: Tx) -> dict[int, int]:
    """By screen, until when (s) its play log is known to tell everything."""
    told: dict[int, int] = {}
    for screen, told_ms, slots_ms in tx.rows("SELECT screen, told_until, slots_until FROM logs"):
        told[screen] = max(told_ms, slots_ms) // 1000
    for screen, clear_ms in tx.rows("SELECT screen, clear_at FROM contacts WHERE clear_at > 0"):
        told[screen] = max(told.get(screen, 0), clear_ms // 1000)
    return told


def began_s(tx: Tx) -> int:
    """When the server first noted that it was there; before that nothing can be said."""
    return tx.number("SELECT COALESCE(MIN(from_s), 0) FROM server_runs")


def _lives(session: Session) -> dict[int, Life]:
    query = select(Screen.id, Screen.enrolled_at, Screen.revoked_at, Screen.retired_at)
    found = {}
    for screen, enrolled_ms, *ends in session.execute(query.where(Screen.enrolled_at.is_not(None))):
        ended = [at_ms // 1000 for at_ms in ends if at_ms is not None]
        found[screen] = Life((enrolled_ms or 0) // 1000, min(ended, default=None))
    return found


def _operating(rules: Rules, screen: int, before: DayRow | None, start_s: int) -> tuple[Span, ...]:
    """Hours that held on a closed day stay, as long as its roster is the same."""
    if before is None or not before.closed:
        return rules.operating[screen]
    if before.stamp >> 32 != rules.rosters.get(screen, 0):
        return rules.operating[screen]
    return unpacked_spans(before.operating, start_s)


def _row(day: int, screen: int, known: Known, stamp: int, before: DayRow | None) -> DayRow:
    found = day_of(known)
    return DayRow(
        day=day,
        screen=screen,
        closed=int(known.as_of_s >= known.end_s),
        waits=(AWAITS if found.awaits else 0) | (OPEN if found.open else 0),
        told_s=known.told_s,
        stamp=stamp,
        operating=packed_spans(known.operating, known.start_s),
        figures=_figures(found, before, known),
        hours=found.hours,
    )


def _figures(found: Day, before: DayRow | None, known: Known) -> bytes:
    """A log that was late stays late, whatever it tells afterwards."""
    record = found.record
    settled = before is not None and before.closed and not before.waits & OPEN
    if before is not None and settled and known.as_of_s >= known.end_s + FRESH_S:
        was = unpacked(before.figures)
        if was.judged:
            record = record._replace(fresh=min(was.fresh, record.judged))
    return packed(record)
