"""Looks at what a screen's own key says of a batch, before the batch waits for the store.

A signature is evidence that a screen's player made a batch, which an export carries. Without one
(a browser without WebCrypto, a screen that was paired without a key) plays count, but not once the
screen has signed by its key: who has the token alone can't take the signature off. One that is
wrong means that somebody has the screen's token and not its key: what that boot hands in is put
aside until a person decides, as a copy's is.
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
    """A batch; `key` (a point, as `point_of` writes it) has signed it, or it `is_forged`.

    `lacks`: the key by which a screen signs that could have signed it and hasn't.
    """

    batch: Batch
    key: str | None = None
    is_forged: bool = False
    lacks: str | None = None


def check_signature(batch: Batch, jwk: Mapping[str, Any] | None) -> Attested:
    """What a batch's signature comes to by the screen's key. A wrong one isn't kept."""
    if jwk is None or batch.lost is not None:
        return Attested(batch)
    known = _known(str(jwk.get("x")), str(jwk.get("y")))
    if known is None:
        return Attested(batch)
    key, point = known
    if batch.signature is None or batch.head is None:
        return Attested(batch, lacks=point)
    text = f"{batch.boot}|{batch.first}|{batch.last}|{batch.head}"
    if len(batch.signature) <= MOST_CHARACTERS and is_signed(key, batch.signature, text):
        return Attested(batch, point)
    return Attested(msgspec.structs.replace(batch, signature=None), is_forged=True)


def point_of(key: ec.EllipticCurvePublicKey) -> str:
    """A public key in 44 characters."""
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    return base64.b64encode(point).decode()


def jwk_of(point: str) -> dict[str, str]:
    """The public key of such a point, as the player gave it. Raises ValueError."""
    curve, raw = ec.SECP256R1(), base64.b64decode(point, validate=True)
    named = public_jwk(ec.EllipticCurvePublicKey.from_encoded_point(curve, raw))
    return {name: named[name] for name in ("kty", "crv", "x", "y")}


@lru_cache(maxsize=32_768)
def _known(x: str, y: str) -> tuple[ec.EllipticCurvePublicKey, str] | None:
    key = public_key_of({"x": x, "y": y})
    return None if key is None else (key, point_of(key))
