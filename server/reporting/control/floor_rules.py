"""When a missed floor becomes an incident and when it ends. Pure: hours of one screen → Finding.

It begins when a campaign was below its floor in all of the last hours (two, unless the district
configured otherwise), and ends when all floors were kept in all of them. One good hour after a bad
one changes nothing, so that incidents don't flap. An hour is judged only if the screen was online,
open and free for all of it (no takeover, nothing excused), and has reported all its plays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from playlists.windows import HOUR_MS, Span, clip, total_ms, union
from server.playlog.store.interned_ids import campaign_number
from server.reporting.screen_hours.hourly_figures import CampaignHour, ScreenHour

ONLINE_SHARE: Final = 0.9
"""The minimum share of an hour in contact: plays missed offline are another incident."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A campaign below its floor: the plays of each hour, and the floor in plays an hour."""

    campaign: int
    shown: tuple[int, ...]
    floor: float


@dataclass(frozen=True, slots=True)
class Finding:
    """Campaigns missed in all of the last hours; `kept`: all floors were kept in all of them."""

    missed: Sequence[Missed] = field(default_factory=tuple)
    kept: bool = False


NOTHING: Final = Finding()


def find(
    hours: Sequence[ScreenHour], online: Sequence[Span], excused: Sequence[Span], wanted: int
) -> Finding:
    """Judge a screen by its last `wanted` hours; spans are in ms."""
    usable = [one for one in hours if _is_usable(one, online, excused)]
    if len(usable) < wanted:
        return NOTHING
    by_hour = [_judged(one) for one in usable]
    common = set.intersection(*(set(one) for one in by_hour))
    missed = [
        Missed(
            number,
            tuple(one[number].confirmed for one in by_hour),
            float(by_hour[-1][number].goal.floor or 0),
        )
        for number in sorted(common)
        if all(one[number].meets_floor is False for one in by_hour)
    ]
    kept = bool(common) and all(row.meets_floor is True for one in by_hour for row in one.values())
    return Finding(missed, kept)


def _is_usable(hour: ScreenHour, online: Sequence[Span], excused: Sequence[Span]) -> bool:
    span = hour.from_ms, hour.until_ms
    in_touch = total_ms(clip(union(online), *span))
    return (
        hour.open_ms >= HOUR_MS
        and not hour.takeovers
        and not clip(union(excused), *span)
        and in_touch >= ONLINE_SHARE * HOUR_MS
    )


def _judged(hour: ScreenHour) -> Mapping[int, CampaignHour]:
    """The campaigns with a floor that were to run for all of it, as far as all is known."""
    return {
        campaign_number(row.campaign): row
        for row in hour.campaigns
        if row.meets_floor is not None and row.run_ms >= HOUR_MS
    }
