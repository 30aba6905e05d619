"""The overview: tasks of the person, content on air, today's counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.actor import within
from server.accounts.guards import actor, open_to_all, signed_in
from server.accounts.models import Unit
from server.campaigns.models import Campaign, CampaignVersion
from server.foundation.i18n import Sentence
from server.foundation.ip_networks import is_local
from server.foundation.public_ids import number, public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.gateway.status.screen_states import SCREEN_STATES, ScreenState
from server.inventory.district.links import site_address
from server.inventory.district.queries import uptime_rules
from server.inventory.screens.labels import STATES as SCREEN_NAMES
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.serializers import report_document
from server.reporting.delivery.service import ReportQuery
from server.web.console.fleet.dark_card import dark_card
from server.web.console.overview.countdown import countdown
from server.web.console.overview.play_charts import by_day, by_hour
from server.web.console.overview.screens_now import ScreenNow, by_unit, screens_in_service, wall
from server.web.console.overview.summary_sentence import summary
from server.web.console.overview.takeover_bands import bands
from server.web.console.overview.unit_coverage import coverage_by_unit
from server.web.console.report_charts.person_report import report_of
from server.web.console.reports.delivery import cell
from server.web.console.reports.evidence_tiles import evidence_tiles
from server.web.console.reports.todo import waiting_lines
from server.web.guide.steps import guide_for
from server.web.helpers import today
from server.web.navigation import first_page

pages = Blueprint("overview_pages", __name__)

LAST_DAY = Sentence("今天最后一天", "Last day today")
DAYS_LEFT = Sentence("还有 {} 天", "{} days left")
ENDING_WITHIN = timedelta(days=60)
ENDING_SHOWN = 2
WAITING_SHOWN = 4
TOP_SLASHES = 2
"""The number of slashes in `/1/`, the path of the district itself."""


@pages.get("/")
@open_to_all  # visitors are sent to the sign-in page
def front() -> ResponseReturnValue:
    """The overview, or the sign-in page for visitors."""
    return overview() if g.get("actor") is not None else redirect("/login")


@pages.get("/start")
@signed_in  # it leads on to a page with a guard of its own
def start() -> ResponseReturnValue:
    """To the page with which the work of the person's role begins."""
    return redirect(first_page(actor()))


def overview() -> str:
    """The page for a person who is signed in: what he may not read is left out."""
    may_report, may_read = (bool(actor().roots(act)) for act in ("reports.read", "read"))
    with core().config.read() as session:
        screens = screens_in_service(session)
        shown = _screens(session, screens)
    pictures = _pictures(screens if may_read else None) if may_report else {}
    plays = pictures.get("plays")
    with core().config.read() as session:
        waiting, until = waiting_lines(session), countdown(session)
        guide = guide_for(core(), session, actor())
        return render_template(
            "overview.html",
            **pictures,
            **shown,
            sentence=summary(session, shown, plays and plays["of_campaigns"]),
            live=_live_campaigns(session, plays["items"] if plays else []),
            ending=_ending(session, until),
            waiting=waiting[:WAITING_SHOWN],
            more_waiting=len(waiting) > WAITING_SHOWN,
            may_pair=bool(actor().roots("screens.pair")),
            countdown=until,
            cell=cell,
            evidence=[] if may_read else evidence_tiles(core(), session, actor()),
            guide=guide,
            guide_address=site_address() if guide else None,
            guide_is_local=guide is not None and _has_local_address(),
        )


def _has_local_address() -> bool:
    """Whether screens elsewhere can't open the address, and the pages may set another."""
    return core().settings.public_url is None and is_local(urlsplit(site_address()).netloc)


@pages.get("/todo")
@signed_in  # the lines are the person's own
def todo() -> str:
    """All that waits for the person."""
    with core().config.read() as session:
        return render_template("todo.html", waiting=waiting_lines(session))


@pages.get("/waiting")
@signed_in  # the figure is the person's own
def waiting() -> str:
    """The number of the person's tasks: the part of the menu that all pages refresh."""
    return render_template("parts/waiting-everywhere.html")


def _pictures(screens: Sequence[ScreenNow] | None) -> dict[str, Any]:
    """What comes of the plays, each by a report of its own; `screens`: those on the page."""
    dark = None if screens is None else [one.screen for one in screens if one.state == "dark"]
    with core().config.read() as session:
        target = float(uptime_rules(session).target_pct) / 100
    report = report_of(ReportQuery(today(), today(), "campaign"))
    return {
        "plays": report_document(report, language(), district_zone()),
        "dark": dark_card(core(), playback(), dark),
        "hours": by_hour(bands),
        "days": by_day(target),
        "coverage": coverage_by_unit(),
    }


def _screens(session: Session, screens: Sequence[ScreenNow]) -> dict[str, Any]:
    """The screens in the person's scope: how many are online, their pictures, their units."""
    states = Counter(one.state for one in screens)
    return {
        "screens": len(screens),
        "online": states["online"],
        "unlike_online": _unlike_online(states),
        "wall": wall(session, screens) if screens else None,
        "dots": by_unit(session, screens) if screens else None,
    }


def _unlike_online(states: Counter[ScreenState]) -> list[tuple[str, int]]:
    """The screens that are neither online nor dark, which has its own figure."""
    return [
        (translate(SCREEN_NAMES[state][0]), states[state])
        for state in SCREEN_STATES
        if states[state] and state not in ("online", "dark")
    ]


def _live_campaigns(session: Session, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How many are live: the person's units' own and others that play on his screens today.

    `fillers` are those of them that are venues' own content; `rows` today's report, which is the
    page of all of them where somebody has a part of the district.
    """
    fillers = select(CampaignVersion.campaign_id).where(CampaignVersion.target_kind == "filler")
    counts = (func.count(), func.count().filter(Campaign.id.in_(fillers)))
    shown = [number("campaign", row["campaign_id"]) for row in rows if row["campaign_id"]]
    query = select(*counts).select_from(Campaign).join(Unit, Campaign.unit_id == Unit.id)
    mine = within(Unit.path, actor().roots("read")) | Campaign.id.in_(shown)
    every, own = session.execute(query.where(Campaign.state == "live", mine)).one()
    whole = any(root.count("/") == TOP_SLASHES for root in actor().roots("read"))
    href = "/campaigns?state=live" if whole else "/reports?group_by=campaign"
    return {"all": every, "fillers": own, "whole": whole, "href": href}


def _ending(session: Session, beside: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Live campaigns by their last day, the nearest first, `beside` one that is shown already."""
    other = number("campaign", beside["id"]) if beside else 0
    rows = session.execute(
        select(Campaign.id, CampaignVersion.name, CampaignVersion.ends_on)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(
            Campaign.id != other,
            Campaign.state == "live",
            CampaignVersion.standing == "signed",
            CampaignVersion.target_kind != "filler",
            CampaignVersion.ends_on <= today() + ENDING_WITHIN,
            within(Unit.path, actor().roots("read")),
        )
        .order_by(CampaignVersion.ends_on, Campaign.id)
        .limit(ENDING_SHOWN)
    )
    return [
        {
            "id": public("campaign", key),
            "name": name,
            "ends_on": ends_on.isoformat(),
            "days": (days := (ends_on - today()).days),
            "text": translate(DAYS_LEFT).format(days) if days > 0 else translate(LAST_DAY),
        }
        for key, name, ends_on in rows
    ]
