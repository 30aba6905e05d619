"""Verifies a batch's device signature before the batch is queued for the store.

A valid signature proves that the screen's player made the batch; exports carry it. Plays without
one count (a browser without WebCrypto, a screen paired without a key) unless the screen has signed
before: possession of the token alone must not be enough to drop the signature. An invalid one means
that somebody has the token but not the key; plays of that boot are quarantined until a person
decides, as for a cloned player.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.signing import is_signed, public_jwk, public_key_of
from server.playlog.model.batch import Batch

MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Attested:
    """A batch with its signature check: signed by `key` (as `point_of` writes it), or `is_forged`.

    `lacks`: the screen's key that could have signed it and didn't.
    """

    batch: Batch
    key: str | None = None
    is_forged: bool = False
    lacks: str | None = None


def check_signature(batch: Batch, jwk: Mapping[str, Any] | None) -> Attested:
    """Check a batch's signature against the screen's key. An invalid one is dropped."""
    if jwk is None or batch.lost is not None:
        return Attested(batch)
    cached = _cached_key(str(jwk.get("x")), str(jwk.get("y")))
    if cached is None:
        return Attested(batch)
    key, point = cached
    if batch.signature is None or batch.head is None:
        return Attested(batch, lacks=point)
    text = f"{batch.boot}|{batch.first}|{batch.last}|{batch.head}"
    if len(batch.signature) <= MOST_CHARACTERS and is_signed(key, batch.signature, text):
        return Attested(batch, point)
    return Attested(msgspec.structs.replace(batch, signature=None), is_forged=True)


def point_of(key: ec.EllipticCurvePublicKey) -> str:
    """A public key as a point in 44 characters."""
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    return base64.b64encode(point).decode()


def jwk_of(point: str) -> dict[str, str]:
    """The public key of a point, as the player sent it (JWK). Raises ValueError."""
    curve, raw = ec.SECP256R1(), base64.b64decode(point, validate=True)
    named = public_jwk(ec.EllipticCurvePublicKey.from_encoded_point(curve, raw))
    return {name: named[name] for name in ("kty", "crv", "x", "y")}


@lru_cache(maxsize=32_768)
def _cached_key(x: str, y: str) -> tuple[ec.EllipticCurvePublicKey, str] | None:
    key = public_key_of({"x": x, "y": y})
    return None if key is None else (key, point_of(key))
