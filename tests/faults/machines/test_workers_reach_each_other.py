"""Screens and people at different workers of one district: orders, commands, bounds, pages."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from redis.exceptions import RedisError

from server.accounts.auth.request_identity import COOKIE
from server.gateway.page_hints.namespace import NAMESPACE as CONSOLE
from server.publishing.service import rebuild
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.office_api import open_office
from tests.support.app.people import Person, sign_in
from tests.support.devices.official_client import Client
from tests.support.devices.real_player import RealPlayer
from tests.support.devices.socket_player import NAMESPACE
from tests.support.factories.assets import make_asset
from tests.support.factories.manifests import assign
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.two_workers import Pair, ask, two_workers

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]

MOST_TRIES = 2
"""Wrong passwords that the other worker gets itself before it refuses: alone it takes three."""
BEAT = {"boot": "b", "at_mono_ms": 1, "version": None, "state": "playing", "player": "1.0.0"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_workers(tmp_path_factory.mktemp("pair")) as made:
        yield made


@pytest.fixture
def screen(pair: Pair) -> BoundScreen:
    made = make_screen(pair.world)
    assign(pair.world, made.id)
    return made


@pytest.fixture
def player(pair: Pair, screen: BoundScreen) -> Iterator[RealPlayer]:
    """It is online at the other worker than the one that people use here."""
    made = RealPlayer(pair.other.base, screen).connect()
    yield made
    made.disconnect()


@pytest.fixture
def admin(pair: Pair) -> Person:
    return sign_in(pair.world, "admin")


def test_orders_given_at_one_worker_wake_the_other(pair: Pair) -> None:
    office, asset, screen = open_office(pair.world), make_asset(pair.world), make_screen(pair.world)
    player = RealPlayer(pair.other.base, screen).connect()
    rebuild(pair.world.core)
    player.wait_for("assignment")
    kinds = listening(pair)
    body = {"asset_id": f"a_{asset}", "selector": {"screen_ids": [screen.public_id]}}
    takeover = ask(pair.one.base, office.publicity, "POST", "takeovers", **body)["id"]
    began = time.monotonic()

    ask(pair.one.base, office.reviewer, "POST", f"takeovers/{takeover}/approve")
    player.wait_for("assignment", 2)

    print(f"\nat the screen of the other worker after {time.monotonic() - began:.2f} s")
    until("a word between workers", lambda: "knock" in kinds)
    player.disconnect()


def test_a_command_reaches_a_player_at_another_worker_and_its_answer_comes_back(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    assert player.is_connected
    until("the socket to be known", lambda: is_connected(pair, admin, screen))

    answer = ask(pair.one.base, admin, "POST", f"screens/{screen.public_id}/commands", name="log")

    assert (answer["ok"], answer["result"]) == (True, "log")


def test_a_screens_messages_to_one_worker_reach_the_other(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    player.client.call("beat", BEAT, namespace=NAMESPACE)

    def state() -> Any:
        return ask(pair.one.base, admin, "GET", f"screens/{screen.public_id}/now")["player_state"]

    until("the beat to be known", lambda: state() == "playing")


def test_a_player_that_comes_to_another_worker_loses_its_old_socket_and_stays_online(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    again = RealPlayer(pair.one.base, screen).connect()

    until("the old socket to end", lambda: not player.is_connected)
    assert again.is_connected
    assert is_connected(pair, admin, screen)
    until(
        "the new socket to be known",
        lambda: ask(pair.other.base, admin, "GET", f"screens/{screen.public_id}/now")["connected"],
    )
    again.disconnect()
    until("its end to be known", lambda: not is_connected(pair, admin, screen))


def test_a_revoked_screen_loses_its_socket_at_every_worker(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    ask(pair.one.base, admin, "POST", f"screens/{screen.public_id}/revoke")

    until("the end of the socket", lambda: not player.is_connected)


def test_wrong_passwords_are_counted_at_all_workers_together(pair: Pair) -> None:
    kinds = listening(pair)
    for _ in range(5):
        until("a try", lambda: sign_in_status(pair.one.base, "nobody-knows") == 401)
    until("five words between workers", lambda: kinds.count("sign_in") == 5)
    # After the fifth there are eight seconds, twice as many after each more.
    tries = list[int]()

    def is_refused() -> bool:
        tries.append(sign_in_status(pair.other.base, "nobody-knows"))
        return tries[-1] == 429

    until("the other one to refuse", is_refused)
    assert tries.count(401) <= MOST_TRIES


def test_a_page_at_one_worker_is_notified_of_a_write_at_the_other(
    pair: Pair, screen: BoundScreen, admin: Person
) -> None:
    topics: list[str] = []
    cookie = admin.client.get_cookie(COOKIE)
    assert cookie is not None
    page = Client()
    page.on("hint", lambda hint: topics.append(hint["topic"]), namespace=CONSOLE)
    page.connect(
        pair.other.base,
        headers={"Cookie": f"{COOKIE}={cookie.value}"},
        namespaces=[CONSOLE],
        transports=["websocket"],
        wait_timeout=PATIENCE_S,
    )
    assert page.call("watch", {"topics": ["screens"]}, namespace=CONSOLE) == {"topics": ["screens"]}

    ask(pair.one.base, admin, "POST", f"screens/{screen.public_id}/retire")

    until("a hint", lambda: "screens" in topics)
    page.disconnect()


def is_connected(pair: Pair, admin: Person, screen: BoundScreen) -> bool:
    """Whether the worker that people use here reports a socket of the screen."""
    return bool(ask(pair.one.base, admin, "GET", f"screens/{screen.public_id}/now")["connected"])


def listening(pair: Pair) -> list[str]:
    """The kinds of workers' messages from now on."""
    kinds: list[str] = []
    channel = pair.redis.client().pubsub(ignore_subscribe_messages=True)
    channel.psubscribe("*")
    channel.get_message(timeout=PATIENCE_S)

    def listen() -> None:
        with suppress(RedisError, OSError):  # the tests are over, and Redis with them
            while True:
                message = channel.get_message(timeout=0.1)
                if message is not None and message["type"] == "pmessage":
                    kinds.extend(kind for kind, _ in json.loads(message["data"])["told"])
        channel.close()

    threading.Thread(target=listen, daemon=True).start()
    return kinds


def sign_in_status(base: str, name: str) -> int:
    body = json.dumps({"username": name, "password": "wrong-guess-1"}).encode()
    headers = {"Content-Type": "application/json", "Origin": base}
    request = urllib.request.Request(f"{base}/api/v1/session", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
