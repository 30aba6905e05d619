"""Codes of phone pages for the console and for players, and who paused which screen."""

import time
from datetime import timedelta
from typing import Any, Final, Literal

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.foundation.civil_time import Civil
from server.foundation.rest.downloads import XLSX, sheet_file, today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    Day,
    Paging,
    check_unchanged,
    district_zone,
    page,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.foundation.spreadsheets.writer import as_xlsx
from server.inventory.enrolment import venue_page_codes
from server.inventory.enrolment.device_guards import screen, screen_only
from server.inventory.screens import queries
from server.inventory.screens.models import Screen, ScreenPause
from server.publishing.assignments.rebinding_proof import Vouchers
from server.web.venue_page import schemas
from server.web.venue_page.links import document, of_code
from server.web.venue_page.pause_list import Wanted, documents, in_scope, table_of

bp = APIBlueprint("onsite", __name__, url_prefix="/api/v1", tag="Phone pages 现场页")

MOST_ROWS: Final = 20_000
Id = str | None


class PauseQuery(Paging):
    """Days (the district's, both inclusive; left out: the last seven), where, and by whom."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    unit_id: Id = Field(None, max_length=20)
    venue_id: Id = Field(None, max_length=20)
    screen_id: Id = Field(None, max_length=20)
    by: Literal["contact", "user"] | None = None

    def wanted(self) -> Wanted:
        """With instants in place of days."""
        civil, last = Civil(core().settings.zone), self.to or today()
        first = self.from_ or last - timedelta(days=6)
        return Wanted(
            civil.start_of(first.toordinal()),
            civil.start_of(last.toordinal() + 1),
            self.unit_id,
            self.venue_id,
            self.screen_id,
            self.by,
        )


@bp.get("/player/page")
@screen_only
@answers(schemas.OwnPage)
def get_own_page() -> dict[str, Any]:
    """The address of this screen's page, as a QR code to be shown; null without one.

    Players trust `signed` only.
    """
    with core().config.read() as session:
        own = session.get_one(Screen, screen().screen_id)
    found = document(core(), own)
    signed = Vouchers(core()).sign(own.id, qr_svg=found.qr_svg)
    return {"address": found.address, "qr_svg": found.qr_svg, "signed": signed}


@bp.get("/screens/<screen_id>/code")
@needs("screens.pair")
@answers(schemas.PageCode)
def get_page_code(screen_id: str) -> ResponseReturnValue:
    """The code of the screen's phone page: for those who may change the screen."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "screens.pair", screen_id)
    return tagged(document(core(), row).model_dump())


@bp.post("/screens/<screen_id>/code")
@needs("screens.pair")
@answers(schemas.PageCode, 201)
def replace_page_code(screen_id: str) -> ResponseReturnValue:
    """Give it another code: stickers with the old one lead nowhere from now on."""
    row = venue_page_codes.replace(core(), actor(), screen_id)
    return tagged(document(core(), row).model_dump(), 201)


@bp.delete("/screens/<screen_id>/code")
@needs("screens.pair")
@answers(schemas.PageCode)
def revoke_page_code(screen_id: str) -> ResponseReturnValue:
    """Take the code away until a new one is made."""

    def check(read: tuple[Screen, str | None]) -> None:
        check_unchanged(of_code(core(), *read).model_dump())

    row = venue_page_codes.revoke(core(), actor(), screen_id, check)
    return tagged(document(core(), row).model_dump())


@bp.get("/reports/pauses")
@needs("reports.read")
@bp.input(PauseQuery, location="query")
@answers(Listed[schemas.Pause])
def list_pauses(query_data: PauseQuery) -> dict[str, Any]:
    """Declared pauses of screens in scope, newest first: who, when, why."""
    with core().config.read() as session:
        query = in_scope(session, actor(), query_data.wanted())

        def render(row: ScreenPause) -> dict[str, Any]:
            return documents(session, [row], district_zone(), language())[0]

        return page(session, query, ScreenPause.id, query_data, render)


@bp.get("/reports/pauses.xlsx")
@needs("reports.read")
@bp.input(PauseQuery, location="query")
@answers(None, 200, "An Excel workbook", media_type=XLSX)
def pauses_xlsx(query_data: PauseQuery) -> Response:
    """The same as a sheet."""
    began = time.perf_counter()
    with core().config.read() as session:
        query = in_scope(session, actor(), query_data.wanted())
        rows = session.scalars(query.order_by(ScreenPause.id.desc()).limit(MOST_ROWS)).all()
        found = documents(session, rows, district_zone(), language())
    return sheet_file(as_xlsx(table_of(found, language())), XLSX, "pauses.xlsx", began)
