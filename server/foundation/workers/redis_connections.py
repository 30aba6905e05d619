"""A process's two connections to Redis: one publishes, one subscribes. Short timeouts."""

from types import TracebackType
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

CONNECT_S: Final = 2.0
ANSWER_S: Final = 2.0


class Silence(Exception):
    """The connection is open but nothing arrives."""


AWAY: Final = (RedisError, OSError, Silence)


def open_client(url: str) -> Any:
    """A client with one connection, opened on first use; without retries."""
    return Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_S,
        socket_timeout=ANSWER_S,
        retry=Retry(NoBackoff(), 0),
        single_connection_client=False,
        max_connections=2,
    )


class Subscription:
    """A subscription to a channel for the length of a block. Raises one of AWAY."""

    def __init__(self, url: str, channel: str) -> None:
        self._client = open_client(url)
        self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        self._channel = channel

    def __enter__(self) -> "Subscription":
        self._pubsub.subscribe(self._channel)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._pubsub.close()
        self._client.close()

    def next(self, timeout_s: float) -> bytes | None:
        """The next message; None on timeout."""
        found = self._pubsub.get_message(timeout=timeout_s)
        return found["data"] if found is not None and found["type"] == "message" else None


def answers(url: str) -> None:
    """Return if Redis answers. Raises one of AWAY."""
    client = open_client(url)
    try:
        client.ping()
    finally:
        client.close()
