"""`/lines/rosters/import`: many rosters by one table, and the table to fill in."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any, Final

from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from server.accounts.guards import actor, needs
from server.answers import answers, refuses
from server.errors import Invalid, fault
from server.extensions import core
from server.idempotency.edge import claim_form
from server.problems import language
from server.rest import Day, check_unchanged, district_zone, iso, tagged
from server.texts import Sentence
from server.uptime import answers as said
from server.uptime.roster_import import check_rosters, import_rosters
from server.uptime.roster_rows import TITLES
from server.uptime.roster_template import template
from server.venues.bodies import Id

bp = APIBlueprint("roster_import", __name__, url_prefix="/api/v1", tag="Uptime 运行监测")

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE: Final = Sentence("请选择要导入的文件。", "Choose a file to import.")


class ImportQuery(BaseModel):
    """Whether to say only what would be done."""

    dry_run: bool = False


class TemplateQuery(BaseModel):
    """Whose vehicles to fill in (all that one may write rosters of), and for which day."""

    line_id: Id | None = None
    day: Day | None = None


@bp.post("/lines/rosters/import")
@needs("venues.write")
@bp.input(ImportQuery, location="query")
@answers(said.RosterImport)
@refuses(413)
def import_roster_table(query_data: ImportQuery) -> ResponseReturnValue:
    """Set rosters by a table (xlsx or csv) as multipart form data (`file`).

    With `dry_run` it answers what would be done and each row's problem. Without, nothing is done
    unless all rows are right; `If-Match` with the check's ETag refuses what has changed since.
    """
    file = request.files.get("file")
    if file is None:
        raise Invalid(NO_FILE, faults=[fault("/file", NO_FILE)])
    content = file.read()
    claim_form(hashlib.sha256(content).hexdigest(), {})
    if query_data.dry_run:
        return tagged(_shown(check_rosters(core(), actor(), content)))
    done = import_rosters(core(), actor(), content, lambda found: check_unchanged(_shown(found)))
    return tagged(_shown(done))


@bp.get("/lines/rosters/import/template.xlsx")
@needs("venues.write")
@bp.input(TemplateQuery, location="query")
@answers(None, 200, "The table", media_type=XLSX, headers=("Content-Disposition",))
def get_roster_template(query_data: TemplateQuery) -> Response:
    """A table with headings, choices and vehicles filled in by their lines' hours."""
    day = query_data.day or _today() + timedelta(days=1)
    with core().config.read() as session:
        made = template(session, actor(), query_data.line_id, day, language())
    response = Response(made, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"rosters-{day}.xlsx")
    return response


def _today() -> date:
    return datetime.fromtimestamp(core().clock.now_ms() / 1000, core().settings.zone).date()


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    """In the reader's language and the district's zone."""
    rosters = [
        {**one, "replaces": iso(one["replaces"], district_zone())} for one in found["rosters"]
    ]
    faults = [
        {
            **one,
            "title": TITLES[one["column"]].in_language(language()),
            "detail": one["detail"].in_language(language()),
        }
        for one in found["faults"]
    ]
    return {**found, "rosters": rosters, "faults": faults}
