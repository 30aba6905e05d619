"""`/takeovers`: one picture over everything, asked for by one person and approved by another."""

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from server.accounts.guards import actor, needs
from server.campaigns import queries
from server.campaigns.models import Takeover
from server.campaigns.overrides import takeovers
from server.campaigns.overrides.takeovers import TakeoverDraft
from server.campaigns.workflow import schemas
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.request_schemas import ApproveBody, RejectBody, TakeoverBody
from server.campaigns.workflow.reviewed_version import takeover_as_read
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Paging,
    answered,
    check_unchanged,
    district_zone,
    instant_ms,
    listed_with_parts,
    long_body,
    require_read,
)
from server.foundation.rest.responses import Listed, answers
from server.foundation.rest.urgent_requests import goes_on_without_room
from server.inventory.screens.facts import ScreenFacts

bp = APIBlueprint("takeovers", __name__, url_prefix="/api/v1", tag="Takeovers 紧急插播")


@bp.get("/takeovers")
@needs("read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.ListedTakeover])
def list_takeovers(query_data: Paging) -> dict[str, Any]:
    """Takeovers in the person's scope, newest first."""
    query = queries.in_scope(Takeover, actor())
    return listed_with_parts(query, Takeover.id, query_data, documents.takeover)


@bp.post("/takeovers")
@goes_on_without_room
@needs("takeover.start")
@long_body
@bp.input(TakeoverBody)
@answers(schemas.Takeover, 201)
def start_takeover(json_data: TakeoverBody) -> ResponseReturnValue:
    """Ask for a takeover; a second person approves it."""
    until = json_data.until
    draft = TakeoverDraft(
        picture=json_data.picture(core()),
        selector=json_data.selector.stored(),
        until_ms=None if until is None else instant_ms(until, "/until"),
        label=json_data.label,
        reason=json_data.reason,
        emergency=json_data.emergency,
        drill=json_data.drill,
    )
    return _answer(takeovers.start(core(), actor(), draft), 201)


@bp.get("/takeovers/<takeover_id>")
@needs("read")
@answers(schemas.Takeover)
def get_takeover(takeover_id: str) -> ResponseReturnValue:
    """One takeover, with the screens that have acknowledged it."""
    with core().config.read() as session:
        takeover = queries.find(session, actor(), "read", Takeover, takeover_id)
    return _answer(takeover)


@bp.post("/takeovers/<takeover_id>/approve")
@goes_on_without_room
@needs("sign_off")
@bp.input(ApproveBody)
@answers(schemas.Takeover)
def approve_takeover(takeover_id: str, json_data: ApproveBody) -> ResponseReturnValue:
    """Approve the version that was read (If-Match) as the second person: live at once."""
    live = takeovers.approve(core(), actor(), takeover_id, json_data.opinion, require_read)
    return _answer(live.row, screens=live.screens)


@bp.post("/takeovers/<takeover_id>/reject")
@goes_on_without_room
@needs("sign_off")
@bp.input(RejectBody)
@answers(schemas.Takeover)
def reject_takeover(takeover_id: str, json_data: RejectBody) -> ResponseReturnValue:
    """Reject the version that was read (If-Match) as the second person."""
    reason = json_data.reason
    return _answer(takeovers.reject(core(), actor(), takeover_id, reason, require_read))


@bp.delete("/takeovers/<takeover_id>")
@goes_on_without_room
@needs("takeover.start")
@answers(schemas.Takeover)
def end_takeover(takeover_id: str) -> ResponseReturnValue:
    """End it; screens go back to their plan."""
    return _answer(takeovers.end(core(), actor(), takeover_id, check_unchanged))


def _answer(
    takeover: Takeover, status: int = 200, screens: Sequence[ScreenFacts] | None = None
) -> ResponseReturnValue:
    with core().config.read() as session:
        zone = district_zone()
        shown = documents.takeover(session, takeover, zone)
        receipts = documents.takeover_receipts(session, takeover, zone, screens)
        read = takeover_as_read(session, takeover, zone, shown)
        return answered({**shown, **receipts}, status, tag_of=read)
