"""Pages of playlists and campaigns."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import within
from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.campaigns import documents, queries, wording
from server.campaigns.models import Campaign, Playlist
from server.extensions import core
from server.ids import public
from server.library import queries as library
from server.library.models import Asset
from server.rest import district_zone
from server.web.reading import listed, today, unit_choices, weekdays

pages = Blueprint("campaigns_pages", __name__)
USABLE = ("ready", "submitted", "approved")


@pages.get("/playlists")
@needs("read")
def playlists_page() -> str:
    """Playlists in scope."""
    with core().config.read() as session:
        found = listed(session, _in_scope(Playlist), Playlist.id, documents.playlist)
    return render_template(
        "playlists/list.html",
        playlists=found["items"],
        next=found["next"],
        more_href=found["more_href"],
        may_write=_may_write(),
    )


@pages.get("/playlists/new")
@needs("campaigns.write")
def new_playlist_page() -> str:
    """A form for a new list."""
    with core().config.read() as session:
        return render_template("playlists/form.html", playlist=None, assets=usable_assets(session))


@pages.get("/playlists/<playlist_id>")
@needs("read")
def playlist_page(playlist_id: str) -> str:
    """One list, to rearrange."""
    with core().config.read() as session:
        playlist = queries.find(session, actor(), "read", Playlist, playlist_id)
        return render_template(
            "playlists/form.html",
            playlist=documents.playlist(playlist),
            assets=usable_assets(session),
        )


@pages.get("/campaigns")
@needs("read")
def campaigns_page() -> str:
    """Campaigns in scope."""
    with core().config.read() as session:
        found = listed(
            session,
            _in_scope(Campaign),
            Campaign.id,
            lambda row: documents.campaign(session, row, district_zone()),
        )
    return render_template(
        "campaigns/list.html",
        campaigns=found["items"],
        next=found["next"],
        more_href=found["more_href"],
        may_write=_may_write(),
        target_text=wording.target_text,
        **wording.state_words(),
    )


@pages.get("/campaigns/new")
@needs("campaigns.write")
def new_campaign_page() -> str:
    """A form for a new campaign."""
    with core().config.read() as session:
        return _form(session, None)


@pages.get("/campaigns/<campaign_id>/edit")
@needs("campaigns.write")
def edit_campaign_page(campaign_id: str) -> str:
    """The draft's content, to change."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "campaigns.write", Campaign, campaign_id)
        shown = documents.campaign(session, row, district_zone())
        return _form(session, {**shown, **(shown["revision"] or {})})


@pages.get("/campaigns/<campaign_id>")
@needs("read")
def campaign_page(campaign_id: str) -> str:
    """One campaign: content, hour, sign-off, boosts."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", Campaign, campaign_id)
        path = queries.unit_path(session, row.unit_id)
        shown = documents.campaign(session, row, district_zone())
        counts = shown["revision"] or shown
        names = dict(unit_choices(session, actor()))
        playlist = queries.find(session, actor(), "read", Playlist, counts["playlist_id"])
    start = datetime.fromtimestamp(core().clock.now_ms() / 1000, core().settings.zone)
    return render_template(
        "campaigns/detail.html",
        campaign=shown,
        playlist_name=playlist.name,
        where_text=wording.where_text(counts["selector"], names),
        target_text=wording.target_text,
        boost_from=start.strftime("%Y-%m-%dT%H:%M"),
        boost_until=(start + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"),
        may_write=actor().may("campaigns.write", path),
        may_sign=actor().may("sign_off", path),
        **wording.state_words(),
    )


def _form(session: Session, campaign: dict[str, Any] | None) -> str:
    rows = session.scalars(_in_scope(Playlist).order_by(Playlist.id.desc()).limit(200))
    dayparts = (campaign or {}).get("dayparts") or [{}]
    return render_template(
        "campaigns/form.html",
        campaign=campaign,
        selector=(campaign or {}).get("selector", {}),
        daypart=dayparts[0],
        playlists=[(public("playlist", row.id), row.name) for row in rows],
        units=unit_choices(session, actor(), "campaigns.write"),
        weekdays=weekdays(),
        today=today().isoformat(),
        **wording.choices(),
    )


def _in_scope(model: type[Playlist] | type[Campaign]) -> Any:
    query = select(model).join(Unit, model.unit_id == Unit.id)
    return query.where(within(Unit.path, actor().roots("read")))


def usable_assets(session: Session) -> list[dict[str, str]]:
    """Assets that may be put on a list; what isn't signed off yet is signed off with it."""
    query = library.listed(actor(), library.Wanted()).where(Asset.state.in_(USABLE))
    rows = session.scalars(query.order_by(Asset.id.desc()).limit(200))
    return [
        {"id": public("asset", row.id), "name": row.name, "kind": row.kind}
        for row in rows
        if not row.builtin
    ]


def _may_write() -> bool:
    return bool(actor().roots("campaigns.write"))
