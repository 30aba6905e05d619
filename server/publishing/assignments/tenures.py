"""Tenures: since when a screen has had which manifest on air (docs/algorithms/plays.md).

A tenure begins at the `switched.at` that the screen reports and ends with the next one. Until
reported it is provisional from `activate_at`, and it never begins before that. A manifest assigned
to an offline screen and replaced before the screen could switch to it never was on air: its tenure
is deleted when a later one is reported.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from server.foundation.db import plain_rows
from server.publishing.assignments.restore_gap import Gap, newest_gap
from server.publishing.models import Tenure

EARLY_MS: Final = 300_000
"""A player whose clock is ahead may report its switch by so many ms early."""


@dataclass(frozen=True, slots=True)
class TenureSpan:
    """A manifest on air in [from_ms, until_ms); None: until the next, which isn't assigned yet.

    `reported` is false until the screen has reported the switch.
    """

    manifest: str
    from_ms: int
    until_ms: int | None
    reported: bool


@dataclass(slots=True)
class _Open:
    """A row that may still change; without an id it isn't written yet."""

    id: int | None
    manifest: str
    version: int
    from_ms: int
    reported: bool = False


class OpenTenures:
    """Tenures of some screens that may still change: the last reported one and all since.

    Changes are written by `save`.
    """

    def __init__(self, session: Session, screen_ids: Collection[int]) -> None:
        self._session = session
        self._screen_ids = screen_ids
        self._gone: list[int] = []
        self._reported: list[_Open] = []

    @cached_property
    def _rows(self) -> dict[int, list[_Open]]:
        """Read when they are asked for: a takeover moves none."""
        found: dict[int, list[_Open]] = defaultdict(list)
        row, mine = Tenure, plain_rows.among(Tenure.screen_id, self._screen_ids)
        last_reported = select(func.max(row.id)).where(mine, row.reported).group_by(row.screen_id)
        query = (
            select(row.screen_id, row.id, row.manifest, row.version, row.from_ms, row.reported)
            .where(mine, or_(~row.reported, row.id.in_(last_reported)))
            .order_by(row.id)
        )
        for screen_id, *facts in plain_rows.rows(self._session, query):
            found[screen_id].append(_Open(*facts))
        return found

    def manifests(self, screen_id: int) -> frozenset[str]:
        """The manifests that the screen may have on air now or soon."""
        return frozenset(row.manifest for row in self._rows[screen_id])

    def begin(self, screen_id: int, manifest: str, version: int, at_ms: int) -> None:
        """Note that a manifest was assigned, to be on air from `at_ms` (provisional)."""
        rows = self._rows[screen_id]
        for row in [row for row in rows if not row.reported and row.from_ms >= at_ms]:
            self._remove(rows, row)
        if not rows or rows[-1].manifest != manifest:
            rows.append(_Open(None, manifest, version, at_ms))

    def report(self, screen_id: int, manifest: str, at_ms: int, now_ms: int) -> bool:
        """Record a screen's report that a manifest is on air since `at_ms`; returns if it was new.

        Only assigned manifests count, not before their activation nor later than now: the screen
        can't choose the plan it is measured against.
        """
        rows = self._rows[screen_id]
        expected = [row for row in rows if not row.reported and row.manifest == manifest]
        if not expected or expected[-1].from_ms > now_ms + EARLY_MS:
            return False
        tenure = expected[-1]
        at_ms = max(min(at_ms, now_ms), self._earliest(tenure, at_ms))
        before = [row for row in rows if row.reported]
        for row in rows[: rows.index(tenure)]:
            if not row.reported:
                self._remove(rows, row)
        tenure.from_ms = max(at_ms, before[-1].from_ms) if before else at_ms
        tenure.reported = True
        self._reported.append(tenure)
        return True

    def _earliest(self, tenure: _Open, at_ms: int) -> int:
        """The earliest possible start of a plan, ms: `activate_at`, or the backup that lost it."""
        if at_ms >= tenure.from_ms or self._gap is None or not self._gap.covers(tenure.from_ms):
            return tenure.from_ms
        return self._gap.taken_at

    @cached_property
    def _gap(self) -> Gap | None:
        return newest_gap(self._session)

    def save(self) -> None:
        """Write the collected changes."""
        if "_rows" not in vars(self):
            return
        added = [
            {
                "screen_id": screen_id,
                "manifest": row.manifest,
                "version": row.version,
                "from_ms": row.from_ms,
                "reported": row.reported,
            }
            for screen_id, rows in self._rows.items()
            for row in rows
            if row.id is None
        ]
        reported = [
            {"id": row.id, "from_ms": row.from_ms, "reported": True}
            for row in self._reported
            if row.id is not None
        ]
        if self._gone:
            self._session.execute(delete(Tenure).where(Tenure.id.in_(self._gone)))
        if added:
            self._session.execute(insert(Tenure), added)
        if reported:
            self._session.execute(update(Tenure), reported)

    def _remove(self, rows: list[_Open], row: _Open) -> None:
        rows.remove(row)
        if row.id is not None:
            self._gone.append(row.id)


class TenureFact(NamedTuple):
    """The columns of a tenure that make its span."""

    manifest: str
    version: int
    from_ms: int
    reported: bool


def spans(rows: Sequence[TenureFact]) -> list[TenureSpan]:
    """One screen's tenures in order of time, each with its end."""
    ordered = sorted(rows, key=lambda row: (not row.reported, row.from_ms, row.version))
    starts: list[int] = []
    for row in ordered:
        starts.append(max(row.from_ms, starts[-1]) if starts else row.from_ms)
    ends: list[int | None] = [later for _, later in pairwise(starts)]
    return [
        TenureSpan(row.manifest, start, end, row.reported)
        for row, start, end in zip(ordered, starts, [*ends, None], strict=False)
    ]
