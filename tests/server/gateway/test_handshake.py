"""Who is let in at `/screen`, and what follows at once."""

from typing import Any

import pytest

from server.gateway.connection import handlers
from server.gateway.connection.presence import Presence
from server.gateway.connection.state import Live
from server.inventory.enrolment.credentials import void_tokens
from server.playlog.ingest import service as playback
from server.playlog.ingest.flask_extension import playback_of
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT, SocketPlayer
from tests.support.factories.manifests import assign


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world)


def presence(world: World) -> Presence:
    live: Live = world.app.extensions["anping.live"]
    return live.presence


def refusal(world: World, auth: object) -> str:
    with pytest.raises(handlers.Refused) as refused:
        handlers.welcome(world.core, world.app.extensions["anping.live"], "sid", auth)
    return refused.value.code


def auth(screen: BoundScreen, **changes: Any) -> dict[str, Any]:
    return {"token": screen.token, "boot": BOOT, "version": None, "protocol": 1, **changes}


def test_a_bound_player_is_let_in(world: World, screen: BoundScreen) -> None:
    player = SocketPlayer(world, screen)

    assert player.is_connected
    assert presence(world).holder(screen.id) is not None


def test_a_player_without_a_token_is_unauthorized(world: World, screen: BoundScreen) -> None:
    assert refusal(world, None) == "unauthorized"
    assert refusal(world, {"boot": BOOT}) == "unauthorized"
    assert refusal(world, auth(screen, token=7)) == "unauthorized"
    assert refusal(world, auth(screen, token="ans_made-up")) == "unauthorized"


def test_a_revoked_player_gets_the_reason(world: World, screen: BoundScreen) -> None:
    with world.core.config.write() as session:
        void_tokens(session, world.clock.now_ms(), screen.id)

    assert refusal(world, auth(screen)) == "revoked"


def test_an_unsupported_protocol_is_refused(world: World, screen: BoundScreen) -> None:
    assert refusal(world, auth(screen, protocol=2)) == "protocol_unsupported"


def test_a_handshake_without_a_boot_is_malformed(world: World, screen: BoundScreen) -> None:
    assert refusal(world, auth(screen, boot="")) == "malformed"


def test_a_boot_that_a_person_has_ruled_out_is_a_second_player(
    world: World, screen: BoundScreen
) -> None:
    parts = playback_of(world.app)
    playback.suspect_boot(world.core, parts, screen.id, BOOT)
    assert SocketPlayer(world, screen).is_connected

    playback.decide_boot(parts, screen.id, BOOT, genuine=False)

    assert refusal(world, auth(screen)) == "second_player"
    assert SocketPlayer(world, screen, boot="another").is_connected


def test_a_refused_player_has_no_presence(world: World, screen: BoundScreen) -> None:
    player = SocketPlayer(world, screen, token="ans_made-up")

    assert not player.is_connected
    assert not presence(world).connected()


def test_the_newest_assignment_follows_at_once(world: World, screen: BoundScreen) -> None:
    row = assign(world, screen.id)

    player = SocketPlayer(world, screen, version=None)

    assert player.received("assignment") == [
        {"assignment": row.text, "kid": row.kid, "signature": row.signature}
    ]


def test_a_player_that_has_the_newest_assignment_is_sent_nothing(
    world: World, screen: BoundScreen
) -> None:
    row = assign(world, screen.id)

    player = SocketPlayer(world, screen, version=row.version)

    assert player.received("assignment") == []


def test_a_player_from_the_future_is_sent_a_version_above_its_own(
    world: World, screen: BoundScreen
) -> None:
    assign(world, screen.id)

    player = SocketPlayer(world, screen, version=41)

    (sent,) = player.received("assignment")
    assert '"version":42,' in sent["assignment"]


def test_the_same_boot_again_takes_the_place_of_its_old_socket(
    world: World, screen: BoundScreen
) -> None:
    old = SocketPlayer(world, screen)
    new = SocketPlayer(world, screen)

    assert [link.sid for link in presence(world).links(screen.id)] == [new.sid]
    assert old.send("clock", {"t0": 1})["error"]["code"] == "unauthorized"
    assert new.send("clock", {"t0": 1})["t0"] == 1


def test_an_old_socket_that_closes_late_doesnt_mark_a_live_screen_offline(
    world: World, screen: BoundScreen
) -> None:
    old = SocketPlayer(world, screen)
    new = SocketPlayer(world, screen)

    old.leave()

    holder = presence(world).holder(screen.id)
    assert holder is not None
    assert holder.sid == new.sid


def test_another_boot_is_let_in_and_holds_the_lease(world: World, screen: BoundScreen) -> None:
    SocketPlayer(world, screen, boot="older")
    SocketPlayer(world, screen, boot="newer")

    links = presence(world).links(screen.id)
    assert [link.boot for link in links] == ["older", "newer"]


def test_a_screen_whose_last_socket_is_gone_is_not_connected(
    world: World, screen: BoundScreen
) -> None:
    SocketPlayer(world, screen).leave()

    assert not presence(world).connected()
