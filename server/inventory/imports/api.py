"""Tables of venues, lines, vehicles and screens at the API: sent in, and to fill in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import check_unchanged, tagged
from server.foundation.rest.responses import answers, changes_nothing, refuses
from server.inventory.imports import schemas as said
from server.inventory.imports import service, templates
from server.inventory.imports.columns.fields import titles
from server.inventory.imports.http_helpers import XLSX, file_sent, in_words, xlsx_file
from server.inventory.imports.registry import BUSES, LINES, SCREENS, VENUES, Table
from server.inventory.venues.coordinates import Coord
from server.inventory.venues.request_schemas import Id

bp = APIBlueprint("imports", __name__, url_prefix="/api/v1", tag="Import 导入")


class RowsQuery(BaseModel):
    """What holds for rows that say nothing else, and whether to say only what would be done.

    `unit_id` is one's own unit if left out; `coord` is of what map latitudes and longitudes are.
    """

    dry_run: bool = False
    unit_id: Id | None = None
    coord: Coord = "wgs84"


class PlacesQuery(RowsQuery):
    """`new_lines` makes lines that aren't there yet."""

    new_lines: bool = False


@bp.post("/venues/import")
@needs("venues.write")
@bp.input(PlacesQuery, location="query")
@answers(said.TableImport)
@refuses(413)
def import_venues(query_data: PlacesQuery) -> ResponseReturnValue:
    """Make and change venues by a table (xlsx or csv) as multipart form data (`file`).

    With `dry_run` it answers what would be done and each row's problem. Without, nothing is done
    unless all rows are right; `If-Match` with the check's ETag refuses what has changed since.
    """
    return _import(VENUES, query_data)


@bp.post("/lines/import")
@needs("venues.write")
@bp.input(RowsQuery, location="query")
@answers(said.TableImport)
@refuses(413)
def import_lines(query_data: RowsQuery) -> ResponseReturnValue:
    """Make and change bus lines by a table, as `/venues/import` does venues."""
    return _import(LINES, query_data)


@bp.post("/vehicles/import")
@needs("venues.write")
@bp.input(PlacesQuery, location="query")
@answers(said.TableImport)
@refuses(413)
def import_vehicles(query_data: PlacesQuery) -> ResponseReturnValue:
    """Make and change vehicles, each with its screen, by a table, as `/venues/import` does venues.

    A row makes the vehicle and a screen with the row's serial, which a box with an enrolment key
    then binds to.
    """
    return _import(BUSES, query_data)


@bp.post("/screens/import")
@needs("screens.pair")
@bp.input(RowsQuery, location="query")
@answers(said.TableImport)
@refuses(413)
def import_screens(query_data: RowsQuery) -> ResponseReturnValue:
    """Make and change records of screens by a table, as `/venues/import` does venues."""
    return _import(SCREENS, query_data)


def _import(table: Table, wish: RowsQuery) -> ResponseReturnValue:
    order = _order(table, wish)
    if wish.dry_run:
        found = service.check_table(core(), actor(), order)
    else:
        found = service.import_table(core(), actor(), order, _check_unchanged)
    return tagged(_shown(table, found), tag_of=service.tag_of(found))


def _order(table: Table, wish: RowsQuery) -> service.Order:
    return service.Order(
        table=table,
        content=file_sent(),
        unit_id=wish.unit_id,
        coord=wish.coord,
        new_lines=isinstance(wish, PlacesQuery) and wish.new_lines,
        language=language(),
    )


def _check_unchanged(found: dict[str, Any]) -> None:
    check_unchanged(service.tag_of(found))


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
    told = {name: in_words(found[name], named) for name in ("faults", "notes")}
    return {**found, **told, "items": items, "also": {"screens": 0, "lines": 0, **found["also"]}}


def _offer(table: Table) -> None:
    """Wire a table's other files: one to fill in, one of what is there, one with the problems."""

    def get_template() -> Response:
        """A table to fill in, with drop-downs and how to."""
        with core().config.read() as session:
            made = templates.template(session, actor(), table, language())
        return xlsx_file(made, f"{table.noun}-template.xlsx")

    def export() -> Response:
        """What one may change, in the form of the template: edit it and import it again."""
        with core().config.read() as session:
            made = templates.present_state(session, actor(), table, language())
        day = datetime.fromtimestamp(core().clock.now_ms() / 1000, core().settings.zone).date()
        return xlsx_file(made, f"{table.noun}-{day}.xlsx")

    def mark_problems(query_data: PlacesQuery) -> Response:
        """The table that was sent, with what is wrong beside each row."""
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
