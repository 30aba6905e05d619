"""The server's signature: ECDSA P-256 with SHA-256, as r||s in base64url (protocol.md 2)."""

import base64
import binascii
import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    encode_dss_signature,
)

from media.storage.file_store import sync_folder
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence

_ALGORITHM: Final = ec.ECDSA(hashes.SHA256())
_HALF: Final = 32
"""Bytes of r and of s."""


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Signer:
    """Signs assignments; the key id is the start of the public point's SHA-256."""

    key: ec.EllipticCurvePrivateKey
    recovery: ec.EllipticCurvePublicKey | None = None

    @cached_property
    def kid(self) -> str:
        """The id under which players pin the public half."""
        return key_id(self.key.public_key())

    @cached_property
    def _sign_digest(self) -> Callable[[bytes], bytes]:
        """Signs a SHA-256, as r||s: by AWS-LC, a quarter faster than OpenSSL (decision 60)."""
        from awscrt.crypto import EC  # only who signs needs it: a verifier of exports doesn't

        key = EC.new_key_from_der_data(
            self.key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return lambda digest: EC.decode_der_signature_to_padded_pair(key.sign(digest), _HALF)

    def sign(self, text: str) -> str:
        """Signature over the UTF-8 bytes of `text`."""
        return base64url(self._sign_digest(hashlib.sha256(text.encode()).digest()))

    def public_keys(self) -> list[dict[str, str]]:
        """The keys that a player pins at pairing: the signing key, then the recovery key."""
        keys = [public_jwk(self.key.public_key())]
        if self.recovery is not None:
            keys.append(public_jwk(self.recovery))
        return keys


def key_id(key: ec.EllipticCurvePublicKey) -> str:
    """A key id: sixteen hex digits of the public point's SHA-256."""
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
    """The key of a JWK, None unless it is P-256. The JWK's own kid is ignored."""
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
        r, s = int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big")
        key.verify(encode_dss_signature(r, s), text.encode(), _ALGORITHM)
    except (InvalidSignature, TypeError, ValueError, AttributeError):
        return False
    return len(raw) == 2 * _HALF


@dataclass(frozen=True)
class SignedBy:
    """The expected signing key: the key itself, its id, or both."""

    key: ec.EllipticCurvePublicKey | None = None
    kid: str | None = None

    def fits(self, key: ec.EllipticCurvePublicKey | None) -> bool:
        """Whether it is the expected key."""
        if key is None or (self.key is not None and key_id(self.key) != key_id(key)):
            return False
        return self.kid is None or self.kid.strip().lower() == key_id(key)


def read_public_key(content: bytes) -> ec.EllipticCurvePublicKey | None:
    """The public key in a PEM file (also of a private one) or a JWK; None without one."""
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
    """The signing key in a PEM file (PKCS#8); generated with a recovery key on the first start.

    The recovery key's private half is written beside it as `recovery-key.pem`, to be taken off the
    server by the operator; only its public half is needed here. Raises Conflict if the signing key
    is missing or unreadable: screens would reject everything signed by another one.
    """
    private, public = recovery_paths(path)
    if not path.exists():
        if public.exists():
            raise Conflict(_lost(path), code="signing_key_lost")
        if not private.exists():  # else the first start was interrupted
            write_private(private, ec.generate_private_key(ec.SECP256R1()))
        write_private(path, ec.generate_private_key(ec.SECP256R1()))
    try:
        if private.exists() and not public.exists():
            write_public(public, read_private(private).public_key())
        return Signer(read_private(path), _read_public(public))
    except (TypeError, ValueError) as error:
        raise Conflict(_unreadable(path, error), code="signing_key_unreadable") from error


def recovery_paths(signing: Path) -> tuple[Path, Path]:
    """Paths of the recovery key's halves; the private one exists only until it is taken away."""
    return signing.with_name("recovery-key.pem"), signing.with_name("recovery-key.pub.pem")


def _lost(path: Path) -> Sentence:
    return Sentence(
        f"签名密钥 {path} 不见了，没有启动，以免换成一把各屏都不认的。请从备份找回；"
        "找不回的，用离线保存的恢复密钥更换：python -m server.cli keys rotate --recovery 文件",
        f"the signing key {path} is gone, so nothing was started: screens would refuse what "
        "another one signs. Bring it back from a backup; if there is none, change it by the "
        "recovery key that you keep: python -m server.cli keys rotate --recovery FILE",
    )


def _unreadable(path: Path, error: Exception) -> Sentence:
    return Sentence(
        f"签名密钥 {path} 或旁边的恢复公钥读不出（{error}），没有启动。请从备份找回。",
        f"the signing key {path}, or the public recovery key beside it, can't be read ({error}), "
        "so nothing was started: bring it back from a backup.",
    )


def read_private(path: Path) -> ec.EllipticCurvePrivateKey:
    """The P-256 key in a PEM file without a password. Raises OSError, TypeError, ValueError."""
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


def write_private(
    path: Path, key: ec.EllipticCurvePrivateKey, *, is_kept_elsewhere: bool = False
) -> None:
    """Write a private key to a file that only its owner can read, durably.

    Raises FileExistsError if another key is there, unless that one is kept elsewhere by now.
    """
    if path.exists() and not is_kept_elsewhere and not _is_same(path, key):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_durably(path, text)


def _is_same(path: Path, key: ec.EllipticCurvePrivateKey) -> bool:
    try:
        return key_id(read_private(path).public_key()) == key_id(key.public_key())
    except (TypeError, ValueError):
        return False


def write_public(path: Path, key: ec.EllipticCurvePublicKey) -> None:
    """Write a public key to a file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    _write_durably(path, key.public_bytes(serialization.Encoding.PEM, form))


def _write_durably(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)  # left by an interrupted write, or planted
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)
