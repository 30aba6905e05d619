"""Time-based one-time passwords (RFC 6238) with usual parameters: SHA-1, 6 digits, 30 s."""

import base64
import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import quote

STEP_MS: Final = 30_000
DIGITS: Final = 6
DRIFT: Final = 1
"""Tolerated deviation of a phone's clock in steps, each way."""
SECRET_BYTES: Final = 20


def new_secret() -> str:
    """A secret in base32: 32 letters and digits."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def step_at(now_ms: int) -> int:
    """The number of the 30 s step."""
    return now_ms // STEP_MS


def code_of(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of a step."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, now_ms: int) -> int | None:
    """The step of a code within the drift; a wrong code takes equally long."""
    now, found = step_at(now_ms), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode()):
            found = step
    return found


def address(secret: str, username: str, issuer: str) -> str:
    """The otpauth address for the QR code, with account name and secret."""
    label = f"{quote(issuer)}:{quote(username)}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"
