"""Answers of `/exemptions`."""

from typing import Annotated, Any

from pydantic import Field

from server.campaigns.workflow.schemas import Review
from server.foundation.rest.responses import Answered, Instant, PublicId, UnitId, UserId


class ListedExemption(Answered):
    """A time in which plays of some screens are excused, once approved."""

    id: Annotated[str, PublicId("exemption")]
    unit_id: UnitId
    author_id: UserId
    state: str
    selector: dict[str, Any]
    from_: Instant = Field(alias="from")
    until: Instant
    code: str
    note: str
    file: str
    screens: int | None
    created_at: Instant
    decided_at: Instant | None


class Exemption(ListedExemption):
    """An exemption with its decision."""

    reviews: list[Review]
