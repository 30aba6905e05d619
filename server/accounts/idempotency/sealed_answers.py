"""What is kept of a key and of an answer: neither can be read from the database alone.

An answer may hold what is shown once, such as a token. So it is sealed under the server's secret
and the client's key together, and of the key only a hash is kept.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Seal:
    """The two things that are made of one person's key."""

    key_hash: str
    box: Fernet


def seal_of(secret: str, user_id: int, key: str) -> Seal:
    """The seal of a key, under the server's secret."""
    name, inner = (_derived(secret, f"{what}:{user_id}:{key}") for what in ("name", "box"))
    return Seal(name.hex(), Fernet(base64.urlsafe_b64encode(inner)))


def _derived(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
