"""The one error of the token endpoint, in the words of RFC 8628."""

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
    """No token (yet); `reason` tells the player what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
