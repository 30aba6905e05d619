"""`/quarantine`: plays that were not accepted, and decisions on suspected boots."""

from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.audit_log.record import record
from server.accounts.guards import actor, needs
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Body, Paging, complete, district_zone, iso
from server.foundation.rest.responses import Listed, answers
from server.inventory.screens.queries import find
from server.playlog import schemas
from server.playlog.ingest import service
from server.playlog.ingest.flask_extension import playback
from server.playlog.rawlog import pagination
from server.playlog.rawlog.serializers import instant
from server.playlog.store import quarantine
from server.playlog.store.snapshot import snapshot

bp = APIBlueprint("quarantine", __name__, url_prefix="/api/v1", tag="Plays 播放记录")


class QuarantineQuery(Paging):
    """Filter by screen."""

    screen_id: str | None = Field(None, max_length=20)


class Decision(Body):
    """A boot of a screen: genuine (its plays count after all) or not (they never will)."""

    screen_id: str = Field(max_length=20)
    boot: str = Field(min_length=1, max_length=64)
    genuine: bool


@bp.get("/quarantine")
@needs("reports.read")
@bp.input(QuarantineQuery, location="query")
@answers(Listed[schemas.PutAside])
def list_quarantine(query_data: QuarantineQuery) -> dict[str, Any]:
    """Quarantined plays with the reason, newest first."""
    screens = pagination.screens_of(core(), actor(), query_data.screen_id)
    if not screens:
        return complete([])
    before = int(query_data.cursor) if query_data.cursor else None
    with snapshot(core().plays) as tx:
        rows = quarantine.page(tx, screens, before, query_data.limit + 1)
    kept, zone = rows[: query_data.limit], district_zone()
    items = [
        {
            "screen_id": public("screen", screen),
            "boot": boot,
            "seq": seq,
            "reason": reason,
            "start": instant(at_ms, zone),
            "received": iso(received_ms, zone),
        }
        for _, screen, boot, seq, reason, at_ms, received_ms in kept
    ]
    more = len(rows) > query_data.limit
    return {"items": items, "next": str(kept[-1][0]) if more else None}


@bp.post("/quarantine/decide")
@needs("screens.command")
@bp.input(Decision)
@answers(None, 204)
def decide(json_data: Decision) -> ResponseReturnValue:
    """Decide whether a suspected boot is genuine; its plays are judged again at once."""
    now_ms = core().clock.now_ms()
    with core().config.write() as session:
        screen = find(session, actor(), "screens.command", json_data.screen_id).id
        detail = {"boot": json_data.boot, "genuine": json_data.genuine}
        subject = public("screen", screen)
        record(session, now_ms, actor().user_id, "quarantine.decide", subject, **detail)
    service.decide_boot(playback(), screen, json_data.boot, genuine=json_data.genuine)
    return "", 204
