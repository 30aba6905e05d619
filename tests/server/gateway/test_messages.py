"""Messages of players on the socket; none of them causes an exception."""

from typing import Any

import pytest

from server.gateway.connection.state import Live
from server.gateway.events import CloneSuspected, IncidentsReported
from server.inventory.screens.models import Screen
from server.publishing.queries import tenures
from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT, SocketPlayer, beat
from tests.support.factories.assignment_receipts import acknowledged
from tests.support.factories.manifests import assign


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world)


@pytest.fixture
def player(world: World, screen: BoundScreen) -> SocketPlayer:
    return SocketPlayer(world, screen)


def test_a_clock_exchange_gives_server_time_beside_the_players_own(
    world: World, player: SocketPlayer
) -> None:
    answer = player.send("clock", {"t0": 12.5})

    assert answer == {"t0": 12.5, "t1": float(world.clock.now_ms())}


def test_a_beat_is_answered_with_the_newest_version(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    assert player.send("beat", beat(version=None)) == {"version": 0}

    assign(world, screen.id)

    assert player.send("beat", beat(version=None)) == {"version": 1}


def test_a_beat_from_the_future_raises_the_version_above_it(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    assign(world, screen.id)

    assert player.send("beat", beat(version=41)) == {"version": 42}


def test_a_version_that_no_server_ever_gave_out_is_not_followed(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    assign(world, screen.id)

    assert player.send("beat", beat(version=2**53 - 2)) == {"version": 1}


def test_an_assignment_with_fewer_than_twenty_days_left_is_renewed_on_contact(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    assign(world, screen.id)

    world.clock.forward(10 * DAY_MS)
    assert player.send("beat", beat(version=1)) == {"version": 1}
    world.clock.forward(1)
    assert player.send("beat", beat(version=1)) == {"version": 2}


def test_a_beat_with_the_newest_version_replaces_a_lost_receipt(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    assign(world, screen.id)

    player.send("beat", beat(version=1))

    assert acknowledged(world) == {screen.id: (1, "accepted")}


def test_a_beat_has_the_content_and_the_size_of_the_screen(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    player.send("beat", beat(state="takeover", size={"width": 1080, "height": 1920}))

    live: Live = world.app.extensions["anping.live"]
    contact = live.presence.contact(screen.id)
    assert contact is not None
    assert (contact.at_ms, contact.beat.state) == (world.clock.now_ms(), "takeover")
    with world.core.config.read() as session:
        assert session.get_one(Screen, screen.id).height == 1920


def test_incidents_in_a_beat_are_passed_on(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    notices: list[IncidentsReported] = []
    world.core.events.listen(IncidentsReported, notices.append)

    player.send("beat", beat(incidents=[{"code": "asset_failed", "detail": "x", "count": 2}]))

    assert [(one.screen_id, one.incidents[0].count) for one in notices] == [(screen.id, 2)]


def test_a_switch_begins_a_reported_tenure(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    row = assign(world, screen.id)
    world.clock.forward(5_000)
    now_ms = world.clock.now_ms()

    payload = {"version": 1, "manifest": row.manifest, "at": now_ms - 5}
    assert player.send("switched", payload) == {}
    assert player.send("switched", payload) == {}

    with world.core.config.read() as session:
        (tenure,) = tenures(session, screen.id)
    assert (tenure.from_ms, tenure.reported) == (now_ms - 5, True)


def test_a_switch_in_the_future_is_taken_to_be_now(
    world: World, screen: BoundScreen, player: SocketPlayer
) -> None:
    row = assign(world, screen.id)
    now_ms = world.clock.now_ms()

    player.send("switched", {"version": 1, "manifest": row.manifest, "at": now_ms + DAY_MS})

    with world.core.config.read() as session:
        assert tenures(session, screen.id)[0].from_ms == now_ms


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("clock", ()),
        ("clock", (None,)),
        ("clock", ({"t0": "soon"},)),
        ("clock", ({"t0": float("nan")},)),
        ("clock", (b"\x00\xff",)),
        ("beat", ({},)),
        ("beat", ([1, 2],)),
        ("beat", (beat(state="asleep"),)),
        ("beat", (beat(version=-1),)),
        ("beat", (beat(version=1.5),)),
        ("beat", (beat(on_air={"asset": "../etc"}),)),
        ("beat", (beat(incidents=[{"code": "Not A Word"}]),)),
        ("beat", (beat(position={"lat": 400, "lon": 0}),)),
        ("switched", ({"version": 1},)),
        ("switched", ({"version": 1, "manifest": "x", "at": 1},)),
        ("switched", ({"version": 1, "manifest": "0" * 64, "at": float("inf")},)),
    ],
)
def test_a_malformed_message_is_answered_with_an_error(
    player: SocketPlayer, event: str, payload: tuple[Any, ...]
) -> None:
    answer = player.send(event, *payload)

    assert answer["error"]["code"] == "malformed"
    assert answer["error"]["detail"]


def test_unknown_fields_and_events_are_ignored(player: SocketPlayer) -> None:
    assert player.send("beat", beat(mood="good", clock={"offset_ms": 1, "x": 2})) == {"version": 0}
    player.send("sing", {"song": 1})

    assert player.is_connected


def test_an_older_boot_that_beats_after_a_newer_one_has_is_a_suspected_clone(
    world: World, screen: BoundScreen
) -> None:
    notices: list[CloneSuspected] = []
    world.core.events.listen(CloneSuspected, notices.append)
    one = SocketPlayer(world, screen, boot="one")
    two = SocketPlayer(world, screen, boot="two")
    one.send("beat", beat(boot="one"))
    assert notices == []

    two.send("beat", beat(boot="two"))
    assert notices == []
    one.send("beat", beat(boot="one"))

    assert [(clone.older, clone.newer) for clone in notices] == [("one", "two")]


def test_a_screen_that_starts_again_is_no_clone(world: World, screen: BoundScreen) -> None:
    notices: list[CloneSuspected] = []
    world.core.events.listen(CloneSuspected, notices.append)

    for boot in ("one", "two", "three"):
        player = SocketPlayer(world, screen, boot=boot)
        player.send("beat", beat(boot=boot))
        player.leave()

    assert notices == []


def test_the_same_words_work_by_post(world: World, screen: BoundScreen) -> None:
    client = world.visitor()
    row = assign(world, screen.id)
    now_ms = world.clock.now_ms()

    answers = {
        name: client.post(f"/api/v1/player/{name}", json=payload, headers=screen.headers).json
        for name, payload in {
            "clock": {"t0": 1},
            "beat": beat(),
            "switched": {"version": 1, "manifest": row.manifest, "at": now_ms},
        }.items()
    }

    assert answers == {
        "clock": {"t0": 1, "t1": float(now_ms)},
        "beat": {"version": 1},
        "switched": {},
    }


def test_a_malformed_post_is_a_problem_document(world: World, screen: BoundScreen) -> None:
    answer = world.visitor().post("/api/v1/player/beat", data=b"{", headers=screen.headers)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "malformed"


def test_posts_need_the_screens_own_token(world: World) -> None:
    for name in ("beat", "clock", "switched"):
        assert world.visitor().post(f"/api/v1/player/{name}", json={}).status_code == 401
    assert world.visitor().get("/api/v1/player/assignment").status_code == 401


def test_the_assignment_can_be_fetched_and_is_unchanged_until_there_is_a_newer_one(
    world: World, screen: BoundScreen
) -> None:
    client = world.visitor()
    address = "/api/v1/player/assignment"
    missing = client.get(address, headers=screen.headers)
    row = assign(world, screen.id)

    first = client.get(address, headers=screen.headers)
    tag = {**screen.headers, "If-None-Match": first.headers["ETag"]}
    again = client.get(address, headers=tag)
    assign(world, screen.id, "other")
    newer = client.get(address, headers=tag)

    assert missing.status_code == 404
    assert first.json == {"assignment": row.text, "kid": row.kid, "signature": row.signature}
    assert [again.status_code, newer.status_code] == [304, 200]


def test_boots_are_distinguished_by_their_ids(
    world: World, player: SocketPlayer, screen: BoundScreen
) -> None:
    live: Live = world.app.extensions["anping.live"]

    holder = live.presence.holder(screen.id)

    assert holder is not None
    assert holder.boot == BOOT
    assert player.is_connected


def test_plays_are_taken_in_and_acknowledged(player: SocketPlayer) -> None:
    answer = player.send("plays", {"boot": BOOT, "lost": [[1, 3, "storage_full"]]})

    assert answer == {"boot": BOOT, "upto": 3, "quarantined": []}


def test_malformed_plays_are_answered_with_their_boot_and_nothing_is_stored(
    player: SocketPlayer,
) -> None:
    answer = player.send("plays", {"boot": BOOT, "first": 0})
    nothing = player.send("plays")

    assert answer["boot"] == BOOT
    assert answer["error"]["code"] == "malformed"
    assert nothing["error"]["code"] == "malformed"
    assert player.send("plays", {"boot": BOOT, "lost": [[1, 1, "x"]]})["upto"] == 1
