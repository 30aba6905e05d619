"""`/screens/bulk`: one act on many screens at once, all of them or none."""

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints

from server.accounts.guards import actor, needs
from server.answers import answers
from server.extensions import core
from server.realtime import answers as said
from server.rest import Body, district_zone, instant_ms, tagged
from server.uptime import maintenance
from server.venues.bodies import Id

bp = APIBlueprint("screens_bulk", __name__, url_prefix="/api/v1", tag="Screens 显示屏")


class BulkBody(Body):
    """Which screens, and what becomes of them.

    `maintenance` (检修): from when (now if left out) until when they are worked on, and why.
    """

    screen_ids: Annotated[list[Id], Field(min_length=1, max_length=5_000)]
    action: Literal["maintenance"]
    begins: datetime | None = Field(None, alias="from")
    ends: datetime = Field(alias="until")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=255)]


@bp.post("/screens/bulk")
@needs("maintenance.write")
@bp.input(BulkBody)
@answers(said.Bulk, 201)
def act_on_screens(json_data: BulkBody) -> ResponseReturnValue:
    """Do the same for many screens; if one of them can't be, nothing is done and it is named."""
    begins = json_data.begins
    plan = maintenance.Plan(
        from_ms=core().clock.now_ms() if begins is None else instant_ms(begins, "/from"),
        until_ms=instant_ms(json_data.ends, "/until"),
        reason=json_data.reason,
        screen_ids=json_data.screen_ids,
    )
    row = maintenance.plan_maintenance(core(), actor(), plan)
    with core().config.read() as session:
        planned: dict[str, Any] = maintenance.document(session, row, district_zone())
    done = {"action": json_data.action, "screens": planned["screens"], "maintenance": planned}
    return tagged(done, 201)
