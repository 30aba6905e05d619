"""The Redis channel shared by a district's workers."""

import hashlib
from typing import Final

PREFIX: Final = "anping:"


def channel(secret_key: str) -> str:
    """Distinct for each installation, since messages reach all users of a shared Redis."""
    return PREFIX + hashlib.sha256(f"channel {secret_key}".encode()).hexdigest()[:24]
