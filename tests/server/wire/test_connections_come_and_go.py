"""Clients that come, vanish and stay away leave nothing behind; a storm of them is served."""

import os
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from tests.support.kiosk import wait_until
from tests.support.memory import private_bytes
from tests.support.places import BoundScreen, make_screen
from tests.support.players import BOOT
from tests.support.raw_socket import RawSocket
from tests.support.worker import WebWorker, web_worker
from tests.support.world import World, make_world

pytestmark = [pytest.mark.slow, pytest.mark.faults]

CYCLES = int(os.environ.get("ANPING_TEST_CYCLES", "200"))
WARM = 60
SOON_S = 20.0
QUIET_LOOKS = 4
KIB = 1024


def come_and_vanish(worker: WebWorker, screens: list[BoundScreen], cycles: int) -> None:
    """Each connection says something and is killed, every third before it is let in."""
    for cycle in range(cycles):
        client = RawSocket(worker.base)
        if cycle % 3:
            screen = screens[cycle % len(screens)]
            client.enter(token=screen.token, boot=f"{BOOT}{cycle % 2}", version=None)
            assert client.ask("clock", {"t0": cycle})["t0"] == cycle
        client.kill()


def settled(worker: WebWorker) -> float:
    """How many sockets there are once there are no more than none, given some seconds."""
    deadline = time.monotonic() + SOON_S
    while (count := worker.figures["anping_sockets"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return count


def test_memory_does_not_grow_with_clients_that_come_and_vanish(
    world: World, worker: WebWorker
) -> None:
    screens = [make_screen(world) for _ in range(5)]
    come_and_vanish(worker, screens, WARM)
    assert settled(worker) == 0
    before, sockets = private_bytes(worker.pid), open_sockets_at_rest(worker)

    come_and_vanish(worker, screens, CYCLES)

    assert settled(worker) == 0
    grown = private_bytes(worker.pid) - before
    print(f"\n{CYCLES} cycles: {grown / KIB:+.0f} KiB")
    wait_until(lambda: open_sockets(worker) <= sockets, SOON_S, f"{sockets} sockets again")
    assert grown < max(CYCLES * KIB, 1024 * KIB)


def open_sockets_at_rest(worker: WebWorker) -> int:
    """Once the last question to it is over."""
    found = [open_sockets(worker)]
    while len(found) < QUIET_LOOKS or found[-1] != found[-QUIET_LOOKS]:
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


def test_three_hundred_come_at_once_and_all_are_let_in(world: World, worker: WebWorker) -> None:
    screens = [make_screen(world) for _ in range(300)]
    with ExitStack() as stack:
        clients = []
        for screen in screens:  # who enters nowhere until his first ping is ended
            client = stack.enter_context(closing(RawSocket(worker.base)))
            client.say(f'40/screen,{{"token":"{screen.token}","boot":"{BOOT}","version":null}}')
            clients.append(client)
        answers = [client.next_text() for client in clients]
        count = worker.figures["anping_sockets"]

    assert all(answer.startswith("40/screen,") for answer in answers)
    assert count == 300
    assert settled(worker) == 0


def test_all_are_told_to_come_again_when_the_server_restarts(tmp_path: Path) -> None:
    own = make_world(tmp_path)
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
    assert took_s < 8
