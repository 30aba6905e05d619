"""The results of an act on many screens: live, by outcome, with a retry for failed ones."""

from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.gateway.bulk.serializers import (
    FAILED,
    STATES,
    bulk_document,
    find,
    in_state,
    outcome_document,
)
from server.gateway.commands.labels import ACTS, BULK_STATES, level_of
from server.gateway.models import BulkAct, BulkOutcome
from server.inventory.venues.models import Line
from server.web.helpers import listed, people_names, query_args

pages = Blueprint("bulk_pages", __name__)

FAILURES: Final = Sentence("没有成功的", "Those that failed")
TRIED: Final = 5_000
MADE: Final = {"maintenance": "/uptime/maintenance", "out_of_service": "/settings/exemptions"}


@pages.get("/screens/bulk/<bulk_id>")
@needs("read")
def bulk_page(bulk_id: str) -> str:
    """One act with its totals and screens."""
    filters = query_args("state")
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        row = find(session, actor(), bulk_id)
        state = filters.get("state") if filters.get("state") in {*STATES, "failed"} else None
        query = in_state(row, actor(), state, now_ms)
        document = bulk_document(session, actor(), row, now_ms, district_zone())
        found = listed(
            session,
            query,
            BulkOutcome.screen_id,
            lambda one: outcome_document(session, one, now_ms, district_zone()),
        )
        again = in_state(row, actor(), "failed", now_ms).with_only_columns(BulkOutcome.screen_id)
        return render_template(
            "screens/bulk.html",
            act=document,
            title=translate(ACTS[row.action]),
            detail=_detail(session, row),
            made=f"{MADE[row.action]}/{row.args['made']}" if "made" in row.args else "",
            who=people_names(session).get(document["user_id"], "–"),
            states=[(one, translate(BULK_STATES[one][0])) for one in STATES if document[one]]
            + ([("failed", translate(FAILURES))] if document["failed"] else []),
            tones={one: (translate(name), tone) for one, (name, tone) in BULK_STATES.items()},
            chosen=state,
            rows=found["items"],
            **found,
            failed=[f"s_{one}" for one in session.scalars(again.limit(TRIED))],
            may_again=row.action not in {"maintenance", "out_of_service"}
            and bool(actor().roots("screens.command")),
            failures=FAILED,
            may_undo=document["undo_until"] and bool(actor().roots("maintenance.write")),
        )


def _detail(session: Session, row: BulkAct) -> str:
    """Details of the act beyond its name."""
    args: dict[str, Any] = row.args
    parts = [args.get("reason", ""), "、".join(args.get("tags", ()))]
    if row.action == "volume":
        parts.append(level_of(args.get("args", {})))
    if "line_id" in args:
        number = args["line_id"].rpartition("_")[2]
        line = session.get(Line, int(number)) if number.isdigit() else None
        parts.append(line.name if line is not None else args["line_id"])
    return " · ".join(part for part in parts if part)
