"""`/report-schedules`: a person's own scheduled delivery reports, and their files."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import XLSX, attachment
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import Body, Paging, check_unchanged_by, listed, page, tagged
from server.foundation.rest.responses import Listed, answers, refuses
from server.reporting.delivery.selection import GroupBy
from server.reporting.subscriptions import queries, schemas, service
from server.reporting.subscriptions.models import ReportFile, ReportSchedule
from server.reporting.subscriptions.periods import Kind
from server.reporting.subscriptions.serializers import file_document, schedule_document
from server.reporting.subscriptions.service import ScheduleDraft

bp = APIBlueprint("schedules", __name__, url_prefix="/api/v1", tag="Reports 报表")

Id = Annotated[str | None, Field(max_length=20)]
Hour = Annotated[int, Field(ge=0, le=23)]


class FiltersBody(Body):
    """The filters of the report."""

    campaign_id: Id = None
    unit_id: Id = None
    territory_id: Id = None
    venue_kind: Id = None
    venue_id: Id = None
    screen_id: Id = None
    line_id: Id = None

    def given(self) -> dict[str, str]:
        """The filters that were sent."""
        return self.model_dump(exclude_none=True)


class ScheduleBody(Body):
    """A new schedule: made at an hour of the district's clock, the day after each period."""

    kind: Kind
    hour: Hour = 8
    group_by: GroupBy = "campaign"
    filters: FiltersBody = Field(default_factory=FiltersBody)


class ScheduleChanges(ScheduleBody):
    """The fields to change; `active` false pauses it."""

    kind: Kind = "daily"
    active: bool = True

    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        return sent | ({"filters": self.filters.given()} if "filters" in sent else {})


@bp.get("/report-schedules")
@needs("reports.read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Schedule])
def list_schedules(query_data: Paging) -> dict[str, Any]:
    """One's own schedules, newest first."""
    return listed(queries.mine(actor()), ReportSchedule.id, query_data, _schedule)


@bp.post("/report-schedules")
@needs("reports.read")
@bp.input(ScheduleBody)
@answers(schemas.Schedule, 201)
def create_schedule(json_data: ScheduleBody) -> ResponseReturnValue:
    """Order a report that comes round; the first is that of the period that runs now."""
    body = json_data
    draft = ScheduleDraft(body.kind, body.hour, body.group_by, body.filters.given(), language())
    return tagged(_schedule(service.create(core(), actor(), draft)), 201)


@bp.get("/report-schedules/<report_schedule_id>")
@needs("reports.read")
@answers(schemas.Schedule)
def get_schedule(report_schedule_id: str) -> ResponseReturnValue:
    """One of one's own schedules."""
    with core().config.read() as session:
        return tagged(_schedule(queries.find(session, actor(), report_schedule_id)))


@bp.patch("/report-schedules/<report_schedule_id>")
@needs("reports.read")
@bp.input(ScheduleChanges)
@answers(schemas.Schedule)
def change_schedule(report_schedule_id: str, json_data: ScheduleChanges) -> ResponseReturnValue:
    """Change, pause or resume it; the files made stay."""
    changes = json_data.given()
    changed = service.change(
        core(), actor(), report_schedule_id, changes, check_unchanged_by(_schedule)
    )
    return tagged(_schedule(changed))


@bp.delete("/report-schedules/<report_schedule_id>")
@needs("reports.read")
@answers(None, 204)
def delete_schedule(report_schedule_id: str) -> ResponseReturnValue:
    """Delete a schedule without any report; pause others."""
    service.remove(core(), actor(), report_schedule_id, check_unchanged_by(_schedule))
    return "", 204


@bp.get("/report-schedules/<report_schedule_id>/files")
@needs("reports.read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.File])
def list_report_files(report_schedule_id: str, query_data: Paging) -> dict[str, Any]:
    """The reports of the periods so far, newest first."""
    with core().config.read() as session:
        schedule = queries.find(session, actor(), report_schedule_id)

        def document(row: ReportFile) -> dict[str, Any]:
            return file_document(session, actor(), row, language(), core().settings.zone)

        return page(session, queries.files_of(schedule), ReportFile.id, query_data, document)


@bp.get("/report-schedules/<report_schedule_id>/files/<report_file_id>")
@needs("reports.read")
@answers(None, 200, "An Excel workbook", media_type=XLSX)
@refuses(409)
def get_report_file(report_schedule_id: str, report_file_id: str) -> ResponseReturnValue:
    """The workbook of one period."""
    row, content = service.content_of(core(), actor(), report_schedule_id, report_file_id)
    return attachment(content, XLSX, f"delivery-{row.kind}-{row.first}.xlsx")


@bp.post("/report-schedules/<report_schedule_id>/files/<report_file_id>/retry")
@needs("reports.read")
@answers(schemas.File)
def retry_report_file(report_schedule_id: str, report_file_id: str) -> ResponseReturnValue:
    """Have a report made after all that wasn't."""
    row = service.retry(core(), actor(), report_schedule_id, report_file_id)
    with core().config.read() as session:
        zone = core().settings.zone
        return file_document(session, actor(), row, language(), zone)


def _schedule(row: ReportSchedule) -> dict[str, Any]:
    return schedule_document(row, core().settings.zone)
