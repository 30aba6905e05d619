"""`/reports/uptime`: as JSON, `.csv` and `.xlsx`."""

import time
from datetime import date, timedelta

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from server.accounts.guards import actor, needs
from server.answers import answers
from server.extensions import core
from server.playback.extension import playback
from server.problems import language
from server.reports import uptime_answers as said
from server.reports.api import XLSX, Writer, sheet_file, timing, today
from server.reports.service import ReportQuery
from server.reports.sheets import as_csv, as_xlsx
from server.reports.uptime import UptimeGroup, uptime
from server.reports.uptime_documents import uptime_document
from server.reports.uptime_files import uptime_table
from server.rest import district_zone

bp = APIBlueprint("uptime_report", __name__, url_prefix="/api/v1/reports", tag="Reports 报表")

Id = str | None


class UptimeQuery(BaseModel):
    """Days (the district's, both inclusive; left out: the last seven), grouping, filters."""

    model_config = ConfigDict(extra="ignore")
    from_: date | None = Field(None, alias="from")
    to: date | None = None
    group_by: UptimeGroup = "unit"
    unit_id: Id = Field(None, max_length=20)
    territory_id: Id = Field(None, max_length=20)
    venue_kind: Id = Field(None, max_length=20)
    venue_kind_id: Id = Field(None, max_length=20)
    venue_id: Id = Field(None, max_length=20)
    screen_id: Id = Field(None, max_length=20)
    line_id: Id = Field(None, max_length=20)

    def about(self) -> ReportQuery:
        """What the report is about."""
        last = self.to or today()
        return ReportQuery(
            first=self.from_ or last - timedelta(days=6),
            last=last,
            group_by=self.group_by,
            unit_id=self.unit_id,
            territory_id=self.territory_id,
            venue_kind=self.venue_kind or self.venue_kind_id,
            venue_id=self.venue_id,
            screen_id=self.screen_id,
            line_id=self.line_id,
        )


@bp.get("/uptime")
@needs("reports.read")
@bp.input(UptimeQuery, location="query")
@answers(said.Uptime, headers=("Server-Timing",))
def uptime_report(query_data: UptimeQuery) -> ResponseReturnValue:
    """Link availability, display uptime and freshness by group, with totals and cut-off time."""
    began = time.perf_counter()
    report = uptime(core(), playback(), actor(), query_data.about())
    document = uptime_document(report, language(), district_zone())
    return document, 200, {"Server-Timing": timing(began)}


@bp.get("/uptime.csv")
@needs("reports.read")
@bp.input(UptimeQuery, location="query")
@answers(None, 200, "UTF-8 with a byte order mark", media_type="text/csv")
def uptime_csv(query_data: UptimeQuery) -> ResponseReturnValue:
    """The same as a csv file."""
    return _file(query_data, as_csv, "text/csv; charset=utf-8", "csv")


@bp.get("/uptime.xlsx")
@needs("reports.read")
@bp.input(UptimeQuery, location="query")
@answers(None, 200, "An Excel workbook", media_type=XLSX)
def uptime_xlsx(query_data: UptimeQuery) -> ResponseReturnValue:
    """The same as an Excel workbook."""
    return _file(query_data, as_xlsx, XLSX, "xlsx")


def _file(query: UptimeQuery, write: Writer, kind: str, suffix: str) -> Response:
    began = time.perf_counter()
    report = uptime(core(), playback(), actor(), query.about())
    content = write(uptime_table(report, language(), district_zone()))
    name = f"uptime-{report.query.first}-{report.query.last}.{suffix}"
    return sheet_file(content, kind, name, began)
