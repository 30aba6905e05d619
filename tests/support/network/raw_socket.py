"""A websocket client that sends any bytes, including invalid ones."""

import base64
import json
import os
import socket
from contextlib import suppress
from io import BufferedReader
from typing import Any, Final

from tests.support.network.websocket_frames import TEXT, Frame, read_frame
from tests.support.patience import PATIENCE_S, until

CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
PATH: Final = "/socket.io/?EIO=4&transport=websocket"


class RawSocket:
    """One connection; what the server sends is read frame by frame, pings answered on the way.

    `status` is 101 if the server opened a websocket. Raises OSError if it doesn't answer.
    """

    def __init__(self, base: str, *, receive_bytes: int = 0, **headers: str) -> None:
        host, _, port = base.removeprefix("http://").partition(":")
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(PATIENCE_S)
        self.stream: BufferedReader = self.socket.makefile("rb")
        try:
            self.socket.connect((host, int(port)))
            self.status, self.headers = self._shake_hands(f"{host}:{port}", headers)
            self.is_compressed = "sec-websocket-extensions" in self.headers
            is_plain = self.status == 101 and not self.is_compressed
            self.opened = json.loads(self.next_text()[1:]) if is_plain else {}
        except (OSError, AssertionError):
            self.close()
            raise

    def _shake_hands(self, host: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        fields = {
            "Host": host,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [f"GET {PATH} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items()), "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        line = self.stream.readline()
        if not line:
            raise ConnectionResetError("no answer")
        status = int(line.split()[1])
        answered = {}
        while (line := self.stream.readline().decode().strip()) != "":
            name, _, value = line.partition(": ")
            answered[name.lower()] = value
        return status, answered

    def send(self, data: bytes) -> None:
        """These bytes."""
        self.socket.sendall(data)

    def send_text(self, text: str, *, first: int = 0x81) -> None:
        """A masked frame; `first` is its first byte."""
        self.send(masked(first, text.encode()))

    def next(self, *, answers_pings: bool = True) -> Frame | None:
        """The next frame that isn't a ping of the server's, or None at the end."""
        while True:
            try:
                frame = read_frame(self.stream)
            except ConnectionError:
                return None
            if frame is not None and frame.opcode == TEXT and frame.payload == b"2":
                if answers_pings:
                    with suppress(OSError):
                        self.send_text("3")
                continue
            return frame

    def next_text(self) -> str:
        """The next message."""
        frame = self.next()
        assert frame is not None, "the connection ended"
        assert frame.opcode == TEXT, frame
        return frame.payload.decode()

    def enter(self, namespace: str = "/screen", **auth: Any) -> str:
        """Ask to be let into a namespace; the server's answer."""
        self.send_text(f"40{namespace},{json.dumps(auth)}")
        return self.next_text()

    def ask(self, event: str, *values: Any, number: int = 1, namespace: str = "/screen") -> Any:
        """Send an event and wait for its answer; what else comes meanwhile is left out."""
        self.send_text(f"42{namespace},{number}{json.dumps([event, *values])}")
        return self.answer(number, namespace)

    def answer(self, number: int = 1, namespace: str = "/screen") -> Any:
        """The answer to an event of that number."""
        head = f"43{namespace},{number}["
        while not (text := self.next_text()).startswith(head):
            pass
        return json.loads(text[len(head) - 1 :])[0]

    def close_code(self) -> int | None:
        """With which code the server ends the connection; None if it just does."""
        while (frame := self.next()) is not None:
            if frame.opcode == CLOSE:
                return int.from_bytes(frame.payload[:2], "big") if frame.payload else 1005
        return None

    def ends(self) -> None:
        """Return when the server closes the socket; its messages before are left out."""
        until("the server gives the socket up", lambda: self.next() is None, every_s=0)

    def kill(self) -> None:
        """Vanish as a box does that loses its power: with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close()

    def close(self) -> None:
        """Give the socket back."""
        self.stream.close()
        self.socket.close()


def masked(first: int, payload: bytes) -> bytes:
    """A client's frame with any first byte."""
    packed = Frame(0, payload).packed(masked=True)
    return bytes([first]) + packed[1:]
