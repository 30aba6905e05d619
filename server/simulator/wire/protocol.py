"""Constants and interfaces of docs/protocol.md for a player."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

PROTOCOL: Final = 1
NAMESPACE: Final = "/screen"
VERSION: Final = "virtual 1.0"
BLOCK_BYTES: Final = 4 * 1024 * 1024
MOST_PLAYS: Final = 500
BEAT_MS: Final = 30_000
POLL_MS: Final = 30_000
ANSWER_S: Final = 10.0

COMPLETED: Final = 0
PARTIAL: Final = 1
FAILED: Final = 2

SCHEDULED: Final = 0
TAKEOVER: Final = 1
LATE_JOIN: Final = 2
FALLBACK: Final = 4

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"

Json = dict[str, Any]


class NoNetwork(Exception):
    """The server can't be reached, or didn't answer in time."""


class Refused(Exception):
    """The server refused, with an HTTP status; `code` is the protocol's error code."""

    def __init__(self, status: int, code: str = "", retry_after_ms: float = 0) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.retry_after_ms = retry_after_ms


@dataclass(frozen=True)
class Answer:
    """An HTTP response; names of headers are in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Listener(Protocol):
    """Gets events of the server, and the loss of the socket."""

    def receive(self, event: str, payload: Any) -> Any:
        """Handle an event; the return value is the ack."""

    def wake(self) -> None:
        """Something may be due now."""


class Link(Protocol):
    """A player's connection to its server: a socket if available, HTTP always."""

    @property
    def up(self) -> bool:
        """Whether there is a socket."""

    def connect(self, auth: Json, listener: Listener) -> bool:
        """Open the socket; False if this link has none. Raises NoNetwork and Refused."""

    def close(self) -> None:
        """Close the socket, if any."""

    def send(self, token: str, event: str, payload: Json) -> Any:
        """One message and its answer, by socket or by POST. Raises NoNetwork and Refused."""

    def ask(
        self, method: str, path: str, body: Json | None = None, token: str = "", etag: str = ""
    ) -> Answer:
        """One HTTP request, whatever its status. Raises NoNetwork."""


class Time(Protocol):
    """The two clocks of a machine."""

    def mono_ms(self) -> float:
        """Milliseconds since it was switched on; monotonic."""

    def wall_ms(self) -> float:
        """The wall clock in ms since 1970 UTC; may be wrong."""


def may_download(order: Mapping[str, Any], now_ms: float) -> bool:
    """Whether media may be fetched for a plan, by hours, as this player's network has no name."""
    hours = (order.get("metered") or {}).get("hours") or ()
    return not hours or any(span[0] <= now_ms < span[1] for span in hours)
