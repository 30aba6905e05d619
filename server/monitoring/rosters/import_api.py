"""`/lines/rosters/import`: many rosters by one table, and its template."""

from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import Day, check_unchanged_by, district_zone, iso, tagged
from server.foundation.rest.responses import answers, refuses
from server.inventory.imports.http_helpers import XLSX, file_sent, in_words, xlsx_file
from server.inventory.venues.request_schemas import Id
from server.monitoring.rosters import schemas
from server.monitoring.rosters.import_table import check_rosters, import_rosters
from server.monitoring.rosters.rows import TITLES
from server.monitoring.rosters.template import template

bp = APIBlueprint("roster_import", __name__, url_prefix="/api/v1", tag="Uptime 运行监测")


class ImportQuery(BaseModel):
    """`dry_run`: only report the effect."""

    dry_run: bool = False


class TemplateQuery(BaseModel):
    """A line (default: all in scope) and a day for the template."""

    line_id: Id | None = None
    day: Day | None = None


@bp.post("/lines/rosters/import")
@needs("venues.write")
@bp.input(ImportQuery, location="query")
@answers(schemas.RosterImport)
@refuses(413)
def import_roster_table(query_data: ImportQuery) -> ResponseReturnValue:
    """Import rosters from a table (xlsx or csv) as multipart form data (`file`).

    With `dry_run` it answers the effect and each row's problem. Without, nothing is written unless
    all rows are right; `If-Match` with the dry run's ETag refuses if anything has changed since.
    """
    content = file_sent()
    if query_data.dry_run:
        return tagged(_shown(check_rosters(core(), actor(), content)))
    done = import_rosters(core(), actor(), content, check_unchanged_by(_shown))
    return tagged(_shown(done))


@bp.get("/lines/rosters/import/template.xlsx")
@needs("venues.write")
@bp.input(TemplateQuery, location="query")
@answers(None, 200, "The table", media_type=XLSX, headers=("Content-Disposition",))
def get_roster_template(query_data: TemplateQuery) -> Response:
    """A template with headings, choices, and vehicles with their lines' hours."""
    day = query_data.day or today() + timedelta(days=1)
    with core().config.read() as session:
        made = template(session, actor(), query_data.line_id, day, language())
    return xlsx_file(made, f"rosters-{day}.xlsx")


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    """The answer in the reader's language and the district's zone."""
    rosters = [
        {**one, "replaces": iso(one["replaces"], district_zone())} for one in found["rosters"]
    ]
    return {**found, "rosters": rosters, "faults": in_words(found["faults"], TITLES)}
