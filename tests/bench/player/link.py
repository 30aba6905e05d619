"""A link between a browser and the server: a TCP proxy that holds back what passes.

    python -m tests.bench.player.link PORT UPSTREAM_PORT KIND SEED

Each piece waits for its direction's delay and a random part on top; now and then one waits as
long as a lost packet takes to be sent again, and all after it wait behind it. It can't reorder or
lose bytes, which TCP wouldn't show either.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.devices.kiosk import wait_until
from tests.support.processes.server import free_port

PIECE = 65536


@dataclass(frozen=True)
class Link:
    """Delays in ms each way, the mean of the random part, and how often something gets lost."""

    up_ms: float
    down_ms: float
    jitter_ms: float
    lost: float
    again_ms: float


LINKS = {
    "lan": Link(0.5, 0.5, 0.5, 0.001, 30),
    "lan-far": Link(1.0, 0.5, 1.0, 0.001, 30),
    "4g": Link(40, 25, 15, 0.02, 250),
    "4g-far": Link(60, 35, 25, 0.03, 300),
}


class Pump:
    """One direction of one connection."""

    def __init__(self, link: Link, delay_ms: float, chance: random.Random) -> None:
        self._link = link
        self._delay_ms = delay_ms
        self._chance = chance
        self._waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._free_at = 0.0

    async def run(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Until the source ends or the sink breaks."""
        reading = asyncio.create_task(self._read(source))
        try:
            while True:
                at, piece = await self._waiting.get()
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                if not piece:
                    break
                sink.write(piece)
                await sink.drain()
        except OSError:
            pass
        finally:
            reading.cancel()
            sink.close()

    async def _read(self, source: asyncio.StreamReader) -> None:
        piece = b"?"
        while piece:
            try:
                piece = await source.read(PIECE)
            except OSError:
                piece = b""
            self._waiting.put_nowait((self._release(), piece))

    def _release(self) -> float:
        link = self._link
        wait_ms = self._delay_ms + self._chance.expovariate(1 / link.jitter_ms)
        if self._chance.random() < link.lost:
            wait_ms += link.again_ms
        self._free_at = max(self._free_at, time.monotonic() + wait_ms / 1000)
        return self._free_at


async def carry(port: int, upstream: int, link: Link, seed: int) -> None:
    """Take connections for ever."""
    chance = random.Random(seed)

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inward, outward = await asyncio.open_connection("127.0.0.1", upstream)
        await asyncio.gather(
            Pump(link, link.up_ms, chance).run(reader, outward),
            Pump(link, link.down_ms, chance).run(inward, writer),
        )

    server = await asyncio.start_server(join, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


@contextmanager
def linked(base: str, kind: str, seed: int) -> Iterator[str]:
    """The server's address as it is reached over a link of this kind."""
    port = free_port()
    upstream = base.rpartition(":")[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.player.link", str(port), upstream, kind, str(seed)]
    )
    try:
        wait_until(lambda: _listens(port), 10, "the link")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main(words: list[str]) -> None:
    """Carry until terminated."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(carry(int(words[0]), int(words[1]), LINKS[words[2]], int(words[3])))


if __name__ == "__main__":
    main(sys.argv[1:])
