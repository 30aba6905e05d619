"""Lets pages follow takeovers and stops, up to their end."""

from typing import cast

from flask import Flask
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.models import Stop, Takeover
from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.gateway.page_hints.namespace import Topic, following_of
from server.gateway.takeovers.receipts import mark


def init_takeovers(app: Flask) -> None:
    """Register takeovers and stops as topics."""
    core = cast("Core", app.extensions["anping"])
    presence = cast("Live", app.extensions["anping.live"]).presence

    def takeover(session: Session, person: Actor, text: str) -> object:
        return queries.find(session, person, "read", Takeover, text)

    def stop(session: Session, person: Actor, text: str) -> object:
        return queries.find(session, person, "read", Stop, text)

    for letter, find in (("t", takeover), ("x", stop)):
        following_of(app).topics[letter] = Topic(
            find, lambda session, text: mark(session, presence, text, core.clock.now_ms())
        )
