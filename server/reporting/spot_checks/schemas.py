"""Answers of `/spot-checks`."""

from typing import Annotated, Literal

from pydantic import Field

from server.foundation.rest.responses import Answered, Day, Instant, PublicId, ScreenId, UserId
from server.gateway.schemas import Meant

Kind = Literal["screenshot", "photo"]
Why = Literal["random", "sample", "by_hand"]
State = Literal["asked", "answered", "no_answer", "offline"]
Verdict = Literal["good", "bad", "unclear"]
CheckStatus = Literal[
    "asked", "waiting", "no_answer", "offline", "unanswered", "good", "bad", "unclear"
]


class SpotCheck(Answered):
    """One check of one screen: when it was asked for, the shown and expected content, the verdict.

    `hint` is the likeness of the two pictures computed by the server, which decides nothing.
    `counted`: it is in the statistic of all that the person sees, so it was drawn at random, among
    no fewer screens, and its time is over or it is answered. Pictures are null where none came, or
    once they were deleted. `late`: the photo came after `due_at`. For a photo `meant` is all that
    was on within 90 seconds before it.
    """

    id: Annotated[str, PublicId("spot_check")]
    screen_id: ScreenId
    why: Why
    counted: bool
    kind: Kind
    state: State
    asked_at: Instant
    asked_by: UserId | None
    due_at: Instant
    answered_at: Instant | None
    answered_by: UserId | None
    late: bool
    error: str | None
    picture: str | None
    meant: list[Meant]
    meant_picture: str | None
    hint: Literal["matches", "differs", "not_comparable"] | None
    difference: float | None
    verdict: Verdict | None
    judged_by: UserId | None
    judged_at: Instant | None
    note: str


class DrawnChecks(Answered):
    """The checks that were drawn."""

    items: list[SpotCheck]
    next: None


class SpotFigures(Answered):
    """Random checks by outcome, and the bound that follows.

    `upper_bound` is the share of bad ones that isn't exceeded with 95 % confidence, by those that
    are good or bad; `upper_bound_unanswered_bad` the same with all that nobody found good counted
    as bad. `photos` is the number of photos.
    """

    checks: int
    good: int
    bad: int
    unclear: int
    unanswered: int
    waiting: int
    photos: int
    confidence: float
    upper_bound: float | None
    upper_bound_unanswered_bad: float | None
    sentence: str


class SpotStatistic(SpotFigures):
    """The same of some days, both inclusive."""

    from_: Day = Field(alias="from")
    to: Day
    as_of: Instant


class SpotCheckPlan(Answered):
    """The average number of checks a day, and the time limits."""

    per_day: int
    photos_per_day: int
    photo_minutes: int
    keep_days: int
