"""Addresses with keys, headers, passwords: kept so that the database alone tells none."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken

from server.core import Core
from server.secrets_file import secret_key


class Unreadable(Exception):
    """It was sealed under another ANPING_SECRET_KEY: a person has to enter it again."""


def sealed(core: Core, secret: Mapping[str, Any]) -> str:
    """What is stored of a secret."""
    return _box(core).encrypt(orjson.dumps(dict(secret))).decode()


def unsealed(core: Core, text: str) -> dict[str, Any]:
    """The secret. Raises Unreadable."""
    try:
        found: dict[str, Any] = orjson.loads(_box(core).decrypt(text.encode()))
    except InvalidToken as error:
        raise Unreadable from error
    return found


def _box(core: Core) -> Fernet:
    key = hmac.new(secret_key(core.settings).encode(), b"notification targets", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key.digest()))
