"""A page's DevTools protocol without Playwright, for pages whose memory is measured for hours.

Playwright adds a world of its own to each page with every connection, which stays for as long as
the page (0.16 MiB), and the browser keeps the body of each response for its connection. Here
nothing is enabled that isn't asked for.
"""

import json
from itertools import count
from types import TracebackType
from typing import Any, Protocol, Self

import requests
import websocket

from tests.support.patience import PATIENCE_S, until


class Session(Protocol):
    """What both kinds of session can do, Playwright's `CDPSession` and `DevTools`."""

    def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""


class DevToolsError(Exception):
    """The browser refused a call or was gone, or the page threw an error."""


class DevTools:
    """A session with the only page of a browser, by the browser's debugging address."""

    def __init__(self, debugging: str) -> None:
        self._socket = websocket.create_connection(
            until("its page", lambda: _page_socket(debugging)),
            timeout=PATIENCE_S,
            suppress_origin=True,
        )
        self._numbers = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the page stays."""
        self._socket.close()

    def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a method of the protocol and return its result. Raises DevToolsError."""
        try:
            message = self._call({"method": method, "params": params or {}})
        except websocket.WebSocketException as error:
            raise DevToolsError(str(error)) from error
        if "error" in message:
            raise DevToolsError(message["error"]["message"])
        return dict(message["result"])

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its answer; events before that are passed over."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, **request}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv())
            if message.get("id") == number:
                return message

    def evaluate(self, function: str) -> Any:
        """Call a function of JavaScript in the page, and return its JSON value or its promise's."""
        params = {"expression": f"({function})()", "awaitPromise": True, "returnByValue": True}
        answer = self.send("Runtime.evaluate", params)
        if "exceptionDetails" in answer:
            raise DevToolsError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")


def _page_socket(debugging: str) -> str | None:
    """The address of the page's socket, once there is a page."""
    targets = requests.get(f"{debugging}/json", timeout=PATIENCE_S).json()
    found = [one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page"]
    return found[0] if found else None
