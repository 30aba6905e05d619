"""Orders the reports that are due, makes their files, and forgets old ones."""

from typing import Final

from sqlalchemy import select

from server.accounts.actor import Actor
from server.accounts.auth.sessions import actor_of
from server.accounts.models import User
from server.content.assets.renditions import cleared
from server.content.paths import works
from server.foundation.core import Core
from server.foundation.errors import NotFound
from server.foundation.i18n import Sentence
from server.foundation.jobs.service import enqueue, wake
from server.foundation.spreadsheets.writer import as_xlsx
from server.playlog.ingest.runtime import PlaylogRuntime
from server.reporting.delivery.service import Report, ReportQuery, delivery
from server.reporting.delivery.table import delivery_table
from server.reporting.subscriptions import labels as wording
from server.reporting.subscriptions import queries
from server.reporting.subscriptions.models import ReportFile, ReportSchedule
from server.reporting.subscriptions.paths import store_of
from server.reporting.subscriptions.periods import Period, after, due_ms, due_since, period_of

KEPT_MS: Final = 400 * 24 * 3_600_000
ORPHANED_MS: Final = 24 * 3_600_000


def order_due(core: Core) -> int:
    """Order the due reports, including those of an outage; returns their number.

    Harmless twice: a period of a schedule has one row.
    """
    now_ms, ordered = core.clock.now_ms(), 0
    with core.config.read() as session:
        active = list(session.scalars(select(ReportSchedule).where(ReportSchedule.active)))
    for one in active:
        if due_ms(period_of(one.kind, one.next_first), one.hour, core.settings.zone) <= now_ms:
            ordered += _order(core, one.id)
    if ordered:
        wake(core)
    return ordered


def make(core: Core, parts: PlaylogRuntime, file_id: int) -> None:
    """Make the file of a report that waits for it; one that doesn't is left alone.

    Raises whatever broke it off, where another try may help.
    """
    with core.config.read() as session:
        row = session.get(ReportFile, file_id)
        schedule = None if row is None else session.get_one(ReportSchedule, row.schedule_id)
        user = None if schedule is None else session.get_one(User, schedule.user_id)
    if row is None or schedule is None or user is None or row.state != "waiting":
        return
    try:
        report, scope = _report(core, parts, user, row)
    except NotFound:
        settle(core, file_id, "refused", wording.NOT_ALLOWED)
        return
    content = as_xlsx(delivery_table(report, schedule.language, core.settings.zone))
    with cleared(works(core) / f"report-{file_id}") as folder:
        (folder / "file").write_bytes(content)
        digest = store_of(core).add(folder / "file")
    with core.config.write() as session:
        found = session.get(ReportFile, file_id)
        if found is not None and found.state == "waiting":
            found.state, found.finished_at = "made", core.clock.now_ms()
            found.digest, found.bytes, found.scope = digest, len(content), scope


def settle(core: Core, file_id: int, state: str, why: Sentence) -> None:
    """Note why there is no file of a period."""
    with core.config.write() as session:
        row = session.get(ReportFile, file_id)
        if row is not None and row.state == "waiting":
            row.state, row.finished_at = state, core.clock.now_ms()
            row.reason_zh, row.reason_en = why


def forget_old(core: Core) -> None:
    """Delete reports of periods that were ordered 400 days ago, and files that belong to none."""
    now_ms, store = core.clock.now_ms(), store_of(core)
    with core.config.write() as session:
        old = select(ReportFile).where(ReportFile.created_at < now_ms - KEPT_MS)
        gone = {row.digest for row in session.scalars(old)}
        for row in session.scalars(old):
            session.delete(row)
    with core.config.read() as session:
        kept = set(session.scalars(select(ReportFile.digest)))
    orphans = {one.digest for one in store.kept() if one.changed_ms < now_ms - ORPHANED_MS}
    for digest in (gone | orphans) - kept:
        if digest is not None:
            store.remove(digest)


def _order(core: Core, schedule_id: int) -> int:
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = session.get(ReportSchedule, schedule_id)
        if row is None or not row.active:
            return 0
        due = list(due_since(row.kind, row.next_first, row.hour, core.settings.zone, now_ms))
        stored = select(ReportFile.first).where(
            ReportFile.schedule_id == row.id, ReportFile.kind == row.kind
        )
        fresh = [one for one in due if one.first not in set(session.scalars(stored))]
        for period in fresh:
            file = _file_of(row, period, now_ms)
            session.add(file)
            session.flush()
            enqueue(session, "make_report", file.id, now_ms)
        if due:
            row.next_first = after(row.kind, due[-1]).first
    return len(fresh)


def _file_of(row: ReportSchedule, period: Period, now_ms: int) -> ReportFile:
    return ReportFile(
        schedule_id=row.id,
        kind=row.kind,
        first=period.first,
        last=period.last,
        group_by=row.group_by,
        filters=row.filters,
        state="waiting",
        scope={},
        created_at=now_ms,
    )


def _report(
    core: Core, parts: PlaylogRuntime, user: User, row: ReportFile
) -> tuple[Report, dict[str, list[int]]]:
    """The report with the person's scope as it is now, and that scope. Raises NotFound."""
    actor: Actor = actor_of(core, user)
    if user.disabled or not actor.roots(queries.READ):
        raise NotFound
    with core.config.read() as session:
        scope = queries.scope_of(session, actor)
    query = ReportQuery(row.first, row.last, row.group_by, **row.filters)  # type: ignore[arg-type] # one of GROUPS, as it was checked when it was ordered
    return delivery(core, parts, actor, query), scope
