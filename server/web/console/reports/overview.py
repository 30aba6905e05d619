"""The overview: tasks of the person, content on air, today's counts."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.actor import within
from server.accounts.guards import actor, open_to_all, signed_in
from server.accounts.models import Unit
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.queries import filler_ids
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import say
from server.foundation.rest.resources import district_zone
from server.gateway.connection.state import live
from server.gateway.status.contact import standings
from server.gateway.status.screen_states import SCREEN_STATES, ScreenState, screen_states
from server.inventory.district.links import site_address
from server.inventory.screens.labels import STATES as SCREEN_NAMES
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Venue
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.serializers import report_document
from server.reporting.delivery.service import ReportQuery
from server.web.console.fleet.dark_card import dark_card
from server.web.console.reports.delivery import cell, report_of
from server.web.console.reports.todo import waiting_lines
from server.web.guide.local_hosts import is_local
from server.web.guide.steps import guide_for
from server.web.helpers import today

pages = Blueprint("overview_pages", __name__)

States = Counter[tuple[str, ScreenState]]
"""Screens by kind of venue and state."""

LAST_DAY = Sentence("今天最后一天", "Last day today")
DAYS_LEFT = Sentence("还有 {} 天", "{} days left")
ENDING_WITHIN = timedelta(days=60)
ENDING_SHOWN = 5
TOP_SLASHES = 2
"""In `/1/`, the path of the district itself."""


@pages.get("/")
@open_to_all  # visitors are sent to the sign-in page
def front() -> ResponseReturnValue:
    """The overview, or the sign-in page for visitors."""
    return overview() if g.get("actor") is not None else redirect("/login")


def overview() -> str:
    """The page for a person who is signed in."""
    may_read = bool(actor().roots("reports.read"))
    report = _report() if may_read else None
    with core().config.read() as session:
        states = _states(session)
        kinds = _by_kind(states)
        fillers = set(filler_ids(session))
        return render_template(
            "overview.html",
            by_kind=kinds,
            online=sum(row["online"] for row in kinds),
            screens=sum(row["screens"] for row in kinds),
            unlike_online=_unlike_online(states),
            totals=report["totals"] if report else {},
            rate=cell(report["totals"], "delivery_rate") if report else "",
            today_rows=[row for row in report["items"] if row["campaign_id"]] if report else [],
            cell=cell,
            of_campaigns=_confirmed(report["items"], fillers) if report else 0,
            live=_live_campaigns(session),
            ending=_ending(session),
            ending_within=ENDING_WITHIN.days,
            waiting=waiting_lines(session),
            may_pair=bool(actor().roots("screens.pair")),
            dark=dark_card(core(), playback()) if may_read else None,
            guide=guide_for(core(), session, actor()),
            guide_address=site_address(),
            guide_is_local=is_local(request.host),
        )


@pages.get("/waiting")
@signed_in  # the figure is the person's own
def waiting() -> str:
    """How much waits for the person: the part of the menu alone, which all pages keep fresh."""
    return render_template("parts/waiting.html")


def _report() -> dict[str, Any]:
    report = report_of(ReportQuery(today(), today(), "campaign"))
    return report_document(report, language(), district_zone())


def _confirmed(rows: Iterable[Mapping[str, Any]], fillers: Collection[str]) -> int:
    """Confirmed plays of campaigns other than venues' own content."""
    ordered = (row for row in rows if row["campaign_id"] and row["campaign_id"] not in fillers)
    return sum(row["confirmed"] for row in ordered)


def _states(session: Session) -> States:
    at = (standings(core(), live()), core().clock.now_ms())
    return Counter(screen_states(session, actor(), *at, Venue.kind))


def _unlike_online(states: States) -> list[tuple[str, int]]:
    """The screens that are neither online nor dark, which has its own figure."""
    found: Counter[str] = Counter()
    for (_, state), count in states.items():
        found[state] += count
    return [
        (say(SCREEN_NAMES[state][0]), found[state])
        for state in SCREEN_STATES
        if found[state] and state not in ("online", "dark")
    ]


def _by_kind(states: States) -> list[dict[str, Any]]:
    """Screens in service and those that are online, by kind of venue, the most first."""
    every: Counter[str] = Counter()
    for (kind, _), count in states.items():
        every[kind] += count
    return [
        {
            "kind": kind,
            "name": say(KINDS[kind].name),
            "screens": count,
            "online": states[kind, "online"],
        }
        for kind, count in every.most_common()
    ]


def _live_campaigns(session: Session) -> dict[str, int]:
    """How many are live, and how many of them are venues' own content."""
    fillers = select(CampaignVersion.campaign_id).where(CampaignVersion.target_kind == "filler")
    counts = (func.count(), func.count().filter(Campaign.id.in_(fillers)))
    query = select(*counts).select_from(Campaign).join(Unit, Campaign.unit_id == Unit.id)
    query = query.where(Campaign.state == "live", within(Unit.path, actor().roots("read")))
    every, own = session.execute(query).one()
    whole = any(root.count("/") == TOP_SLASHES for root in actor().roots("read"))
    return {"all": every, "fillers": own, "whole": whole}


def _ending(session: Session) -> list[dict[str, Any]]:
    """Live campaigns by their last day, the nearest first."""
    rows = session.execute(
        select(Campaign.id, CampaignVersion.name, CampaignVersion.ends_on)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(
            Campaign.state == "live",
            CampaignVersion.standing == "signed",
            CampaignVersion.ends_on <= today() + ENDING_WITHIN,
            within(Unit.path, actor().roots("read")),
        )
        .order_by(CampaignVersion.ends_on, Campaign.id)
        .limit(ENDING_SHOWN)
    )
    return [
        {
            "id": public("campaign", number),
            "name": name,
            "ends_on": ends_on.isoformat(),
            "days": (days := (ends_on - today()).days),
            "text": say(DAYS_LEFT).format(days) if days > 0 else say(LAST_DAY),
        }
        for number, name, ends_on in rows
    ]
