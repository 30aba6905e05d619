"""Thousands of clients in one process: bare sockets that count; the kernel notes their times."""

import json
import select
import socket
import struct
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Final

from tests.support.network.raw_socket import RawSocket, masked

SETTLE_S: Final = 5.0
POLL_INTERVAL_S: Final = 0.005
SO_TIMESTAMPNS: Final = 35  # asm-generic/socket.h; in no module
STAMP: Final = struct.Struct("@qq")
DEFLATE: Final = "permessage-deflate; client_max_window_bits"


@dataclass
class Crowd:
    """Clients that were let in."""

    base: str
    clients: list[socket.socket] = field(default_factory=list)

    def join(self, count: int, *, deflate: bool = False) -> None:
        """So many come in; with `deflate` they offer compression, as Chromium does."""
        offers = {"Sec_WebSocket_Extensions": DEFLATE} if deflate else {}
        for _ in range(count):
            made = RawSocket(self.base, **offers)
            if made.is_compressed:
                made.send_text('40/screen,{"token":"x"}')
                made.next()  # the opening, compressed, as is the answer
                made.next()
            else:
                made.enter(token="x")
            made.stream.detach()
            self.clients.append(noting_times(made.socket))

    def publish(self, size: int) -> list[float]:
        """Have a message of so many bytes sent to all; how long it took to each (ms).

        The kernel notes when bytes have come. So nothing here runs while the server sends, nobody
        has to be woken, and how fast this process reads is in no figure.
        """
        ahead_ns = time.time_ns() - time.monotonic_ns()
        trigger = _asked(self.base, f"/emit?bytes={size}")
        trigger.recv(1 << 16)
        trigger.close()
        until_s = time.monotonic() + SETTLE_S
        received = dict.fromkeys(self.clients, b"")
        came_ns: list[int] = []
        while waiting := [one for one in self.clients if len(received[one]) < size]:
            assert time.monotonic() < until_s, f"{len(waiting)} have heard nothing"
            for one in waiting:
                data, at_ns = come(one)
                received[one] += data
                if len(received[one]) >= size:
                    assert at_ns, "the kernel noted no time"
                    came_ns.append(at_ns)
            time.sleep(POLL_INTERVAL_S)
        began_ns = (
            int(received[self.clients[0]].partition(b'"at":')[2].partition(b",")[0]) + ahead_ns
        )
        return [(at_ns - began_ns) / 1e6 for at_ns in came_ns]

    def ask(self, seconds: float, abreast: int) -> float:
        """Ask for the time without pause, so many questions abreast of each; answers a second."""
        question = b'42/screen,%d["clock",{"t0":1767225600000.5}]'
        block = b"".join(masked(0x81, question % number) for number in range(100, 100 + abreast))
        poll, answers, due = select.epoll(), 0, {one.fileno(): abreast for one in self.clients}
        by_number = {one.fileno(): one for one in self.clients}
        for number, one in by_number.items():
            poll.register(number, select.EPOLLIN)
            one.send(block)
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            for number, _ in poll.poll(1):
                answered = by_number[number].recv(1 << 16).count(b"43/screen,")
                answers += answered
                due[number] -= answered
                if due[number] <= 0:
                    by_number[number].send(block)
                    due[number] += abreast
        took_s = time.monotonic() - began
        poll.close()
        time.sleep(0.3)
        for one in self.clients:
            try:
                while one.recv(1 << 16):
                    pass
            except BlockingIOError:
                pass
        return answers / took_s

    def leave(self) -> None:
        """Give all sockets back."""
        for one in self.clients:
            one.close()
        self.clients.clear()


def noting_times(one: socket.socket) -> socket.socket:
    """From now on the kernel notes when bytes come, and nobody waits for them."""
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    return one


def come(one: socket.socket) -> tuple[bytes, int]:
    """What has come since, and when the last of it did (ns)."""
    try:
        data, notes, _, _ = one.recvmsg(1 << 16, 64)
    except BlockingIOError:
        return b"", 0
    if not data:
        raise ConnectionResetError
    # Without a note are bytes that came before times were asked for.
    seconds, ns = STAMP.unpack(notes[0][2]) if notes else (0, 0)
    return data, seconds * 10**9 + ns


def _asked(base: str, path: str) -> socket.socket:
    """A request whose answer nobody waits for yet."""
    host, _, port = base.removeprefix("http://").partition(":")
    made = socket.create_connection((host, int(port)))
    made.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    return made


def is_up(base: str) -> bool:
    """Whether it answers."""
    try:
        with urllib.request.urlopen(base + "/", timeout=1) as answer:
            json.load(answer)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
