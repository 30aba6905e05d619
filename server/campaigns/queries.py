"""Reads of campaigns: finding an object in a person's scope, versions, reviews, boosts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from playlists.demand.orders import Boost as OrderBoost
from server.accounts.actor import NOT_YOURS, Actor, forbidden, within
from server.accounts.models import Unit
from server.accounts.queries import find_unit
from server.accounts.roles import Action
from server.campaigns.models import (
    Boost,
    Campaign,
    CampaignVersion,
    Playlist,
    PlaylistItem,
    Review,
    Stop,
    Takeover,
)
from server.content.models import Asset
from server.content.queries import find as find_asset
from server.content.queries import starter_numbers
from server.foundation.errors import Forbidden, Invalid, NotFound, existing
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public

OPEN = ("draft", "submitted")
UNKNOWN = Sentence("没有找到，或不在您的管辖范围内。", "Unknown, or outside your scope.")
Owned = TypeVar("Owned", Playlist, Campaign, Takeover, Stop)
KINDS = {Playlist: "playlist", Campaign: "campaign", Takeover: "takeover", Stop: "stop"}


def find(session: Session, actor: Actor, action: Action, model: type[Owned], text: str) -> Owned:
    """The object behind a public id.

    Raises NotFound outside the scope, Forbidden by role.
    """
    row = existing(session.get(model, number(KINDS[model], text)))
    path = unit_path(session, row.unit_id)
    actor.require(action, path)
    if action == "campaigns.write" and not may_change(session, actor, row):
        raise Forbidden(NOT_YOURS)
    return row


def may_change(session: Session, actor: Actor, row: Owned) -> bool:
    """Whether the person may change a campaign or a list: a venue's contact his own filler alone.

    A campaign that he made in an office, before, is the office's.
    """
    path = unit_path(session, row.unit_id)
    if not actor.may_change("campaigns.write", path, row.author_id):
        return False
    if not isinstance(row, Campaign) or not actor.is_contact_only("campaigns.write", path):
        return True
    kinds = select(CampaignVersion.target_kind).where(CampaignVersion.campaign_id == row.id)
    return set(session.scalars(kinds)) <= {"filler"}


def reference(session: Session, actor: Actor, model: type[Owned], text: str, pointer: str) -> Owned:
    """The object that a request body names. Raises Invalid, pointing at the value."""
    try:
        return find(session, actor, "read", model, text)
    except NotFound as error:
        raise Invalid.at(pointer, UNKNOWN) from error


def asset_named(session: Session, actor: Actor, text: str, pointer: str) -> Asset:
    """The asset that a request body names. Raises Invalid, pointing at the value."""
    try:
        return find_asset(session, actor, "read", text)
    except NotFound as error:
        raise Invalid.at(pointer, UNKNOWN) from error


def home_unit(session: Session, actor: Actor, action: Action, text: str | None = None) -> int:
    """The unit of a new object; the person's own one by default."""
    if text is not None:
        return find_unit(session, actor, action, text).id
    if actor.may(action, unit_path(session, actor.unit_id)):
        return actor.unit_id
    roots = actor.roots(action)
    if not roots:
        raise forbidden()
    return int(roots[0].rstrip("/").rpartition("/")[2])


def in_scope(model: type[Owned], actor: Actor) -> Select[Owned]:
    """All rows that the person sees."""
    query = select(model).join(Unit, model.unit_id == Unit.id)
    return query.where(within(Unit.path, actor.roots("read")))


@dataclass(frozen=True)
class CampaignFilter:
    """Filter of campaigns; a unit includes those below."""

    state: str | None = None
    unit_id: str | None = None


def campaigns(actor: Actor, wanted: CampaignFilter) -> Select[Campaign]:
    """The campaigns that the person sees."""
    query = in_scope(Campaign, actor)
    if wanted.state is not None:
        query = query.where(Campaign.state == wanted.state)
    if wanted.unit_id is not None:
        step = f"/{number('unit', wanted.unit_id)}/"
        query = query.where(Unit.path.contains(step, autoescape=True))
    return query


def starter_campaign(session: Session) -> Campaign | None:
    """The newest filler with a part of the starter pack, unless it was withdrawn or is over."""
    listed = select(PlaylistItem.playlist_id).where(PlaylistItem.asset_id.in_(starter_numbers()))
    fillers = select(CampaignVersion.campaign_id).where(
        CampaignVersion.target_kind == "filler", CampaignVersion.playlist_id.in_(listed)
    )
    query = select(Campaign).where(
        Campaign.id.in_(fillers), Campaign.state.not_in(("withdrawn", "ended"))
    )
    return session.scalar(query.order_by(Campaign.id.desc()).limit(1))


def unit_path(session: Session, unit_id: int) -> str:
    """The path of a unit in the tree. Raises NotFound."""
    return existing(session.scalar(select(Unit.path).where(Unit.id == unit_id)))


def signed_version(session: Session, campaign_id: int) -> CampaignVersion | None:
    """The content that was signed off and counts."""
    return _version(session, campaign_id, ("signed",))


def open_version(session: Session, campaign_id: int) -> CampaignVersion | None:
    """The content that is being written or waits for sign-off."""
    return _version(session, campaign_id, OPEN)


def _version(session: Session, campaign_id: int, states: Collection[str]) -> CampaignVersion | None:
    row = CampaignVersion
    query = select(row).where(row.campaign_id == campaign_id, row.standing.in_(states))
    return session.scalar(query)


