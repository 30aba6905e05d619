"""A player's checks of an assignment, in the order fixed by docs/protocol.md.

The twin of `judgeAssignment` in player/src/protocol.js; both pass the same test vectors. Used to
verify assignments without a browser: tests, virtual screens, auditors.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

Refusal = Literal[
    "malformed",
    "unknown_key",
    "bad_signature",
    "other_screen",
    "old_version",
    "issued_before",
    "expired",
]
LARGEST: Final = 2**53 - 1
_DIGEST: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class TrustState:
    """A player's state for judging: the last accepted text, its pinned keys, its clock."""

    screen: str
    accepted: str | None
    pinned: Sequence[Mapping[str, Any]]
    now_ms: int


@dataclass(frozen=True)
class Judgement:
    """`reason` is None if the assignment is valid; `order` None if it is malformed."""

    order: Mapping[str, Any] | None
    reason: Refusal | None


def judge(message: object, trust: TrustState) -> Judgement:
    """Judge a message `{"assignment", "kid", "signature"}` as a player does."""
    text = message.get("assignment") if isinstance(message, Mapping) else None
    order = parse_assignment(text)
    if order is None or not isinstance(message, Mapping):
        return Judgement(None, "malformed")
    key = pinned_key(trust.pinned, message)
    if key is None:
        return Judgement(order, "unknown_key")
    if not is_signed(key, message.get("signature"), str(text)):
        return Judgement(order, "bad_signature")
    return Judgement(order, _staleness(order, str(text), trust))


def parse_assignment(text: object) -> Mapping[str, Any] | None:
    """The fields of an assignment's text; None if it is malformed."""
    order = object_in(text)
    whole = (
        order is not None
        and order.get("format") == 1
        and isinstance(order.get("screen"), str)
        and is_digest(order.get("manifest"))
        and all(
            is_count(order.get(name))
            for name in ("version", "activate_at", "issued_at", "expires_at")
        )
        and _is_takeover(order.get("takeover"))
        and _is_list_of(order.get("revoked"), is_digest)
        and _is_list_of(order.get("keys"), is_key)
    )
    return order if whole else None


def object_in(text: object) -> Mapping[str, Any] | None:
    """The JSON object of a text; None for anything else."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def pinned_key(
    pinned: Sequence[Mapping[str, Any]], signed: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The pinned key that something names as its signer's; None if it names none of them."""
    return next((key for key in pinned if key.get("kid") == signed.get("kid")), None)


def is_signed(key: Mapping[str, Any], signature: object, text: str) -> bool:
    """Whether `signature` (base64url of r||s) over the text's UTF-8 bytes is by this JWK."""
    try:
        raw = _from_base64url(signature)
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(_from_base64url(key.get("x")), "big"),
            int.from_bytes(_from_base64url(key.get("y")), "big"),
            ec.SECP256R1(),
        )
        if len(raw) != 64:
            return False
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        der = encode_dss_signature(r, s)
        numbers.public_key().verify(der, text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def is_digest(value: object) -> bool:
    """Whether this is a lower-case hex SHA-256."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _staleness(order: Mapping[str, Any], text: str, trust: TrustState) -> Refusal | None:
    """Why a validly signed assignment must not be followed."""
    if order["screen"] != trust.screen:
        return "other_screen"
    last = parse_assignment(trust.accepted)
    if last is not None:
        if order["version"] < last["version"]:
            return "old_version"
        if order["version"] == last["version"] and text != trust.accepted:
            return "old_version"
        if order["issued_at"] < last["issued_at"]:
            return "issued_before"
    return "expired" if order["expires_at"] <= trust.now_ms else None


def _from_base64url(value: object) -> bytes:
    text = value if isinstance(value, str) else ""
    padded = text + "=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)


def is_count(value: object) -> bool:
    """Whether this is an integer that JavaScript represents exactly, from 0 on."""
    if isinstance(value, float):
        return value.is_integer() and 0 <= value <= LARGEST
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def _is_list_of(value: object, is_part: Any) -> bool:
    return value is None or (isinstance(value, list) and all(is_part(part) for part in value))


def is_key(key: object) -> bool:
    """Whether this has the parts of a public key."""
    return isinstance(key, dict) and all(
        isinstance(key.get(part), str) for part in ("kid", "x", "y")
    )


def _is_takeover(takeover: object) -> bool:
    return takeover is None or (
        isinstance(takeover, dict)
        and isinstance(takeover.get("id"), str)
        and _is_asset(takeover.get("asset"))
        and is_count(takeover.get("from"))
        and is_count(takeover.get("until"))
    )


def _is_asset(asset: object) -> bool:
    return (
        isinstance(asset, dict)
        and is_digest(asset.get("digest"))
        and asset.get("kind") in {"image", "video"}
        and isinstance(asset.get("type"), str)
        and is_count(asset.get("bytes"))
        and (asset.get("duration_ms") is None or is_count(asset["duration_ms"]))
        and _is_list_of(asset.get("blocks"), is_digest)
    )
