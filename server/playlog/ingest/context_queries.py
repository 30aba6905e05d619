"""Reads of the configuration that verdicts depend on: places, tenures, assigned takeovers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Row, case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.playlog.model.screen_context import Place, ScreenContext, TakeoverWindow, Tenure
from server.publishing.assignments.tenures import TenureSpan
from server.publishing.models import AssignedTakeover, StoredManifest
from server.publishing.models import Tenure as TenureRow
from server.publishing.queries import tenures_of

# Up to here the numbers go into the query; beyond, reading all rows is cheaper.
FEW = 500


def screen_contexts(session: Session, screens: Collection[int]) -> list[ScreenContext]:
    """Contexts of the given screens that were ever bound to a player, ordered by number."""
    tenures = tenures_of(session, _among(TenureRow.screen_id, screens))
    takeovers = _takeovers(session, screens)
    return [
        ScreenContext(
            screen=row.id,
            enrolled_ms=row.enrolled_at,
            place=_place(row),
            tenures=_until(tenures[row.id], _end_of(row)),
            takeovers=tuple(takeovers[row.id]),
            key=row.public_key,
        )
        for row in _screens(session, screens)
    ]


def manifest_text(session: Session, digest: str) -> str | None:
    """A manifest's text, None if the server never made it."""
    return session.scalar(select(StoredManifest.body).where(StoredManifest.digest == digest))


def _screens(session: Session, screens: Collection[int]) -> Sequence[Row[tuple[object]]]:
    query = (
        select(
            Screen.id,
            Screen.enrolled_at,
            Screen.revoked_at,
            Screen.retired_at,
            Screen.public_key,
            Venue.id.label("venue"),
            Venue.unit_id,
            Venue.territory_unit_id,
            Venue.kind,
            Venue.line_id,
        )
        .join(Venue, Screen.venue_id == Venue.id)
        .where(Screen.enrolled_at.is_not(None), _among(Screen.id, screens))
        .order_by(Screen.id)
    )
    found: Sequence[Row[tuple[object]]] = session.execute(query).all()
    return found


def _place(row: Row[tuple[object]]) -> Place:
    return Place(
        venue=row.venue,
        unit=row.unit_id,
        territory=row.territory_unit_id or 0,
        venue_kind=row.kind,
        line=row.line_id or 0,
    )


def _end_of(row: Row[tuple[object]]) -> int | None:
    """The instant after which nothing is expected of a screen; None without one."""
    ends = [at for at in (row.retired_at, row.revoked_at) if at is not None]
    return min(ends, default=None)


def _takeovers(session: Session, screens: Collection[int]) -> dict[int, list[TakeoverWindow]]:
    query = select(
        AssignedTakeover.screen_id,
        AssignedTakeover.asset,
        AssignedTakeover.from_ms,
        AssignedTakeover.until_ms,
    ).where(_among(AssignedTakeover.screen_id, screens))
    found: defaultdict[int, list[TakeoverWindow]] = defaultdict(list)
    for screen, asset, from_ms, until_ms in session.execute(query):
        found[screen].append(TakeoverWindow(asset, from_ms, until_ms))
    return found


def _until(rows: Iterable[TenureSpan], end_ms: int | None) -> tuple[Tenure, ...]:
    """Non-empty tenures, cut at the screen's end."""
    found = []
    for row in rows:
        ends = [end for end in (row.until_ms, end_ms) if end is not None]
        until_ms = min(ends, default=None)
        if until_ms is None or until_ms > row.from_ms:
            found.append(Tenure(row.manifest, row.from_ms, until_ms, row.reported))
    return tuple(found)


def _among(column: InstrumentedAttribute[int], screens: Collection[int]) -> ColumnElement[bool]:
    return true() if len(screens) > FEW else column.in_(list(screens))


def stamps(session: Session) -> dict[int, str]:
    """By screen, a text that changes with its tenures or its place."""
    counted = (
        select(
            TenureRow.screen_id,
            func.count().label("rows"),
            func.max(TenureRow.id).label("newest"),
            func.sum(TenureRow.from_ms % 1_000_003).label("starts"),
            func.sum(case((TenureRow.reported, 1), else_=0)).label("reported"),
        )
        .group_by(TenureRow.screen_id)
        .subquery()
    )
    query = (
        select(
            Screen.id,
            Screen.revoked_at,
            Screen.retired_at,
            Venue.id,
            Venue.unit_id,
            Venue.territory_unit_id,
            Venue.kind,
            Venue.line_id,
            counted.c.rows,
            counted.c.newest,
            counted.c.starts,
            counted.c.reported,
        )
        .join(Venue, Screen.venue_id == Venue.id)
        .outerjoin(counted, counted.c.screen_id == Screen.id)
        .where(Screen.enrolled_at.is_not(None))
    )
    rows = session.execute(query)
    return {row[0]: ":".join("" if one is None else str(one) for one in row[1:]) for row in rows}