def shown_version(session: Session, campaign: Campaign) -> CampaignVersion:
    """The version shown by GET: the signed one if there is one, else the open one."""
    return existing(signed_version(session, campaign.id) or open_version(session, campaign.id))


def next_number(session: Session, campaign_id: int) -> int:
    """The number of a campaign's next version."""
    highest = select(func.max(CampaignVersion.number)).where(
        CampaignVersion.campaign_id == campaign_id
    )
    return (session.scalar(highest) or 0) + 1


def reviews_of(
    session: Session, kind: str, object_id: int, in_round: int | None = None
) -> Sequence[Review]:
    """Verdicts in the order in which they were given; of one round, or of all."""
    query = select(Review).where(Review.kind == kind, Review.object_id == object_id)
    if in_round is not None:
        query = query.where(Review.round == in_round)
    return session.scalars(query.order_by(Review.id)).all()


def boosts_of(session: Session, campaign_id: int) -> Sequence[Boost]:
    """All boosts of a campaign, past ones too."""
    query = select(Boost).where(Boost.campaign_id == campaign_id).order_by(Boost.id)
    return session.scalars(query).all()


def boosts_ahead(session: Session, campaign_id: int, now_ms: int) -> list[OrderBoost]:
    """Boosts that aren't over, as the planner takes them."""
    return [
        OrderBoost(boost.factor, boost.from_at, boost.until_at)
        for boost in boosts_of(session, campaign_id)
        if boost.until_at > now_ms
    ]


def campaign_names(session: Session, actor: Actor) -> dict[str, str]:
    """The newest names of the campaigns that the person sees, by public id."""
    rows = session.execute(
        select(CampaignVersion.campaign_id, CampaignVersion.name)
        .join(Campaign, CampaignVersion.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(within(Unit.path, actor.roots("reports.read") or actor.roots("read")))
        .order_by(CampaignVersion.number)
    )
    return {public("campaign", number): name for number, name in rows}


def newest_names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """Names of campaigns for any reader: by number, from their newest version."""
    newest = (
        select(func.max(CampaignVersion.id))
        .where(CampaignVersion.campaign_id.in_(numbers))
        .group_by(CampaignVersion.campaign_id)
    )
    query = select(CampaignVersion.campaign_id, CampaignVersion.name)
    rows = session.execute(query.where(CampaignVersion.id.in_(newest)))
    return {row[0]: row[1] for row in rows}


def playlists_with(session: Session, actor: Actor, asset_id: int) -> Sequence[Playlist]:
    """The playlists that the person sees and an asset is on."""
    on_it = Playlist.items.any(PlaylistItem.asset_id == asset_id)
    return session.scalars(in_scope(Playlist, actor).where(on_it).order_by(Playlist.id)).all()


def campaigns_with(session: Session, actor: Actor, asset_id: int) -> dict[str, str]:
    """Names of the campaigns that the person sees and an asset is in, by public id."""
    seen = _going_on().where(within(Unit.path, actor.roots("read")))
    return {
        public("campaign", row.campaign_id): row.name
        for row in _versions_with(session, asset_id, seen)
    }


def is_shown_by_others(session: Session, asset: Asset) -> bool:
    """Whether an asset is in a campaign that isn't its author's own filler, or in a takeover."""
    office = _going_on().where(
        or_(Campaign.author_id != asset.author_id, CampaignVersion.target_kind != "filler")
    )
    taken = select(Takeover.id).where(
        Takeover.asset_id == asset.id, Takeover.state.in_(("submitted", "live"))
    )
    return bool(_versions_with(session, asset.id, office)) or session.scalar(taken) is not None


def _going_on() -> Select[CampaignVersion]:
    """The versions of campaigns that aren't over."""
    return (
        select(CampaignVersion)
        .join(Campaign, CampaignVersion.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(CampaignVersion.standing != "replaced")
        .where(Campaign.state.not_in(("ended", "withdrawn")))
        .order_by(CampaignVersion.number)
    )


def _versions_with(
    session: Session, asset_id: int, query: Select[CampaignVersion]
) -> list[CampaignVersion]:
    """Those of them with an asset: submitted and signed ones by their copy of the list.

    Drafts are matched by their current playlist.
    """
    on_list = select(PlaylistItem.playlist_id).where(PlaylistItem.asset_id == asset_id)
    lists = set(session.scalars(on_list))
    return [
        row
        for row in session.scalars(query)
        if (_names(row.items, asset_id) if row.items else row.playlist_id in lists)
    ]


def _names(items: Iterable[Mapping[str, Any]], asset_id: int) -> bool:
    return any(item.get("asset_id") == asset_id for item in items)


def public_interest_marks(session: Session) -> dict[str, bool | None]:
    """By public id, whether the version in force is in the public interest (公益)."""
    marks = select(CampaignVersion.campaign_id, CampaignVersion.public_interest)
    signed = session.execute(marks.where(CampaignVersion.standing == "signed"))
    return {public("campaign", number): mark for number, mark in signed}


def filler_ids(session: Session) -> list[str]:
    """The public ids of the campaigns that are venues' own content."""
    return sorted(public("campaign", one) for one in unordered_numbers(session) - {0})


def unordered_numbers(session: Session) -> frozenset[int]:
    """The numbers of the same, and 0, by which plays of no campaign go: nobody ordered them."""
    fillers = select(CampaignVersion.campaign_id).where(CampaignVersion.target_kind == "filler")
    return frozenset({0, *session.scalars(fillers)})
