"""Pages of figures: delivery reports and the raw log of plays."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.campaigns.models import CampaignVersion
from server.extensions import core
from server.ids import public
from server.library.models import Asset
from server.library.queries import assets_with_file
from server.playback import listing
from server.playback.documents import play_document
from server.playback.extension import playback
from server.playback.listing import Place
from server.playback.losses import loss_document, losses
from server.playback.rawlog import Span
from server.playback.reading import snapshot
from server.problems import language
from server.reports.api import Query
from server.reports.documents import report_document
from server.reports.service import Report, ReportQuery, delivery
from server.reports.wording import GROUP_HEADINGS, HEADINGS, why_lost
from server.rest import district_zone
from server.screens import queries as screens
from server.screens.models import Screen
from server.texts import Sentence
from server.web.reading import Choice, say, today

pages = Blueprint("reports_pages", __name__)

VERDICTS = {
    "counted": (Sentence("已计入", "Counted"), "good"),
    "partial": (Sentence("未播完", "Partial"), "wait"),
    "failed": (Sentence("播放失败", "Failed"), "bad"),
    "quarantined": (Sentence("待核查", "Quarantined"), "bad"),
    "unsynced": (Sentence("时间未校准", "Unsynced"), "wait"),
}
PLAYS_SHOWN = 200


@pages.get("/reports")
@needs("reports.read")
def delivery_page() -> str:
    """Expected plays and their states, by any grouping."""
    asked = Query.model_validate(_given(("from", "to", "group_by", "campaign_id", "screen_id")))
    query = asked.about() if request.args else ReportQuery(today(), today())
    report = report_document(report_of(query), language(), district_zone())
    return render_template(
        "reports/delivery.html",
        report=report,
        declared=[(say(why_lost(why)), count) for why, count in report["declared"].items()],
        query={**report, "campaign_id": query.campaign_id, "screen_id": query.screen_id},
        groups=[(key, say(name)) for key, name in GROUP_HEADINGS.items()],
        columns=[(heading.key, say(heading.name)) for heading in HEADINGS],
        cell=cell,
        file_href=lambda suffix: _file_href(query, suffix),
    )


@pages.get("/plays")
@needs("reports.read")
def plays_page() -> str:
    """The raw log of one screen on one day."""
    with core().config.read() as session:
        choices = _screen_choices(session)
    chosen = request.args.get("screen_id") or (choices[0][0] if choices else None)
    day = _day(request.args.get("day"))
    plays = _plays_of(chosen, day) if chosen else []
    lost = _lost_of(chosen, day) if chosen else []
    with core().config.read() as session:
        return render_template(
            "reports/plays.html",
            screens=choices,
            screen_id=chosen,
            day=day.date().isoformat(),
            plays=plays,
            lost=[{**one, "why": say(why_lost(one["reason"]))} for one in lost],
            names={play["asset"]: _asset_name(session, play["asset"]) for play in plays},
            campaign_names=campaign_names(session),
            verdicts={verdict: say(name) for verdict, (name, _) in VERDICTS.items()},
            tones={verdict: tone for verdict, (_, tone) in VERDICTS.items()},
        )


def cell(row: dict[str, Any], key: str) -> str:
    """A figure as it is printed: shares in per cent, nothing where there is nothing."""
    value = row.get(key)
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if key == "delivery_rate" else str(value)


def report_of(query: ReportQuery) -> Report:
    """The report for the person of this request."""
    return delivery(core(), playback(), actor(), query)


def _given(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.args[name] for name in names if request.args.get(name)}


def _file_href(query: ReportQuery, suffix: str) -> str:
    wanted = {
        "from": query.first.isoformat(),
        "to": query.last.isoformat(),
        "group_by": query.group_by,
        "campaign_id": query.campaign_id,
        "screen_id": query.screen_id,
    }
    kept = {name: value for name, value in wanted.items() if value}
    return f"/api/v1/reports/delivery.{suffix}?{urlencode(kept)}"


def _day(text: str | None) -> datetime:
    try:
        day = datetime.fromisoformat(text).date() if text else today()
    except ValueError:
        day = today()
    return datetime.combine(day, time(), core().settings.zone)


def _plays_of(screen_id: str, day: datetime) -> list[dict[str, Any]]:
    span = _span(screen_id, day)
    page = listing.page(core(), span, Place.read(None), PLAYS_SHOWN)
    return [play_document(one, district_zone()) for one in page.plays]


def _lost_of(screen_id: str, day: datetime) -> list[dict[str, Any]]:
    with snapshot(core().plays) as tx:
        return [loss_document(one) for one in losses(tx, _span(screen_id, day))]


def _span(screen_id: str, day: datetime) -> Span:
    found = listing.screens_of(core(), actor(), screen_id)
    until = day + timedelta(days=1)
    return Span(found, round(day.timestamp() * 1000), round(until.timestamp() * 1000))


def _screen_choices(session: Session) -> list[Choice]:
    rows = session.scalars(screens.in_scope(actor()).order_by(Screen.id.desc()).limit(500))
    return [(public("screen", row.id), row.name) for row in rows]


def _asset_name(session: Session, digest: str) -> str:
    asset = session.scalar(assets_with_file(digest).order_by(Asset.id).limit(1))
    return asset.name if asset is not None else digest[:12]


def campaign_names(session: Session) -> dict[str, str]:
    """The newest name of every campaign by its public id."""
    rows = session.execute(
        select(CampaignVersion.campaign_id, CampaignVersion.name).order_by(CampaignVersion.number)
    )
    return {public("campaign", number): name for number, name in rows}
