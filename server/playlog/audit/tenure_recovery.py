"""Recovers tenures missing from a restored configuration: players report a switch only once.

A manifest that was assigned to the screen and of which the log holds plays was on air since the
first of them, as far back as the backup reaches. No other manifest is accepted: a screen is only
measured against assignments of this server.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.playlog.ingest.reconcile import follow
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.model import play
from server.playlog.model.claims import Claim, claims_of
from server.playlog.model.manifests import Plan
from server.playlog.model.verdict_rules import SURE_TOLERANCE_MS
from server.playlog.rawlog import reader as rawlog
from server.playlog.store import batches, boots
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from server.publishing.assignments.restore_gap import newest_gap
from server.publishing.models import Tenure


def needs_recovery(core: Core, screen: int, manifest: str) -> bool:
    """Whether the manifest was assigned to the screen without a reported switch to it."""
    with core.config.read() as session:
        rows = _rows(session, screen, manifest)
        return bool(rows) and not rows[-1].reported


def recover_tenure(core: Core, parts: PlaylogRuntime, screen: int, manifest: str) -> bool:
    """Start a tenure at its first play, if it is unreported or began after the backup.

    Returns whether anything changed; plays are then judged again. Raises Busy.
    """
    plan = parts.knowledge.plan(manifest)
    with core.config.read() as session:
        gap = newest_gap(session)
        since_ms = gap.taken_at if gap is not None else None
        rows = [row for row in _rows(session, screen, manifest) if _is_open(row, since_ms)]
        if rows and gap is not None and not gap.covers(rows[0].from_ms):
            since_ms = None
    if plan is None or not rows:
        return False
    from_ms, row = rows[0].from_ms, rows[0]
    if since_ms is not None:
        with snapshot(core.plays) as tx:
            first_ms = first_shown(tx, screen, manifest, plan, since_ms)
        from_ms = min(from_ms, first_ms if first_ms is not None else from_ms)
    if row.reported and from_ms == row.from_ms:
        return False
    with core.config.write() as session:
        found = session.get_one(Tenure, row.id)
        found.from_ms, found.reported = from_ms, True
    context = parts.knowledge.ingest_context(screen)
    if context is not None:
        parts.commit(context, follow)
    return True


def first_shown(tx: Tx, screen: int, manifest: str, plan: Plan, since_ms: int) -> int | None:
    """Start (ms) of the screen's first slot of a manifest from `since_ms` on; None without one."""
    starts = [
        _begin(claim)
        for row in batches.of_manifest(tx, screen, tx.names.text(tx, manifest), since_ms)
        for claim in claims_of(row.plays(tx), plan, row.clock)
        if claim.sane and claim.slot is not None and claim.at_ms is not None
    ]
    return min((at for at in starts if at >= since_ms), default=None)


def verdicts(tx: Tx, screen: int, boot: str, first: int, last: int) -> dict[int, str]:
    """The verdicts on some events of a boot by their numbers."""
    found = boots.find_boot(tx, screen, boot)
    rows = batches.of_boot(tx, found, first, last) if found is not None else []
    return {one.play.seq: str(one.verdict) for one in rawlog.read(tx, rows)}


def _rows(session: Session, screen: int, manifest: str) -> list[Tenure]:
    query = select(Tenure).where(Tenure.screen_id == screen, Tenure.manifest == manifest)
    return list(session.scalars(query.order_by(Tenure.from_ms, Tenure.id)))


def _is_open(row: Tenure, since_ms: int | None) -> bool:
    return not row.reported or (since_ms is not None and row.from_ms >= since_ms)


def _begin(claim: Claim) -> int:
    """Start (ms) of the play's slot if shown from its start, else the time of the late join."""
    slot, at_ms = claim.slot, claim.at_ms or 0
    if slot is None or claim.play.cause == play.LATE_JOIN:
        return at_ms
    return slot.start_ms if abs(at_ms - slot.start_ms) <= SURE_TOLERANCE_MS else at_ms
