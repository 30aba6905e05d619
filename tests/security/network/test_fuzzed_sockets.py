"""Arbitrary messages on the socket: it ends that connection or answers with an error.

`ANPING_TEST_MESSAGES=100000 pytest -s -m soak` on this file sends as many as the promise names.
"""

import os
import random
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count

import pytest

from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import BOOT, NAMESPACE
from tests.support.network.garbled_messages import garbled
from tests.support.network.raw_socket import CLOSE, RawSocket, masked
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import WebWorker, web_worker
from tests.support.speed.memory import private_bytes, tree

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
MESSAGES = int(os.environ.get("ANPING_TEST_MESSAGES", "100000"))
FINAL = 0x80
MOST_GROWN = 50 * MIB


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("fuzzed"))


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


def let_in(worker: WebWorker, screen: BoundScreen) -> RawSocket:
    socket = RawSocket(worker.base)
    assert socket.enter(token=screen.token, boot=BOOT, version=None).startswith("40/screen")
    return socket


def throw(
    worker: WebWorker, screen: BoundScreen, dice: random.Random, messages: int, other: RawSocket
) -> int:
    """So many messages, on as many sockets as they cost; how many sockets that were."""
    left = messages
    for used in count(1):
        assert other.ask("clock", {"t0": used}, number=used)["t0"] == used
        with closing(let_in(worker, screen)) as socket:
            while left and still_serves(socket, left):
                left -= 1
                opcode, payload = garbled(dice)
                with suppress(OSError):  # it has had enough of this connection
                    socket.send(masked(FINAL | opcode, payload))
        if not left:
            return used
    raise AssertionError


def still_serves(socket: RawSocket, number: int) -> bool:
    """Whether the server has processed all messages and the connection goes on.

    Fails if there is neither an answer nor an end for ten seconds.
    """
    with suppress(OSError):
        socket.send_text(f'42{NAMESPACE},{number}["clock",{{"t0":{number}}}]')
    head = f'43{NAMESPACE},{number}[{{"t0":{number}'.encode()
    while (frame := socket.next()) is not None and frame.opcode != CLOSE:
        if frame.payload.startswith(head):
            return True
    return False


def held(worker: WebWorker) -> int:
    return sum(private_bytes(pid) for pid in tree(worker.process.pid))


def complaints(world: World) -> list[str]:
    """What the server wrote down of itself."""
    return [one for one in log_of(world) if "Traceback" in one or '"level": "error"' in one]


def log_of(world: World) -> list[str]:
    return (world.core.settings.data / "worker.log").read_text(encoding="utf-8").splitlines()


def fuzz(world: World, worker: WebWorker, messages: int) -> None:
    screen, neighbour = make_screen(world), let_in(worker, make_screen(world))
    with closing(neighbour):
        throw(worker, screen, random.Random(1), 200, neighbour)  # warm-up
        before = held(worker)

        used = throw(worker, screen, random.Random(2), messages, neighbour)

        grown = held(worker) - before
        print(f"{messages} messages on {used} sockets, memory +{grown / MIB:.1f} MiB")
    with urllib.request.urlopen(worker.base + "/readyz", timeout=PATIENCE_S) as answer:
        assert answer.status == 200
    with closing(let_in(worker, screen)) as again:
        assert again.ask("clock", {"t0": 6})["t0"] == 6
    assert complaints(world) == []
    assert grown < MOST_GROWN


@pytest.mark.long
@pytest.mark.parametrize(
    ("opcode", "payload"),
    [
        (2, b"an attachment that nobody announced"),
        (1, b'451-/screen,["beat",{"_placeholder":true,"num":0}]'),
        (1, b'459999-/screen,["beat",{"_placeholder":true,"num":9998}]'),
        (1, b'42/screen,["connect",{"token":"ans_other"}]'),
        (1, b'42/screen,["disconnect","as if"]'),
        (1, b"42/screen,[]"),
        (1, b"42/screen,[1,{}]"),
        (1, b"\xff\xfe"),
    ],
)
def test_an_invalid_message_ends_its_connection_with_one_line_at_most(
    world: World, worker: WebWorker, opcode: int, payload: bytes
) -> None:
    lines = len(log_of(world))
    with closing(let_in(worker, make_screen(world))) as socket:
        socket.send(masked(FINAL | opcode, payload))

        assert not still_serves(socket, 1)

    assert len(log_of(world)) - lines <= 1


def test_an_empty_message_is_passed_over_or_ends_its_connection(
    world: World, worker: WebWorker
) -> None:
    lines = len(log_of(world))
    with closing(let_in(worker, make_screen(world))) as socket:
        socket.send_text("")
        still_serves(socket, 1)

    assert len(log_of(world)) - lines <= 1


@pytest.mark.parametrize(
    "message", ['["beat",{"boot":"\\ud800"}]', '["plays",{"boot":"\\ud800","first":1}]', '["beat"]']
)
def test_a_message_that_lacks_sense_is_answered_and_the_connection_goes_on(
    world: World, worker: WebWorker, message: str
) -> None:
    with closing(let_in(worker, make_screen(world))) as socket:
        socket.send_text(f"42{NAMESPACE},7{message}")

        assert "error" in socket.answer(7)
        assert still_serves(socket, 8)


@pytest.mark.long
def test_it_takes_a_thousand_in_its_stride(world: World, worker: WebWorker) -> None:
    fuzz(world, worker, 1_000)


@pytest.mark.soak
def test_it_takes_a_hundred_thousand_in_its_stride(world: World, worker: WebWorker) -> None:
    fuzz(world, worker, MESSAGES)
