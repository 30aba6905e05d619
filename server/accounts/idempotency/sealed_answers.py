"""Encrypts stored answers, and hashes keys: neither can be read from the database alone.

An answer may contain secrets that are shown once, such as a token. So it is encrypted under the
server's secret and the client's key together, and the key is stored as a hash.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Seal:
    """The hash and the encryption box of one person's key."""

    key_hash: str
    box: Fernet


def seal_of(secret: str, user_id: int, key: str) -> Seal:
    """The seal of a key, under the server's secret."""
    name, inner = (_derived(secret, f"{what}:{user_id}:{key}") for what in ("name", "box"))
    return Seal(name.hex(), Fernet(base64.urlsafe_b64encode(inner)))


def _derived(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
