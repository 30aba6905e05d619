"""`/reports/plays` and `/reports/delivery`: as JSON, `.csv` and `.xlsx`."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import File, table_files, timed, today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import Day, district_zone
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery import schemas
from server.reporting.delivery.selection import GroupBy
from server.reporting.delivery.serializers import report_document
from server.reporting.delivery.service import PLACES, ReportQuery, delivery
from server.reporting.delivery.table import delivery_table

bp = APIBlueprint("reports", __name__, url_prefix="/api/v1/reports", tag="Reports 报表")

Id = str | None


class Places(BaseModel):
    """Days (the district's, both inclusive; left out: the last seven) and where."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    unit_id: Id = Field(None, max_length=20)
    territory_id: Id = Field(None, max_length=20)
    venue_kind: Id = Field(None, max_length=20)
    venue_kind_id: Id = Field(None, max_length=20)
    venue_id: Id = Field(None, max_length=20)
    screen_id: Id = Field(None, max_length=20)
    line_id: Id = Field(None, max_length=20)

    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        last = self.to or today()
        return self.from_ or last - timedelta(days=6), last

    def by(self, group_by: GroupBy, campaign_id: Id = None) -> ReportQuery:
        """A report on these days and places."""
        places = self.model_dump(include={*PLACES})
        places["venue_kind"] = self.venue_kind or self.venue_kind_id
        return ReportQuery(*self.days(), group_by, campaign_id, **places)


class Query(Places):
    """Days, places, grouping, and a campaign alone; `acknowledged`: with what became of each play
    that was acknowledged; `campaigns_only`: without venues' own content."""

    group_by: GroupBy = "campaign"
    campaign_id: Id = Field(None, max_length=20)
    acknowledged: bool = False
    campaigns_only: bool = False

    def about(self) -> ReportQuery:
        """The query of the report."""
        query = self.by(self.group_by, self.campaign_id)
        return replace(query, acknowledged=self.acknowledged, campaigns_only=self.campaigns_only)


@bp.get("/delivery")
@bp.get("/plays")
@needs("reports.read")
@bp.input(Query, location="query")
@timed(schemas.Delivery)
def delivery_report(query_data: Query) -> dict[str, Any]:
    """Expected plays and the state of each, by group, with totals and the cut-off time."""
    report = delivery(core(), playback(), actor(), query_data.about())
    return report_document(report, language(), district_zone())


@table_files(bp, needs("reports.read"), Query, "/delivery", "/plays", name="delivery")
def delivery_file(query_data: Query) -> File:
    """The same as a file."""
    report = delivery(core(), playback(), actor(), query_data.about())
    table = delivery_table(report, language(), district_zone())
    return f"delivery-{report.query.first}-{report.query.last}", table
