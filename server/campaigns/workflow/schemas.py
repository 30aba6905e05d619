"""Answers of `/playlists`, `/campaigns`, `/takeovers` and `/stop`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.foundation.rest.responses import (
    Answered,
    AssetId,
    Day,
    Instant,
    PublicId,
    UnitId,
    UserId,
)

Kind = Literal[
    "plays_per_day",
    "plays_per_hour",
    "share_of_voice",
    "longest_wait_s",
    "total_plays",
    "filler",
]
Number = int | float


class PlaylistItem(Answered):
    """One asset in its place; without a duration its own."""

    asset_id: AssetId
    duration_s: Number | None


class Playlist(Answered):
    """An ordered list of assets."""

    id: Annotated[str, PublicId("playlist")]
    name: str
    unit_id: UnitId
    author_id: UserId
    items: list[PlaylistItem]


class Target(Answered):
    """The target."""

    kind: Kind
    value: Number | None


class Content(Answered):
    """Content, places, hours and target; `items` are there once it was submitted.

    `public_interest`: 公益 by its author's declaration, null if unknown.
    """

    name: str
    playlist_id: Annotated[str, PublicId("playlist")]
    items: list[PlaylistItem]
    starts_on: Day
    ends_on: Day
    dayparts: list[dict[str, Any]]
    target: Target
    floor: Number
    tier: int
    min_gap_s: Number | None
    selector: dict[str, Any]
    baseline: dict[str, Any] | None
    public_interest: bool | None
    version: int


class Revision(Content):
    """A draft that replaces the signed version once it is approved."""

    state: str


class Boost(Answered):
    """A multiplier between two instants."""

    id: Annotated[str, PublicId("boost")]
    factor: Number
    from_: Instant = Field(alias="from")
    until: Instant
    reason: str
    user: UserId
    at: Instant


class Review(Answered):
    """One person's verdict."""

    step: int
    user: UserId
    at: Instant
    verdict: str
    opinion: str
    round: int


class Pacing(Answered):
    """The state of a total at `as_of`: plays over all screens, rates per screen-hour.

    `projected`: the plays on the last day at the current ratio; null while nothing was due.
    """

    state: Literal["ahead", "on_pace", "behind", "at_risk"]
    total: int
    confirmed: int
    pending: int
    due: int
    remaining: int
    projected: int | None
    ends_on: Day
    unreachable: int
    plays_per_hour: float
    most_per_hour: float
    as_of: Instant


class Campaign(Content):
    """The version in force; the draft that may replace it is `revision`."""

    id: str
    unit_id: str
    author_id: str
    state: Literal["draft", "submitted", "approved", "live", "ended", "withdrawn"]
    boosts: list[Boost]
    reviews: list[Review]
    revision: Revision | None
    pacing: Pacing | None
    created_at: Instant


class GaveWay(Answered):
    """The campaigns that get less than requested, in plays of one loop."""

    item: str
    campaign_id: str
    name: str | None
    asked: Number
    given: Number
    tier: int


class CheckedSlot(Answered):
    """One place in the hour."""

    item: str | None
    campaign: str | None
    this: bool
    at_s: Number
    duration_s: Number


class CheckedHour(Answered):
    """The fullest hour of a group."""

    period_s: Number
    slots: list[CheckedSlot]


class CheckedReason(Answered):
    """A refusal in the reader's language: the misfit, each part of it, a change that would fit."""

    code: str
    what: str
    parts: list[str]
    factor: str | None
    change: str


class CheckedBoost(Answered):
    """The fullest hour while a boost lasts; `factor` is with those at the same time."""

    factor: float
    from_: Instant = Field(alias="from")
    until: Instant
    plays_per_hour: int
    gave_way: list[GaveWay]


class CheckedGroup(Answered):
    """Screens with equal inputs; `reasons` are the `refused` in words.

    Figures are those of the fullest hour without the campaign's boosts, `plays_per_day` of the
    day on which it comes first (0 for filler, which takes what each hour leaves). `boosts` are
    those in force or begun within fifteen days (of its start, if that is ahead). `dwell_reach`
    is for people who stay `dwell_s` seconds, as is usual there, `dwell_by_stay` for other stays
    (by seconds).
    """

    screens: int
    venue_kind: str
    refused: list[dict[str, Any]]
    reasons: list[CheckedReason]
    hour: CheckedHour | None
    plays_per_hour: Number
    plays_per_day: int
    longest_wait_s: Number | None
    dwell_s: int
    dwell_reach: float
    dwell_by_stay: dict[str, float]
    gave_way: list[GaveWay]
    boosts: list[CheckedBoost]


