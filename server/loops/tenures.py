"""Since when a screen has had which manifest on air (docs/algorithms/plays.md, tenure).

A tenure begins at the `switched.at` that the screen reports and ends with the next one. Until it
is reported it is provisional from `activate_at`. What was assigned to an offline screen and was
replaced before the screen could switch to it never was on air: its tenure goes when a later one
is reported.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server.loops.models import Tenure


@dataclass(frozen=True, slots=True)
class TenureSpan:
    """A manifest is on air in [from_ms, until_ms); None: until the next, which isn't known yet.

    `reported` is false as long as the screen has not said that it switched.
    """

    manifest: str
    from_ms: int
    until_ms: int | None
    reported: bool


class OpenTenures:
    """What may still change of some screens' tenures: the last reported one and all since."""

    def __init__(self, session: Session, screen_ids: Collection[int]) -> None:
        self._session = session
        self._rows: dict[int, list[Tenure]] = defaultdict(list)
        mine = Tenure.screen_id.in_(list(screen_ids))
        last_reported = (
            select(func.max(Tenure.id)).where(mine, Tenure.reported).group_by(Tenure.screen_id)
        )
        query = select(Tenure).where(mine, or_(~Tenure.reported, Tenure.id.in_(last_reported)))
        for row in session.scalars(query.order_by(Tenure.id)):
            self._rows[row.screen_id].append(row)

    def manifests(self, screen_id: int) -> frozenset[str]:
        """What the screen may have on air now or soon."""
        return frozenset(row.manifest for row in self._rows[screen_id])

    def begin(self, screen_id: int, manifest: str, version: int, at_ms: int) -> None:
        """Note that a manifest was assigned, to be on air from `at_ms` (provisional)."""
        rows = self._rows[screen_id]
        for row in [row for row in rows if not row.reported and row.from_ms >= at_ms]:
            self._remove(row)
        if rows and rows[-1].manifest == manifest:
            return
        added = Tenure(
            screen_id=screen_id, manifest=manifest, version=version, from_ms=at_ms, reported=False
        )
        rows.append(added)
        self._session.add(added)

    def report(self, screen_id: int, manifest: str, at_ms: int) -> bool:
        """Note the screen's word that a manifest is on air since `at_ms`; whether it was news.

        Only what was assigned to the screen counts: it can't choose what it is measured against.
        """
        rows = self._rows[screen_id]
        expected = [row for row in rows if not row.reported and row.manifest == manifest]
        if not expected:
            return False
        tenure = expected[-1]
        before = [row for row in rows if row.reported]
        for row in rows[: rows.index(tenure)]:
            if not row.reported:
                self._remove(row)
        tenure.from_ms = max(at_ms, before[-1].from_ms) if before else at_ms
        tenure.reported = True
        return True

    def _remove(self, row: Tenure) -> None:
        self._rows[row.screen_id].remove(row)
        if row in self._session.new:
            self._session.expunge(row)
        else:
            self._session.delete(row)


def spans(rows: Sequence[Tenure]) -> list[TenureSpan]:
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
