"""Clients that come, vanish and stay away leave nothing behind; a storm of them is served."""

import os
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import BOOT
from tests.support.network.raw_socket import RawSocket
from tests.support.patience import until
from tests.support.processes.web_worker import WebWorker, web_worker
from tests.support.speed.memory import private_bytes

pytestmark = [pytest.mark.slow, pytest.mark.faults]

CYCLES = int(os.environ.get("ANPING_TEST_CYCLES", "200"))
WARM = 60
QUIET_SAMPLES = 4
KIB = 1024


def come_and_vanish(worker: WebWorker, screens: list[BoundScreen], cycles: int) -> None:
    """Each connection sends something and is killed, every third before it is let in."""
    for cycle in range(cycles):
        client = RawSocket(worker.base)
        if cycle % 3:
            screen = screens[cycle % len(screens)]
            client.enter(token=screen.token, boot=f"{BOOT}{cycle % 2}", version=None)
            assert client.ask("clock", {"t0": cycle})["t0"] == cycle
        client.kill()


def settle(worker: WebWorker) -> None:
    """Return when no socket is left."""
    until("no socket is left", lambda: worker.figures["anping_sockets"] == 0)


@pytest.mark.long
def test_memory_does_not_grow_with_clients_that_come_and_vanish(
    world: World, worker: WebWorker
) -> None:
    screens = [make_screen(world) for _ in range(5)]
    come_and_vanish(worker, screens, WARM)
    settle(worker)
    before, sockets = private_bytes(worker.pid), open_sockets_at_rest(worker)

    come_and_vanish(worker, screens, CYCLES)

    settle(worker)
    grown = private_bytes(worker.pid) - before
    print(f"\n{CYCLES} cycles: {grown / KIB:+.0f} KiB")
    until(f"{sockets} sockets again", lambda: open_sockets(worker) <= sockets)
    assert grown < max(CYCLES * KIB, 1024 * KIB)


def open_sockets_at_rest(worker: WebWorker) -> int:
    """Once the last question to it is over."""
    found = [open_sockets(worker)]
    while len(found) < QUIET_SAMPLES or found[-1] != found[-QUIET_SAMPLES]:
        time.sleep(0.1)
        found.append(open_sockets(worker))
    return found[-1]


def open_sockets(worker: WebWorker) -> int:
    """Sockets of the process that holds them."""
    found = 0
    for entry in Path(f"/proc/{worker.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found += str(entry.readlink()).startswith("socket:")
    return found


@pytest.mark.long
def test_three_hundred_come_at_once_and_all_are_let_in(world: World, worker: WebWorker) -> None:
    screens = [make_screen(world) for _ in range(300)]
    with ExitStack() as stack:
        clients = []
        for screen in screens:  # who enters nowhere until his first ping is ended
            client = stack.enter_context(closing(RawSocket(worker.base)))
            client.send_text(
                f'40/screen,{{"token":"{screen.token}","boot":"{BOOT}","version":null}}'
            )
            clients.append(client)
        answers = [client.next_text() for client in clients]
        count = worker.figures["anping_sockets"]

    assert all(answer.startswith("40/screen,") for answer in answers)
    assert count == 300
    settle(worker)


def restarted(folder: Path) -> float:
    """Seconds until a server had asked all of its clients to reconnect and was gone."""
    own = make_world(folder)
    with web_worker(own) as worker, ExitStack() as stack:
        clients = [stack.enter_context(closing(RawSocket(worker.base))) for _ in range(20)]
        for client in clients[10:]:
            client.enter(token=make_screen(own).token, boot=BOOT, version=None)
        began = time.monotonic()
        status = worker.stop()
        took_s = time.monotonic() - began
        codes = [client.close_code() for client in clients]

    assert status == 0
    assert codes == [1012] * 20
    return took_s


@pytest.mark.long
def test_all_are_asked_to_reconnect_when_the_server_restarts(tmp_path: Path) -> None:
    print(f"\nall were told and it was gone after {restarted(tmp_path):.1f} s")


@pytest.mark.timed
def test_a_server_that_restarts_is_gone_within_eight_seconds(tmp_path: Path) -> None:
    assert restarted(tmp_path) < 8
