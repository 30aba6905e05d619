"""`/screens/{id}/now` and `/boots/{boot}/rule-out`, which need live contact."""

from typing import Any

from apiflask import APIBlueprint

from server.accounts.audit_log.record import record
from server.accounts.guards import actor, needs
from server.foundation.rest.documents import document
from server.foundation.rest.flask_extensions import core, socketio
from server.foundation.rest.resources import district_zone, iso
from server.foundation.rest.responses import answers
from server.gateway import schemas
from server.gateway.connection.boot_check import RULE_OUT
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import live
from server.gateway.status.last_contact import last_contact_ms
from server.inventory.screens.queries import find
from server.playlog.ingest import service as playback
from server.publishing.explain import scheduled_at

bp = APIBlueprint("screens_live", __name__, url_prefix="/api/v1", tag="Screens 显示屏")


@bp.get("/screens/<screen_id>/now")
@needs("read")
@answers(schemas.Now)
def now(screen_id: str) -> dict[str, Any]:
    """The expected content of the screen (its seat), with its player's last report."""
    with core().config.read() as session:
        number = find(session, actor(), "read", screen_id).id
    seat = scheduled_at.seat_at(core(), number, core().clock.now_ms())
    contact, newest = live().presence.contact(number), scheduled_at.newest(core(), number)
    beat = contact.beat if contact is not None else None
    on_air = beat.on_air if beat is not None else None
    return {
        **seat,
        "newest_version": newest["version"],
        "connected": live().presence.holder(number) is not None,
        "last_contact": iso(last_contact_ms(core(), live(), [number]).get(number), district_zone()),
        "player_state": beat.state if beat is not None else None,
        "player_version": beat.version if beat is not None else None,
        "on_air": document(schemas.Shown, on_air) if on_air is not None else None,
    }


@bp.post("/screens/<screen_id>/boots/<boot>/rule-out")
@needs("screens.command")
@answers(None, 204)
def rule_out(screen_id: str, boot: str) -> tuple[str, int]:
    """Rule a boot out as a copy: it may not connect any more and its plays never count."""
    now_ms = core().clock.now_ms()
    with core().config.write() as session:
        number = find(session, actor(), "screens.command", screen_id).id
        record(session, now_ms, actor().user_id, RULE_OUT, screen_id, boot=boot)
    playback.decide_boot(live().playback, number, boot, genuine=False)
    relay = core().relay
    if relay is not None:
        relay.publish("rule_out", {"screen": number, "boot": boot})
    for link in live().presence.links(number):
        if link.boot == boot:
            Players(socketio).close(link.sid)
    return "", 204
