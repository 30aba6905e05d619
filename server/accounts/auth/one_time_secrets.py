"""Random secrets that are shown once and stored as a hash."""

import hashlib
import secrets

PERSON_PREFIX = "anp_"


def new_secret(prefix: str = "") -> str:
    """A new secret of 256 bits."""
    return prefix + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """The stored form of a secret. It has 256 random bits, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
