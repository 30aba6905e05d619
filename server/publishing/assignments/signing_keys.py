"""Signing keys: which one signs for which screen, and where they are stored.

A screen that trusts another key than the current one gets a hand-over first: an assignment signed
with a key that it trusts, which contains the new pins (docs/protocol.md 1). Former keys are kept
beside the signing key, in `former/<kid>.pem`, to sign hand-overs. After a theft they are deleted,
except for their public halves in `withdrawn/<kid>.pub.pem`.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric import ec

from media.storage.file_store import sync_folder
from server.foundation.config import Settings
from server.foundation.core import Core
from server.foundation.crypto.signing import (
    Signer,
    key_id,
    read_private,
    read_public_key,
    write_private,
    write_public,
)

log = structlog.get_logger(__name__)


class Keyring:
    """The current signer, and those that can sign hand-overs; `recovery` if it is at hand."""

    def __init__(self, core: Core, recovery: Signer | None = None) -> None:
        self.current = core.signer
        self.kid = core.signer.kid
        self._recovery = recovery
        self._folder = former_folder(core.settings)
        self._former: dict[str, Signer | None] = {}

    def introducer(self, trusted: str, pins: Collection[str] | None = None) -> Signer | None:
        """The key to introduce the current one to a screen that trusts `trusted` and has `pins`.

        None if it trusts the current one, or if none of the keys at hand is trusted by it. Pins
        that aren't known have the recovery key; a hand-over may have brought another one.
        """
        if trusted == self.kid:
            return None
        if self._recovery is not None and (pins is None or self._recovery.kid in pins):
            return self._recovery
        return self.former(trusted)

    def former(self, kid: str) -> Signer | None:
        """A key that was replaced, if its private half is still kept and can be read."""
        if kid not in self._former:
            self._former[kid] = self._read(kid) if kid.isalnum() else None
        return self._former[kid]

    def _read(self, kid: str) -> Signer | None:
        """Orders for other screens are in the same round: one bad file mustn't stop them."""
        path = self._folder / f"{kid}.pem"
        try:
            return Signer(read_private(path)) if path.exists() else None
        except (OSError, TypeError, ValueError) as error:
            log.warning("former_key_unreadable", path=str(path), error=str(error))
            return None


def signing_key_path(settings: Settings) -> Path:
    """The path of the signing key."""
    return settings.signing_key_file or settings.data / "keys" / "signing-key.pem"


def former_folder(settings: Settings) -> Path:
    """The folder of replaced keys."""
    return signing_key_path(settings).with_name("former")


def withdrawn_folder(settings: Settings) -> Path:
    """The folder with the public halves of compromised keys."""
    return signing_key_path(settings).with_name("withdrawn")


def own_keys(core: Core) -> Iterator[ec.EllipticCurvePublicKey]:
    """The public halves of the key that signs and of those that have been replaced.

    Not of those that were withdrawn: others may have signed with them.
    """
    yield core.signer.key.public_key()
    for path in sorted(former_folder(core.settings).glob("*.pem")):
        key = _public_in(path)
        if key is not None:
            yield key


def rotate(settings: Settings, *, lost: bool = False) -> str:
    """Replace the signing key by a new one, keeping the old one; returns the new key's id.

    Screens get it by hand-overs. `lost`: the old one may be missing or unreadable, and is then set
    aside. Raises OSError, TypeError, ValueError if there is no readable one.
    """
    path = signing_key_path(settings)
    try:
        old = read_private(path)
        write_private(former_folder(settings) / f"{key_id(old.public_key())}.pem", old)
    except (OSError, TypeError, ValueError):
        if not lost:
            raise
        if path.exists():
            path.replace(path.with_suffix(".unreadable"))
    new = ec.generate_private_key(ec.SECP256R1())
    write_private(path, new, is_kept_elsewhere=True)
    return key_id(new.public_key())


def withdraw_former(settings: Settings) -> list[str]:
    """Let nothing be signed with the keys of before any more; their ids.

    What a write that was cut off has left of one goes too.
    """
    folder, withdrawn = former_folder(settings), []
    for path in sorted(folder.glob("*.pem")):
        key = _public_in(path)
        if key is not None:
            write_public(withdrawn_folder(settings) / f"{key_id(key)}.pub.pem", key)
            withdrawn.append(key_id(key))
        path.unlink()
    for part in folder.glob("*.part"):
        part.unlink()
    if folder.is_dir():
        sync_folder(folder)
    return withdrawn


def _public_in(path: Path) -> ec.EllipticCurvePublicKey | None:
    try:
        return read_public_key(path.read_bytes())
    except OSError:
        return None


def withdrawn_kids(settings: Settings) -> frozenset[str]:
    """The ids of keys that were withdrawn."""
    found = withdrawn_folder(settings).glob("*.pub.pem")
    return frozenset(path.name.removesuffix(".pub.pem") for path in found)
