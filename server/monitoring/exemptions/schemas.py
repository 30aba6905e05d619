"""Answers of `/exemptions`."""

from typing import Any

from pydantic import Field

from server.campaigns.workflow.schemas import Review
from server.foundation.rest.responses import Answered, Instant


class ListedExemption(Answered):
    """A time in which plays of some screens are excused, once approved."""

    id: str
    unit_id: str
    author_id: str
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
