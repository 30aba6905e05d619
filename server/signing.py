"""The server's signature: ECDSA P-256 with SHA-256, as r||s in base64url (protocol.md 2)."""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Signer:
    """Signs assignments; the key id is the start of the public point's SHA-256."""

    key: ec.EllipticCurvePrivateKey
    recovery: ec.EllipticCurvePublicKey | None = None

    @property
    def kid(self) -> str:
        """The id under which players pin the public half."""
        return key_id(self.key.public_key())

    def sign(self, text: str) -> str:
        """Signature over the UTF-8 bytes of `text`."""
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def public_keys(self) -> list[dict[str, str]]:
        """The keys that a player pins at pairing: the signing key, then the recovery key."""
        keys = [public_jwk(self.key.public_key())]
        if self.recovery is not None:
            keys.append(public_jwk(self.recovery))
        return keys


def key_id(key: ec.EllipticCurvePublicKey) -> str:
    """Sixteen hex digits that name a public key."""
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return hashlib.sha256(point).hexdigest()[:16]


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The JWK form of a public key, with its kid."""
    numbers = key.public_numbers()
    return {
        "kid": key_id(key),
        "kty": "EC",
        "crv": "P-256",
        "x": base64url(numbers.x.to_bytes(32, "big")),
        "y": base64url(numbers.y.to_bytes(32, "big")),
    }


def public_key_of(jwk: object) -> ec.EllipticCurvePublicKey | None:
    """The key of a JWK, None if it isn't one of P-256. What it calls itself is not looked at."""
    if not isinstance(jwk, Mapping):
        return None
    try:
        x, y = (int.from_bytes(from_base64url(jwk[name]), "big") for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def is_signed(key: ec.EllipticCurvePublicKey | None, signature: Any, text: str) -> bool:
    """Whether a signature (base64url of r||s) over the UTF-8 bytes of `text` is by this key."""
    if key is None:
        return False
    try:
        raw = from_base64url(signature)
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        key.verify(encode_dss_signature(r, s), text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, TypeError, ValueError, AttributeError):
        return False
    return len(raw) == 64


@dataclass(frozen=True)
class SignedBy:
    """The key by which something must be signed: the key itself, its id, or both."""

    key: ec.EllipticCurvePublicKey | None = None
    kid: str | None = None

    def fits(self, key: ec.EllipticCurvePublicKey | None) -> bool:
        """Whether it is this key."""
        if key is None or (self.key is not None and key_id(self.key) != key_id(key)):
            return False
        return self.kid is None or self.kid.strip().lower() == key_id(key)


def read_public_key(content: bytes) -> ec.EllipticCurvePublicKey | None:
    """The public key in a PEM file (a private one has it too) or a JWK; None if there is none."""
    try:
        return public_key_of(json.loads(content))
    except ValueError:
        pass
    for load in (serialization.load_pem_public_key, _public_half):
        try:
            key = load(content)
        except (ValueError, TypeError):
            continue
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
            return key
    return None


def _public_half(content: bytes) -> object:
    return serialization.load_pem_private_key(content, password=None).public_key()


def from_base64url(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


def load_or_make_signer(path: Path) -> Signer:
    """The signing key in a PEM file (PKCS#8), made with its recovery key if there is none.

    The recovery key's private half is written beside it as `recovery-key.pem`, for the operator
    to take off the server; only its public half is needed here.
    """
    if not path.exists():
        _write_private(path.with_name("recovery-key.pem"), ec.generate_private_key(ec.SECP256R1()))
        _write_public(path.with_name("recovery-key.pem"), path.with_name("recovery-key.pub.pem"))
        _write_private(path, ec.generate_private_key(ec.SECP256R1()))
    return Signer(_read_private(path), _read_public(path.with_name("recovery-key.pub.pem")))


def _read_private(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        text = f"{path} must hold an EC P-256 key in PEM (PKCS#8)"
        raise ValueError(text)
    return key


def _read_public(path: Path) -> ec.EllipticCurvePublicKey | None:
    if not path.exists():
        return None
    key = serialization.load_pem_public_key(path.read_bytes())
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def _write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_durably(path, text)


def _write_public(private: Path, public: Path) -> None:
    text = (
        _read_private(private)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    _write_durably(public, text)


def _write_durably(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
