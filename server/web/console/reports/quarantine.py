"""The page of quarantined plays: their reasons, and boots to decide on."""

from collections.abc import Collection
from datetime import tzinfo
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope
from server.inventory.venues.models import Venue
from server.playlog.rawlog import pagination
from server.playlog.rawlog.failure_texts import REASONS, reason_of
from server.playlog.rawlog.serializers import instant
from server.playlog.store.quarantine import FlaggedBoot, QuarantineGroup, flagged_boots, heaps
from server.playlog.store.snapshot import snapshot
from server.web.helpers import chosen_screen, query_args

pages = Blueprint("quarantine_pages", __name__)

MOST_HEAPS: Final = 200
STATES: Final = {
    "suspected": (Sentence("等待认定", "To be decided"), "wait"),
    "cleared": (Sentence("已认定为本屏，照常计入", "Genuine: its plays count"), "good"),
    "ruled_out": (Sentence("已认定不是本屏，不计入", "Ruled out: nothing counts"), "bad"),
}


@pages.get("/quarantine")
@needs("reports.read")
def quarantine_page() -> str:
    """Plays put aside in heaps of one boot and one reason, the newest first."""
    given = query_args("screen_id", "reason")
    screens = pagination.screens_of(core(), actor(), given.get("screen_id"))
    with snapshot(core().plays) as tx:
        flagged = flagged_boots(tx, screens) if screens else []
        reason = given.get("reason")
        found = tx.aside(heaps, screens, reason, MOST_HEAPS + 1) if screens else []
    with core().config.read() as session:
        shown = {one.screen for one in flagged} | {one.screen for one in found}
        names = _names(session, shown)
        chosen = chosen_screen(session, actor(), given.get("screen_id"))
        deciding = _deciding(session, {one.screen for one in flagged})
    zone = district_zone()
    return render_template(
        "plays/quarantine.html",
        boots=[
            {**_boot_row(one, names, zone), "may_decide": one.screen in deciding} for one in flagged
        ],
        heaps=[_heap_row(one, names, zone) for one in found[:MOST_HEAPS]],
        more=len(found) > MOST_HEAPS,
        screen=chosen,
        reasons=[(code, translate(reason.name)) for code, reason in REASONS.items()],
        given=given,
    )


def _boot_row(one: FlaggedBoot, names: dict[int, str], zone: tzinfo) -> dict[str, Any]:
    name, tone = STATES[one.flag]
    return {
        "screen_id": public("screen", one.screen),
        "screen": names.get(one.screen, public("screen", one.screen)),
        "boot": one.boot,
        "plays": one.plays,
        "last": iso(one.last_at, zone),
        "flag": one.flag,
        "state": translate(name),
        "tone": tone,
    }


def _heap_row(one: QuarantineGroup, names: dict[int, str], zone: tzinfo) -> dict[str, Any]:
    reason = reason_of(one.reason)
    first, last = instant(one.first_ms, zone), instant(one.last_ms, zone)
    received = iso(one.received_ms, zone) or ""
    return {
        "screen_id": public("screen", one.screen),
        "screen": names.get(one.screen, public("screen", one.screen)),
        "boot": one.boot,
        "reason": translate(reason.name),
        "means": translate(reason.means),
        "plays": one.plays,
        "first": first,
        "last": last,
        "received": received,
        "day": (last or received)[:10],
    }


def _names(session: Session, screens: Collection[int]) -> dict[int, str]:
    """The names of venue and screen."""
    query = select(Screen.id, Screen.name, Venue.name.label("venue")).join(Screen.venue)
    rows = session.execute(query.where(Screen.id.in_(screens)))
    return {row.id: f"{row.venue} {row.name}" for row in rows}


def _deciding(session: Session, screens: Collection[int]) -> set[int]:
    """The screens on whose boots the person may decide."""
    query = in_scope(actor(), "screens.command").with_only_columns(Screen.id)
    return set(session.scalars(query.where(Screen.id.in_(screens))))
