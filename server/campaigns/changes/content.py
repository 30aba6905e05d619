"""Content added and removed by a version of a campaign."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from playlists.plan.forms import seconds
from server.campaigns.planning.orders import Item
from server.foundation.public_ids import public

Change = Literal["added", "removed", "replaced", "retimed", "kept"]


@dataclass(frozen=True)
class ContentChange:
    """One entry of the list: an asset (by number), and the asset that it replaces.

    Durations are milliseconds; a removed one has none after, an added one none before.
    """

    change: Change
    asset_id: int
    replaces: int | None
    before_ms: int | None
    after_ms: int | None

    def as_json(self) -> dict[str, Any]:
        """The document for the API."""
        return {
            "change": self.change,
            "asset_id": public("asset", self.asset_id),
            "replaces": None if self.replaces is None else public("asset", self.replaces),
            "duration_before_s": None if self.before_ms is None else seconds(self.before_ms),
            "duration_s": None if self.after_ms is None else seconds(self.after_ms),
        }


def compare(
    before: Sequence[Item], after: Sequence[Item], newer: Mapping[int, int]
) -> list[ContentChange]:
    """Entries in the order of the new list, then the removed ones.

    `newer`: replacements of assets in the library.
    """
    left: dict[int, list[Item]] = defaultdict(list)
    for item in before:
        left[item["asset_id"]].append(item)
    older = {new: old for old, new in newer.items() if old in left}
    rows = [_place(item, left, older) for item in after]
    return [*rows, *(_gone(item) for items in left.values() for item in items)]


def reordered(before: Iterable[Item], after: Iterable[Item]) -> bool:
    """Whether the common assets are in another order."""
    old, new = [one["asset_id"] for one in before], [one["asset_id"] for one in after]
    both = set(old) & set(new)
    return [one for one in old if one in both] != [one for one in new if one in both]


def _place(item: Item, left: dict[int, list[Item]], older: Mapping[int, int]) -> ContentChange:
    asset_id, after_ms = item["asset_id"], item["duration_ms"]
    if left[asset_id]:
        before_ms = left[asset_id].pop(0)["duration_ms"]
        same = before_ms == after_ms
        return ContentChange("kept" if same else "retimed", asset_id, None, before_ms, after_ms)
    former = older.get(asset_id)
    if former is not None and left[former]:
        before_ms = left[former].pop(0)["duration_ms"]
        return ContentChange("replaced", asset_id, former, before_ms, after_ms)
    return ContentChange("added", asset_id, None, None, after_ms)


def _gone(item: Item) -> ContentChange:
    return ContentChange("removed", item["asset_id"], None, item["duration_ms"], None)
