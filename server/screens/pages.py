"""Pages of screens: the grid with what is on now, one screen, binding by code."""

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.errors import Conflict
from server.extensions import core
from server.ids import public
from server.library.documents import file_url
from server.library.models import Asset
from server.library.queries import assets_with_file
from server.loops import queries as loops
from server.loops import showing
from server.rest import district_zone
from server.screens import queries
from server.screens.api import contact
from server.screens.documents import Seen, screen_document
from server.screens.models import Screen
from server.texts import Sentence
from server.venues.models import Venue
from server.venues.queries import in_scope as venues_in_scope
from server.web.reading import listed, say

pages = Blueprint("screens_pages", __name__)

STATES = {
    "online": (Sentence("在线", "Online"), "good"),
    "late": (Sentence("联系延迟", "Late"), "wait"),
    "offline": (Sentence("离线", "Offline"), "bad"),
    "paused": (Sentence("暂停", "Paused"), "wait"),
    "never_seen": (Sentence("未绑定", "Not bound yet"), ""),
    "revoked": (Sentence("已吊销", "Revoked"), "bad"),
    "retired": (Sentence("已停用", "Retired"), ""),
}
COMMANDS = (
    ("identify", Sentence("显示编号", "Show its name")),
    ("reload", Sentence("重新载入", "Reload")),
    ("clear_cache", Sentence("清空缓存", "Clear cache")),
)
OFF = Sentence("非营业时段，屏幕关闭", "Closed: the screen is off")
NO_PLAN = Sentence("尚未下发节目", "No plan yet")
FALLBACK = Sentence("垫播画面", "Fallback picture")


@pages.get("/screens")
@needs("read")
def list_page() -> str:
    """Screens in scope with what belongs on them now."""
    with core().config.read() as session:
        found = listed(
            session, queries.in_scope(actor()), Screen.id, lambda row: _tile(session, row)
        )
    return render_template(
        "screens/list.html",
        screens=found["items"],
        next=found["next"],
        more_href=found["more_href"],
        may_pair=bool(actor().roots("screens.pair")),
    )


@pages.get("/screens/<screen_id>")
@needs("read")
def screen_page(screen_id: str) -> str:
    """One screen: what belongs on it now, versions, contact, remote commands."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", screen_id)
        newest = loops.newest(session, row.id)
        return render_template(
            "screens/detail.html",
            screen=_tile(session, row),
            now=now_on(session, row.id),
            assignment={
                "version": newest.version if newest else None,
                "digest": newest.manifest if newest else None,
            },
            may_command=actor().may("screens.command", row.venue.unit.path),
            commands=[(name, say(text)) for name, text in COMMANDS],
        )


@pages.get("/pair")
@needs("screens.pair")
def pair_page() -> str:
    """Enter the code that a screen shows; the QR code's address brings it along."""
    with core().config.read() as session:
        query = venues_in_scope(actor(), "screens.pair").order_by(Venue.id.desc()).limit(500)
        venues = [(public("venue", row.id), row.name) for row in session.scalars(query)]
    return render_template("screens/pair.html", venues=venues, code=request.args.get("code", ""))


def now_on(session: Session, screen_id: int) -> dict[str, Any]:
    """What belongs on a screen now, a takeover before all else: a title, and maybe a picture."""
    try:
        seat = showing.seat_at(core(), screen_id, core().clock.now_ms())
    except Conflict:
        return {"title": say(NO_PLAN), "thumbnail": None}
    takeover = seat["takeover"]
    digest = takeover["asset"]["digest"] if takeover else seat.get("asset")
    if digest is None:
        return {"title": say(OFF), "thumbnail": None}
    asset = session.scalar(assets_with_file(digest).order_by(Asset.id).limit(1))
    if asset is None or (seat["state"] == "fallback" and not takeover):
        return {"title": say(FALLBACK), "thumbnail": file_url(asset.thumbnail) if asset else None}
    return {"title": asset.name, "thumbnail": file_url(asset.thumbnail)}


def _tile(session: Session, row: Screen) -> dict[str, Any]:
    now_ms = core().clock.now_ms()
    pause = queries.paused_now(session, now_ms).get(row.id)
    shown = screen_document(row, Seen(now_ms, contact(row.id), pause), district_zone())
    name, tone = STATES[shown["state"]]
    venue = session.scalar(select(Venue.name).where(Venue.id == row.venue_id))
    return {
        **shown,
        "state_text": say(name),
        "tone": tone,
        "venue_name": venue,
        "thumbnail": now_on(session, row.id)["thumbnail"],
    }
