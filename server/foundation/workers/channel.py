"""The name of the channel on which the workers of one district tell each other."""

import hashlib
from typing import Final

PREFIX: Final = "anping:"


def channel(secret_key: str) -> str:
    """Another one for each installation, since what is published goes to all who share a Redis."""
    return PREFIX + hashlib.sha256(f"channel {secret_key}".encode()).hexdigest()[:24]
