"""`/board`: one level of the tree of units or territories, as JSON and `.xlsx`."""

import time
from datetime import timedelta
from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, Field

from server.accountability.board import schemas
from server.accountability.board.labels import COVERED_IN, NOTE
from server.accountability.board.serializers import board_document, board_table
from server.accountability.board.service import Board, BoardQuery, board
from server.accounts.guards import actor, needs
from server.foundation.civil_time import check_period
from server.foundation.rest.downloads import XLSX, sheet_file, timed, today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import Day
from server.foundation.rest.responses import answers
from server.foundation.spreadsheets.writer import as_xlsx
from server.gateway.connection.state import live

bp = APIBlueprint("board", __name__, url_prefix="/api/v1", tag="Reports 报表")


class Query(BaseModel):
    """A unit (left out: all that the person sees), the days of coverage (the last seven)."""

    unit_id: str | None = Field(None, max_length=20)
    by: Literal["unit", "territory"] = "unit"
    sort: Literal["worst", "tree"] = "worst"
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None

    def about(self) -> BoardQuery:
        """The query of the board. Raises Invalid for an impossible period."""
        last = self.to or today()
        first = self.from_ or last - timedelta(days=6)
        check_period(first, last)
        return BoardQuery(first, last, today(), self.unit_id, self.by, self.sort)


def board_of(query: BoardQuery) -> Board:
    """The board for the person of this request."""
    return board(core(), live(), actor(), query)


@bp.get("/board")
@needs("read")
@bp.input(Query, location="query")
@timed(schemas.BoardAnswer)
def get_board(query_data: Query) -> dict[str, Any]:
    """A unit, the units directly below it and its own venues, each with its figures."""
    return board_document(board_of(query_data.about()), language())


@bp.get("/board.xlsx")
@needs("read")
@bp.input(Query, location="query")
@answers(None, 200, "An Excel workbook", media_type=XLSX)
def board_xlsx(query_data: Query) -> Response:
    """The same as a sheet: a line a unit, and the whole."""
    began = time.perf_counter()
    about = query_data.about()
    notes = [
        (COVERED_IN.in_language(language()), f"{about.first} – {about.last}"),
        ("", NOTE.in_language(language())),
    ]
    table = board_table(board_of(about), language(), notes)
    return sheet_file(as_xlsx(table), XLSX, f"board-{about.today}.xlsx", began)
