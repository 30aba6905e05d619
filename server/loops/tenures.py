"""Since when a screen has had which manifest on air (docs/algorithms/plays.md, tenure).

A tenure begins at the `switched.at` that the screen reports and ends with the next one. Until it
is reported it is provisional from `activate_at`. What was assigned to an offline screen and was
replaced before the screen could switch to it never was on air: its tenure goes when a later one
is reported.
"""

from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.loops.models import Tenure

# Plans are extended daily and a screen is offline for 30 days at most before it stops: the rows
# that a change can concern are among the newest.
RECENT = 80


def recent(session: Session, screen_id: int) -> list[Tenure]:
    """The newest tenures of a screen in order of time."""
    query = (
        select(Tenure)
        .where(Tenure.screen_id == screen_id)
        .order_by(Tenure.from_ms.desc(), Tenure.id.desc())
        .limit(RECENT)
    )
    return list(session.scalars(query))[::-1]


def begin(session: Session, screen_id: int, manifest: str, version: int, at_ms: int) -> None:
    """Note that a manifest was assigned, to be on air from `at_ms` (provisional)."""
    rows = recent(session, screen_id)
    for row in [row for row in rows if not row.reported and row.from_ms >= at_ms]:
        rows.remove(row)
        session.delete(row)
    if rows and rows[-1].manifest == manifest:
        rows[-1].until_ms = None
        return
    added = Tenure(
        screen_id=screen_id, manifest=manifest, version=version, from_ms=at_ms, reported=False
    )
    session.add(added)
    _chain([*rows, added])


def report(session: Session, screen_id: int, version: int, manifest: str, at_ms: int) -> bool:
    """Note the screen's word that a manifest is on air since `at_ms`; whether that was news.

    Only what was assigned to the screen counts: it can't choose what it is measured against.
    """
    rows = recent(session, screen_id)
    spoken = [row for row in rows if row.reported]
    expected = [row for row in rows if not row.reported and row.manifest == manifest]
    if any(row.manifest == manifest and row.from_ms == at_ms for row in spoken):
        return False
    if spoken and spoken[-1].manifest == manifest and not expected:
        return False
    if not any(row.manifest == manifest for row in rows):
        return False
    tenure = expected[-1] if expected else Tenure(screen_id=screen_id, manifest=manifest)
    overtaken = tenure.version if expected else version
    for row in [row for row in rows if not row.reported and row is not tenure]:
        if row.version <= overtaken:
            rows.remove(row)
            session.delete(row)
    tenure.version, tenure.reported = overtaken, True
    tenure.from_ms = max(at_ms, spoken[-1].from_ms) if spoken else at_ms
    session.add(tenure)
    _chain([row for row in rows if row is not tenure] + [tenure])
    return True


def _chain(rows: Sequence[Tenure]) -> None:
    """Let each tenure end where the next begins; reported ones come before expected ones."""
    ordered = sorted(rows, key=lambda row: (not row.reported, row.from_ms, row.version))
    for row, later in pairwise(ordered):
        later.from_ms = max(later.from_ms, row.from_ms)
        row.until_ms = later.from_ms
    ordered[-1].until_ms = None
