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

from server.accounts.identity import COOKIE
from server.loops.service import rebuild
from server.realtime.console import NAMESPACE as CONSOLE
from tests.support.assets import make_asset
from tests.support.kiosk import wait_until
from tests.support.official import Client
from tests.support.people import Person, sign_in
from tests.support.places import BoundScreen, make_screen
from tests.support.plans import assign
from tests.support.players import NAMESPACE
from tests.support.real_player import RealPlayer
from tests.support.signed import open_office
from tests.support.two_workers import Pair, ask, two_workers

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SOON_S = 20.0
HEARD_S = 1.0
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
    player.wait_for("assignment", within_s=SOON_S)
    told = listening(pair)
    wish = {"asset_id": f"a_{asset}", "selector": {"screen_ids": [screen.public_id]}}
    takeover = ask(pair.one.base, office.publicity, "POST", "takeovers", **wish)["id"]
    began = time.monotonic()

    ask(pair.one.base, office.reviewer, "POST", f"takeovers/{takeover}/approve")
    player.wait_for("assignment", 2, within_s=SOON_S)

    print(f"\nat the screen of the other worker after {time.monotonic() - began:.2f} s")
    wait_until(lambda: "knock" in told, SOON_S, "a word between workers")
    player.disconnect()


def test_a_command_reaches_a_player_at_another_worker_and_its_answer_comes_back(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    assert player.is_connected
    wait_until(lambda: is_connected(pair, admin, screen), SOON_S, "the socket to be known")

    answer = ask(pair.one.base, admin, "POST", f"screens/{screen.public_id}/commands", name="log")

    assert (answer["ok"], answer["result"]) == (True, "log")


def test_what_a_screen_says_at_one_worker_is_known_at_the_other(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    player.client.call("beat", BEAT, namespace=NAMESPACE)

    def state() -> Any:
        return ask(pair.one.base, admin, "GET", f"screens/{screen.public_id}/now")["player_state"]

    wait_until(lambda: state() == "playing", SOON_S, "the beat to be known")


def test_a_player_that_comes_to_another_worker_loses_its_old_socket_and_stays_online(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    again = RealPlayer(pair.one.base, screen).connect()

    wait_until(lambda: not player.is_connected, SOON_S, "the old socket to end")
    assert again.is_connected
    assert is_connected(pair, admin, screen)
    wait_until(
        lambda: ask(pair.other.base, admin, "GET", f"screens/{screen.public_id}/now")["connected"],
        SOON_S,
        "the new socket to be known",
    )
    again.disconnect()
    wait_until(lambda: not is_connected(pair, admin, screen), SOON_S, "its end to be known")


def test_a_revoked_screen_loses_its_socket_at_every_worker(
    pair: Pair, player: RealPlayer, screen: BoundScreen, admin: Person
) -> None:
    ask(pair.one.base, admin, "POST", f"screens/{screen.public_id}/revoke")

    wait_until(lambda: not player.is_connected, SOON_S, "the end of the socket")


def test_wrong_passwords_are_counted_at_all_workers_together(pair: Pair) -> None:
    told = listening(pair)
    # After the fifth there are eight seconds, which is enough on any machine.
    for _ in range(5):
        wait_until(lambda: sign_in_status(pair.one.base, "nobody-knows") == 401, SOON_S, "a try")
    wait_until(lambda: told.count("sign_in") == 5, SOON_S, "five words between workers")
    time.sleep(HEARD_S)

    assert sign_in_status(pair.other.base, "nobody-knows") == 429


def test_a_page_at_one_worker_hears_what_was_written_at_the_other(
    pair: Pair, screen: BoundScreen, admin: Person
) -> None:
    heard: list[str] = []
    cookie = admin.client.get_cookie(COOKIE)
    assert cookie is not None
    page = Client()
    page.on("hint", lambda said: heard.append(said["topic"]), namespace=CONSOLE)
    page.connect(
        pair.other.base,
        headers={"Cookie": f"{COOKIE}={cookie.value}"},
        namespaces=[CONSOLE],
        transports=["websocket"],
        wait_timeout=5,
    )
    assert page.call("watch", {"topics": ["screens"]}, namespace=CONSOLE) == {"topics": ["screens"]}

    ask(pair.one.base, admin, "POST", f"screens/{screen.public_id}/retire")

    wait_until(lambda: "screens" in heard, SOON_S, "a hint")
    page.disconnect()


def is_connected(pair: Pair, admin: Person, screen: BoundScreen) -> bool:
    """Whether the worker that people use here knows of a socket of the screen."""
    return bool(ask(pair.one.base, admin, "GET", f"screens/{screen.public_id}/now")["connected"])


def listening(pair: Pair) -> list[str]:
    """What workers tell from now on, by its kind."""
    heard: list[str] = []
    channel = pair.redis.client().pubsub(ignore_subscribe_messages=True)
    channel.psubscribe("*")
    channel.get_message(timeout=1)

    def hear() -> None:
        deadline = time.monotonic() + SOON_S
        with suppress(RedisError):  # the test is over before, and Redis with it
            while time.monotonic() < deadline:
                message = channel.get_message(timeout=0.1)
                if message is not None and message["type"] == "pmessage":
                    heard.extend(kind for kind, _ in json.loads(message["data"])["told"])
        channel.close()

    threading.Thread(target=hear, daemon=True).start()
    return heard


def sign_in_status(base: str, name: str) -> int:
    body = json.dumps({"username": name, "password": "wrong-guess-1"}).encode()
    headers = {"Content-Type": "application/json", "Origin": base}
    request = urllib.request.Request(f"{base}/api/v1/session", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
