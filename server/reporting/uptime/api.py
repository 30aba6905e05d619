"""`/reports/uptime`: as JSON, `.csv` and `.xlsx`."""

from typing import Any

from apiflask import APIBlueprint
from pydantic import Field

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import File, table_files, timed, today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.api import Places
from server.reporting.delivery.service import ReportQuery
from server.reporting.uptime import schemas
from server.reporting.uptime.live_columns import seen_now
from server.reporting.uptime.serializers import uptime_document
from server.reporting.uptime.service import Only, UptimeGroup, uptime
from server.reporting.uptime.table import uptime_table

bp = APIBlueprint("uptime_report", __name__, url_prefix="/api/v1/reports", tag="Reports 报表")


class UptimeQuery(Places):
    """Days, places and grouping; also a depot's venues, or vehicles, alone."""

    group_by: UptimeGroup = "unit"
    depot: str | None = Field(None, max_length=120)
    vehicles: bool = False

    def about(self) -> ReportQuery:
        """The query of the report."""
        return self.by(self.group_by)

    @property
    def only(self) -> Only:
        """The further filters of venues."""
        return Only(self.depot, self.vehicles)


@bp.get("/uptime")
@needs("reports.read")
@bp.input(UptimeQuery, location="query")
@timed(schemas.Uptime)
def uptime_report(query_data: UptimeQuery) -> dict[str, Any]:
    """Link availability, display uptime and freshness by group, with totals and cut-off time."""
    report = uptime(core(), playback(), actor(), query_data.about(), query_data.only)
    return uptime_document(report, language(), district_zone())


@table_files(bp, needs("reports.read"), UptimeQuery, "/uptime", name="uptime")
def uptime_file(query_data: UptimeQuery) -> File:
    """The same as a file."""
    report = uptime(core(), playback(), actor(), query_data.about(), query_data.only)
    seen = seen_now(core(), playback(), actor(), query_data.group_by, today())
    table = uptime_table(report, language(), district_zone(), seen)
    return f"uptime-{report.query.first}-{report.query.last}", table
