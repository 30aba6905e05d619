"""`/preview`: the content of any screen at any time, by the real player's stage in a frame.

With `draft`, a campaign's number, as if its open version were signed off.
"""

from typing import Final

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from playlists.plan.explain import next_start
from server.accounts.guards import actor, needs
from server.campaigns import queries as campaigns
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.planning.orders import Entry, entry_of
from server.foundation.civil_time import Civil
from server.foundation.errors import existing
from server.foundation.paths import ROOT
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.inventory.screens import queries
from server.inventory.screens.finding.lookup import screen_choice
from server.inventory.screens.models import Screen
from server.inventory.screens.rendition_classes import shape_of
from server.publishing.explain import scheduled_at
from server.publishing.explain.draft_plan import (
    PLANNED_ENTRY,
    PlannedEntry,
    draft_plan,
    screens_of,
)
from server.web.helpers import requested_instant

pages = Blueprint("preview_pages", __name__)

DIST: Final = ROOT / "player" / "preview" / "dist"
# Names with a digest in them.
LASTING_S: Final = 31_536_000


@pages.get("/preview")
@needs("read")
def preview_page() -> ResponseReturnValue:
    """A screen's glass at an instant, now by default; with `campaign` where that is on next."""
    draft = request.args.get("draft", "")
    if draft and "screen" not in request.args:
        return redirect(_where_the_draft_would_play(draft))
    with core().config.read() as session:
        if "campaign" in request.args:
            return redirect(_where_it_plays(session, request.args["campaign"]))
        if draft:
            _open_version(session, draft)
        at_ms = requested_instant() or core().clock.now_ms()
        wanted = request.args.get("screen") or _first(session)
        screen = queries.find(session, actor(), "read", wanted) if wanted else None
        return render_template(
            "preview/preview.html",
            screen=None if screen is None else public("screen", screen.id),
            screen_name=None if screen is None else screen.name,
            screen_choice="" if screen is None else screen_choice(screen).name,
            shape=_shape(screen),
            at_ms=at_ms,
            names=campaigns.campaign_names(session, actor()),
            draft=draft,
        )


@pages.get("/preview/stage")
@needs("read")
def stage_page() -> Response:
    """The stage itself; whether the person may see the screen is asked here and by each reading."""
    with core().config.read() as session:
        queries.find(session, actor(), "read", request.args.get("screen", ""))
    response = send_from_directory(DIST, "index.html", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/preview/plan")
@needs("read")
def draft_plan_file() -> Response:
    """The plan of a screen's day with a draft in it, as the stage reads plans; it is unsigned."""
    with core().config.read() as session:
        screen = queries.find(session, actor(), "read", request.args.get("screen", ""))
        entry = _draft_entry(session, request.args.get("draft", ""))
        plan = existing(draft_plan(core(), session, entry, screen.id, core().clock.now_ms()))
    made = plan.day(requested_instant() or core().clock.now_ms())
    return Response(made.text, mimetype="application/json", headers={"Cache-Control": "no-store"})


@pages.get("/preview/<name>")
@needs("read")
def stage_file(name: str) -> Response:
    """A file of the stage."""
    return send_from_directory(DIST, name, max_age=LASTING_S)


def _shape(screen: Screen | None) -> tuple[int, int] | None:
    if screen is None:
        return None
    return shape_of(screen.width, screen.height, screen.rendition_class)


def _first(session: Session) -> str | None:
    """The screen to begin with, in the person's scope."""
    query = queries.in_scope(actor()).with_only_columns(Screen.id)
    found = session.scalar(query.where(Screen.retired_at.is_(None)).order_by(Screen.id).limit(1))
    return public("screen", found) if found is not None else None


def _where_the_draft_would_play(draft: str) -> str:
    """The address of the first of its screens on which it would be on, a moment into a play."""
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        entry = _draft_entry(session, draft)
        seen = set(session.scalars(queries.in_scope(actor()).with_only_columns(Screen.id)))
        chosen = screens_of(session, entry, seen)
        plan = draft_plan(core(), session, entry, chosen[0], now_ms) if chosen else None
    if plan is None:
        return f"/campaigns/{draft}"
    begins_ms = Civil(core().settings.zone).start_of(entry.content.starts_on.toordinal())
    start_ms = plan.next_start(max(now_ms, begins_ms)) or now_ms
    return f"/preview?draft={draft}&screen={public('screen', chosen[0])}&at={start_ms}"


def _draft_entry(session: Session, draft: str) -> Entry:
    """A draft as it would be planned. Raises NotFound."""
    planned: PlannedEntry = current_app.extensions[PLANNED_ENTRY]
    return planned(session, _open_version(session, draft), core().clock.now_ms())


def _open_version(session: Session, draft: str) -> CampaignVersion:
    """The version that isn't signed off yet. Raises NotFound."""
    campaign = campaigns.find(session, actor(), "read", Campaign, draft)
    return existing(campaigns.open_version(session, campaign.id))


def _where_it_plays(session: Session, campaign_id: str) -> str:
    """The address of the first screen whose plan has the campaign, a moment into its next play."""
    campaign = campaigns.find(session, actor(), "read", Campaign, campaign_id)
    version = existing(campaigns.signed_version(session, campaign.id))
    now_ms = core().clock.now_ms()
    entry = entry_of(version, tuple(version.items))
    seen = set(session.scalars(queries.in_scope(actor()).with_only_columns(Screen.id)))
    chosen = [one.screen_id for one in entry.choice.among(queries.facts(session, seen))]
    shown = scheduled_at.showing_of(session, chosen, now_ms)
    for screen_id in chosen:
        found = shown[screen_id]
        start_ms = next_start(found.plan, campaign_id, now_ms) if found else None
        if start_ms is not None:
            return f"/preview?screen={public('screen', screen_id)}&at={start_ms}"
    return f"/preview?screen={public('screen', chosen[0])}" if chosen else "/preview"
