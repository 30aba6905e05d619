"""`/choices`: suggestions while a person types."""

from dataclasses import asdict
from typing import Any, Final, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.accounts.roles import Action
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import complete
from server.foundation.rest.responses import Listed, answers
from server.inventory.screens import schemas
from server.inventory.screens.finding import lookup

bp = APIBlueprint("choices", __name__, url_prefix="/api/v1", tag="Choices 选择")

# The permission needed for the purpose, by which suggestions are filtered.
ACTIONS: Final[dict[str, Action]] = {
    "look": "read",
    "pair": "screens.pair",
    "attest": "exemptions.write",
    "report": "reports.read",
    "spot_check": "spot_checks.ask",
}


class ChoiceQuery(BaseModel):
    """The input, and the purpose.

    For `attest` only venues that report by hand are suggested, for `report` retired screens too.
    """

    q: str = Field("", max_length=60)
    purpose: Literal["look", "pair", "attest", "report", "spot_check"] = "look"


@bp.get("/choices/venues")
@needs("read")
@bp.input(ChoiceQuery, location="query")
@answers(Listed[schemas.Choice])
def choose_venue(query_data: ChoiceQuery) -> dict[str, Any]:
    """At most twelve venues by name, address, vehicle number or id; without input the newest."""
    action, access = ACTIONS[query_data.purpose], None
    if query_data.purpose == "attest":
        access = "manual"
    with core().config.read() as session:
        found = lookup.venues(session, actor(), action, query_data.q, access)
    return complete([asdict(one) for one in found])


@bp.get("/choices/screens")
@needs("reports.read")
@bp.input(ChoiceQuery, location="query")
@answers(Listed[schemas.Choice])
def choose_screen(query_data: ChoiceQuery) -> dict[str, Any]:
    """At most twelve screens in service by name, serial, venue, vehicle number or id."""
    action, had = ACTIONS[query_data.purpose], query_data.purpose == "report"
    with core().config.read() as session:
        found = lookup.screens(session, actor(), action, query_data.q, retired=had)
    return complete([asdict(one) for one in found])
