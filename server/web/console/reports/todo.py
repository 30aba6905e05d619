"""待办: approvals and incidents waiting for the person of this request, and since when."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from flask import g
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accountability.attestations import queries as attestations
from server.accounts.actor import within
from server.accounts.guards import actor
from server.accounts.models import AuditEntry, Unit
from server.campaigns.models import Campaign, CampaignVersion, Takeover
from server.campaigns.queries import campaign_names
from server.campaigns.targeting.signoff_scope import signed_by
from server.content.models import Asset
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import say
from server.monitoring.exemptions import queries as exemptions
from server.monitoring.exemptions.labels import CODES
from server.monitoring.incidents import queries as incidents
from server.web.console.reports import spot_checks
from server.web.console.screens import rollouts as releases
from server.web.todo_rows import Waiting

CAMPAIGN = Sentence("宣传任务待审批：{}", "Campaign to sign off: {}")
TAKEOVER = Sentence("紧急插播待审批：{}", "Takeover to sign off: {}")
ASSET = Sentence("素材待审批：{}", "Media to sign off: {}")
EXEMPTION = Sentence("免考核待审批：{}", "Exemption to sign off: {}")
INCIDENTS = Sentence("故障待接手：{} 处", "Faults that nobody looks after yet: {}")
ATTESTATION = Sentence("人工上报待审批：{}", "Attestation to sign off: {}")
SENT = ("campaign.submit", "asset.submit", "asset.starter")
"""What the audit trail calls it when a campaign or an asset begins to wait."""
MOST = 50


def waiting_lines(session: Session) -> list[dict[str, Any]]:
    """What the person may sign off, takeovers first, and what else waits for him."""
    lines = chain(
        _takeovers(session),
        _drafts(session),
        _exemptions(session),
        _attested(session),
        spot_checks.waiting(session),
        releases.waiting(session),
        _unheeded(session),
    )
    return [line.shown() for line in lines]


def waiting_count() -> int:
    """How much waits for the person of this request; kept for the request's length."""
    if "waiting" not in g:
        with core().config.read() as session:
            waiting = (
                _submitted(Asset),
                exemptions.waiting(actor()),
                attestations.waiting(actor()),
            )
            g.waiting = sum(
                session.scalar(select(func.count()).select_from(query.subquery())) or 0
                for query in waiting
            )
            g.waiting += len(_his(session, Takeover)) + len(_his(session, Campaign))
            g.waiting += len(spot_checks.waiting(session))
            g.waiting += incidents.unheeded(session, actor())[0]
            g.waiting += len(releases.waiting(session))
    found: int = g.waiting
    return found


def _takeovers(session: Session) -> list[Waiting]:
    rows = _his(session, Takeover)
    named = ((public("takeover", row.id), row) for row in rows)
    return [
        Waiting(say(TAKEOVER).format(row.label or key), f"/takeovers/{key}", row.created_at)
        for key, row in named
    ]


def _drafts(session: Session) -> list[Waiting]:
    """Campaigns, then media: both are sent for sign-off some time after they were made."""
    names = campaign_names(session, actor())
    campaigns = [public("campaign", row.id) for row in _his(session, Campaign)]
    assets = [(public("asset", row.id), row.name) for row in session.scalars(_submitted(Asset))]
    sent = _sent_at(session, [*campaigns, *(key for key, _ in assets)])
    return [
        *(
            Waiting(say(CAMPAIGN).format(names.get(key, key)), f"/campaigns/{key}", sent.get(key))
            for key in campaigns
        ),
        *(Waiting(say(ASSET).format(name), f"/media/{key}", sent.get(key)) for key, name in assets),
    ]


def _sent_at(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """When each of them was last sent for sign-off (ms UTC), by the audit trail."""
    if not keys:
        return {}
    query = select(AuditEntry.object, func.max(AuditEntry.at)).group_by(AuditEntry.object)
    query = query.where(AuditEntry.object.in_(keys), AuditEntry.action.in_(SENT))
    return {row[0]: row[1] for row in session.execute(query)}


def _exemptions(session: Session) -> list[Waiting]:
    rows: Iterable[Any] = session.scalars(exemptions.waiting(actor()).limit(MOST))
    return [
        Waiting(
            say(EXEMPTION).format(say(CODES[row.code])),
            f"/settings/exemptions/{public('exemption', row.id)}",
            row.created_at,
        )
        for row in rows
    ]


def _attested(session: Session) -> list[Waiting]:
    rows = session.scalars(attestations.waiting(actor()).limit(MOST))
    return [
        Waiting(
            say(ATTESTATION).format(row.venue.name),
            f"/attestations/{public('attestation', row.id)}",
            row.created_at,
        )
        for row in rows
    ]


def _unheeded(session: Session) -> list[Waiting]:
    """The incidents that nobody handles yet, as one line with a link."""
    count, since_ms = incidents.unheeded(session, actor())
    if not count:
        return []
    return [Waiting(say(INCIDENTS).format(f"{count:,}"), "/incidents", since_ms, count > 1)]


def _his(session: Session, model: type[Takeover | Campaign]) -> list[Any]:
    """Of those that wait, what reaches no further than the person signs off for."""
    rows = session.scalars(_submitted(model)).all()
    if model is Takeover:
        return signed_by(session, actor(), rows)
    numbers = [row.id for row in rows]
    query = select(CampaignVersion).where(CampaignVersion.campaign_id.in_(numbers))
    waiting = session.scalars(query.where(CampaignVersion.standing == "submitted")).all()
    his = {one.campaign_id for one in signed_by(session, actor(), waiting)}
    return [row for row in rows if row.id in his]


def _submitted(model: Any) -> Select[Any]:
    query = select(model).join(Unit, model.unit_id == Unit.id)
    query = query.where(model.state == "submitted", within(Unit.path, actor().roots("sign_off")))
    return query.order_by(model.id).limit(MOST)
