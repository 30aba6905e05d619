"""The error of the token endpoint, with codes of RFC 8628."""

from typing import Literal

Reason = Literal[
    "authorization_pending",
    "slow_down",
    "expired_token",
    "access_denied",
    "invalid_request",
    "unsupported_grant_type",
]


class TokenRefused(Exception):
    """No token (yet); `reason` is the error code for the player."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