class Warned(Answered):
    """A warning that doesn't block it; `href` is the page to fix it."""

    code: Literal["calendar_ends"]
    detail: str
    known_until: Day
    href: str


class Caution(Answered):
    """A warning before sign-off: `refused` texts, dates, reading time, motion near roads."""

    asset_id: str
    name: str
    code: str
    detail: str


class Checked(Answered):
    """The campaign's effect on its screens; `alike`: one group represents all."""

    groups: list[CheckedGroup]
    tightest: int | None
    typical: int | None
    alike: bool
    warnings: list[Warned]
    notices: list[Caution]


class CheckedForm(Checked):
    """The same for a form that isn't saved; `names` are campaigns by id, `k_0` is a new one."""

    names: dict[str, str]


class ChangedPlace(Answered):
    """One place of the list; `replaces` is the asset that it takes the place of."""

    change: Literal["added", "removed", "replaced", "retimed", "kept"]
    asset_id: str
    replaces: str | None
    duration_before_s: Number | None
    duration_s: Number | None


class Reach(Answered):
    """Screens that play now; of venues those that had (or have) none at all."""

    screens: int
    venues: int


class ChangedWhere(Answered):
    """Screens that show it from now on, no longer, still."""

    gained: Reach
    lost: Reach
    kept: Reach


class Stretch(Answered):
    """First and last day of days in a row."""

    from_: Day = Field(alias="from")
    until: Day


class ChangedWhen(Answered):
    """Days from today on, at most two years of them; `changed`: on other hours."""

    days_before: int
    days: int
    added: list[Stretch]
    removed: list[Stretch]
    changed: list[Stretch]


class HourSide(Answered):
    """An hour before or after."""

    hour: CheckedHour
    plays_per_hour: Number
    plays_per_day: int
    longest_wait_s: Number | None
    dwell_reach: float
    dwell_by_stay: dict[str, float]


class ChangedOther(Answered):
    """Another campaign in that hour, in plays per hour; null: one outside the reader's scope."""

    campaign_id: str | None
    name: str | None
    before: int
    after: int


class ChangedHour(Answered):
    """The same hour of the same screens before and after."""

    screens: int
    venue_kind: str
    before: HourSide
    after: HourSide
    others: list[ChangedOther]


class ChangedOften(Answered):
    """The tightest screens' fullest hour; and the typical ones', if these are others.

    `alike`: one hour represents all screens.
    """

    tightest: ChangedHour | None
    typical: ChangedHour | None
    alike: bool


class Changes(Answered):
    """The changes by approving it; `reordered`: the common assets are in another order."""

    content: list[ChangedPlace]
    reordered: bool
    where: ChangedWhere
    when: ChangedWhen
    how_often: ChangedOften


class Boosted(Answered):
    """The boost's id, and who gives way."""

    id: str
    gave_way: list[GaveWay]


class Acknowledgement(Answered):
    """A screen that it is for; null: not acknowledged yet."""

    screen_id: str
    name: str
    venue_id: str
    venue_name: str
    acknowledged_at: Instant | None


class ListedTakeover(Answered):
    """A takeover with its reviews."""

    id: Annotated[str, PublicId("takeover")]
    unit_id: UnitId
    author_id: UserId
    state: Literal["submitted", "live", "rejected", "ended"]
    asset_id: AssetId
    selector: dict[str, Any]
    label: str
    reason: str
    emergency: bool
    drill: bool
    created_at: Instant
    from_: Instant | None = Field(alias="from")
    until: Instant | None
    ended_at: Instant | None
    reviews: list[Review]


class Takeover(ListedTakeover):
    """A takeover and, screen by screen, who has acknowledged it."""

    acknowledgements: list[Acknowledgement]
    not_acknowledged: list[str]


class ListedStop(Answered):
    """A stop, lifted or not."""

    id: Annotated[str, PublicId("stop")]
    unit_id: UnitId
    author_id: UserId
    state: Literal["live", "ended"]
    mode: Literal["safe", "black"]
    selector: dict[str, Any]
    at: Instant
    lifted_at: Instant | None
    lifted_by: UserId | None


class Stop(ListedStop):
    """A stop and, screen by screen, who has acknowledged it."""

    acknowledgements: list[Acknowledgement]
    not_acknowledged: list[str]
