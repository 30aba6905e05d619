"""The overview: what waits for the person, what is on, what was counted today."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import within
from server.accounts.guards import actor, open_to_all
from server.accounts.models import Unit
from server.attestations import queries as attestations
from server.campaigns.models import Campaign, CampaignVersion, Takeover
from server.campaigns.queries import campaign_names
from server.exemptions import queries as exemptions
from server.exemptions.wording import CODES
from server.extensions import core
from server.ids import public
from server.incidents import queries as incidents
from server.library.models import Asset
from server.playback.extension import playback
from server.problems import language
from server.releases import pages as releases
from server.reports.documents import report_document
from server.reports.pages import cell, report_of
from server.reports.service import ReportQuery
from server.reports.uptime_dark import dark_card
from server.rest import district_zone
from server.screens import queries as screens
from server.screens.api import contact
from server.screens.models import Screen
from server.screens.states import freshness
from server.spotchecks import pages as spot_checks
from server.texts import Sentence
from server.venues.kinds import KINDS
from server.venues.models import Venue
from server.web.reading import say, today

pages = Blueprint("overview_pages", __name__)

CAMPAIGN = Sentence("宣传任务待审批：{}", "Campaign to sign off: {}")
TAKEOVER = Sentence("紧急插播待审批：{}", "Takeover to sign off: {}")
ASSET = Sentence("素材待审批：{}", "Media to sign off: {}")
EXEMPTION = Sentence("免考核待审批：{}", "Exemption to sign off: {}")
INCIDENTS = Sentence("故障待接手：{} 处", "Faults that nobody looks after yet: {}")
ATTESTATION = Sentence("人工上报待审批：{}", "Attestation to sign off: {}")
LAST_DAY = Sentence("今天最后一天", "Last day today")
DAYS_LEFT = Sentence("还有 {} 天", "{} days left")
MOST = 50
ENDING_WITHIN = timedelta(days=60)
ENDING_SHOWN = 5


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
        kinds = _by_kind(session)
        return render_template(
            "overview.html",
            by_kind=kinds,
            online=sum(row["online"] for row in kinds),
            screens=sum(row["screens"] for row in kinds),
            totals=report["totals"] if report else {},
            rate=cell(report["totals"], "delivery_rate") if report else "",
            today_rows=[row for row in report["items"] if row["campaign_id"]] if report else [],
            cell=cell,
            live_campaigns=_live_campaigns(session),
            ending=_ending(session),
            waiting=_waiting(session),
            dark=dark_card(core(), playback()) if may_read else None,
        )


def waiting_count() -> int:
    """How much waits for the person of this request; kept for the request's length."""
    if "waiting" not in g:
        with core().config.read() as session:
            waiting = (
                *map(_submitted, (Takeover, Campaign, Asset)),
                exemptions.waiting(actor()),
                attestations.waiting(actor()),
            )
            g.waiting = sum(
                session.scalar(select(func.count()).select_from(query.subquery())) or 0
                for query in waiting
            )
            g.waiting += len(spot_checks.waiting(session)) + incidents.open_count(session, actor())
            g.waiting += len(releases.waiting(session))
    found: int = g.waiting
    return found


def _report() -> dict[str, Any]:
    report = report_of(ReportQuery(today(), today(), "campaign"))
    return report_document(report, language(), district_zone())


def _by_kind(session: Session) -> list[dict[str, Any]]:
    """Screens in service and those that are in contact, by kind of venue, the most first."""
    now_ms = core().clock.now_ms()
    query = screens.in_scope(actor()).where(Screen.retired_at.is_(None))
    rows = session.execute(query.with_only_columns(Screen.id, Venue.kind)).all()
    every = Counter(kind for _, kind in rows)
    online = Counter(
        kind for number, kind in rows if freshness(contact(number), now_ms) != "offline"
    )
    return [
        {"kind": kind, "name": say(KINDS[kind].name), "screens": count, "online": online[kind]}
        for kind, count in every.most_common()
    ]


def _live_campaigns(session: Session) -> int:
    query = select(func.count()).select_from(Campaign).join(Unit, Campaign.unit_id == Unit.id)
    query = query.where(Campaign.state == "live", within(Unit.path, actor().roots("read")))
    return session.scalar(query) or 0


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


def _waiting(session: Session) -> list[dict[str, str]]:
    """What the person may sign off, takeovers first, and spot checks that wait for him."""
    names = campaign_names(session, actor())
    return [
        *(_line(TAKEOVER, f"/takeovers/{key}", label or key) for key, label in _takeovers(session)),
        *(_line(CAMPAIGN, f"/campaigns/{key}", names.get(key, key)) for key in _campaigns(session)),
        *(_line(ASSET, f"/media/{key}", name) for key, name in _assets(session)),
        *(
            _line(EXEMPTION, f"/settings/exemptions/{key}", name)
            for key, name in _exemptions(session)
        ),
        *(_line(ATTESTATION, f"/attestations/{key}", name) for key, name in _attested(session)),
        *spot_checks.waiting(session),
        *releases.waiting(session),
        *_unheeded(session),
    ]


def _unheeded(session: Session) -> list[dict[str, str]]:
    """The incidents that nobody looks after yet, in a line that leads to them."""
    count = incidents.open_count(session, actor())
    return [_line(INCIDENTS, "/incidents", f"{count:,}")] if count else []


def _takeovers(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(_submitted(Takeover))
    return [(public("takeover", row.id), row.label) for row in rows]


def _campaigns(session: Session) -> list[str]:
    return [public("campaign", row.id) for row in session.scalars(_submitted(Campaign))]


def _assets(session: Session) -> list[tuple[str, str]]:
    return [(public("asset", row.id), row.name) for row in session.scalars(_submitted(Asset))]


def _exemptions(session: Session) -> list[tuple[str, str]]:
    rows: Iterable[Any] = session.scalars(exemptions.waiting(actor()).limit(MOST))
    return [(public("exemption", row.id), say(CODES[row.code])) for row in rows]


def _attested(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(attestations.waiting(actor()).limit(MOST))
    return [(public("attestation", row.id), row.venue.name) for row in rows]


def _submitted(model: Any) -> Select[Any]:
    query = select(model).join(Unit, model.unit_id == Unit.id)
    query = query.where(model.state == "submitted", within(Unit.path, actor().roots("sign_off")))
    return query.order_by(model.id).limit(MOST)


def _line(text: Sentence, href: str, name: str) -> dict[str, str]:
    return {"text": say(text).format(name), "href": href}
