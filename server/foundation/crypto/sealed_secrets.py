"""Secrets that have to be read again: kept so that the database alone tells none."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken

from server.foundation.core import Core
from server.foundation.crypto.secrets_file import secret_key


class Unreadable(Exception):
    """It was sealed under another ANPING_SECRET_KEY: a person has to enter it again."""


def sealed(core: Core, purpose: str, secret: Mapping[str, Any]) -> str:
    """What is stored of a secret; what is sealed for one purpose opens for no other."""
    return _box(core, purpose).encrypt(orjson.dumps(dict(secret))).decode()


def unsealed(core: Core, purpose: str, text: str) -> dict[str, Any]:
    """The secret. Raises Unreadable."""
    try:
        found: dict[str, Any] = orjson.loads(_box(core, purpose).decrypt(text.encode()))
    except InvalidToken as error:
        raise Unreadable from error
    return found


def _box(core: Core, purpose: str) -> Fernet:
    key = hmac.new(secret_key(core.settings).encode(), purpose.encode(), hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key.digest()))
