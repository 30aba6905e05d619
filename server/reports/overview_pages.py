"""The overview: what waits for the person, what is on, what was counted today."""

from typing import Any

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import within
from server.accounts.guards import actor, open_to_all
from server.accounts.models import Unit
from server.campaigns.models import Campaign, Takeover
from server.extensions import core
from server.ids import public
from server.library.models import Asset
from server.reports.pages import campaign_names, report_of
from server.reports.service import ReportQuery
from server.screens import queries as screens
from server.screens.api import contact
from server.screens.models import Screen
from server.screens.states import freshness
from server.texts import Sentence
from server.web.reading import say, today

pages = Blueprint("overview_pages", __name__)

CAMPAIGN = Sentence("宣传任务待审批：{}", "Campaign to sign off: {}")
TAKEOVER = Sentence("紧急插播待审批：{}", "Takeover to sign off: {}")
ASSET = Sentence("素材待审批：{}", "Media to sign off: {}")
MOST = 50


@pages.get("/")
@open_to_all  # visitors are sent to the sign-in page
def front() -> ResponseReturnValue:
    """The overview, or the sign-in page for visitors."""
    return overview() if g.get("actor") is not None else redirect("/login")


def overview() -> str:
    """The page for a person who is signed in."""
    may_read = bool(actor().roots("reports.read"))
    totals = report_of(ReportQuery(today(), today())).totals.as_json() if may_read else {}
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        ids = list(session.scalars(screens.in_scope(actor()).with_only_columns(Screen.id)))
        return render_template(
            "overview.html",
            online=sum(freshness(contact(number), now_ms) != "offline" for number in ids),
            screens=len(ids),
            totals=totals,
            live_campaigns=_live_campaigns(session),
            waiting=_waiting(session),
        )


def _live_campaigns(session: Session) -> int:
    query = select(func.count()).select_from(Campaign).join(Unit, Campaign.unit_id == Unit.id)
    query = query.where(Campaign.state == "live", within(Unit.path, actor().roots("read")))
    return session.scalar(query) or 0


def _waiting(session: Session) -> list[dict[str, str]]:
    """What the person may sign off, takeovers first."""
    names = campaign_names(session)
    return [
        *(_line(TAKEOVER, f"/takeovers/{key}", label or key) for key, label in _takeovers(session)),
        *(_line(CAMPAIGN, f"/campaigns/{key}", names.get(key, key)) for key in _campaigns(session)),
        *(_line(ASSET, f"/media/{key}", name) for key, name in _assets(session)),
    ]


def _takeovers(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(_submitted(Takeover))
    return [(public("takeover", row.id), row.label) for row in rows]


def _campaigns(session: Session) -> list[str]:
    return [public("campaign", row.id) for row in session.scalars(_submitted(Campaign))]


def _assets(session: Session) -> list[tuple[str, str]]:
    return [(public("asset", row.id), row.name) for row in session.scalars(_submitted(Asset))]


def _submitted(model: Any) -> Select[Any]:
    query = select(model).join(Unit, model.unit_id == Unit.id)
    query = query.where(model.state == "submitted", within(Unit.path, actor().roots("sign_off")))
    return query.order_by(model.id).limit(MOST)


def _line(text: Sentence, href: str, name: str) -> dict[str, str]:
    return {"text": say(text).format(name), "href": href}
