"""`/screens/bulk`: one action on many screens, and the outcome on each."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import FailFast, Field, StringConstraints
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.rest.documents import document
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    district_zone,
    instant_ms,
    long_body,
    page,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.gateway import schemas
from server.gateway.bulk import service as bulk
from server.gateway.bulk.former_state import undo_until
from server.gateway.bulk.serializers import bulk_document, find, in_state, outcome_document
from server.gateway.bulk.undo import undo
from server.gateway.models import BulkAct, BulkOutcome
from server.inventory.screens import bulk as many
from server.inventory.screens import queries
from server.inventory.screens.api import Tag
from server.inventory.screens.contact import contacts_by_state
from server.inventory.screens.finding.filters import ScreenFilter, conditions
from server.inventory.venues.request_schemas import Id
from server.monitoring.duty import maintenance

bp = APIBlueprint("screens_bulk", __name__, url_prefix="/api/v1", tag="Screens 显示屏")

Action = Literal[
    "reload",
    "screenshot",
    "identify",
    "clear_cache",
    "volume",
    "log",
    "maintenance",
    "out_of_service",
    "move_line",
    "add_tags",
    "remove_tags",
    "pause",
    "resume",
]
Text = Annotated[str, Field(max_length=64)]


class FilterBody(Body):
    """All screens that match these filters, beyond the listed page too."""

    venue_id: Text | None = None
    unit_id: Text | None = None
    territory_id: Text | None = None
    line_id: Text | None = None
    venue_kind: Text | None = None
    tag: Text | None = None
    key_id: Text | None = None
    state: Literal["online", "late", "offline", "dark", "idle", "paused", "never_seen"] | None = (
        None
    )
    player: Annotated[str, Field(max_length=40)] | None = None
    q: Annotated[str, Field(max_length=60)] | None = None


class BulkBody(Body):
    """Screens (by id, or by a filter), and the action on them.

    Commands take `args` as for a single screen. `maintenance` (检修) and `out_of_service` (停驶, an
    exemption that a second person approves) take `from`, `until` and `reason`; `pause` takes
    `until` and `reason`; `move_line` (调线) takes `line_id`; tags are added or removed.
    """

    screen_ids: Annotated[list[Id], Field(max_length=bulk.MOST), FailFast()] = Field(
        default_factory=list
    )
    found_by: FilterBody | None = Field(None, alias="filter")
    action: Action
    args: Annotated[dict[str, Any], Field(max_length=20)] = Field(default_factory=dict)
    begins: datetime | None = Field(None, alias="from")
    ends: datetime | None = Field(None, alias="until")
    reason: Annotated[str, StringConstraints(max_length=255)] = ""
    line_id: Text = ""
    tags: Annotated[list[Tag], Field(max_length=20)] = Field(default_factory=list)


class OutcomeQuery(Paging):
    """Filter of outcomes; `failed`: all that did not succeed (refused, no answer, offline)."""

    state: Literal[schemas.OutcomeState, "failed"] | None = None


@bp.post("/screens/bulk")
@needs("maintenance.write")
@long_body
@bp.input(BulkBody)
@answers(schemas.Bulk, 201)
def act_on_screens(json_data: BulkBody) -> ResponseReturnValue:
    """Start an action on up to 5,000 screens.

    Records change for all screens or for none; each screen that can't be changed is named. Commands
    are sent gradually, some a second; `GET /screens/bulk/{id}` has the outcome of each.
    """
    begins, ends = json_data.begins, json_data.ends
    act = bulk.Act(
        action=json_data.action,
        args=json_data.args,
        from_ms=None if begins is None else instant_ms(begins, "/from"),
        until_ms=None if ends is None else instant_ms(ends, "/until"),
        reason=json_data.reason,
        line_id=json_data.line_id,
        tags=json_data.tags,
    )
    with core().config.read() as session:
        screens = _chosen(session, json_data)
    done = bulk.order(core(), actor(), act, screens)
    with core().config.read() as session:
        row = session.get_one(BulkAct, done.bulk_id)
        planned = done.maintenance and maintenance.document(
            session, done.maintenance, district_zone()
        )
        until_ms = undo_until(row, core().clock.now_ms())
    given = {"action": json_data.action, "undo_until": until_ms, "maintenance": planned}
    answer = document(schemas.Bulk, done, district_zone(), id=done.bulk_id, **given)
    return tagged(answer, 201)


@bp.get("/screens/bulk/<bulk_id>")
@needs("read")
@answers(schemas.BulkAct)
def get_bulk(bulk_id: str) -> ResponseReturnValue:
    """A bulk action with its totals over screens in the person's scope."""
    with core().config.read() as session:
        row = find(session, actor(), bulk_id)
        return tagged(bulk_document(session, actor(), row, core().clock.now_ms(), district_zone()))


@bp.get("/screens/bulk/<bulk_id>/screens")
@needs("read")
@bp.input(OutcomeQuery, location="query")
@answers(Listed[schemas.BulkOutcome])
def list_bulk_screens(bulk_id: str, query_data: OutcomeQuery) -> dict[str, Any]:
    """The outcome on each screen."""
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        row = find(session, actor(), bulk_id)
        query = in_state(row, actor(), query_data.state, now_ms)
        render = partial(outcome_document, session, now_ms=now_ms, zone=district_zone())
        return page(session, query, BulkOutcome.screen_id, query_data, render)


@bp.post("/screens/bulk/<bulk_id>/undo")
@needs("maintenance.write")
@answers(schemas.BulkUndone)
def undo_bulk(bulk_id: str) -> dict[str, Any]:
    """Within 15 minutes: put screens back as they were before tags, a line or a pause were set.

    Those that somebody has changed since stay as they are.
    """
    done = undo(core(), actor(), bulk_id)
    return {"screens": done.screens, "changed_since": done.changed_since}


def _chosen(session: Session, body: BulkBody) -> list[int]:
    """The selected screens. Raises Invalid, naming each that can't be."""
    action = bulk.action_of(body.action)
    found = set(many.named(session, actor(), action, body.screen_ids))
    if body.found_by is not None:
        criteria = ScreenFilter.model_validate(body.found_by.model_dump(exclude_none=True))
        paused = queries.paused_now(session, core().clock.now_ms()).keys()
        wanted = conditions(criteria, contacts_by_state(criteria.state), paused)
        found |= many.matching(session, actor(), action, *wanted)
    return sorted(found)
