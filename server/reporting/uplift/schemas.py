"""Answers of `/reports/uplift`."""

from pydantic import Field

from server.foundation.rest.responses import Answered, CampaignId, Day, Instant


class ReportedDays(Answered):
    """Days of the district, both inclusive."""

    from_: Day = Field(alias="from")
    to: Day


class MeasuredRate(Answered):
    """Confirmed plays over the open hours of some screens; null if none was measured."""

    plays: int
    hours: float
    screens: int
    per_hour: float | None


class RateChange(Answered):
    """Before and since on the same screens; since on all screens, and the campaign's part of it."""

    before: MeasuredRate
    since: MeasuredRate
    uplift: float | None
    all_screens: MeasuredRate
    own: MeasuredRate


class KindChange(RateChange):
    """The same at one kind of venue."""

    venue_kind: str
    name: str


class FigureByHand(Answered):
    """A figure by hand, and how many times as often the campaign's screens have shown since."""

    value: float
    source: str
    date: Day
    uplift: float | None


class UpliftRow(RateChange):
    """One campaign."""

    campaign_id: CampaignId
    name: str
    starts_on: Day
    ends_on: Day
    public_interest: bool | None
    before_days: ReportedDays
    since_days: ReportedDays | None
    reported: FigureByHand | None
    venue_kinds: list[KindChange]


class Uplift(Answered):
    """Campaigns, newest first, and until when it holds; without `from` from each one's start."""

    from_: Day | None = Field(alias="from")
    to: Day
    as_of: Instant
    items: list[UpliftRow]
    next: None
