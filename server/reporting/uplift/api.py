"""`/reports/uplift`: plays an hour before campaigns and since, as JSON, `.csv` and `.xlsx`."""

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import File, table_files, timed, today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone
from server.playlog.ingest.flask_extension import playback
from server.reporting.screen_hours.api import FIRST_DAY, LAST_DAY
from server.reporting.uplift import schemas
from server.reporting.uplift.serializers import uplift_document
from server.reporting.uplift.service import UpliftQuery, uplift
from server.reporting.uplift.table import uplift_table

bp = APIBlueprint("uplift", __name__, url_prefix="/api/v1/reports", tag="Reports 报表")


class Query(BaseModel):
    """Days of the district, both inclusive (left out: from each campaign's start until today)."""

    from_: date | None = Field(None, alias="from", ge=FIRST_DAY, le=LAST_DAY)
    to: date | None = Field(None, ge=FIRST_DAY, le=LAST_DAY)
    campaign_id: str | None = Field(None, max_length=20)

    def about(self) -> UpliftQuery:
        """The query of the report."""
        return UpliftQuery(self.to or today(), self.from_, self.campaign_id)


@bp.get("/uplift")
@needs("reports.read")
@bp.input(Query, location="query")
@timed(schemas.Uplift)
def uplift_report(query_data: Query) -> dict[str, Any]:
    """Plays an open hour on the same screens before campaigns and since, with the sources."""
    report = uplift(core(), playback(), actor(), query_data.about())
    return uplift_document(report, language(), district_zone())


@table_files(bp, needs("reports.read"), Query, "/uplift", name="uplift_as")
def uplift_file(query_data: Query) -> File:
    """The same as a file."""
    report = uplift(core(), playback(), actor(), query_data.about())
    return f"uplift-{report.query.last}", uplift_table(report, language(), district_zone())
