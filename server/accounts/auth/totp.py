"""One-time passwords of RFC 6238 as every authenticator app makes them: SHA-1, 6 digits, 30 s."""

import base64
import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import quote

STEP_MS: Final = 30_000
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps that a phone's clock may be off, each way."""
SECRET_BYTES: Final = 20


def new_secret() -> str:
    """A secret as people type it in: 32 letters and digits of base32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def step_at(now_ms: int) -> int:
    """The number of the half minute."""
    return now_ms // STEP_MS


def code_of(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of a half minute."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, now_ms: int) -> int | None:
    """The step whose code that is, within the drift; it takes as long for a wrong one."""
    now, found = step_at(now_ms), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode()):
            found = step
    return found


def address(secret: str, username: str, issuer: str) -> str:
    """What the QR code says: apps read the account's name and the secret from it."""
    label = f"{quote(issuer)}:{quote(username)}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"
