"""`/screens/{id}/hours`: a screen's day, hour by hour, against target and floor."""

import time
from datetime import date

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import timed, today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone
from server.foundation.rest.responses import answers
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
@answers(schemas.ScreenDay, headers=("Server-Timing",))
def hours_of_screen(screen_id: str, query_data: Query) -> ResponseReturnValue:
    """Each hour's plays by campaign, against target and floor, with the gaps that were shown."""
    began = time.perf_counter()
    found = screen_hours(core(), playback(), actor(), screen_id, query_data.day or today())
    return timed(day_document(found, language(), district_zone()), began)
