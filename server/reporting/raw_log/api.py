"""`/plays/export.csv` and `.xlsx` at once; `/plays/exports`, files that are made meanwhile."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from apiflask import APIBlueprint
from flask import send_file
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.content.paths import works
from server.foundation.rest.downloads import XLSX, attachment
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    Body,
    Paging,
    check_unchanged_by,
    district_zone,
    listed,
    tagged,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.foundation.storage.disk_space import full_in_words
from server.playlog.api import ExportQuery, span_of
from server.playlog.rawlog.stream import prefetch_first, stream_log
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log import schemas, service
from server.reporting.raw_log.csv_writer import as_csv
from server.reporting.raw_log.file_writer import as_of, table_of, write_file
from server.reporting.raw_log.models import EXPORTS, PlayExport
from server.reporting.raw_log.serializers import export_document
from server.reporting.raw_log.service import ExportRequest

bp = APIBlueprint("exports", __name__, url_prefix="/api/v1", tag="Plays 播放记录")

Form = Literal["ndjson", "csv", "xlsx"]
PIECE: Final = 1024 * 1024
TYPES: Final = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
}


class Days(BaseModel):
    """The district's days, both inclusive, and one screen or all in scope."""

    screen_id: str | None = Field(None, max_length=20)
    from_: date = Field(alias="from")
    to: date


class ExportBody(Body, Days):
    """The contents of a file, and its format."""

    form: Form = "csv"


@bp.get("/plays/export.csv")
@needs("reports.read")
@bp.input(ExportQuery, location="query")
@answers(None, 200, "UTF-8 with a byte order mark", media_type="text/csv")
def export_csv(query_data: ExportQuery) -> ResponseReturnValue:
    """The raw log as CSV; its last lines state that it is complete."""
    span = span_of(query_data)
    pieces = prefetch_first(stream_log(core().plays, span))
    lines = as_csv(pieces, table_of(core(), span, language()), as_of(core()))
    return attachment(lines, TYPES["csv"], "plays.csv")


@bp.get("/plays/export.xlsx")
@needs("reports.read")
@bp.input(ExportQuery, location="query")
@answers(None, 200, "An Excel workbook of at most 1,048,576 rows", media_type=TYPES["xlsx"])
@refuses(507)
def export_xlsx(query_data: ExportQuery) -> ResponseReturnValue:
    """The raw log as a workbook. It is sent once it is whole: for many rows, order it instead."""
    span = span_of(query_data)
    temporary = tempfile.TemporaryDirectory(dir=works(core()), prefix="export-")
    with full_in_words(wording.NO_ROOM), temporary as folder:
        path = Path(folder) / "plays.xlsx"
        for _ in write_file(core(), span, "xlsx", language(), path):
            pass
        # An open file outlives its name: the disk space is freed when the response ends.
        response = attachment(prefetch_first(_pieces(path)), TYPES["xlsx"], "plays.xlsx")
        response.content_length = path.stat().st_size
    return response


@bp.get("/plays/exports/estimate")
@needs("reports.read")
@bp.input(Days, location="query")
@answers(schemas.Estimate)
def estimate_export(query_data: Days) -> dict[str, Any]:
    """About how many plays an export would have."""
    request = ExportRequest(query_data.from_, query_data.to, query_data.screen_id)
    return {"rows": service.estimate(core(), actor(), request)}


@bp.get("/plays/exports")
@needs("reports.read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Export])
def list_exports(query_data: Paging) -> dict[str, Any]:
    """One's own exports of the last days, newest first."""
    return listed(EXPORTS.mine(actor().user_id), PlayExport.id, query_data, _document)


@bp.post("/plays/exports")
@needs("reports.read")
@bp.input(ExportBody)
@answers(schemas.Export, 201)
@refuses(429, 507)
def order_export(json_data: ExportBody) -> ResponseReturnValue:
    """Have a file of plays made in the background; it is kept for three days."""
    body = json_data
    request = ExportRequest(body.from_, body.to, body.screen_id, body.form, language())
    return tagged(_document(service.order(core(), actor(), request)), 201)


@bp.get("/plays/exports/<play_export_id>")
@needs("reports.read")
@answers(schemas.Export)
def get_export(play_export_id: str) -> ResponseReturnValue:
    """One of one's own exports, and how far it is."""
    with core().config.read() as session:
        row = EXPORTS.find(session, actor().user_id, play_export_id)
    return tagged(_document(row))


@bp.get("/plays/exports/<play_export_id>/file")
@needs("reports.read")
@answers(None, 200, "The file", media_type="*/*")
@answers(None, 206, "A part of it", media_type="*/*")
@refuses(409, 416)
def get_export_file(play_export_id: str) -> ResponseReturnValue:
    """The file; ranges too, so that an interrupted download can be resumed."""
    row, path = service.file_of(core(), actor(), play_export_id)
    name = f"plays-{row.first}-{row.last}.{row.form}"
    return send_file(path, TYPES[row.form], as_attachment=True, download_name=name, etag=True)


@bp.delete("/plays/exports/<play_export_id>")
@needs("reports.read")
@answers(None, 204)
def delete_export(play_export_id: str) -> ResponseReturnValue:
    """Delete an export and its file; one that is being made is given up."""
    service.remove(core(), actor(), play_export_id, check_unchanged_by(_document))
    return "", 204


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _document(row: PlayExport) -> dict[str, Any]:
    with core().config.read() as session:
        progress = EXPORTS.how_far(session, [row])[row.id]
    return export_document(row, progress, language(), district_zone())
