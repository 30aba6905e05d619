"""`/player/plays` for players; `/plays`, the raw log, for auditors."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs
from server.foundation.durations import DAY_MS
from server.foundation.errors import TooLarge
from server.foundation.rest.downloads import attachment
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import district_zone, instant_ms
from server.foundation.rest.responses import Listed, answers
from server.inventory.enrolment.device_guards import screen, screen_only
from server.playlog import schemas
from server.playlog.audit.signed_export import export
from server.playlog.ingest import service
from server.playlog.ingest.flask_extension import playback
from server.playlog.model.batch_body import MOST_BYTES, TOO_LARGE, unpacked
from server.playlog.rawlog import pagination
from server.playlog.rawlog.access_scope import sight_of
from server.playlog.rawlog.declared_losses import loss_document, losses
from server.playlog.rawlog.pagination import Place
from server.playlog.rawlog.reader import Span
from server.playlog.rawlog.serializers import play_document
from server.playlog.rawlog.stream import prefetch_first
from server.playlog.store.snapshot import snapshot

bp = APIBlueprint("playback", __name__, url_prefix="/api/v1", tag="Plays 播放记录")


class ExportQuery(BaseModel):
    """Filter of plays; instants carry their offset. Default: the last 24 hours, all screens."""

    screen_id: str | None = Field(None, max_length=20)
    from_: datetime | None = Field(None, alias="from")
    to: datetime | None = None

    def instants(self) -> tuple[int, int]:
        """From and to in ms. Raises Invalid for an instant without offset."""
        until_ms = core().clock.now_ms() + 1 if self.to is None else instant_ms(self.to, "/to")
        if self.from_ is None:
            return until_ms - DAY_MS, until_ms
        return instant_ms(self.from_, "/from"), until_ms


class PlaysQuery(ExportQuery):
    """Filter of plays, and a page of the list."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, pattern=r"^\d{1,15}\.\d{1,15}$")


@bp.post("/player/plays")
@screen_only
@answers(schemas.Taken)
def take_plays() -> dict[str, Any]:
    """Ingest a batch of plays, optionally gzipped; answers after the durable commit."""
    return service.take_in(core(), playback(), screen(), _body())


@bp.get("/plays")
@needs("reports.read")
@bp.input(PlaysQuery, location="query")
@answers(Listed[schemas.Play])
def list_plays(query_data: PlaysQuery) -> dict[str, Any]:
    """The raw log: plays as received, each with its verdict."""
    span = span_of(query_data)
    found = pagination.page(core(), span, Place.read(query_data.cursor), query_data.limit)
    zone = district_zone()
    with snapshot(core().plays) as tx:
        declared = losses(tx, span)
    return {
        "items": [play_document(one, zone) for one in found.plays],
        "next": found.next.text() if found.next else None,
        "lost": [loss_document(one) for one in declared],
    }


@bp.get("/plays/export")
@needs("reports.read")
@bp.input(ExportQuery, location="query")
@answers(None, 200, "One event a line, with chain heads", media_type="application/x-ndjson")
def export_plays(query_data: ExportQuery) -> ResponseReturnValue:
    """The raw log as NDJSON for `audit verify`."""
    server = core()
    now_ms = server.clock.now_ms()
    lines = export(server.plays, span_of(query_data), server.signer, district_zone(), now_ms)
    return attachment(prefetch_first(lines), "application/x-ndjson", "plays.ndjson")


def span_of(query: ExportQuery) -> Span:
    """The requested screens in scope, and the requested time. Raises NotFound, Invalid."""
    from_ms, until_ms = query.instants()
    return sight_of(core(), actor(), query.screen_id).span(from_ms, until_ms)


def _body() -> bytes:
    """The request's body, unpacked. Raises TooLarge, MalformedBatch."""
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge(TOO_LARGE)
    body = request.stream.read(MOST_BYTES + 1)
    return unpacked(body, request.headers.get("Content-Encoding", ""))
