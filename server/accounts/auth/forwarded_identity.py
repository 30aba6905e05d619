"""The identity of a request that was authenticated by another process of this server."""

from typing import Final, NamedTuple, cast

from flask import request

from server.accounts.actor import Actor

KEY: Final = "anping.carried"
"""The key in the WSGI environment; headers can't set it."""


class Carried(NamedTuple):
    """The result of authentication in the process that holds the sockets."""

    actor: Actor | None
    language: str | None
    csrf_token: str


def carried() -> Carried | None:
    """The identity of this request; None if this process authenticates itself."""
    return cast("Carried | None", request.environ.get(KEY))
