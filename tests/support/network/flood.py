"""A program that floods a server: `python -m tests.support.network.flood KIND BASE TOKEN`.

It prints `ready` on standard output once the flood is on, and goes on until its standard input
ends. A process of its own that has the processor when nobody else wants it, as a flood comes from
another machine: what others wait for is the server.
"""

import http.client
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from tests.support.devices.socket_player import BOOT, NAMESPACE
from tests.support.network.raw_socket import PONG, RawSocket, masked
from tests.support.network.request_floods import REQUESTS
from tests.support.patience import PATIENCE_S

SOCKETS: Final = 1_000
SLOW_HEADS: Final = 500
A_SECOND: Final = 1_000
FINAL: Final = 0x80
BINARY: Final = 2
PIECE: Final = 200_000
HEAD: Final = b"GET /healthz HTTP/1.1\r\nHost: here\r\nX-Slow: "

Round = Iterator[None]
"""A flood: `ready` after its first round, one more with each step."""


def main(kind: str, base: str, token: str) -> None:
    """Flood until standard input ends."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    rounds = {**KINDS, **REQUESTS}[kind](base, token)
    next(rounds)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], 0)[0]:
        next(rounds)


def sockets_of_nobody(base: str, _token: str) -> Round:
    """A thousand connections that are opened and never authenticate."""
    held = [RawSocket(base) for _ in range(SOCKETS)]
    while held:
        yield
        time.sleep(0.05)


def pongs(base: str, token: str) -> Round:
    """Answers to pings that nobody sent, of Engine.IO and of the websocket."""
    link = _let_in(base, token)
    while True:
        yield
        try:
            for _ in range(50):
                link.send_text("3")
                link.send(masked(FINAL | PONG, b""))
        except OSError:
            link = _let_in(base, token)


def attachments(base: str, token: str) -> Round:
    """Large pieces of what nobody asked for, announced and not."""
    while True:
        link = _let_in(base, token)
        with suppress(OSError):
            link.send_text('4599-/screen,["beat",{"_placeholder":true,"num":0}]')
            for _ in range(20):
                link.send(masked(FINAL | BINARY, bytes(PIECE)))
        link.close()
        yield


def slow_heads(base: str, _token: str) -> Round:
    """Requests whose head comes a byte a second, each restarted when it was cut."""
    place = urlsplit(base)
    address = (place.hostname or "", place.port or 80)
    held: list[socket.socket] = []
    while True:
        while len(held) < SLOW_HEADS:
            with suppress(OSError):
                wire = socket.create_connection(address, timeout=PATIENCE_S)
                wire.sendall(HEAD)
                held.append(wire)
        yield
        time.sleep(1.0)
        held = [wire for wire in held if _goes_on(wire)]


def one_screen(base: str, token: str) -> Round:
    """One screen that asks for its orders a thousand times a second, if it is answered as often."""
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE_S)
    began, asked = time.monotonic(), 0
    while True:
        with suppress(OSError, http.client.HTTPException):
            headers = {"Authorization": f"Bearer {token}"}
            connection.request("GET", "/api/v1/player/assignment", headers=headers)
            connection.getresponse().read()
        asked += 1
        yield
        ahead_s = asked / A_SECOND - (time.monotonic() - began)
        time.sleep(max(0.0, ahead_s))


KINDS: Final[dict[str, Callable[[str, str], Round]]] = {
    "sockets of nobody": sockets_of_nobody,
    "pongs": pongs,
    "attachments": attachments,
    "slow heads": slow_heads,
    "one screen": one_screen,
}


def _let_in(base: str, token: str) -> RawSocket:
    while True:
        with suppress(OSError, AssertionError):
            link = RawSocket(base)
            link.enter(NAMESPACE, token=token, boot=BOOT, version=None, protocol=1)
            return link


def _goes_on(wire: socket.socket) -> bool:
    try:
        wire.setblocking(False)
        if select.select([wire], [], [], 0)[0]:
            raise OSError("cut")
        wire.send(b"x")
    except OSError:
        wire.close()
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:4])
