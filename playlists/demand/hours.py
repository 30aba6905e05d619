"""The demands of an hour: orders that run, turned into the request for one loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import TypeVar

from playlists.demand.orders import CampaignOrder, OrderAsset
from playlists.demand.request import LoopItem, LoopRequest, Turn
from playlists.demand.targets import Frequency, exact
from playlists.windows import HOUR_MS

PARTS = (3, 2)
"""An hour may be three or two equal loops, where that gives whole counts."""
MOST_VARIATIONS = 24

Shown = tuple[str, str | None]
"""The content of a turn of a loop's item: an asset's digest, and the campaign it counts for."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class HourDemand:
    """A loop's request and, for each of its items, what each turn shows."""

    request: LoopRequest
    shown: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """The orders that run together: campaigns with their wanted plays, and the venue's filler."""

    campaigns: tuple[tuple[CampaignOrder, Frequency], ...]
    fillers: tuple[CampaignOrder, ...]
    own_share: float = 0.0

    def variations(self) -> int:
        """After how many hours the same loop comes again.

        1 unless assets must take turns: a campaign with more assets than plays an hour, or filler
        longer than the room left for it, shows others in the next hour.
        """
        turns = [self._filler_variations()]
        for order, frequency in self.campaigns:
            if 0 < frequency.plays < len(order.assets):
                turns.append(lcm(len(order.assets), frequency.plays) // frequency.plays)
        return min(lcm(*turns), MOST_VARIATIONS)

    def demand(self, hour_number: int) -> HourDemand:
        """The demand of that hour, counted from any fixed one."""
        turn = hour_number % self.variations()
        parts = self._parts()
        period_ms = HOUR_MS // parts
        items: list[LoopItem] = []
        shown: list[tuple[Shown, ...]] = []
        for order, frequency in self.campaigns:
            assets = order.assets
            if frequency.plays < len(assets):
                assets = _rotated(assets, turn * frequency.plays)
            items.append(_campaign_item(order, frequency, assets, parts))
            shown.append(tuple((asset.digest, order.id) for asset in assets))
        for order, number, asset in _rotated(self._filler_rows(), turn * self._filler_window()):
            items.append(LoopItem(f"{order.id}/{number}", (_turn(asset),), None, role="filler"))
            shown.append(((asset.digest, None if order.starter else order.id),))
        own_ms = int(exact(self.own_share) * period_ms)
        return HourDemand(LoopRequest(tuple(items), period_ms, own_ms), tuple(shown))

    def _parts(self) -> int:
        """Into how many equal loops the hour is cut."""
        return next((parts for parts in PARTS if self._divides(parts)), 1)

    def _divides(self, parts: int) -> bool:
        for order, frequency in self.campaigns:
            each, rest = divmod(frequency.plays, parts)
            if rest or (len(order.assets) > 1 and each % len(order.assets)):
                return False
        own_ms = int(exact(self.own_share) * HOUR_MS)
        load_ms = self._campaign_ms()
        return load_ms + own_ms <= HOUR_MS and load_ms + self._filler_ms() * parts <= HOUR_MS

    def _campaign_ms(self) -> int:
        return sum(
            _campaign_item(order, frequency, order.assets, 1).airtime_ms(frequency.plays)
            for order, frequency in self.campaigns
        )

    def _filler_ms(self) -> int:
        return sum(asset.duration_ms for _, _, asset in self._filler_rows())

    def _filler_rows(self) -> tuple[tuple[CampaignOrder, int, OrderAsset], ...]:
        return tuple(
            (order, number, asset)
            for order in self.fillers
            for number, asset in enumerate(order.assets)
        )

    def _filler_window(self) -> int:
        """About how many fillers have a place in an hour."""
        rows = self._filler_rows()
        own_ms = int(exact(self.own_share) * HOUR_MS)
        room_ms = max(HOUR_MS - self._campaign_ms(), own_ms)
        return max(1, room_ms * len(rows) // max(self._filler_ms(), 1))

    def _filler_variations(self) -> int:
        return max(1, -(-len(self._filler_rows()) // self._filler_window()))


def _campaign_item(
    order: CampaignOrder, frequency: Frequency, assets: Sequence[OrderAsset], parts: int
) -> LoopItem:
    return LoopItem(
        id=order.id,
        turns=tuple(_turn(asset) for asset in assets),
        plays=frequency.plays // parts,
        campaign=order.id,
        floor=-(-frequency.floor // parts),
        tier=order.tier,
        min_gap_ms=frequency.min_gap_ms,
        max_gap_ms=frequency.max_gap_ms,
    )


def _turn(asset: OrderAsset) -> Turn:
    return Turn(asset.duration_ms, asset.kind)


def _rotated(values: tuple[_T, ...], by: int) -> tuple[_T, ...]:
    by %= max(len(values), 1)
    return values[by:] + values[:by]
