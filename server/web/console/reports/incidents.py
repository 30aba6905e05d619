"""故障: incidents in one's scope, where messages lead to; 报修单 to be printed and signed."""

from typing import Any, Final

from flask import Blueprint, render_template
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.inventory.venues.search.filter_options import territory_choices
from server.monitoring.incidents import queries
from server.monitoring.incidents.affected_units import path_of
from server.monitoring.incidents.catalogue import CODES, Code
from server.monitoring.incidents.messages import Reader as Writer
from server.monitoring.incidents.models import Incident
from server.monitoring.incidents.queries import Wanted
from server.monitoring.incidents.repair_orders import headings, order_rows
from server.monitoring.incidents.with_names import named
from server.web.addresses import href
from server.web.console.fleet.incidents import Reader, causes
from server.web.console.report_charts.incident_charts import incidents_by_code
from server.web.helpers import now, query_args, query_of, unit_choices

pages = Blueprint("incident_pages", __name__)

KEPT: Final = ("state", "code", "unit_id", "line_id", "screen_id", "territory_id")
MOST_ORDERS: Final = 200
BLANKS: Final = 3
"""The last cells of an order are for ink."""


class IncidentFilter(BaseModel):
    """The filters of the list; by default open incidents of the whole scope."""

    state: str = Field("open", pattern="^(open|past|all)$")
    code: Code | None = None
    unit_id: str | None = Field(None, max_length=20)
    line_id: str | None = Field(None, max_length=20)
    screen_id: str | None = Field(None, max_length=20)
    territory_id: str | None = Field(None, max_length=20)

    def wanted(self) -> Wanted:
        """The filters for the queries."""
        states: dict[str, Any] = {"open": "open", "past": "past"}
        only = (self.unit_id, self.screen_id, self.line_id, self.territory_id)
        return Wanted(states.get(self.state), self.code, *only)


@pages.get("/incidents")
@needs("read")
def incidents_page() -> str:
    """Incidents in the person's scope; by default the open ones."""
    given = query_args(*KEPT)
    filters = query_of(IncidentFilter, given)
    with core().config.read() as session:
        found = Reader(session).listed(filters.wanted())
        narrowed = {name: text for name, text in given.items() if name != "state"}
        return render_template(
            "uptime/incidents.html",
            incidents=found["items"],
            **found,
            causes=causes(),
            by_code=incidents_by_code(session, filters.wanted(), narrowed),
            filters=filters,
            codes=[(code, translate(kind.name)) for code, kind in CODES.items()],
            units=unit_choices(session, actor(), "read"),
            territories=territory_choices(session, actor()),
            orders_href=href("/incidents/orders", given),
            file_href=href(
                "/api/v1/incidents.xlsx",
                narrowed,
                {"state": "" if filters.state == "all" else filters.state},
            ),
        )


@pages.get("/incidents/orders")
@needs("read")
def orders_page() -> str:
    """报修单: of one incident (`id`), or of all that the list would show; a slip for each."""
    given = query_args("id", *KEPT)
    reader = Writer(language(), district_zone(), None)
    whole = False
    with core().config.read() as session:
        if "id" in given:
            found = queries.find(session, actor(), "read", given["id"])
            whole = actor().may("incidents.acknowledge", path_of(session, found))
            rows = [found.id]
        else:
            wanted = query_of(IncidentFilter, given).wanted()
            query = queries.in_scope(session, actor(), wanted).order_by(Incident.id.desc())
            rows = [row.id for row in session.scalars(query.limit(MOST_ORDERS + 1))]
        slips = order_rows(reader, named(session, rows[:MOST_ORDERS]), whole=whole)
    return render_template(
        "uptime/orders.html",
        slips=slips,
        narrowed=bool(given),
        names=headings(reader),
        blanks=BLANKS,
        cut=len(rows) > MOST_ORDERS,
        most=MOST_ORDERS,
        today=now().strftime("%Y-%m-%d"),
    )
