"""The columns of a delivery report, each declared once.

The page, csv, xlsx, JSON and its description read them here. A new column is its number (a field or
property of `Figures`), its line below and its row in docs/glossary.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from server.campaigns.labels import PUBLIC_INTEREST
from server.foundation.i18n import Sentence

Kind = Literal["count", "amount", "share"]
JSON_TYPES: Final[Mapping[Kind, Any]] = {"count": int, "amount": float, "share": float | None}
"""Plays, seconds, and fractions, which are none where nothing is to be divided by."""


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """One column: its name in JSON, its headings, and the kind of its numbers.

    `of` is the field or property of `Figures` that it shows, `key` if left empty. One that
    `is_state` is among those that sum to `expected`; one that is `only_json` is in no table.
    """

    key: str
    name: Sentence
    kind: Kind = "count"
    of: str = ""
    is_state: bool = False
    only_json: bool = False

    @property
    def attribute(self) -> str:
        """Where `Figures` has its number."""
        return self.of or self.key


@dataclass(frozen=True, slots=True)
class CampaignColumn:
    """A column that only rows of campaigns have, after their figures: files and JSON read it."""

    key: str
    name: Sentence
    kind: Literal["text", "share"]


COLUMNS: Final = (
    FigureColumn("expected", Sentence("应播", "Expected")),
    FigureColumn("confirmed", Sentence("实播", "Confirmed"), is_state=True),
    FigureColumn("partial", Sentence("未播完", "Partial"), is_state=True),
    FigureColumn("failed", Sentence("播放失败", "Failed"), is_state=True),
    FigureColumn("pre_empted", Sentence("插播占用", "Pre-empted"), is_state=True),
    FigureColumn("screen_off", Sentence("暂停关屏", "Screen off"), is_state=True),
    FigureColumn("pending", Sentence("待回传", "Pending"), is_state=True),
    FigureColumn("missing", Sentence("漏播", "Missing"), is_state=True),
    FigureColumn("excused", Sentence("免考核", "Excused")),
    FigureColumn("delivery_rate", Sentence("播放完成率", "Delivery rate"), "share"),
    FigureColumn(
        "delivery_rate_high",
        Sentence("播放完成率上限", "Highest delivery rate"),
        "share",
        "highest_rate",
        only_json=True,
    ),
    FigureColumn("pacing", Sentence("播放进度", "Pacing"), "share", only_json=True),
    FigureColumn("shown_s", Sentence("播放时长", "Time shown"), "amount", only_json=True),
)

STATES: Final = tuple(one.key for one in COLUMNS if one.is_state)
PLAY_COUNTS: Final = ("expected", *STATES)
TABLE_COLUMNS: Final = tuple(one for one in COLUMNS if not one.only_json)
RATE_FIRST: Final = tuple(sorted(TABLE_COLUMNS, key=lambda one: one.key != "delivery_rate"))
"""The order on pages: the share first, as a phone shows three figures."""
CAMPAIGN_COLUMNS: Final = (
    CampaignColumn("public_interest", PUBLIC_INTEREST, "text"),
    CampaignColumn("share_of_confirmed", Sentence("占实播", "Share of confirmed"), "share"),
)
SHARES: Final = frozenset(one.key for one in COLUMNS if one.kind == "share")
