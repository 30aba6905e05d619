"""Encrypts addresses with keys, headers and passwords at rest."""

from collections.abc import Mapping
from typing import Any, Final

from server.foundation.core import Core
from server.foundation.crypto import sealed_secrets
from server.foundation.crypto.sealed_secrets import Unreadable

__all__ = ["Unreadable", "sealed", "unsealed"]

PURPOSE: Final = "notification targets"


def sealed(core: Core, secret: Mapping[str, Any]) -> str:
    """The stored form of a secret."""
    return sealed_secrets.sealed(core, PURPOSE, secret)


def unsealed(core: Core, text: str) -> dict[str, Any]:
    """The secret. Raises Unreadable."""
    return sealed_secrets.unsealed(core, PURPOSE, text)
