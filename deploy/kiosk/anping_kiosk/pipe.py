"""Chromium's debugging protocol over two pipes: no port is opened, nobody else can join."""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Iterator
from typing import Any

READ_BYTES = 1 << 16


class Gone(Exception):
    """The browser has closed its end."""


class Pipe:
    """Sends commands and hands out messages, each a JSON object that ends with NUL.

    `theirs` are the browser's two ends (it reads from the first and writes to the second).
    """

    def __init__(self) -> None:
        their_input, self._output = os.pipe()
        self._input, their_output = os.pipe()
        self.theirs = (their_input, their_output)
        self._rest = b""
        self._number = 0

    def hand_over(self) -> None:
        """Let go of the browser's ends, so that its death is noticed."""
        for end in self.theirs:
            os.close(end)

    def close(self) -> None:
        """Let go of both own ends."""
        os.close(self._input)
        os.close(self._output)

    def send(self, method: str, session: str | None = None, **params: Any) -> int:
        """Send a command and return its number. Raises Gone."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        try:
            os.write(self._output, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise Gone from error
        return self._number

    def messages(self, within_s: float) -> Iterator[dict[str, Any]]:
        """What arrives until the time is over. Raises Gone."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self._input], [], [], left)
            if not ready:
                return
            part = os.read(self._input, READ_BYTES)
            if not part:
                raise Gone
            *whole, self._rest = (self._rest + part).split(b"\0")
            for text in whole:
                yield json.loads(text)
