"""Signed-off campaigns as the planner's input: the orders of each screen."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.demand.orders import Boost as OrderBoost
from playlists.demand.orders import CampaignOrder, OrderAsset, Target
from server.campaigns.content import Content, content_of, day_parts
from server.campaigns.models import Boost, Campaign, CampaignVersion
from server.campaigns.planning.date_phases import Phase, phases
from server.campaigns.playlists.service import frozen
from server.campaigns.targeting.author_scope import Choice, choice
from server.content.models import Asset
from server.content.queries import playable, starter_assets
from server.foundation.public_ids import public
from server.inventory.screens.facts import ScreenFacts

ON_SCREENS = ("approved", "live")
SHORTEST_MS = 1_000


Item = dict[str, Any]
"""One place of a frozen list: `asset_id` (a number), `kind`, `duration_ms`."""


@dataclass(frozen=True)
class Shown:
    """A screen's rendition of an asset: a digest, a clip's own length in ms, its last day."""

    digest: str
    duration_ms: int | None = None
    expires_on: date | None = None


class Assets(Protocol):
    """Provides the renditions of assets for orders."""

    def shown(self, asset_id: int, cls: str) -> Shown | None:
        """For a class of screens; None if it may not be shown."""


@dataclass
class SignedAssets:
    """The files of signed-off assets, read once for each class of screens.

    `unsigned`: assets of a draft, which count as signed off.
    """

    session: Session
    asset_ids: frozenset[int]
    unsigned: frozenset[int] = frozenset()
    _by_class: dict[str, dict[int, Shown]] = field(default_factory=dict)

    def shown(self, asset_id: int, cls: str) -> Shown | None:
        """The rendition for the class; None if the asset isn't signed off (any more)."""
        if cls not in self._by_class:
            self._by_class[cls] = {
                number: Shown(
                    one.digest,
                    one.duration_ms,
                    self.session.get_one(Asset, one.asset_id).expires_on,
                )
                for number, one in playable(
                    self.session, self.asset_ids, cls, self.unsigned
                ).items()
            }
        return self._by_class[cls].get(asset_id)


@dataclass(frozen=True)
class Entry:
    """A campaign in planning: content, frozen list, screens and boosts.

    `pace`: the current plays per screen-hour for a target of total plays.
    """

    campaign_id: int
    content: Content
    items: tuple[Item, ...]
    choice: Choice
    boosts: tuple[OrderBoost, ...] = ()
    pace: float | None = None

    @property
    def name(self) -> str:
        """The public id, which manifests and plays carry."""
        return public("campaign", self.campaign_id)


class Orders:
    """The orders of screens, computed once for all screens of a kind."""

    def __init__(
        self, entries: Sequence[Entry], assets: Assets, starter: Sequence[Item] = ()
    ) -> None:
        self.entries = entries
        self._assets = assets
        self._starter = starter
        self._cached: dict[tuple[int, str, str], tuple[CampaignOrder, ...]] = {}
        self._starters: dict[str, tuple[CampaignOrder, ...]] = {}

    def for_screen(self, facts: ScreenFacts) -> list[CampaignOrder]:
        """The orders of all campaigns that select the screen, and the starter pack last."""
        found: list[CampaignOrder] = []
        for index, entry in enumerate(self.entries):
            if entry.choice.picks(facts):
                found += self._orders(index, facts.rendition_class, facts.timezone)
        return [*found, *self._starter_orders(facts.rendition_class)]

    def _starter_orders(self, cls: str) -> tuple[CampaignOrder, ...]:
        """The content without any campaign; empty until it is signed off."""
        if cls not in self._starters:
            shown = [(item, self._assets.shown(item["asset_id"], cls)) for item in self._starter]
            turns = tuple(_asset(item, one) for item, one in shown if one is not None)
            order = CampaignOrder("starter", turns, Target("filler"), starter=True)
            self._starters[cls] = (order,) if turns else ()
        return self._starters[cls]

    def _orders(self, index: int, cls: str, timezone: str) -> tuple[CampaignOrder, ...]:
        key = (index, cls, timezone)
        if key not in self._cached:
            entry = self.entries[index]
            self._cached[key] = tuple(_cut(entry, self._assets, cls, ZoneInfo(timezone)))
        return self._cached[key]


