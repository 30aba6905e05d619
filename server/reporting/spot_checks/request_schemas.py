"""Input of `/spot-checks`; the services check its meaning."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from server.campaigns.workflow.request_schemas import SelectorBody
from server.foundation.civil_time import Civil
from server.foundation.public_ids import number
from server.foundation.rest.downloads import today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Body, Day, Paging
from server.reporting.spot_checks import queries, schemas
from server.reporting.spot_checks.statistic.scope import Question

Id = Annotated[str, Field(max_length=64)]
DAYS: Final = 30


class CheckQuery(Paging):
    """The filters of a list: `standing` is how a check counts, or why it has no answer.

    A late photo is `unanswered` unless it is `bad`. `from` and `to` are days of the district, both
    inclusive; `counted`: whether it is in the statistic.
    """

    standing: schemas.CheckStatus | None = None
    why: schemas.Why | None = None
    kind: schemas.Kind | None = None
    screen_id: Id | None = None
    counted: bool | None = None
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None

    def wanted(self) -> queries.Wanted:
        """The filters with numbers for public ids, and instants for days."""
        civil = Civil(core().settings.zone)
        return queries.Wanted(
            self.standing,
            self.why,
            self.kind,
            number("screen", self.screen_id) if self.screen_id else None,
            self.counted,
            civil.start_of(self.from_.toordinal()) if self.from_ else None,
            civil.start_of(self.to.toordinal() + 1) if self.to else None,
        )


class StatisticQuery(BaseModel):
    """Days (the district's, both inclusive; left out: the last thirty) and places."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    unit_id: Id | None = None
    territory_id: Id | None = None
    venue_kind: Id | None = None
    venue_id: Id | None = None
    screen_id: Id | None = None
    line_id: Id | None = None
    kind: schemas.Kind | None = None

    def question(self) -> Question:
        """The selection of the statistic."""
        last = self.to or today()
        first = self.from_ or last - timedelta(days=DAYS - 1)
        places = self.model_dump(exclude={"from_", "to"})
        return Question(first, last, **places)


class SpotCheckBody(Body):
    """The screen to be checked now, and the kind of check."""

    screen_id: Id
    kind: schemas.Kind = "screenshot"


class SpotDrawBody(Body):
    """A number of checks among the selected screens on air now."""

    selector: SelectorBody
    count: Annotated[int, Field(ge=1, le=60)]
    kind: schemas.Kind = "screenshot"


class SpotVerdictBody(Body):
    """The verdict on the picture."""

    verdict: schemas.Verdict
    note: str = Field("", max_length=500)


class SpotPlanChanges(Body):
    """The fields to change; those left out stay as they are."""

    per_day: Annotated[int, Field(ge=0, le=500)] = 0
    photos_per_day: Annotated[int, Field(ge=0, le=500)] = 0
    photo_minutes: Annotated[int, Field(ge=1, le=120)] = 10
    keep_days: Annotated[int, Field(ge=35, le=3_650)] = 400


class WhichPicture(BaseModel):
    """Which picture: the shown or the expected one."""

    of: Literal["shown", "meant"] = "shown"
