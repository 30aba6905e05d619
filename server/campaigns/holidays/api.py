"""`/calendar`: holidays and make-up workdays, which day parts may go by."""

from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs, signed_in
from server.campaigns.holidays import days as calendar_days
from server.campaigns.holidays import schemas
from server.campaigns.workflow.request_schemas import CalendarBody
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import check_unchanged, complete, day_of_path, tagged
from server.foundation.rest.responses import Listed, answers

bp = APIBlueprint("calendar", __name__, url_prefix="/api/v1", tag="Calendar 节假日")


class YearQuery(BaseModel):
    """The year to list; by default all known ones."""

    year: int | None = Field(None, ge=2000, le=2099)


@bp.get("/calendar")
@signed_in
@bp.input(YearQuery, location="query")
@answers(Listed[schemas.SpecialDay])
def list_days(query_data: YearQuery) -> dict[str, Any]:
    """The days that differ from their weekday; `source` is `national` or `district`."""
    with core().config.read() as session:
        days = calendar_days.listed(session)
    year = query_data.year
    return complete([day for day in days if year is None or day["date"].startswith(f"{year}-")])


@bp.get("/calendar/<day>")
@signed_in
@answers(schemas.SpecialDay)
def get_day(day: str) -> ResponseReturnValue:
    """One day, also an ordinary one."""
    return _answer(day)


@bp.put("/calendar/<day>")
@needs("settings.manage")
@bp.input(CalendarBody)
@answers(schemas.SpecialDay)
def set_day(day: str, json_data: CalendarBody) -> ResponseReturnValue:
    """Set the kind of a day in this district."""
    kind, name = json_data.kind, json_data.name
    calendar_days.put(core(), actor(), day_of_path(day), kind, name, check_unchanged)
    return _answer(day)


@bp.delete("/calendar/<day>")
@needs("settings.manage")
@answers(None, 204)
def reset_day(day: str) -> ResponseReturnValue:
    """Go back to the national list."""
    calendar_days.reset(core(), actor(), day_of_path(day), check_unchanged)
    return "", 204


def _answer(day: str) -> ResponseReturnValue:
    with core().config.read() as session:
        return tagged(calendar_days.document(session, day_of_path(day)))
