"""Warnings on a campaign's content before it is signed off, for its screens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from media.screen_classes import CLASSES
from server.campaigns.planning.orders import Entry
from server.content.assets.content_checks import Finding, check_asset, smallest_sign
from server.content.models import Asset
from server.foundation.config import Settings
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.rendition_classes import class_title

MOTION = Sentence(
    "道路旁的屏幕不宜播放动态画面，以免分散驾驶人注意。请换用静态图片，或把交通主干道移出播放范围。",
    "Moving pictures beside a road distract drivers: use a still, or leave main roads out.",
)
ROADSIDE = "road"
TOO_SMALL = Sentence(
    "部分显示屏离观看者较远，这些文字在那里无法辨认。请缩短文字，或改用更简单的模板。",
    "On some of the screens people stand too far away to read this: shorten the text.",
)


@dataclass(frozen=True)
class Caution:
    """A warning on an asset of the campaign."""

    asset_id: int
    name: str
    finding: Finding

    def as_json(self, language: str) -> dict[str, Any]:
        """The document for the API."""
        return {
            "asset_id": public("asset", self.asset_id),
            "name": self.name,
            "code": self.finding.code,
            "detail": self.finding.detail.in_language(language),
        }


def cautions(
    session: Session, settings: Settings, entry: Entry, screens: Iterable[ScreenFacts], today: date
) -> list[Caution]:
    """The findings of each asset at its duration, and motion beside roads."""
    assets = {one["asset_id"]: session.get_one(Asset, one["asset_id"]) for one in entry.items}
    found = []
    for item in entry.items:
        asset = assets[item["asset_id"]]
        findings = check_asset(settings, asset, today, item["duration_ms"])
        found += [Caution(asset.id, asset.name, one) for one in findings]
    moving = [asset for asset in assets.values() if asset.kind == "video"]
    chosen = entry.choice.among(screens)
    too_small = [
        Caution(asset.id, asset.name, Finding("too_small", "/selector", TOO_SMALL))
        for asset in assets.values()
        if asset.slide is not None and _too_small(asset.slide, chosen)
    ]
    nearest = [one for asset in assets.values() for one in _shown_by_nearest(asset, chosen)]
    return [*dict.fromkeys(found), *too_small, *nearest, *_beside_roads(moving, chosen)]


def _too_small(slide: dict[str, Any], chosen: Sequence[ScreenFacts]) -> bool:
    """Whether the smallest sign is less than some screen's viewers need."""
    for one in CLASSES:
        needed = [
            facts.least_sign
            for facts in chosen
            if facts.least_sign is not None and facts.rendition_class == one.name
        ]
        if needed and smallest_sign(slide, one) < max(needed):
            return True
    return False


def _shown_by_nearest(asset: Asset, chosen: Sequence[ScreenFacts]) -> Iterator[Caution]:
    """The classes among the chosen screens for which the asset can't be made."""
    classes = {one.rendition_class for one in chosen}
    for gap in asset.gaps:
        if gap.cls in classes:
            title = class_title(gap.cls)
            sentence = Sentence(
                f"{title.zh}只能播放最接近的画面：{gap.reason_zh}",
                f"{title.en} shows the nearest picture: {gap.reason_en}",
            )
            yield Caution(asset.id, asset.name, Finding("no_rendition", "/selector", sentence))


def _beside_roads(moving: Sequence[Asset], chosen: Sequence[ScreenFacts]) -> list[Caution]:
    if not any(one.venue_kind == ROADSIDE for one in chosen):
        return []
    finding = Finding("motion_near_roads", "/selector", MOTION)
    return [Caution(asset.id, asset.name, finding) for asset in moving]
