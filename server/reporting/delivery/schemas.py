"""The answers of `/reports`."""

from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from server.foundation.rest.responses import Answered, Day, Instant
from server.reporting.delivery.columns import COLUMNS, JSON_TYPES
from server.reporting.delivery.selection import GroupBy
from server.reporting.spot_checks.schemas import SpotFigures


class RemainingPlays(Answered):
    """A campaign's screens and venues, and its plays from now until the end of the day."""

    screens: int
    venues: int
    plays: int


class Acknowledged(Answered):
    """All plays that were acknowledged, each in one state; `plays` is their sum.

    `confirmed` fulfil an expected play. `not_expected` were shown whole in a slot that had begun
    before the screen had that plan, `outside_plan` are of takeovers, of the fallback or by hand,
    `late` fulfilled theirs after the month was frozen.
    """

    plays: int
    confirmed: int
    partial: int
    failed: int
    not_expected: int
    outside_plan: int
    unsynced: int
    quarantined: int
    late: int


if TYPE_CHECKING:

    class Figures(Answered):
        """The columns of a report; mypy needs none of them."""

else:
    Figures = create_model(
        "Figures",
        __base__=Answered,
        __module__=__name__,
        __doc__="Expected plays and the state of each; the states sum to `expected`.",
        **{one.key: (JSON_TYPES[one.kind], ...) for one in COLUMNS},
    )


class GroupName(Answered):
    """One group: its name, and the one field that identifies it."""

    name: str
    unit_id: str | None = None
    territory_id: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None
    venue_kind: str | None = None
    line: str | None = None
    day: Day | None = None
    hour: Instant | None = None


class Row(GroupName, Figures):
    """One group: its name, and the one field that has its id.

    Of campaigns also `public_interest` (公益), null if unknown, and their share of all confirmed
    plays.
    """

    campaign_id: str | None = None
    public_interest: bool | None = None
    share_of_confirmed: float | None = None
    acknowledged: Acknowledged | None = None


class Totals(Figures):
    """The sums; `adjustments` are changes by hand."""

    adjustments: Any
    acknowledged: Acknowledged | None = None


class PublicInterest(Figures):
    """Campaigns in the public interest, and their share of all confirmed plays."""

    share_of_confirmed: float | None


class Delivery(Answered):
    """A report: its rows, their totals, and until when they hold.

    `of_campaigns` are the totals without venues' own content, where rows are campaigns;
    `of_public_interest` those of campaigns that are 公益 by their version in force.
    """

    from_: Day = Field(alias="from")
    to: Day
    group_by: GroupBy
    as_of: Instant
    items: list[Row]
    next: None
    totals: Totals
    of_campaigns: Figures | None
    of_public_interest: PublicInterest | None
    chain_head: str | None
    declared: dict[str, int]
    spot_checks: SpotFigures
