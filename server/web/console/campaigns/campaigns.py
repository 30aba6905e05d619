"""Pages of campaigns: the list, one of them, its form."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.roles import Action
from server.campaigns import labels as wording
from server.campaigns import queries
from server.campaigns.content import content_of
from server.campaigns.holidays.known_until import calendar_ends
from server.campaigns.models import Campaign, CampaignVersion, Playlist
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.reviewed_version import campaign_as_read
from server.content.assets.share_pictures import SHAPES
from server.content.models import Asset
from server.content.serializers import file_url
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import state_words, translate, weekdays
from server.foundation.rest.resources import district_zone, etag_of
from server.gateway.connection.state import live
from server.gateway.takeovers import still_showing
from server.inventory.screens.finding import tags
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import in_scope as venues_in_scope
from server.reporting.delivery.columns import STATES, TABLE_COLUMNS
from server.reporting.delivery.service import ReportQuery
from server.reporting.uplift.service import UpliftQuery
from server.web.console.campaigns.playlists import usable_assets
from server.web.console.campaigns.review_view import changes_view, steps_view
from server.web.console.campaigns.run_months import months_of
from server.web.console.campaigns.selector_names import places_named, selector_names
from server.web.console.report_charts.burn_up import burn_up
from server.web.console.report_charts.person_report import totals_of
from server.web.console.reports.delivery import cell
from server.web.console.reports.uplift import uplift_view
from server.web.helpers import listed, now, people_names, query_args, today, unit_choices

pages = Blueprint("campaigns_pages", __name__)

UNBEGUN = ("draft", "submitted", "approved")
ALWAYS = ("expected", "confirmed", "delivery_rate")
SUM = Sentence("应播 {expected} = {parts}", "Expected {expected} = {parts}")
MOST_CHOICES = 500
MOST_TILES = 48
MOST_PICKED = 100
NAME_CUT: Final = 60
AND_MORE: Final = Sentence("{name}等 {n} 项", "{name} and others ({n})")
LEAST_LENGTH: Final = timedelta(days=14)
"""A campaign that would last for less than that until the year's end lasts for a month."""
USUAL_LENGTH: Final = timedelta(days=30)


