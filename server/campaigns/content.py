"""The content of a campaign as one immutable value, and its internal rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from playlists.errors import InvalidRequest
from playlists.windows import DayPart, clock_range
from server.campaigns.models import CampaignVersion
from server.campaigns.targeting import selector as selection
from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
MOST: Final = {"plays_per_hour": 3_600, "plays_per_day": 86_400, "total_plays": 1e10}
WRONG = Sentence("宣传任务填写有误，请按提示修改。", "The campaign has wrong values, see `errors`.")
BACKWARDS = Sentence("结束日期不能早于开始日期。", "The last day can't be before the first.")
FAR_DATE = Sentence("日期需在 2000 年至 2099 年之间。", "Give a day between 2000 and 2099.")
NO_VALUE = Sentence("自有内容不设频次，value 须为 null。", "Filler has no value: send null.")
NEEDS_VALUE = Sentence("请填写大于 0 的频次。", "Give a value above 0.")
OUT_OF_RANGE = Sentence(
    "每个画面至少 1 秒，此频次无法实现，请降低。",
    "Every play lasts at least a second, so that many don't fit: lower it.",
)
SHARE = Sentence("时长占比须大于 0，不超过 100 %。", "A share is above 0 and at most 100 %.")
WRONG_TIME = Sentence("时间须为 HH:MM，且起止不同。", "Give times as HH:MM that differ.")


@dataclass(frozen=True)
class Content:
    """One content of a campaign; the floor is plays per hour, gaps are seconds.

    `playlist_id` is the public id; `ends_at` (ms UTC) ends an urgent campaign within its last day;
    `public_interest` (公益) is None if unknown.
    """

    name: str
    playlist_id: str
    starts_on: date
    ends_on: date
    target_kind: str
    target_value: float | None
    selector: dict[str, Any]
    dayparts: tuple[dict[str, Any], ...] = ()
    floor: float = 0.0
    tier: int = 3
    min_gap_s: float | None = None
    baseline: dict[str, Any] | None = None
    ends_at: int | None = None
    public_interest: bool | None = None

    def as_columns(self, playlist_id: int) -> dict[str, Any]:
        """The columns of a version, with the list's row number."""
        return {
            **self.__dict__,
            "dayparts": list(self.dayparts),
            "playlist_id": playlist_id,
        }


def content_of(version: CampaignVersion) -> Content:
    """The content of a stored version."""
    names = Content.__dataclass_fields__
    values = {name: getattr(version, name) for name in names}
    values["dayparts"] = tuple(version.dayparts)
    values["playlist_id"] = public("playlist", version.playlist_id)
    return Content(**values)


def check(content: Content) -> None:
    """Raise Invalid with every invalid value."""
    faults = [
        *_dates(content),
        *_target(content.target_kind, content.target_value),
        *_dayparts(content.dayparts),
    ]
    if faults:
        raise Invalid(WRONG, faults=faults)
    selection.parse(content.selector)


def day_parts(stored: Sequence[Mapping[str, Any]]) -> tuple[DayPart, ...]:
    """Stored day parts as the planner takes them. Raises playlists' InvalidRequest."""
    return tuple(
        DayPart(
            days=frozenset(part["days"]),
            hours=clock_range(part["from"], part["to"], f"/dayparts/{index}"),
            calendar=part.get("calendar", "all"),
        )
        for index, part in enumerate(stored)
    )


def _dates(content: Content) -> list[Fault]:
    days = {"/starts_on": content.starts_on, "/ends_on": content.ends_on}
    faults = [Fault(p, FAR_DATE) for p, day in days.items() if not FIRST_DAY <= day <= LAST_DAY]
    if content.ends_on < content.starts_on:
        faults.append(Fault("/ends_on", BACKWARDS))
    return faults


def _target(kind: str, value: float | None) -> list[Fault]:
    pointer = "/target/value"
    if kind == "filler":
        return [] if value is None else [Fault(pointer, NO_VALUE)]
    if value is None or value <= 0:
        return [Fault(pointer, NEEDS_VALUE)]
    if kind == "share_of_voice" and value > 1:
        return [Fault(pointer, SHARE)]
    if value > MOST.get(kind, value) or (kind == "longest_wait_s" and value < 1):
        return [Fault(pointer, OUT_OF_RANGE)]
    return []


def _dayparts(stored: Sequence[Mapping[str, Any]]) -> list[Fault]:
    try:
        day_parts(stored)
    except InvalidRequest as error:
        return [Fault(error.pointer, WRONG_TIME)]
    return []
