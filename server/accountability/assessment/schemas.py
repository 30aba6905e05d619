"""The answers of `/assessment-packs`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.foundation.rest.responses import (
    Answered,
    Day,
    Instant,
    PublicId,
    Sha256,
    UnitId,
    UserId,
)


class PackUnit(Answered):
    """A unit of a pack, by its name as it is now."""

    unit_id: UnitId
    name: str


class ListedPack(Answered):
    """A pack: the frozen figures of some units; digest and signature once it is ready."""

    id: Annotated[str, PublicId("assessment_pack")]
    author_id: UserId
    units: list[PackUnit]
    from_: Day = Field(alias="from")
    to: Day
    state: Literal["making", "ready", "failed"]
    created_at: Instant
    frozen_at: Instant | None
    digest: Sha256 | None
    signature: str | None
    key_id: str | None


class PackTotals(Answered):
    """Plays by state, and venues by whether they meet the target; shares to four digits."""

    expected: int
    confirmed: int
    partial: int
    failed: int
    pre_empted: int
    screen_off: int
    pending: int
    missing: int
    excused: int
    delivery_rate: float | None
    pending_share: float | None
    venues: int
    reached: int
    attested: int
    venues_pending: int
    without_screen: int


class UnitTotals(PackTotals):
    """The totals of one unit, with the number of screens placed at its venues in these days."""

    screens: int


class PackOutcome(Answered):
    """A figure entered by hand: cases, loss in 10,000 yuan, or awareness in per cent."""

    kind: Literal["cases", "loss", "awareness"]
    value: float
    source: str
    date: Day


class TotalsOfUnit(Answered):
    """A unit's totals, under the name that it had when the pack was made."""

    unit_id: str
    name: str
    totals: UnitTotals
    outcomes: list[PackOutcome]


class PackFile(Answered):
    """A file as it was made."""

    unit_id: UnitId
    kind: Literal["xlsx", "pdf"]
    name: str
    bytes: int
    sha256: Sha256
    url: str


class Pack(ListedPack):
    """With totals and files; a venue in several of its units counts once in `totals`."""

    as_of: Instant | None
    totals: PackTotals | None
    by_unit: list[TotalsOfUnit]
    files: list[PackFile]


class SignedFile(Answered):
    """A file in a manifest."""

    name: str
    bytes: int
    sha256: Sha256


class Manifest(Answered):
    """The proof of a pack: `digest` is the SHA-256 of `figures` as canonical JSON.

    `signature` (ECDSA P-256, r||s in base64url) is over the canonical JSON of kind, version, id,
    frozen_at, digest and files. Canonical: keys sorted, no spaces, UTF-8.
    """

    kind: str
    version: int
    id: str
    frozen_at: Instant
    digest: Sha256
    files: list[SignedFile]
    figures: dict[str, Any]
    key: dict[str, str]
    signature: str
