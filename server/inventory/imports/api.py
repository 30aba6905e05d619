"""The API of imports: uploads and templates of venues, lines, vehicles and screens."""

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import check_unchanged_by, tagged
from server.foundation.rest.responses import answers, changes_nothing, refuses
from server.inventory.imports import schemas, service, templates
from server.inventory.imports.columns.fields import titles
from server.inventory.imports.http_helpers import XLSX, file_sent, in_words, xlsx_file
from server.inventory.imports.registry import BUSES, LINES, SCREENS, VENUES, Table
from server.inventory.venues.fields.coordinates import Coord
from server.inventory.venues.request_schemas import Id

bp = APIBlueprint("imports", __name__, url_prefix="/api/v1", tag="Import 导入")


class RowsQuery(BaseModel):
    """Defaults for rows; `dry_run` only reports the effect.

    `unit_id`: one's own unit by default; `coord`: the coordinate system of the table.
    """

    dry_run: bool = False
    unit_id: Id | None = None
    coord: Coord = "wgs84"


class PlacesQuery(RowsQuery):
    """`new_lines` creates missing lines."""

    new_lines: bool = False


@bp.post("/venues/import")
@needs("venues.write")
@bp.input(PlacesQuery, location="query")
@answers(schemas.TableImport)
@refuses(413)
def import_venues(query_data: PlacesQuery) -> ResponseReturnValue:
    """Create and change venues by a table (xlsx or csv) as multipart form data (`file`).

    With `dry_run` it answers the effect and each row's problem. Without, nothing is written unless
    all rows are right; `If-Match` with the dry run's ETag refuses if anything has changed since.
    """
    return _import(VENUES, query_data)


@bp.post("/lines/import")
@needs("venues.write")
@bp.input(RowsQuery, location="query")
@answers(schemas.TableImport)
@refuses(413)
def import_lines(query_data: RowsQuery) -> ResponseReturnValue:
    """Create and change bus lines by a table, like `/venues/import`."""
    return _import(LINES, query_data)


@bp.post("/vehicles/import")
@needs("venues.write")
@bp.input(PlacesQuery, location="query")
@answers(schemas.TableImport)
@refuses(413)
def import_vehicles(query_data: PlacesQuery) -> ResponseReturnValue:
    """Create and change vehicles with their screens by a table, like `/venues/import`.

    A row creates the vehicle and a screen with the row's serial, to which a box with an enrolment
    key then binds.
    """
    return _import(BUSES, query_data)


@bp.post("/screens/import")
@needs("screens.pair")
@bp.input(RowsQuery, location="query")
@answers(schemas.TableImport)
@refuses(413)
def import_screens(query_data: RowsQuery) -> ResponseReturnValue:
    """Create and change records of screens by a table, like `/venues/import`."""
    return _import(SCREENS, query_data)


def _import(table: Table, query: RowsQuery) -> ResponseReturnValue:
    order = _order(table, query)
    if query.dry_run:
        found = service.check_table(core(), actor(), order)
    else:
        found = service.import_table(core(), actor(), order, check_unchanged_by(service.tag_of))
    return tagged(_shown(table, found), tag_of=service.tag_of(found))


def _order(table: Table, query: RowsQuery) -> service.Order:
    return service.Order(
        table=table,
        content=file_sent(),
        unit_id=query.unit_id,
        coord=query.coord,
        new_lines=isinstance(query, PlacesQuery) and query.new_lines,
        language=language(),
    )


def _shown(table: Table, found: dict[str, Any]) -> dict[str, Any]:
    named = titles(table.accepted)
    items = [
        {
            **item,
            "changes": [
                {**one, "title": named[one["column"]].in_language(language())}
                for one in item["changes"]
            ],
        }
        for item in found["items"]
    ]
    translated = {name: in_words(found[name], named) for name in ("faults", "notes")}
    return {
        **found,
        **translated,
        "items": items,
        "also": {"screens": 0, "lines": 0, **found["also"]},
    }


def _offer(table: Table) -> None:
    """Register a table's further routes: template, export, and faults."""

    def get_template() -> Response:
        """A template with drop-downs and instructions."""
        with core().config.read() as session:
            made = templates.template(session, actor(), table, language())
        return xlsx_file(made, f"{table.noun}-template.xlsx")

    def export() -> Response:
        """The objects that one may change, in the template's form: edit and import it again."""
        with core().config.read() as session:
            made = templates.present_state(session, actor(), table, language())
        return xlsx_file(made, f"{table.noun}-{today()}.xlsx")

    def mark_problems(query_data: PlacesQuery) -> Response:
        """The uploaded table, with the faults beside each row."""
        found = service.faults_of(core(), actor(), _order(table, query_data))
        made = templates.with_problems(table, *found, language())
        return xlsx_file(made, f"{table.noun}-problems.xlsx")

    top = f"/{table.noun}"
    named = table.noun.rstrip("s")
    _get(f"{top}/import/template.xlsx", f"get_{named}_template", table, get_template)
    _get(f"{top}/export.xlsx", f"export_{table.noun}", table, export)
    marked = changes_nothing(refuses(413)(_answering(mark_problems)))
    taken = needs(table.action)(bp.input(PlacesQuery, location="query")(marked))
    bp.post(f"{top}/import/problems.xlsx", endpoint=f"mark_{named}_problems")(taken)


def _get(path: str, name: str, table: Table, view: Callable[[], Response]) -> None:
    bp.get(path, endpoint=name)(needs(table.action)(_answering(view)))


def _answering(view: Callable[..., Response]) -> Callable[..., Response]:
    return answers(None, 200, "The table", media_type=XLSX, headers=("Content-Disposition",))(view)


for _table in (VENUES, LINES, BUSES, SCREENS):
    _offer(_table)
