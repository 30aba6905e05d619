"""A client that stops reading never gets a broken frame, costs little, and delays nobody."""

import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from server.publishing.assignments.outbox import knock
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT
from tests.support.factories.manifests import assign
from tests.support.network.raw_socket import CLOSE, RawSocket, masked
from tests.support.network.websocket_frames import TEXT, read_frame
from tests.support.patience import until
from tests.support.processes.web_worker import WebWorker
from tests.support.speed.memory import private_bytes

pytestmark = [pytest.mark.slow, pytest.mark.faults]

ROUNDS = 60
EACH_S = 3.0
SLOTS = 200
"""Pictures in a manifest, which then has some 50 KB."""
MIB = 1 << 20


@dataclass
class Neighbours:
    """One who stopped reading, and one who reads."""

    stalled: RawSocket
    reading: RawSocket
    screens: tuple[BoundScreen, BoundScreen]


@pytest.fixture
def neighbours(world: World, worker: WebWorker) -> Iterator[Neighbours]:
    """Both were let in."""
    screens = (make_screen(world), make_screen(world))
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(closing(RawSocket(worker.base, receive_bytes=4096)))
            for _ in screens
        ]
        for client, screen in zip(clients, screens, strict=True):
            client.enter(token=screen.token, boot=BOOT, version=None)
        yield Neighbours(*clients, screens=screens)


def gets(world: World, neighbours: Neighbours, version: int) -> float:
    """Both are assigned a version; after how many seconds the one that reads has it."""
    for screen in neighbours.screens:
        assign(world, screen.id, *(f"{version}-{number}" for number in range(SLOTS)))
    began = time.monotonic()
    knock(world.core.settings.data)
    while version_of(neighbours.reading.next_text()) != version:
        pass
    return time.monotonic() - began


@pytest.mark.long
def test_it_gets_whole_frames_and_the_newest_assignment_once_it_reads_again(
    world: World, worker: WebWorker, neighbours: Neighbours
) -> None:
    before = private_bytes(worker.pid)
    held = 0.0
    for version in range(1, ROUNDS + 1):
        gets(world, neighbours, version)
        held = max(held, worker.figures["anping_socket_held_bytes"])
    grown = private_bytes(worker.pid) - before

    received = list(versions_until(ROUNDS, neighbours.stalled))
    versions = [version for version in received if version is not None]

    print(f"\n{len(received)} frames whole, {len(versions)} assignments, held {held:.0f} bytes")
    print(f"server +{grown / MIB:.1f} MiB")
    assert held > 0, "the kernel took all of it: nothing was tried"
    assert held < 200 * 1024
    assert versions == sorted(versions)
    assert len(versions) < ROUNDS
    assert versions[-1] == ROUNDS
    assert grown < 16 * MIB


@pytest.mark.timed
def test_its_neighbour_has_each_assignment_within_a_second_and_a_half(
    world: World, neighbours: Neighbours
) -> None:
    delays_s = [gets(world, neighbours, version) for version in range(1, ROUNDS + 1)]

    assert max(delays_s) < 1.5


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_after_minutes_it_was_let_go_and_what_it_still_reads_is_whole(
    world: World, worker: WebWorker, neighbours: Neighbours
) -> None:
    before, delays_s = private_bytes(worker.pid), []
    for version in range(1, ROUNDS + 1):
        delays_s.append(gets(world, neighbours, version))
        time.sleep(EACH_S)
    grown, held = private_bytes(worker.pid) - before, worker.figures["anping_socket_held_bytes"]

    texts = []
    while (frame := neighbours.stalled.next(answers_pings=False)) is not None:
        texts += [frame.payload.decode()] if frame.opcode == TEXT else []
    versions = [found for one in texts if (found := version_of(one)) is not None]

    print(f"\n{ROUNDS * EACH_S:.0f} s unread: {len(texts)} frames whole, then the end")
    print(f"neighbour: slowest {max(delays_s) * 1000:.0f} ms; server +{grown / MIB:.1f} MiB")
    assert versions == sorted(versions)
    assert len(versions) < ROUNDS
    assert held == 0
    assert max(delays_s) < 1.5
    assert grown < 16 * MIB


def pinged_and_let_go(gone: RawSocket) -> tuple[list[bytes], float]:
    """The frames received by a client that answers no ping, and seconds until its end."""
    began, pings = time.monotonic(), list[bytes]()
    with contextlib.suppress(ConnectionError):
        while (frame := read_frame(gone.stream)) is not None and frame.opcode != CLOSE:
            pings.append(frame.payload)
    return pings, time.monotonic() - began


@pytest.mark.long
def test_one_that_answers_no_ping_is_let_go_after_the_first(neighbours: Neighbours) -> None:
    gone = neighbours.stalled

    pings, took_s = pinged_and_let_go(gone)

    print(f"\nlet go after {took_s:.0f} s")
    assert pings == [b"2"]
    assert gone.opened["pingInterval"] + gone.opened["pingTimeout"] < 60_000


@pytest.mark.timed
def test_one_that_answers_no_ping_is_let_go_within_a_minute(neighbours: Neighbours) -> None:
    _, took_s = pinged_and_let_go(neighbours.stalled)

    assert 20 < took_s < 60


@pytest.mark.long
def test_one_that_asks_and_never_reads_the_answers_is_ended(
    worker: WebWorker, neighbours: Neighbours
) -> None:
    question = "".join(f'42/screen,{number}["clock",{{"t0":{number}}}]' for number in (1,))
    block = b"".join(masked(0x81, question.encode()) for _ in range(200))
    before = private_bytes(worker.pid)
    neighbours.stalled.socket.settimeout(1)

    def is_ended() -> bool:
        try:
            neighbours.stalled.send(block)
        except TimeoutError:
            return False
        except OSError:
            return True
        assert neighbours.reading.ask("clock", {"t0": 3})["t0"] == 3
        return False

    until("its end", is_ended, every_s=0)
    grown = private_bytes(worker.pid) - before

    print(f"\nserver +{grown / MIB:.1f} MiB")
    assert grown < 16 * MIB


def versions_until(version: int, client: RawSocket) -> Iterator[int | None]:
    """Of all that waits for it, up to that assignment; each frame is read whole."""
    found = None
    while found != version:
        found = version_of(client.next_text())
        yield found


def version_of(text: str) -> int | None:
    """Which assignment a message is, if it is one."""
    if '["assignment",' not in text[:60]:
        return None
    message = json.loads(text[text.index("[") :])[1]
    return int(json.loads(message["assignment"])["version"])
