"""`/screens/{id}/hours`: a screen's day, hour by hour, against target and floor."""

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import timed, today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone
from server.playlog.ingest.flask_extension import playback
from server.reporting.screen_hours import schemas
from server.reporting.screen_hours.serializers import day_document
from server.reporting.screen_hours.service import screen_hours

bp = APIBlueprint("screen_hours", __name__, url_prefix="/api/v1", tag="Reports 报表")
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)


class Query(BaseModel):
    """A day of the district's, by default today."""

    day: date | None = Field(None, ge=FIRST_DAY, le=LAST_DAY)


@bp.get("/screens/<screen_id>/hours")
@needs("reports.read")
@bp.input(Query, location="query")
@timed(schemas.ScreenDay)
def hours_of_screen(screen_id: str, query_data: Query) -> dict[str, Any]:
    """Each hour's plays by campaign, against target and floor, with the gaps that were shown."""
    found = screen_hours(core(), playback(), actor(), screen_id, query_data.day or today())
    return day_document(found, language(), district_zone())
