"""Frequent messages of players take a shorter way and get the same answers."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT, SocketPlayer, beat
from tests.support.network.raw_socket import RawSocket
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.slow

BATCH = {
    "boot": BOOT, "first": 1, "manifest": None, "clock": None, "wall_ms": 1, "assets": [],
    "segment": [-1], "cycle": [-1], "slot": [-1], "asset": [0], "start_ms": [5], "shown_ms": [9],
    "state": [0], "cause": [4], "error": [None],
}  # fmt: skip


@pytest.fixture
def client(worker: WebWorker, screen: BoundScreen) -> Iterator[RawSocket]:
    """A player on the wire."""
    with closing(RawSocket(worker.base)) as made:
        made.enter(token=screen.token, boot=BOOT, version=None, protocol=1)
        yield made


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("clock", {"t0": 5}),
        ("clock", {"t0": "now"}),
        ("clock", {}),
        ("clock", None),
        ("beat", beat(version=None)),
        ("beat", {**beat(version=None), "made_up": [1, {"a": "屏"}]}),
        ("beat", {"boot": "", "state": "playing"}),
        ("beat", {"boot": "x" * 65, "state": "asleep"}),
        ("beat", {"boot": "half \ud800", "state": "playing"}),
        ("beat", [1, 2]),
        ("plays", BATCH),
        ("plays", {**BATCH, "first": 7}),
        ("plays", {**BATCH, "first": 0}),
        ("plays", {**BATCH, "state": []}),
        ("plays", {"boot": BOOT, "lost": [[1, 4, "storage_full"]]}),
        ("plays", {"boot": BOOT, "lost": []}),
        ("plays", {"boot": 7}),
        ("plays", []),
        ("plays", None),
        ("switched", {"version": 1, "manifest": "f" * 64, "at": 5}),
        ("switched", {}),
    ],
)
def test_an_answer_is_the_one_that_the_namespace_gives(
    world: World, client: RawSocket, event: str, payload: Any
) -> None:
    other = SocketPlayer(world, make_screen(world))

    response = client.ask(event, payload)

    assert shape(response) == shape(other.send(event, payload))


def shape(response: Any) -> Any:
    """An answer without what differs from one instant and screen to the other."""
    assert isinstance(response, dict), response
    kept = {name: value for name, value in response.items() if name != "t1"}
    if "error" in kept:
        kept["error"] = kept["error"]["code"]
    return kept


def test_an_event_with_more_or_less_than_one_value_goes_the_usual_way(client: RawSocket) -> None:
    assert client.ask("clock", {"t0": 5}, {"t0": 6})["t0"] == 5
    assert client.ask("clock")["error"]["code"] == "malformed"


def test_one_that_asks_for_no_answer_gets_none(client: RawSocket) -> None:
    client.send_text('42/screen,["clock",{"t0":1}]')

    assert client.ask("clock", {"t0": 2}, number=2)["t0"] == 2


def test_a_client_that_was_not_let_in_has_no_answer(worker: WebWorker) -> None:
    with closing(RawSocket(worker.base)) as stranger:
        stranger.send_text('42/screen,1["clock",{"t0":1}]')
        assert stranger.enter(token="ans_made-up", boot=BOOT).startswith("44/screen,")
        stranger.send_text('42/screen,2["clock",{"t0":1}]')
        stranger.send_text("40/nowhere,")

        assert stranger.next_text().startswith("44/nowhere,")


def test_who_comes_by_the_shorter_way_is_let_in_or_refused_as_the_namespace_does(
    world: World, worker: WebWorker, screen: BoundScreen
) -> None:
    auth: dict[str, Any] = {"token": screen.token, "boot": BOOT, "version": None, "protocol": 1}
    for wrong, code in (
        ({"protocol": 9}, "protocol_unsupported"),
        ({"token": 7}, "unauthorized"),
        ({"boot": ""}, "malformed"),
    ):
        with closing(RawSocket(worker.base)) as made:
            refused = json.loads(made.enter(**{**auth, **wrong}).removeprefix("44/screen,"))

        assert not SocketPlayer(world, screen, **wrong).is_connected
        assert refused == {"message": code, "data": {"code": code}}

    with closing(RawSocket(worker.base)) as made:
        assert made.enter(**auth).startswith('40/screen,{"sid":')


def test_plays_are_durable_when_they_are_answered(
    world: World, client: RawSocket, screen: BoundScreen
) -> None:
    assert client.ask("plays", BATCH)["upto"] == 1

    with world.core.plays.read() as session:
        upto = session.connection().exec_driver_sql(
            f"SELECT upto FROM boots WHERE screen = {screen.id}"  # noqa: S608 - a number
        )
        assert [tuple(row) for row in upto] == [(1,)]


def test_batches_in_a_row_are_answered_in_their_order(client: RawSocket) -> None:
    for first in range(1, 51):
        client.send_text(f"42/screen,{first}" + text_of({**BATCH, "first": first}))

    assert [client.answer(number)["upto"] for number in range(1, 51)] == list(range(1, 51))


def text_of(batch: dict[str, Any]) -> str:
    """An event as a client writes it."""
    return json.dumps(["plays", batch], separators=(",", ":"))
