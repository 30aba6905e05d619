"""The counting rules of checks in SQL, shared by the list and the statistic."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.reporting.spot_checks.models import SpotCheck


def counts_as(now_ms: int) -> ColumnElement[str | None]:
    """How a check counts in a statistic: good, bad, unclear, unanswered or waiting.

    NULL while its answer may still come, and where nobody had to be there for the photo. A late
    photo may show a screen repaired after the request: it only counts if it is bad.
    """
    row = SpotCheck
    open_ = and_(row.state == "asked", row.due_at > now_ms)
    late = and_(row.late, or_(row.verdict.is_(None), row.verdict != "bad"))
    excused = and_(row.kind == "photo", row.screen_id.in_(_exempt_at(row.asked_at)))
    return case(
        (open_, null()),
        (and_(or_(row.state != "answered", late), excused), null()),
        (or_(row.state != "answered", late), "unanswered"),
        else_=func.coalesce(row.verdict, "waiting"),
    )


def counted(paths: Iterable[str], now_ms: int) -> ColumnElement[bool]:
    """Whether a check is in the person's statistic of the units with these paths.

    One that was drawn among the screens of some unit counts only if no others are selected:
    elsewhere it would weigh too much. A check chosen by hand never counts.
    """
    frame = SpotCheck.frame_unit_id
    return and_(frame.is_not(None), frame.in_(frames_over(paths)), counts_as(now_ms).is_not(None))


def frames_over(paths: Iterable[str]) -> Collection[int]:
    """The units that contain all of these paths or are them: `/1/4/` is in 1 and in 4."""
    found = [{int(number) for number in path.strip("/").split("/")} for path in paths]
    return sorted(set.intersection(*found)) if found else []


def exempt_now(session: Session, now_ms: int) -> set[int]:
    """The screens exempt now, where nobody has to be, by number."""
    return set(session.scalars(_exempt_at(now_ms)))


def _exempt_at(at_ms: InstrumentedAttribute[int] | int) -> Select[int]:
    """The screens that an approved exemption covers at an instant, or at that of each check."""
    query = select(ExemptedScreen.screen_id)
    query = query.join(Exemption, ExemptedScreen.exemption_id == Exemption.id)
    query = query.where(
        Exemption.state == "approved", Exemption.from_at <= at_ms, Exemption.until_at > at_ms
    )
    # It covers a screen only while the screen was placed there.
    placed = ExemptedScreen.from_at <= at_ms, ExemptedScreen.until_at > at_ms
    return query.where(*placed).correlate(SpotCheck)
