"""`/reports/screen-register`: what the register and the filing forms print, as JSON."""

from typing import Any

from apiflask import APIBlueprint

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.responses import answers
from server.web.papers import schemas
from server.web.papers.register import RegisterFilter, register_of, wanted_screens

bp = APIBlueprint("screen_register", __name__, url_prefix="/api/v1/reports", tag="Reports 报表")


@bp.get("/screen-register")
@needs("read")
@bp.input(RegisterFilter, location="query")
@answers(schemas.ScreenRegister)
def screen_register(query_data: RegisterFilter) -> dict[str, Any]:
    """The register of screens (屏幕台账), whole and by unit; at most 5,000 screens."""
    query = wanted_screens(actor(), query_data)
    with core().config.read() as session:
        return register_of(core(), session, query)
