"""What waits for the person of this request: read once, listed on 待办 and counted in the menu."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import g
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, joinedload

from server.accountability.attestations import queries as attestations
from server.accountability.attestations.models import Attestation
from server.accounts.actor import within
from server.accounts.guards import actor
from server.accounts.models import Unit
from server.campaigns.models import Campaign, CampaignVersion, PlaylistItem, Takeover
from server.campaigns.targeting.signoff_scope import signed_by
from server.content.models import Asset
from server.foundation.rest.flask_extensions import core
from server.gateway.rollouts.models import PlayerRelease
from server.monitoring.exemptions import queries as exemptions
from server.monitoring.exemptions.models import Exemption
from server.monitoring.incidents import queries as incidents
from server.monitoring.incidents.models import Incident
from server.reporting.spot_checks.models import SpotCheck
from server.web.console.reports import spot_checks
from server.web.console.screens import rollouts as releases
from server.web.todo_rows import Waiting

MOST: Final = 50
"""So many of a kind are listed, and counted."""


@dataclass(frozen=True)
class Tasks:
    """All of it by kind.

    `shown` are the assets of each campaign version, `with_campaign` by version how many of them
    wait with it; `assets` are those that wait alone. `incidents` are as many as nobody handles yet,
    and since when (ms UTC).
    """

    takeovers: Sequence[Takeover]
    campaigns: Sequence[CampaignVersion]
    shown: Mapping[int, Sequence[int]]
    with_campaign: Mapping[int, int]
    assets: Sequence[Asset]
    exemptions: Sequence[Exemption]
    attestations: Sequence[Attestation]
    spot_checks: Sequence[Waiting]
    releases: Sequence[Waiting]
    incidents: tuple[int, int | None]

    def count(self) -> int:
        """The number of tasks: a campaign is one, with the pictures that wait with it."""
        rows = (self.takeovers, self.campaigns, self.assets, self.exemptions, self.attestations)
        lines = (*self.spot_checks, *self.releases)
        return sum(map(len, rows)) + sum(line.tasks for line in lines) + self.incidents[0]


def waiting_tasks(session: Session) -> Tasks:
    """The tasks of the person of this request; cached for the request."""
    if "waiting_tasks" not in g:
        g.waiting_tasks = _read(session)
    found: Tasks = g.waiting_tasks
    return found


def waiting_count() -> int:
    """How many there are."""
    if "waiting_tasks" not in g:
        with core().config.read() as session:
            waiting_tasks(session)
    found: Tasks = g.waiting_tasks
    return found.count()


def _read(session: Session) -> Tasks:
    anybody = session.execute(_anything_waits()).one()
    campaigns = _campaigns(session) if anybody.campaigns else []
    waiting = {row.id: row for row in session.scalars(_submitted(Asset))} if anybody.assets else {}
    shown = _assets_shown(session, campaigns)
    sent = {row.id: waiting.keys() & shown[row.id] for row in campaigns if row.include_assets}
    grouped = set[int]().union(*sent.values())
    return Tasks(
        _takeovers(session) if anybody.takeovers else [],
        campaigns,
        shown,
        {version: len(found) for version, found in sent.items()},
        [row for number, row in waiting.items() if number not in grouped][:MOST],
        _some(session, exemptions.waiting(actor())) if anybody.exemptions else [],
        _attestations(session) if anybody.attestations else [],
        spot_checks.waiting(session) if anybody.spot_checks else [],
        releases.waiting(session) if anybody.releases else [],
        incidents.unheeded(session, actor()) if anybody.incidents else (0, None),
    )


def _anything_waits() -> Select[*tuple[Any, ...]]:
    """By kind, whether a row of it waits for anybody: pages mostly ask for nothing beyond this."""
    submitted = (Takeover, Campaign, Asset, Exemption, Attestation)
    kinds = {model.__tablename__: model.state == "submitted" for model in submitted} | {
        "spot_checks": SpotCheck.verdict.is_(None),
        "releases": PlayerRelease.state == "halted",
        "incidents": Incident.state == "open",
    }
    return select(*(exists().where(waits).label(kind) for kind, waits in kinds.items()))


def _campaigns(session: Session) -> list[CampaignVersion]:
    """The submitted contents of those that the person may sign off, in the order of these."""
    numbers = [row.id for row in session.scalars(_submitted(Campaign).limit(MOST))]
    query = select(CampaignVersion).where(
        CampaignVersion.campaign_id.in_(numbers), CampaignVersion.standing == "submitted"
    )
    waiting = session.scalars(query.order_by(CampaignVersion.campaign_id)).all()
    return signed_by(session, actor(), waiting)


def _takeovers(session: Session) -> list[Takeover]:
    return signed_by(session, actor(), _some(session, _submitted(Takeover)))


def _attestations(session: Session) -> Sequence[Attestation]:
    with_venue = joinedload(Attestation.venue)
    return _some(session, attestations.waiting(actor()).options(with_venue))


def _some(session: Session, query: Select[Any]) -> Sequence[Any]:
    return session.scalars(query.limit(MOST)).all()


def _submitted(model: Any) -> Select[Any]:
    query = select(model).join(Unit, model.unit_id == Unit.id)
    query = query.where(model.state == "submitted", within(Unit.path, actor().roots("sign_off")))
    return query.order_by(model.id)


def _assets_shown(session: Session, rows: Iterable[CampaignVersion]) -> dict[int, list[int]]:
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
