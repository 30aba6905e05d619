"""Pages of playlists and campaigns."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.roles import Action
from server.campaigns import documents, queries, wording
from server.campaigns.calendar_reach import calendar_ends
from server.campaigns.contents import content_of
from server.campaigns.models import Campaign, Playlist
from server.extensions import core
from server.ids import public
from server.library import queries as library
from server.library.documents import file_url
from server.library.models import Asset
from server.problems import language
from server.reports.pages import cell, report_of
from server.reports.service import ReportQuery
from server.reports.uplift import UpliftQuery
from server.reports.uplift_view import uplift_view
from server.reports.wording import HEADINGS
from server.rest import district_zone
from server.screens import tags
from server.venues.models import Venue
from server.venues.queries import in_scope as venues_in_scope
from server.web.reading import (
    listed,
    now,
    people_names,
    say,
    today,
    unit_choices,
    weekdays,
    wished,
)

pages = Blueprint("campaigns_pages", __name__)
USABLE = ("ready", "submitted", "approved")
FIGURES = ("expected", "confirmed", "missing", "pending", "delivery_rate")
MOST_CHOICES = 500


@pages.get("/playlists")
@needs("read")
def playlists_page() -> str:
    """Playlists in scope."""
    with core().config.read() as session:
        query = queries.in_scope(Playlist, actor())
        found = listed(session, query, Playlist.id, documents.playlist)
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
        assets = usable_assets(session)
    return render_template("playlists/form.html", playlist=None, assets=assets, may_write=True)


@pages.get("/playlists/<playlist_id>")
@needs("read")
def playlist_page(playlist_id: str) -> str:
    """One list, to rearrange."""
    with core().config.read() as session:
        playlist = queries.find(session, actor(), "read", Playlist, playlist_id)
        shown = documents.playlist(playlist)
        on_it = [item.asset_id for item in playlist.items]
        path = queries.unit_path(session, playlist.unit_id)
        return render_template(
            "playlists/form.html",
            playlist=shown,
            assets=usable_assets(session, on_it),
            may_write=actor().may("campaigns.write", path),
        )


@pages.get("/campaigns")
@needs("read")
def campaigns_page() -> str:
    """Campaigns in scope."""
    wish = wished("state", "unit_id")
    query = queries.campaigns(actor(), queries.CampaignFilter(**wish))
    with core().config.read() as session:
        found = listed(
            session,
            query,
            Campaign.id,
            lambda row: documents.campaign(session, row, district_zone()),
        )
        units = unit_choices(session, actor())
    return render_template(
        "campaigns/list.html",
        campaigns=found["items"],
        next=found["next"],
        more_href=found["more_href"],
        wish=wish,
        filtered=bool(wish),
        state_choices=wording.campaign_states(),
        units=units,
        may_write=_may_write(),
        target_text=wording.target_text,
        where_text=lambda selector: wording.where_text(selector, dict(units)),
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
    """One campaign: figures, content, hour, sign-off, boosts."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", Campaign, campaign_id)
        path = queries.unit_path(session, row.unit_id)
        shown = documents.campaign(session, row, district_zone())
        counts = shown["revision"] or shown
        names = dict(unit_choices(session, actor()))
        playlist = queries.find(session, actor(), "read", Playlist, counts["playlist_id"])
        content = [_pictured(session, item.asset_id) for item in playlist.items]
        people = people_names(session)
        fillers = queries.filler_ids(session)
        version = queries.open_version(session, row.id) or queries.shown_version(session, row)
        over = shown["state"] in ("ended", "withdrawn")
        ends = None if over else calendar_ends(session, content_of(version), today())
    start = now()
    return render_template(
        "campaigns/detail.html",
        campaign=shown,
        playlist_name=playlist.name,
        content=content,
        people=people,
        fillers=fillers,
        delivery=_delivery(campaign_id, shown["state"]),
        uplift=_uplift(campaign_id, shown["state"]),
        pacing=wording.pacing_words(shown["pacing"]),
        warnings=[ends.as_json(language())] if ends is not None else [],
        changes=_changes(shown, names),
        where_text=wording.where_text(counts["selector"], names),
        when_text=wording.when_text(counts["dayparts"]),
        target_text=wording.target_text,
        baseline_text=wording.baseline_text(counts["baseline"]),
        boost_from=start.strftime("%Y-%m-%dT%H:%M"),
        boost_until=(start + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"),
        may_write=actor().may("campaigns.write", path),
        may_boost=_may_boost(shown, path),
        kind_names=wording.kind_names(),
        may_sign=actor().may("sign_off", path),
        **wording.state_words(),
    )


def _may_boost(shown: Mapping[str, Any], path: str) -> bool:
    """Filler has no frequency to multiply."""
    on_screens = shown["state"] in ("live", "approved") and shown["target"]["kind"] != "filler"
    return on_screens and actor().may("campaigns.write", path)


def _form(session: Session, campaign: dict[str, Any] | None) -> str:
    query = queries.in_scope(Playlist, actor()).order_by(Playlist.id.desc()).limit(MOST_CHOICES)
    return render_template(
        "campaigns/form.html",
        campaign=campaign,
        selector=(campaign or {}).get("selector", {}),
        dayparts=[*(campaign or {}).get("dayparts", []), {}],
        playlists=[(public("playlist", row.id), row.name) for row in session.scalars(query)],
        weekdays=weekdays(),
        today=today().isoformat(),
        kind_names=wording.kind_names(),
        fillers=queries.filler_ids(session),
        **places(session),
        **wording.choices(),
    )


def places(session: Session, action: Action = "read") -> dict[str, Any]:
    """What a selector is put together from: units and single venues open to `action`, tags.

    Tags come with the number of screens that have each.
    """
    venues = venues_in_scope(actor(), action).order_by(Venue.id.desc()).limit(MOST_CHOICES)
    return {
        "units": unit_choices(session, actor(), action),
        "venues": [(public("venue", row.id), row.name) for row in session.scalars(venues)],
        "selector_tags": tags.of_screens(session, actor()),
    }


def _delivery(campaign_id: str, state: str) -> list[tuple[str, str]]:
    """The day's figures of a campaign that is or was on screens."""
    if state in ("draft", "submitted", "approved") or not actor().roots("reports.read"):
        return []
    about = ReportQuery(today(), today(), campaign_id=campaign_id)
    totals = report_of(about).totals.as_json()
    names = {heading.key: say(heading.name) for heading in HEADINGS}
    return [(names[key], cell(totals, key)) for key in FIGURES]


def _uplift(campaign_id: str, state: str) -> dict[str, Any] | None:
    """How plays an hour rose since the campaign began; None before it is on screens."""
    if state in ("draft", "submitted", "approved") or not actor().roots("reports.read"):
        return None
    return uplift_view(UpliftQuery(today(), campaign_id=campaign_id))


def _changes(shown: Mapping[str, Any], units: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What a revision changes: name of the field, before, after."""
    if shown["revision"] is None:
        return []
    before, after = wording.in_words(shown, units), wording.in_words(shown["revision"], units)
    return [(name, before[name], after[name]) for name in before if before[name] != after[name]]


def _pictured(session: Session, asset_id: int) -> dict[str, Any]:
    row = session.get_one(Asset, asset_id)
    return {
        "asset_id": public("asset", row.id),
        "name": row.name,
        "thumbnail": file_url(row.thumbnail),
    }


def usable_assets(session: Session, also: list[int] | None = None) -> list[dict[str, Any]]:
    """Assets that may be put on a list (and those that are on it); all are signed off with it."""
    usable = Asset.state.in_(USABLE) & ~Asset.builtin
    query = library.listed(actor(), library.Wanted()).where(usable | Asset.id.in_(also or []))
    return [
        {
            "id": public("asset", row.id),
            "name": row.name,
            "kind": row.kind,
            "thumbnail": file_url(row.thumbnail),
            "duration_ms": row.duration_ms,
        }
        for row in session.scalars(query.order_by(Asset.id.desc()).limit(MOST_CHOICES))
    ]


def _may_write() -> bool:
    return bool(actor().roots("campaigns.write"))