def load_orders(session: Session, now_ms: int, draft: Entry | None = None) -> Orders:
    """The orders of everything that is signed off and not over, a draft as if it were."""
    entries = signed_entries(session, now_ms)
    if draft is not None:
        others = [one for one in entries if one.campaign_id != draft.campaign_id]
        entries = sorted([*others, draft], key=lambda one: one.campaign_id)
    unsigned = frozenset(item["asset_id"] for item in draft.items) if draft else frozenset()
    starter = [frozen(asset, None) for asset in starter_assets(session, "approved")]
    items = [item for entry in entries for item in entry.items] + starter
    asset_ids = frozenset(item["asset_id"] for item in items)
    return Orders(entries, SignedAssets(session, asset_ids, unsigned), starter)


def signed_entries(session: Session, now_ms: int) -> list[Entry]:
    """The campaigns that count, with boosts that aren't over, by number."""
    query = (
        select(CampaignVersion)
        .join(Campaign, CampaignVersion.campaign_id == Campaign.id)
        .where(Campaign.state.in_(ON_SCREENS), CampaignVersion.standing == "signed")
        .order_by(Campaign.id)
    )
    boosts = _boosts(session, now_ms)
    return [
        entry_of(version, tuple(version.items), boosts[version.campaign_id])
        for version in session.scalars(query)
    ]


def entry_of(
    version: CampaignVersion, items: tuple[Item, ...], boosts: Iterable[OrderBoost] = ()
) -> Entry:
    """A version as it takes part in planning."""
    return Entry(
        campaign_id=version.campaign_id,
        content=content_of(version),
        items=items,
        choice=choice(version.selector, version.reach),
        boosts=tuple(boosts),
        pace=version.pace,
    )


def _boosts(session: Session, now_ms: int) -> dict[int, list[OrderBoost]]:
    found: dict[int, list[OrderBoost]] = defaultdict(list)
    for boost in session.scalars(select(Boost).where(Boost.until_at > now_ms).order_by(Boost.id)):
        found[boost.campaign_id].append(OrderBoost(boost.factor, boost.from_at, boost.until_at))
    return found


def _cut(entry: Entry, assets: Assets, cls: str, zone: ZoneInfo) -> list[CampaignOrder]:
    content = entry.content
    shown = [assets.shown(item["asset_id"], cls) for item in entry.items]
    usable = [(item, one) for item, one in zip(entry.items, shown, strict=True) if one is not None]
    expiries = [one.expires_on for _, one in usable]
    turns = [_asset(item, one) for item, one in usable]
    end_ms = content.ends_at
    end = None if end_ms is None else datetime.fromtimestamp(end_ms / 1000, UTC).astimezone(zone)
    days = (content.starts_on, content.ends_on)
    return [
        _order(entry, phase, tuple(turns[place] for place in phase.items))
        for phase in phases(days, day_parts(content.dayparts), expiries, end)
    ]


def _asset(item: Item, shown: Shown) -> OrderAsset:
    duration_ms = item["duration_ms"]
    if item["kind"] == "video" and shown.duration_ms is not None:
        duration_ms = max(SHORTEST_MS, min(duration_ms, shown.duration_ms))
    return OrderAsset(shown.digest, duration_ms, item["kind"])


def _order(entry: Entry, phase: Phase, turns: tuple[OrderAsset, ...]) -> CampaignOrder:
    content = entry.content
    return CampaignOrder(
        id=entry.name,
        assets=turns,
        target=_target(entry),
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
        dayparts=phase.dayparts,
        floor=content.floor,
        tier=content.tier,
        min_gap_s=content.min_gap_s,
        boosts=entry.boosts,
    )


def _target(entry: Entry) -> Target:
    """A total is planned by its pace."""
    content = entry.content
    if content.target_kind == "total_plays":
        return Target("pace", entry.pace or 0.0)
    return Target(content.target_kind, content.target_value)
