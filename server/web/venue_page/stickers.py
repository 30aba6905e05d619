"""张贴码: stickers for the frames of screens, as many as there are in a place, on A4 sheets."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.accounts.queries import find_unit
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.qr_code import qr_svg
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.inventory.district.public_address import public_url
from server.inventory.enrolment import venue_page_codes
from server.inventory.screens import queries
from server.inventory.screens.labels import NUMBER
from server.inventory.screens.models import Screen
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.models import Venue
from server.web.helpers import query_args, unit_choices
from server.web.venue_page.links import link_of

pages = Blueprint("label_pages", __name__)

MOST: Final = 400
ABOVE: Final = {"screen": Sentence("显示屏", "Screens"), "venue": Sentence("点位", "Venues")}


@pages.get("/labels")
@needs("screens.pair")
def labels_page() -> str:
    """Stickers of one screen, of a venue's, or of all of a unit's and its sub-units."""
    filters = query_args("screen_id", "venue_id", "unit_id")
    with core().config.read() as session:
        rows = _screens(session, filters)
        units = unit_choices(session, actor(), "screens.pair")
    # Before any code is made: a page that prints nothing writes nothing.
    wanted = [row for row in rows[:MOST] if venue_page_codes.has_page(row)]
    codes = venue_page_codes.codes_of(core(), wanted)
    return render_template(
        "onsite/labels.html",
        labels=[_label(row, codes[row.id]) for row in wanted if row.id in codes],
        without=len(rows[:MOST]) - len(codes),
        cut=len(rows) > MOST,
        most=MOST,
        is_local=public_url(core()) is None,
        filters=filters,
        units=units,
        back=_back(filters, rows),
    )


def _screens(session: Session, filters: dict[str, str]) -> list[Screen]:
    """Those asked for, by place; none where nothing is asked for. Raises NotFound, Forbidden."""
    query = queries.in_scope(actor(), "screens.pair").where(Screen.retired_at.is_(None))
    if "screen_id" in filters:
        found = queries.find(session, actor(), "screens.pair", filters["screen_id"])
        query = query.where(Screen.id == found.id)
    elif "venue_id" in filters:
        venue = venue_queries.find(session, actor(), "screens.pair", filters["venue_id"])
        query = query.where(Screen.venue_id == venue.id)
    elif "unit_id" in filters:
        unit = find_unit(session, actor(), "screens.pair", filters["unit_id"])
        query = query.where(Unit.path.startswith(unit.path, autoescape=True))
    else:
        return []
    query = query.order_by(Unit.path, Venue.name, Screen.name, Screen.id).limit(MOST + 1)
    return list(session.scalars(query))


def _label(row: Screen, code: str) -> dict[str, Any]:
    return {
        "id": public("screen", row.id),
        "number": translate(NUMBER).format(row.id),
        "venue": row.venue.name,
        "screen": row.name,
        "unit": row.venue.unit.name,
        "address": link_of(core(), code),
        "qr": qr_svg(link_of(core(), code)),
    }


def _back(filters: dict[str, str], rows: Sequence[Screen]) -> tuple[str, str]:
    """The page that leads here and its name, for the link above."""
    row = rows[0] if rows else None
    for name, kind, path, title in (
        ("screen_id", "screen", "screens", row.name if row else ""),
        ("venue_id", "venue", "venues", row.venue.name if row else ""),
    ):
        if name in filters:
            href = f"/{path}/{public(kind, number(kind, filters[name]))}"
            return href, title or translate(ABOVE[kind])
    return "/screens", translate(ABOVE["screen"])
