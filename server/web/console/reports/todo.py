"""待办: approvals and incidents waiting for the person of this request, and since when."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import AuditEntry
from server.campaigns.models import CampaignVersion, Takeover
from server.content.models import Asset
from server.content.serializers import file_url
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.request_language import translate
from server.monitoring.exemptions.labels import CODES
from server.web.console.overview.waiting_tasks import Tasks, waiting_tasks
from server.web.helpers import names_of
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


def waiting_lines(session: Session) -> list[dict[str, Any]]:
    """The items that the person may sign off, takeovers first, and his other tasks."""
    tasks = waiting_tasks(session)
    lines = chain(
        _takeovers(session, tasks.takeovers),
        _drafts(session, tasks),
        _exemptions(tasks),
        _attested(tasks),
        tasks.spot_checks,
        tasks.releases,
        _unheeded(tasks),
    )
    return [line.shown() for line in lines]


def _takeovers(session: Session, rows: Sequence[Takeover]) -> list[Waiting]:
    senders = names_of(session, (row.author_id for row in rows))
    pictures = _pictures(session, (row.asset_id for row in rows))
    return [
        Waiting(
            translate(TAKEOVER).format(row.label or public("takeover", row.id)),
            f"/takeovers/{public('takeover', row.id)}",
            row.created_at,
            sender=senders.get(row.author_id, ""),
            picture=pictures.get(row.asset_id),
            urgent=True,
        )
        for row in rows
    ]


def _drafts(session: Session, tasks: Tasks) -> list[Waiting]:
    """Campaigns with the media that wait with them, then other media.

    Both are sent for sign-off some time after they were made.
    """
    campaigns, assets = tasks.campaigns, tasks.assets
    keys = [public("campaign", row.campaign_id) for row in campaigns]
    sent = _sent_at(session, [*keys, *(public("asset", row.id) for row in assets)])
    people = {*(row.submitted_by for row in campaigns), *(row.author_id for row in assets)}
    first = {one for row in campaigns for one in tasks.shown[row.id][:1]}
    around = Around(
        names_of(session, people),
        _pictures(session, {*first, *(row.id for row in assets)}),
        sent,
    )
    return [
        *(_campaign_line(row, tasks, around) for row in campaigns),
        *(_asset_line(row, around) for row in assets),
    ]


class Around(NamedTuple):
    """Details beside the names: people, thumbnails, when it was submitted (ms UTC)."""

    people: Mapping[int, str]
    pictures: Mapping[int, str | None]
    sent: Mapping[str, int]


def _campaign_line(row: CampaignVersion, tasks: Tasks, around: Around) -> Waiting:
    key = public("campaign", row.campaign_id)
    shown, waiting = tasks.shown[row.id], tasks.with_campaign.get(row.id, 0)
    return Waiting(
        translate(CAMPAIGN).format(row.name),
        f"/campaigns/{key}",
        around.sent.get(key),
        sender=around.people.get(row.submitted_by or 0, ""),
        picture=around.pictures.get(shown[0]) if shown else None,
        note=translate(WITH_MEDIA).format(waiting) if waiting else "",
    )


def _asset_line(row: Asset, around: Around) -> Waiting:
    key = public("asset", row.id)
    return Waiting(
        translate(ASSET).format(row.name),
        f"/media/{key}",
        around.sent.get(key),
        sender=around.people.get(row.author_id or 0, ""),
        picture=around.pictures.get(row.id),
    )


def _pictures(session: Session, numbers: Iterable[int]) -> dict[int, str | None]:
    """By asset, the address of its small picture."""
    wanted = set(numbers)
    if not wanted:
        return {}
    query = select(Asset.id, Asset.thumbnail).where(Asset.id.in_(wanted))
    return {number: file_url(name) for number, name in session.execute(query)}


def _sent_at(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """When each of them was last sent for sign-off (ms UTC), by the audit trail."""
    if not keys:
        return {}
    query = select(AuditEntry.object, func.max(AuditEntry.at)).group_by(AuditEntry.object)
    query = query.where(AuditEntry.object.in_(keys), AuditEntry.action.in_(SENT))
    return {row[0]: row[1] for row in session.execute(query)}


def _exemptions(tasks: Tasks) -> list[Waiting]:
    rows: Sequence[Any] = tasks.exemptions
    return [
        Waiting(
            translate(EXEMPTION).format(translate(CODES[row.code])),
            f"/settings/exemptions/{public('exemption', row.id)}",
            row.created_at,
        )
        for row in rows
    ]


def _attested(tasks: Tasks) -> list[Waiting]:
    return [
        Waiting(
            translate(ATTESTATION).format(row.venue.name),
            f"/attestations/{public('attestation', row.id)}",
            row.created_at,
        )
        for row in tasks.attestations
    ]


def _unheeded(tasks: Tasks) -> list[Waiting]:
    """The incidents that nobody handles yet, as one line with a link."""
    count, since_ms = tasks.incidents
    if not count:
        return []
    return [Waiting(translate(INCIDENTS).format(f"{count:,}"), "/incidents", since_ms, count)]
