"""Which key signs for which screen: the one it is known to trust, until it trusts the newest.

Former keys stay beside the signing key, in `former/<kid>.pem`, for screens that haven't yet
acknowledged an assignment which carried the new ones (docs/protocol.md 1).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.config import Settings
from server.core import Core
from server.signing import Signer, key_id, read_public_key


@dataclass(frozen=True)
class Signed:
    """A signature and the id of the key that made it."""

    kid: str
    signature: str


class Keyring:
    """The current signer and the former ones, read when first needed."""

    def __init__(self, core: Core) -> None:
        self.current = core.signer
        self.kid = core.signer.kid
        self._folder = former_folder(core.settings)
        self._former: dict[str, Signer] = {}

    def new_pins(self, pinned: str) -> list[dict[str, str]] | None:
        """The keys that an assignment must carry to a screen that trusts `pinned`, else None."""
        return None if pinned == self.kid else self.current.public_keys()

    def sign(self, text: str, pinned: str) -> Signed:
        """Sign with the key that the screen trusts; without it, with the current one."""
        if pinned == self.kid:
            return Signed(self.kid, self.current.sign(text))
        former = self._former.get(pinned) or self._read(pinned)
        if former is None:
            return Signed(self.kid, self.current.sign(text))
        self._former[pinned] = former
        return Signed(pinned, former.sign(text))

    def _read(self, kid: str) -> Signer | None:
        path = self._folder / f"{kid}.pem"
        if not kid.isalnum() or not path.exists():
            return None
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        return Signer(key) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def signing_key_path(settings: Settings) -> Path:
    """Where the signing key is kept."""
    return settings.signing_key_file or settings.data / "keys" / "signing-key.pem"


def former_folder(settings: Settings) -> Path:
    """Where keys go that have been replaced."""
    return signing_key_path(settings).with_name("former")


def own_keys(core: Core) -> Iterator[ec.EllipticCurvePublicKey]:
    """The public halves of the key that signs and of those that have been replaced."""
    yield core.signer.key.public_key()
    for path in sorted(former_folder(core.settings).glob("*.pem")):
        key = read_public_key(path.read_bytes())
        if key is not None:
            yield key


def rotate(settings: Settings) -> str:
    """Put a new signing key in place of the current one, which is kept; the new key's id.

    Takes effect when the server's processes start again. Screens get the new key with their next
    assignment, signed with the one they trust.
    """
    path = signing_key_path(settings)
    old = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(old, ec.EllipticCurvePrivateKey):
        text = f"{path} must hold an EC P-256 key in PEM (PKCS#8)"
        raise TypeError(text)
    _write(former_folder(settings) / f"{key_id(old.public_key())}.pem", old)
    new = ec.generate_private_key(ec.SECP256R1())
    _write(path, new)
    return key_id(new.public_key())


def _write(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