@pages.get("/campaigns")
@needs("read")
def campaigns_page() -> str:
    """Campaigns in scope."""
    filters = query_args("state", "unit_id")
    query = queries.campaigns(actor(), queries.CampaignFilter(**filters))
    with core().config.read() as session:
        found = listed(
            session,
            query,
            Campaign.id,
            lambda row: documents.campaign(session, row, district_zone()),
        )
        units = unit_choices(session, actor())
        shown = [one["selector"] for one in found["items"]]
        place_names = dict(units) | places_named(session, shown)
    return render_template(
        "campaigns/list.html",
        campaigns=found["items"],
        **found,
        filters=filters,
        filtered=bool(filters),
        state_choices=wording.campaign_states(),
        units=units,
        may_write=bool(actor().roots("campaigns.write")),
        target_text=wording.target_text,
        where_text=lambda selector: wording.where_text(selector, place_names),
        **state_words(wording.STATES),
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
        may_write = queries.may_change(session, actor(), row)
        shown = documents.campaign(session, row, district_zone())
        read = _read_for(session, row, shown)
        tag = etag_of(campaign_as_read(session, row, district_zone()))
    start = now()
    is_reported = shown["state"] not in UNBEGUN and bool(actor().roots("reports.read"))
    return render_template(
        "campaigns/detail.html",
        campaign=shown,
        delivery=_delivery(campaign_id) if is_reported else None,
        burn_up=burn_up(shown) if is_reported else None,
        uplift=uplift_view(UpliftQuery(today(), campaign_id=campaign_id)) if is_reported else None,
        pacing=wording.pacing_words(shown["pacing"]),
        tag=tag,
        day_names=dict(weekdays()),
        shapes=SHAPES,
        target_text=wording.target_text,
        boost_from=start.strftime("%Y-%m-%dT%H:%M"),
        boost_until=(start + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"),
        may_write=may_write,
        may_boost=may_write and _may_boost(shown),
        kind_names=wording.kind_names(),
        **_in_words(shown, read["names"]),
        **read,
        **state_words(wording.STATES),
    )


def _read_for(session: Session, row: Campaign, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page beside the campaign's document."""
    counts = shown["revision"] or shown
    place_names = selector_names(session, [shown["selector"], counts["selector"]])
    playlist = queries.find(session, actor(), "read", Playlist, counts["playlist_id"])
    version = queries.open_version(session, row.id) or queries.shown_version(session, row)
    planned = content_of(version)
    over = shown["state"] in ("ended", "withdrawn")
    ends = None if over else calendar_ends(session, planned, today())
    return {
        "names": place_names | _list_names(session, shown),
        "playlist_name": playlist.name,
        "content": [_pictured(session, item.asset_id) for item in playlist.items],
        "people": people_names(session),
        "fillers": queries.filler_ids(session),
        "sign_off": steps_view(session, row),
        "changes": changes_view(session, row) if _compares(shown) else None,
        "still": _still(session, row, version) if shown["state"] == "withdrawn" else [],
        "warnings": [ends.as_json(language())] if ends is not None else [],
        "run": months_of(session, planned, today()),
    }


def _in_words(shown: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    counts = shown["revision"] or shown
    return {
        "rows_changed": _changes(shown, names),
        "where_text": wording.where_text(counts["selector"], names),
        "tier_text": translate(wording.TIERS[counts["tier"]]),
        "when_text": wording.when_text(counts["dayparts"]),
        "baseline_text": wording.baseline_text(counts["baseline"]),
    }


def _compares(shown: Mapping[str, Any]) -> bool:
    """Whether there is a difference to show: a revision, or a first submission."""
    return shown["revision"] is not None or shown["state"] == "submitted"


def _still(session: Session, row: Campaign, version: CampaignVersion) -> list[Mapping[str, Any]]:
    """Whom to call about a campaign that was withdrawn."""
    numbers = [item["asset_id"] for item in version.items]
    files = [one.digest for number in numbers for one in session.get_one(Asset, number).renditions]
    screens = still_showing.of_campaign(session, row.id, files)
    return still_showing.rows(core(), session, actor(), screens, live().presence)


def _may_boost(shown: Mapping[str, Any]) -> bool:
    """Filler has no frequency to multiply."""
    return shown["state"] in ("live", "approved") and shown["target"]["kind"] != "filler"


def _form(session: Session, campaign: dict[str, Any] | None) -> str:
    query = queries.in_scope(Playlist, actor()).order_by(Playlist.id.desc()).limit(MOST_CHOICES)
    picked = [] if campaign else request.args.getlist("asset")[:MOST_PICKED]
    choosable = _choosable(session, picked)
    return render_template(
        "campaigns/form.html",
        campaign=campaign,
        picked=picked,
        assets=choosable,
        usual_name=_usual_name(choosable[: len(picked)]),
        usual_end=usual_end(today()).isoformat(),
        person=public("user", actor().user_id),
        selector=(campaign or {}).get("selector", {}),
        dayparts=[*(campaign or {}).get("dayparts", []), {}],
        playlists=[(public("playlist", row.id), row.name) for row in session.scalars(query)],
        weekdays=weekdays(),
        today=today().isoformat(),
        kind_names=wording.kind_names(),
        fillers=queries.filler_ids(session),
        is_office=any(one.role != "venue" for one in actor().grants),
        **places(session),
        **wording.choices(),
    )


def _usual_name(picked: Sequence[Mapping[str, Any]]) -> str:
    """What a campaign of these assets is called unless somebody writes something else."""
    if not picked:
        return ""
    first = str(picked[0]["name"])[:NAME_CUT]
    return first if len(picked) == 1 else translate(AND_MORE).format(name=first, n=len(picked))


def usual_end(day: date) -> date:
    """The year's end, by which figures are assessed; a month from now if that is near."""
    year_end = date(day.year, 12, 31)
    return year_end if year_end - day >= LEAST_LENGTH else day + USUAL_LENGTH


def _choosable(session: Session, picked: list[str]) -> list[dict[str, Any]]:
    """The newest assets to choose from, those in the address first."""
    assets = usable_assets(session)
    order = {asset_id: place for place, asset_id in enumerate(picked)}
    chosen = sorted((one for one in assets if one["id"] in order), key=lambda one: order[one["id"]])
    return [*chosen, *(one for one in assets if one["id"] not in order)][
        : max(MOST_TILES, len(chosen))
    ]


def places(session: Session, action: Action = "read") -> dict[str, Any]:
    """The choices of a selector: units and single venues open to `action`, tags.

    Tags come with the number of screens that have each.
    """
    venues = venues_in_scope(actor(), action).order_by(Venue.id.desc()).limit(MOST_CHOICES)
    return {
        "units": unit_choices(session, actor(), action),
        "venues": [(public("venue", row.id), row.name) for row in session.scalars(venues)],
        "selector_tags": tags.of_screens(session, actor()),
    }


def _delivery(campaign_id: str) -> dict[str, Any]:
    """The day's figures of a campaign that is or was on screens."""
    totals = totals_of(ReportQuery(today(), today(), "day", campaign_id=campaign_id)).as_json()
    names = {one.key: translate(one.name) for one in TABLE_COLUMNS}
    shown = [key for key in names if totals[key] or key in ALWAYS]
    parts = [f"{names[key]} {cell(totals, key)}" for key in shown if key in STATES]
    sum_text = translate(SUM).format(expected=cell(totals, "expected"), parts=" + ".join(parts))
    return {
        "shown": [(key, names[key], cell(totals, key)) for key in shown],
        "sum": sum_text if len(parts) > 1 else None,
        "totals": totals,
    }


def _changes(shown: Mapping[str, Any], units: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The changes of a revision: name of the field, before, after."""
    if shown["revision"] is None:
        return []
    before, after = wording.in_words(shown, units), wording.in_words(shown["revision"], units)
    return [(name, before[name], after[name]) for name in before if before[name] != after[name]]


def _list_names(session: Session, shown: Mapping[str, Any]) -> dict[str, str]:
    """The names of the playlists of a campaign and its revision, by public id."""
    ids = {one["playlist_id"] for one in (shown, shown["revision"]) if one is not None}
    rows = (queries.find(session, actor(), "read", Playlist, one) for one in sorted(ids))
    return {public("playlist", row.id): row.name for row in rows}


def _pictured(session: Session, asset_id: int) -> dict[str, Any]:
    row = session.get_one(Asset, asset_id)
    return {
        "asset_id": public("asset", row.id),
        "name": row.name,
        "thumbnail": file_url(row.thumbnail),
    }
