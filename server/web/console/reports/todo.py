"""待办: approvals and incidents waiting for the person of this request, and since when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accountability.attestations import queries as attestations
from server.accounts.actor import within
from server.accounts.guards import actor
from server.accounts.models import AuditEntry, Unit, User
from server.campaigns.models import Campaign, CampaignVersion, PlaylistItem, Takeover
from server.campaigns.targeting.signoff_scope import signed_by
from server.content.models import Asset
from server.content.serializers import file_url
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
WITH_MEDIA = Sentence("含待审画面 {} 幅", "with {} pictures to sign off")
SENT = ("campaign.submit", "asset.submit", "asset.starter")
"""The actions of the audit trail by which a campaign or an asset begins to wait."""
MOST = 50


def waiting_lines(session: Session) -> list[dict[str, Any]]:
    """The items that the person may sign off, takeovers first, and his other tasks."""
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
    """The number of tasks of the person of this request; cached for the request."""
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
    senders = _names(session, (row.author_id for row in rows))
    pictures = pictures_of(session, (row.asset_id for row in rows))
    return [
        Waiting(
            say(TAKEOVER).format(row.label or public("takeover", row.id)),
            f"/takeovers/{public('takeover', row.id)}",
            row.created_at,
            sender=senders.get(row.author_id, ""),
            picture=pictures.get(row.asset_id),
            urgent=True,
        )
        for row in rows
    ]


def _drafts(session: Session) -> list[Waiting]:
    """Campaigns with the media that wait with them, then other media.

    Both are sent for sign-off some time after they were made.
    """
    campaigns = _his_versions(session)
    assets = {row.id: row for row in session.scalars(_submitted(Asset))}
    shown = assets_shown(session, campaigns)
    keys = [public("campaign", row.campaign_id) for row in campaigns]
    sent = _sent_at(session, [*keys, *(public("asset", one) for one in assets)])
    people = {*(row.submitted_by for row in campaigns), *(row.author_id for row in assets.values())}
    around = Around(
        _names(session, people),
        pictures_of(session, {*assets, *(one for row in shown.values() for one in row[:1])}),
        sent,
    )
    with_them = {one for row in campaigns if row.include_assets for one in shown[row.id]}
    return [
        *(_campaign_line(row, shown[row.id], assets, around) for row in campaigns),
        *(_asset_line(row, around) for row in assets.values() if row.id not in with_them),
    ]


class Around(NamedTuple):
    """Details beside the names: people, thumbnails, when it was submitted (ms UTC)."""

    people: Mapping[int, str]
    pictures: Mapping[int, str | None]
    sent: Mapping[str, int]


def _campaign_line(
    row: CampaignVersion, shown: Sequence[int], assets: Collection[int], around: Around
) -> Waiting:
    key = public("campaign", row.campaign_id)
    waiting = len({one for one in shown if one in assets}) if row.include_assets else 0
    return Waiting(
        say(CAMPAIGN).format(row.name),
        f"/campaigns/{key}",
        around.sent.get(key),
        sender=around.people.get(row.submitted_by or 0, ""),
        picture=around.pictures.get(shown[0]) if shown else None,
        note=say(WITH_MEDIA).format(waiting) if waiting else "",
    )


def _asset_line(row: Asset, around: Around) -> Waiting:
    key = public("asset", row.id)
    return Waiting(
        say(ASSET).format(row.name),
        f"/media/{key}",
        around.sent.get(key),
        sender=around.people.get(row.author_id or 0, ""),
        picture=around.pictures.get(row.id),
    )


def pictures_of(session: Session, numbers: Iterable[int]) -> dict[int, str | None]:
    """By asset, the address of its small picture."""
    wanted = set(numbers)
    if not wanted:
        return {}
    query = select(Asset.id, Asset.thumbnail).where(Asset.id.in_(wanted))
    return {number: file_url(name) for number, name in session.execute(query)}


def assets_shown(session: Session, rows: Iterable[CampaignVersion]) -> dict[int, list[int]]:
    """By version, its asset ids: those submitted, else those of its playlist as it is now."""
    found = {row.id: [int(one["asset_id"]) for one in row.items] for row in rows}
    lists = {row.playlist_id for row in rows if not row.items}
    items: defaultdict[int, list[int]] = defaultdict(list)
    if lists:
        query = select(PlaylistItem.playlist_id, PlaylistItem.asset_id)
        query = query.where(PlaylistItem.playlist_id.in_(lists)).order_by(PlaylistItem.position)
        for number, asset in session.execute(query):
            items[number].append(asset)
    return {row.id: found[row.id] or items[row.playlist_id] for row in rows}


def _names(session: Session, numbers: Iterable[int | None]) -> dict[int, str]:
    wanted = {one for one in numbers if one is not None}
    if not wanted:
        return {}
    query = select(User.id, User.name, User.username).where(User.id.in_(wanted))
    return {number: name or username for number, name, username in session.execute(query)}


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
    """The waiting ones whose reach is within the person's right to sign."""
    if model is Campaign:
        return _his_versions(session)
    return signed_by(session, actor(), session.scalars(_submitted(model)).all())


def _his_versions(session: Session) -> list[CampaignVersion]:
    """The contents that were sent of those campaigns, in the order of these."""
    numbers = [row.id for row in session.scalars(_submitted(Campaign))]
    query = select(CampaignVersion).where(
        CampaignVersion.campaign_id.in_(numbers), CampaignVersion.standing == "submitted"
    )
    waiting = session.scalars(query.order_by(CampaignVersion.campaign_id)).all()
    return signed_by(session, actor(), waiting)


def _submitted(model: Any) -> Select[Any]:
    query = select(model).join(Unit, model.unit_id == Unit.id)
    query = query.where(model.state == "submitted", within(Unit.path, actor().roots("sign_off")))
    return query.order_by(model.id).limit(MOST)
