"""The answers of `/attestations`."""

from typing import Annotated

from pydantic import Field

from server.campaigns.workflow.schemas import Review
from server.foundation.rest.responses import (
    Answered,
    Day,
    Instant,
    PublicId,
    Sha256,
    UserId,
    VenueId,
)


class Photo(Answered):
    """A photo as evidence, re-encoded by the server; `url` needs access to the attestation."""

    digest: Sha256
    url: str
    width: int
    height: int
    user_id: UserId
    added_at: Instant


class ListedAttestation(Answered):
    """A venue's own word: shown on `days` of the days from..to, about so often each day.

    `ended_on` is the last day for which it counts still, if the days after it were taken back.
    """

    id: Annotated[str, PublicId("attestation")]
    venue_id: VenueId
    author_id: UserId
    state: str
    from_: Day = Field(alias="from")
    to: Day
    ended_on: Day | None
    days: int
    plays_per_day: int
    person: str
    note: str
    photos: list[Photo]
    created_at: Instant
    decided_at: Instant | None


class Attestation(ListedAttestation):
    """With its verdict."""

    reviews: list[Review]
