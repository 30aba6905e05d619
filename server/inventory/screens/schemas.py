"""Answers of `/screens`, `/enrolment-keys`, `/player/pairing` and `/player/token`."""

from typing import Literal

from pydantic import Field

from server.foundation.rest.responses import (
    Answered,
    Instant,
    KeyId,
    ScreenId,
    UnitId,
    UserId,
    VenueId,
)


class ScreenRecord(Answered):
    """A screen; `version`: its player's current one, null if unknown."""

    venue_id: VenueId
    serial: str | None
    name: str
    width: int | None
    height: int | None
    pixel_pitch_mm: float | None
    rendition_class: str | None
    tags: list[str]


class Screen(ScreenRecord):
    """A screen; `version` is the one that its player has on air, null if not known."""

    id: ScreenId
    state: str
    version: int | None
    last_contact: Instant | None
    player: str | None
    paused_until: Instant | None
    pause_reason: str | None
    created_at: Instant
    enrolled_at: Instant | None
    revoked_at: Instant | None
    retired_at: Instant | None
    awaited_since: Instant | None


class Box(Answered):
    """A box of a screen in [from, until); `until` is null for the current one."""

    serial: str | None
    player: str
    how: Literal["code", "key", "earlier"]
    enrolment_key_id: KeyId | None
    user_id: UserId | None
    from_: Instant = Field(alias="from")
    until: Instant | None
    ended: Literal["replaced", "revoked", "retired"] | None
    ended_by: UserId | None


class Choice(Answered):
    """A value to send, its label, and a detail that distinguishes equal labels."""

    id: str
    name: str
    detail: str


class Refusal(Answered):
    """A player refused with a valid key, as its serial is reserved for `screen_id`.

    `address`: of the last attempt.
    """

    screen_id: ScreenId
    venue_id: VenueId
    serial: str
    enrolment_key_id: KeyId
    address: str
    first_at: Instant
    last_at: Instant
    tries: int


class KeyRecord(Answered):
    """An enrolment key, without the key itself; `screens`: the number that came by it."""

    id: KeyId
    unit_id: UnitId
    venue_kind: str
    uses: int
    used: int
    made_by: UserId | None
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None


class EnrolmentKey(KeyRecord):
    """An enrolment key, without the key itself; `screens` is how many came by it."""

    state: Literal["usable", "used_up", "over", "revoked"]
    screens: int


class MadeKey(EnrolmentKey):
    """The key itself and the player's address with it, only in this answer."""

    key: str
    player_address: str


class Card(Answered):
    """The address for a box with this serial; `screen`: the recorded one, null if unknown."""

    serial: str
    screen: str | None
    address: str
    qr_svg: str


class Pairing(Answered):
    """A code to show, and a secret to poll with (RFC 8628)."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    qr_svg: str
    expires_in: int
    interval: int


class PinnedKey(Answered):
    """A public key (JWK, P-256) that the player pins."""

    kid: str
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str


class Signed(Answered):
    """A signed statement for a screen's player.

    `signature`, as of assignments, is over the text of `statement`, which is JSON with `format` 1,
    `screen` and `issued_at` (ms).
    """

    statement: str
    kid: str
    signature: str


class Binding(Signed):
    """Proof for a player that was bound before.

    The text of its statement has `former` and `nonce` of the request, and `keys`, the new pins.
    """


class IssuedToken(Answered):
    """The player's credentials; the cookie of the same answer is limited to `/files/`.

    `binding` is present if the request had `rebinding`.
    """

    access_token: str
    token_type: Literal["Bearer"]
    screen_id: str
    keys: list[PinnedKey]
    binding: Binding | None = None


class TokenRefusal(Answered):
    """An error in the shape of RFC 6749 and RFC 8628."""

    error: Literal[
        "authorization_pending",
        "slow_down",
        "expired_token",
        "access_denied",
        "invalid_request",
        "unsupported_grant_type",
    ]
