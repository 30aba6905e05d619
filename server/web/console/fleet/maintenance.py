"""运行监测 → 检修: planned maintenance, a form to plan, one of them with its screens."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, Literal

from flask import Blueprint, render_template, request
from sqlalchemy import func
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.foundation.i18n import Sentence
from server.foundation.pinyin import by_name
from server.foundation.public_ids import number, public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import Choice, translate
from server.foundation.rest.resources import district_zone, etag_of
from server.inventory.screens import queries as screens
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Line, Venue
from server.monitoring.duty import maintenance
from server.monitoring.duty.maintenance import WRITE
from server.monitoring.duty.models import MaintainedScreen, Maintenance
from server.web.helpers import listed, people_names, query_args, shown_state, unit_choices

pages = Blueprint("maintenance_pages", __name__)

TOP: Final = "/uptime/maintenance"
SHOWN: Final = 200
PLACES_SHOWN: Final = 2
CHOICES_SHOWN: Final = 1000
Status = Literal["planned", "running", "over", "cancelled"]
STATUSES: Final[dict[Status, tuple[Sentence, str]]] = {
    "planned": (Sentence("计划中", "Planned"), "wait"),
    "running": (Sentence("检修中", "Under way"), "good"),
    "over": (Sentence("已结束", "Over"), ""),
    "cancelled": (Sentence("已取消", "Called off"), ""),
}
LISTS: Final = {
    "current": Sentence("计划中和检修中", "Planned and under way"),
    "over": Sentence("已结束和已取消", "Over and called off"),
}
AND_MORE: Final = Sentence("{names} 等 {count} 处", "{names} and others, {count} places")


@pages.get(TOP)
@needs("reports.read")
def list_page() -> str:
    """Maintenance in scope; by default those planned or under way."""
    filters = query_args("state", "screen_id")
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        query, screen = maintenance.in_scope(actor()), None
        if filters.get("state") in LISTS:
            query = query.where(maintenance.in_state(filters["state"], now_ms))
        elif "state" not in request.args:
            query = query.where(maintenance.in_state("current", now_ms))
            filters["state"] = "current"
        if "screen_id" in filters:
            screen = screens.find(session, actor(), "reports.read", filters["screen_id"])
            query = query.where(maintenance.of_screen(screen.id))
        found = listed(session, query, Maintenance.id)
        return render_template(
            "maintenance/list.html",
            rows=_rows(session, found["items"], now_ms),
            **found,
            filters=filters,
            screen=_named(screen) if screen else None,
            lists=[(state, translate(name)) for state, name in LISTS.items()],
            may_plan=bool(actor().roots(WRITE)),
        )


@pages.get(f"{TOP}/new")
@needs(WRITE)
def new_page() -> str:
    """A form to plan it; the address may name a screen, venue, line or unit."""
    with core().config.read() as session:
        return render_template(
            "maintenance/form.html",
            chosen=set(request.args.getlist("id")),
            screens=_screens_named(session, request.args.getlist("id")),
            **_choices(session),
        )


@pages.get(f"{TOP}/<maintenance_id>")
@needs("reports.read")
def maintenance_page(maintenance_id: str) -> str:
    """One of them with its screens, to be ended or called off."""
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        row = maintenance.find(session, actor(), "reports.read", maintenance_id)
        found = maintenance.screens_of(row.id).with_only_columns(Screen.id)
        mine = screens.in_scope(actor(), "reports.read").where(Screen.id.in_(found))
        rows = session.scalars(mine.order_by(Venue.vehicle, Venue.name, Screen.id).limit(SHOWN))
        document = maintenance.document(session, row, district_zone())
        named = [_named(screen) for screen in rows]
        status = status_of(row, now_ms)
        runs = status in ("planned", "running")
        return render_template(
            "maintenance/detail.html",
            one=_rows(session, [row], now_ms)[0],
            screens=named,
            unnamed=document["screens"] - len(named),
            may_end=runs and maintenance.may_end(session, actor(), row),
            tag=etag_of(document),
        )


def status_of(row: Maintenance, now_ms: int) -> Status:
    """The status of a maintenance."""
    if row.until_at <= row.from_at:
        return "cancelled"
    if row.until_at <= now_ms:
        return "over"
    return "planned" if row.from_at > now_ms else "running"


def _rows(session: Session, rows: Sequence[Maintenance], now_ms: int) -> list[dict[str, Any]]:
    places, people = _places(session, [row.id for row in rows]), people_names(session)
    shown = []
    for row in rows:
        status = status_of(row, now_ms)
        document = maintenance.document(session, row, district_zone())
        shown.append(
            {
                **document,
                "status": status,
                **shown_state(STATUSES[status]),
                "author": people.get(document["author_id"], ""),
                "where": _where(places[row.id]),
            }
        )
    return shown


def _where(names: Sequence[str]) -> str:
    first = "、".join(names[:PLACES_SHOWN])
    if len(names) <= PLACES_SHOWN:
        return first or "–"
    return translate(AND_MORE).format(names=first, count=len(names))


def _places(session: Session, numbers: Sequence[int]) -> dict[int, list[str]]:
    """The vehicles and venues of each, as far as the person sees them."""
    query = (
        screens.in_scope(actor(), "reports.read")
        .join(MaintainedScreen, MaintainedScreen.screen_id == Screen.id)
        .where(MaintainedScreen.maintenance_id.in_(numbers))
        .with_only_columns(MaintainedScreen.maintenance_id, Venue.id, Venue.vehicle, Venue.name)
        .distinct()
        .order_by(Venue.vehicle, Venue.name)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in session.execute(query):
        found[row.maintenance_id].append(row.vehicle or row.name)
    return found


def _choices(session: Session) -> dict[str, list[Choice]]:
    """Lines, units and venues with screens that the person may plan for."""
    mine = screens.in_scope(actor(), WRITE).where(Screen.retired_at.is_(None))
    count = func.count(Screen.id)
    lines = mine.join(Line, Venue.line_id == Line.id).with_only_columns(Line.id, Line.name, count)
    venues = mine.with_only_columns(Venue.id, Venue.vehicle, Venue.name, count)
    venues = venues.group_by(Venue.id, Venue.vehicle, Venue.name)
    venues = venues.order_by(Venue.vehicle, Venue.name).limit(CHOICES_SHOWN)
    within = dict(
        session.execute(mine.with_only_columns(Unit.path, count).group_by(Unit.path)).all()
    )
    units = []
    for unit, name in unit_choices(session, actor(), WRITE):
        step = f"/{number('unit', unit)}/"
        screens_there = sum(n for path, n in within.items() if step in path)
        if screens_there:
            units.append((unit, _counted(name, screens_there)))
    return {
        "lines": [
            (public("line", row[0]), _counted(row[1], row[2]))
            for row in sorted(
                session.execute(lines.group_by(Line.id, Line.name)), key=lambda row: by_name(row[1])
            )
        ],
        "units": units,
        "venues": [
            (public("venue", row[0]), _counted(row[1] or row[2], row[3]))
            for row in session.execute(venues)
        ],
    }


def _counted(name: str, count: int) -> str:
    return translate(Sentence(f"{name}（{count} 块屏）", f"{name} ({count})"))


def _screens_named(session: Session, texts: Sequence[str]) -> list[dict[str, str]]:
    """The screens named in the address. Raises NotFound."""
    wanted = [text for text in texts if text.startswith("s_")]
    return [_named(screens.find(session, actor(), WRITE, text)) for text in wanted]


def _named(screen: Screen) -> dict[str, str]:
    return {
        "id": public("screen", screen.id),
        "name": screen.name,
        "place": screen.venue.vehicle or screen.venue.name,
    }
