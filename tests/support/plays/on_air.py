"""Screens of a whole server with a plan on air, as the loops feature leaves them."""

import json
from collections.abc import Iterable
from typing import Any

from werkzeug.test import TestResponse

from playlists.wire.compliance import ExpectedSlot
from server.inventory.screens.models import Screen
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.upkeep import fold, follow_changes
from server.publishing.models import StoredManifest, Tenure
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World
from tests.support.plays.plays import Programme, in_batches


def put_on_air(
    world: World,
    screen: BoundScreen,
    programme: Programme,
    from_ms: int,
    *,
    reported: bool = True,
    version: int = 1,
) -> None:
    """Let a screen have a plan since an instant; until the next."""
    with world.core.config.write() as session:
        if session.get(StoredManifest, programme.digest) is None:
            session.add(
                StoredManifest(digest=programme.digest, body=programme.text, made_at=from_ms)
            )
            session.flush()
        session.add(
            Tenure(
                screen_id=screen.id,
                manifest=programme.digest,
                version=version,
                from_ms=from_ms,
                reported=reported,
            )
        )


def hand_in(world: World, screen: BoundScreen, payload: Any, **headers: str) -> TestResponse:
    """Post a batch as the screen's player does."""
    return world.visitor().post(
        "/api/v1/player/plays",
        data=payload if isinstance(payload, bytes) else json.dumps(payload).encode(),
        headers={**screen.headers, "Content-Type": "application/json", **headers},
    )


def hand_in_all(
    world: World,
    screen: BoundScreen,
    programme: Programme,
    slots: Iterable[ExpectedSlot],
    **other: Any,
) -> None:
    """Post plays of these slots, by default all as planned."""
    for batch in in_batches(programme, slots, 200, **other):
        answer = hand_in(world, screen, batch)
        assert answer.status_code == 200, answer.text


def move(world: World, screen: BoundScreen, venue: int) -> None:
    """Put a screen up at another venue, from now on."""
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).venue_id = venue
    keep_house(world)


def keep_house(world: World) -> None:
    """What goes on beside the intake: follow the configuration, fold closed days."""
    parts = playback_of(world.app)
    parts.committer.write_companions()
    follow_changes(world.core, parts)
    fold(world.core, parts)
