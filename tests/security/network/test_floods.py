"""Somebody floods the server: others are answered meanwhile, and memory is bounded."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from server.simulator.wire.frames import TEXT
from tests.support.app.inventory import make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import BOOT
from tests.support.network.flood import HEAD, KINDS
from tests.support.network.raw_socket import RawSocket
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker, web_worker
from tests.support.speed.memory import private_bytes, tree

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
MOST_GROWN = 128 * MIB
ANSWERED_S = 1.0
ASKED, ASKED_LONG = 40, 1_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("flooded"))


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


@contextmanager
def other_screen(world: World, worker: WebWorker) -> Iterator[RawSocket]:
    """One that has nothing to do with it, and comes in now: who waits unread is let go."""
    token = make_screen(world).token
    with closing(RawSocket(worker.base)) as link:
        assert link.enter(token=token, boot=BOOT, version=None).startswith("40/screen")
        yield link


@contextmanager
def flood(kind: str, world: World, worker: WebWorker) -> Iterator[None]:
    """For the length of the block, from a process of its own."""
    command = [sys.executable, "-m", "tests.support.network.flood", kind, worker.base]
    process = subprocess.Popen(
        [*command, make_screen(world).token],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        yield
        assert process.poll() is None, "the flood ended by itself"
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        process.stdin.close()
        process.stdout.close()


def waits(link: RawSocket, times: int) -> list[float]:
    """How long each of so many answers took (s), the longest last."""
    found = []
    for number in range(times):
        began = time.monotonic()
        link.ask("clock", {"t0": number}, number=number)
        found.append(time.monotonic() - began)
        time.sleep(0.02)
    return sorted(found)


def held(worker: WebWorker) -> int:
    return sum(private_bytes(pid) for pid in tree(worker.process.pid))


def answered_meanwhile(world: World, worker: WebWorker, kind: str) -> float:
    """Each question of another is answered, memory is bounded; the longest wait for one, s."""
    before = held(worker)

    with flood(kind, world, worker), other_screen(world, worker) as other:
        slowest = waits(other, ASKED)[-1]
        grown = held(worker) - before

    print(f"{kind}: the slowest of {ASKED} {slowest * 1000:.0f} ms, memory +{grown / MIB:.1f} MiB")
    assert grown < MOST_GROWN
    return slowest


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_others_are_answered_while_it_lasts(world: World, worker: WebWorker, kind: str) -> None:
    answered_meanwhile(world, worker, kind)


@pytest.mark.timed
@pytest.mark.parametrize("kind", KINDS)
def test_others_are_answered_within_a_second(world: World, worker: WebWorker, kind: str) -> None:
    assert answered_meanwhile(world, worker, kind) < ANSWERED_S


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_others_wait_no_more_than_twice_as_long(world: World, worker: WebWorker, kind: str) -> None:
    with other_screen(world, worker) as other:
        quiet = waits(other, ASKED_LONG)
    with flood(kind, world, worker), other_screen(world, worker) as other:
        meanwhile = waits(other, ASKED_LONG)

    at = ASKED_LONG * 99 // 100
    print(f"{kind}: p99 {quiet[at] * 1000:.1f} ms before, {meanwhile[at] * 1000:.1f} ms meanwhile")
    assert meanwhile[at] <= 2 * quiet[at]


def test_a_message_that_never_ends_is_not_gathered(worker: WebWorker) -> None:
    """It announces two gigabytes; they are not buffered."""
    before = held(worker)
    with closing(RawSocket(worker.base)) as link:
        head = bytes((0x80 | TEXT, 0x80 | 127)) + (2 << 30).to_bytes(8, "big") + bytes(4)
        sent = 0
        with suppress(OSError):
            link.send(head)
            while sent < 64 * MIB:
                link.send(bytes(MIB))
                sent += MIB

        grown = held(worker) - before
    print(f"sent {sent >> 20} MiB of it, memory +{grown / MIB:.1f} MiB")
    assert 0 < sent < 64 * MIB, "it was all taken"
    assert grown < 8 * MIB


@pytest.mark.long
def test_a_head_that_never_ends_is_cut(worker: WebWorker) -> None:
    place = urlsplit(worker.base)
    with socket.create_connection((place.hostname, place.port), timeout=PATIENCE_S) as wire:
        wire.sendall(HEAD)
        wire.settimeout(0.5)

        def is_cut() -> bool:
            try:
                wire.sendall(b"x")
                wire.recv(1)
            except TimeoutError:
                return False
            except OSError:
                return True
            return True  # an answer or an end, not silence

        until("its end", is_cut, every_s=0)
