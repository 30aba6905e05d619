"""Encrypts secrets that must be readable again, with a key outside the database."""

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
    """It was encrypted under another ANPING_SECRET_KEY: a person must enter it again."""


def sealed(core: Core, purpose: str, secret: Mapping[str, Any]) -> str:
    """The stored form of a secret; it can only be decrypted for the same purpose."""
    return _box(core, purpose).encrypt(orjson.dumps(dict(secret))).decode()


def unsealed(core: Core, purpose: str, text: str) -> dict[str, Any]:
    """Decrypt a secret. Raises Unreadable."""
    try:
        found: dict[str, Any] = orjson.loads(_box(core, purpose).decrypt(text.encode()))
    except InvalidToken as error:
        raise Unreadable from error
    return found


def _box(core: Core, purpose: str) -> Fernet:
    key = hmac.new(secret_key(core.settings).encode(), purpose.encode(), hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key.digest()))
