"""A real server process and the official client: written orders reach the player at once."""

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as NotLetIn

from server.accounts.auth.request_identity import COOKIE
from server.publishing.assignments.outbox import knock
from server.publishing.service import rebuild
from server.simulator.player.verify import TrustState, judge
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import Person, as_read, sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.official_client import Client
from tests.support.devices.real_player import RealPlayer
from tests.support.devices.socket_player import BOOT, NAMESPACE
from tests.support.factories.assets import make_asset
from tests.support.factories.assignment_receipts import acknowledged
from tests.support.factories.manifests import assign
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One server for the file: each test has a screen of its own."""
    return make_world(tmp_path_factory.mktemp("sockets"))


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


@pytest.fixture(scope="module")
def office(worker: WebWorker, world: World) -> Office:
    assert worker.base
    return open_office(world)


@pytest.fixture
def screen(worker: WebWorker, world: World) -> BoundScreen:
    assert worker.base
    return make_screen(world)


@pytest.fixture
def player(worker: WebWorker, screen: BoundScreen) -> Iterator[RealPlayer]:
    made = RealPlayer(worker.base, screen)
    yield made
    if made.client is not None:
        made.client.disconnect()


def test_a_new_assignment_is_pushed_with_its_manifest_and_its_receipt_is_kept(
    world: World, player: RealPlayer, screen: BoundScreen
) -> None:
    player.connect()

    row = assign(world, screen.id)
    knock(world.core.settings.data)
    (message,) = player.wait_for("assignment")

    keys = world.core.signer.public_keys()
    believer = TrustState(screen.public_id, None, keys, world.clock.now_ms())
    assert judge(message, believer).reason is None
    assert [name for name, _ in player.received] == ["manifest", "assignment"]
    assert player.received[0][1]["digest"] == row.manifest
    assert answer_of(world, screen.id) == (1, "accepted")


def test_a_push_needs_no_knock(world: World, player: RealPlayer, screen: BoundScreen) -> None:
    player.connect()

    assign(world, screen.id)

    assert len(player.wait_for("assignment")) == 1


def rebuilt_and_delivered(
    world: World, office: Office, player: RealPlayer, screen: BoundScreen
) -> float:
    """Seconds from a rebuild in another process until the player was notified, once."""
    player.connect()
    office.publish(make_asset(world), selector=only(screen))
    run_jobs(world.core)
    rebuilt = time.monotonic()
    (message,) = player.wait_for("assignment")
    took_s = time.monotonic() - rebuilt
    assert json.loads(message["assignment"])["screen"] == screen.public_id
    return took_s


def test_a_rebuild_in_another_process_is_sent_to_the_player(
    world: World, office: Office, player: RealPlayer, screen: BoundScreen
) -> None:
    print(f"\nat the player after {rebuilt_and_delivered(world, office, player, screen):.2f} s")


@pytest.mark.timed
def test_a_rebuild_in_another_process_is_at_the_player_within_two_seconds(
    world: World, office: Office, player: RealPlayer, screen: BoundScreen
) -> None:
    assert rebuilt_and_delivered(world, office, player, screen) < 2


def approved_and_delivered(
    world: World, office: Office, player: RealPlayer, screen: BoundScreen
) -> float:
    """Seconds from the approval of a takeover until the player was notified, once."""
    asset = make_asset(world)
    rebuild(world.core)
    player.connect(version=1)
    body = {"asset_id": f"a_{asset}", "selector": only(screen)}
    takeover = post(player.base, office.publicity, "takeovers", **body)["id"]
    post(player.base, office.reviewer, f"takeovers/{takeover}/approve")
    approved = time.monotonic()
    (message,) = player.wait_for("assignment")
    took_s = time.monotonic() - approved
    assert json.loads(message["assignment"])["takeover"]["id"] == takeover
    return took_s


def test_a_takeover_is_sent_to_the_player_when_it_is_approved(
    world: World, office: Office, player: RealPlayer, screen: BoundScreen
) -> None:
    print(f"\nat the player after {approved_and_delivered(world, office, player, screen):.2f} s")


@pytest.mark.timed
def test_a_takeover_is_at_the_player_within_a_second_of_its_approval(
    world: World, office: Office, player: RealPlayer, screen: BoundScreen
) -> None:
    assert approved_and_delivered(world, office, player, screen) < 1


def test_a_person_sends_a_command_and_reads_the_players_answer(
    world: World, player: RealPlayer, screen: BoundScreen, worker: WebWorker
) -> None:
    player.connect()
    officer = sign_in(world, "publicity")

    answer = post(worker.base, officer, f"screens/{screen.public_id}/commands", name="log")

    assert answer["ok"] is True
    assert answer["result"] == "log"


def revoked_and_cut(world: World, player: RealPlayer, screen: BoundScreen) -> float:
    """Seconds from the asking for it until a revoked screen has lost its socket."""
    player.connect()
    admin = sign_in(world, "admin")
    began = time.monotonic()
    post(player.base, admin, f"screens/{screen.public_id}/revoke")
    until("the end of the socket", lambda: not player.client.connected)
    return time.monotonic() - began


def test_a_revoked_screen_loses_its_socket_and_is_not_let_in_again(
    world: World, player: RealPlayer, screen: BoundScreen
) -> None:
    print(f"\nwithout a socket after {revoked_and_cut(world, player, screen):.2f} s")

    with pytest.raises(NotLetIn):
        player.connect()


@pytest.mark.timed
def test_a_revoked_screen_loses_its_socket_within_five_seconds(
    world: World, player: RealPlayer, screen: BoundScreen
) -> None:
    assert revoked_and_cut(world, player, screen) < 5


def test_a_refused_player_gets_the_reason(player: RealPlayer) -> None:
    reasons: list[Any] = []
    client = Client()
    client.on("connect_error", reasons.append, namespace=NAMESPACE)

    with pytest.raises(NotLetIn):
        client.connect(
            player.base,
            auth={"token": "ans_made-up", "boot": BOOT, "protocol": 1},
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=PATIENCE_S,
        )

    client.disconnect()
    assert [reason["data"]["code"] for reason in reasons] == ["unauthorized"]


def stopped_and_notified(folder: Path) -> float:
    """Seconds until a stopped server had notified its player and ended in order."""
    own = make_world(folder)
    with web_worker(own) as worker:
        player = RealPlayer(worker.base, make_screen(own)).connect()
        began = time.monotonic()
        status = worker.stop()
    assert player.wait_for("restarting") == [{"back_within_ms": 5_000}]
    took_s = time.monotonic() - began
    assert status == 0
    player.client.disconnect()
    return took_s


def test_players_are_notified_when_the_server_stops(tmp_path: Path) -> None:
    print(f"\ntold and gone after {stopped_and_notified(tmp_path):.1f} s")


@pytest.mark.timed
def test_players_are_notified_when_the_server_stops_and_it_stops_quickly(tmp_path: Path) -> None:
    assert stopped_and_notified(tmp_path) < 8


def test_the_same_boot_again_ends_its_old_connection(
    worker: WebWorker, screen: BoundScreen, player: RealPlayer
) -> None:
    player.connect()
    again = RealPlayer(worker.base, screen).connect()

    until("the end of the old connection", lambda: not player.client.connected)
    assert again.client.call("clock", {"t0": 5}, namespace=NAMESPACE)["t0"] == 5
    again.client.disconnect()


def only(screen: BoundScreen) -> dict[str, list[str]]:
    """What selects this screen."""
    return {"screen_ids": [screen.public_id]}


def post(base: str, person: Person, path: str, **body: Any) -> Any:
    """What the serving process answers to a post of this person's browser."""
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    request = urllib.request.Request(
        f"{base}/api/v1/{path}",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Cookie": f"{COOKIE}={cookie.value}",
            "X-CSRF-Token": person.client.environ_base["HTTP_X_CSRF_TOKEN"],
            "Origin": base,
            **as_read(person, path),
        },
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        return json.load(answer)


def answer_of(world: World, screen_id: int) -> tuple[int, str]:
    """The database's state of the newest assignment, once it was answered."""
    found = until("the answer to the newest assignment", lambda: acknowledged(world).get(screen_id))
    assert found is not None
    return found
