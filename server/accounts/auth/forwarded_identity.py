"""Who sends a request that another process of this server has recognised already."""

from typing import Final, NamedTuple, cast

from flask import request

from server.accounts.actor import Actor

KEY: Final = "anping.carried"
"""Under this name the WSGI environment has it; no header gets there."""


class Carried(NamedTuple):
    """What the process that holds the sockets found out of the request's credentials."""

    actor: Actor | None
    language: str | None
    csrf_token: str


def carried() -> Carried | None:
    """Of this request; None where this process recognises people itself."""
    return cast("Carried | None", request.environ.get(KEY))
