"""The answers of `/screens/{id}/hours`."""

from server.foundation.rest.responses import Answered, Day, Instant


class CampaignPlays(Answered):
    """A campaign in an hour, or on the day; gaps are from start to start.

    `target` and `floor` are in plays an hour; `meets_*` is null without a goal, and while missing
    plays may still come in.
    """

    campaign_id: str | None
    name: str
    expected: int
    confirmed: int
    plays_per_hour: float | None
    target: float | None
    floor: float | None
    meets_target: bool | None
    meets_floor: bool | None
    gaps: int
    average_gap_ms: int | None
    worst_gap_ms: int | None
    worst_gap_takeover_ms: int


class ScreenHour(Answered):
    """An hour of the district's clock."""

    hour: Instant
    until: Instant
    open_s: float
    takeover_s: float
    expected: int
    confirmed: int
    campaigns: list[CampaignPlays]


class ScreenDay(Answered):
    """One screen's day, and until when it holds."""

    screen_id: str
    day: Day
    as_of: Instant
    complete_until: Instant | None
    items: list[ScreenHour]
    next: None
    campaigns: list[CampaignPlays]
