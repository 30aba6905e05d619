"""Floods of whole requests: what costs the server something for each, sent without a pause.

`python -m tests.support.network.flood` runs them as the others. What they show of themselves is a
person's bearer token, or nothing.
"""

import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from tests.support.factories.tables import crafted_workbook, xlsx
from tests.support.patience import PATIENCE_S

ABREAST: Final = 8
SLOW_BODIES: Final = 500
PAUSE_S: Final = 1.0
WRONG_IDS: Final = json.dumps({"action": "pause", "screen_ids": [1] * 5_000, "tags": [1] * 20_000})
BODY: Final = (
    b"POST /api/v1/session HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    b"Content-Length: 50000\r\n\r\n"
)

Round = Iterator[None]
Sends = Callable[[requests.Session], Any]


def wrong_json(base: str, token: str) -> Round:
    """As much JSON as a person may send, all of it wrong."""
    about = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"{base}/api/v1/screens/bulk"
    return _without_a_pause(lambda asks: asks.post(url, WRONG_IDS, headers=about))


def workbooks(base: str, token: str) -> Round:
    """Tables of some kilobytes that unpack to fifty megabytes."""
    about, content = {"Authorization": f"Bearer {token}"}, crafted_workbook()
    url = f"{base}/api/v1/venues/import?dry_run=1"
    return _without_a_pause(
        lambda asks: asks.post(url, files={"file": ("表.xlsx", content)}, headers=about)
    )


def large_tables(base: str, token: str) -> Round:
    """Honest tables of nearly as many rows as may be, which take seconds each to be checked."""
    about, url = {"Authorization": f"Bearer {token}"}, f"{base}/api/v1/venues/import?dry_run=1"
    rows = [(f"点位 {number}", "其他", "x" * 60) for number in range(19_000)]
    content = xlsx(("名称", "类型", "地址"), rows)
    return _without_a_pause(
        lambda asks: asks.post(url, files={"file": ("表.xlsx", content)}, headers=about)
    )


def sign_ins(base: str, _token: str) -> Round:
    """Passwords of people that there aren't."""
    url = f"{base}/api/v1/session"

    def tries(asks: requests.Session) -> None:
        asks.post(url, json={"username": secrets.token_hex(4), "password": "wrong-1234"})

    return _without_a_pause(tries)


def pairings(base: str, _token: str) -> Round:
    """Boxes that ask for a code each, and never come back."""
    url = f"{base}/api/v1/player/pairing"
    return _without_a_pause(lambda asks: asks.post(url, json={}))


def slow_bodies(base: str, _token: str) -> Round:
    """Requests whose body comes a byte a second, each begun again when it was cut."""
    place = urlsplit(base)
    address, over = (place.hostname or "", place.port or 80), threading.Event()
    held: list[socket.socket] = []
    while True:
        while len(held) < SLOW_BODIES:
            with suppress(OSError):
                wire = socket.create_connection(address, timeout=PATIENCE_S)
                wire.sendall(BODY)
                held.append(wire)
        yield
        over.wait(PAUSE_S)
        held = [wire for wire in held if _goes_on(wire)]


def _without_a_pause(send: Sends) -> Round:
    """Some at a time, each from a thread that sends one after the other."""

    def sends() -> None:
        asks = requests.Session()
        while True:
            with suppress(requests.RequestException):
                send(asks)

    for _ in range(ABREAST):
        threading.Thread(target=sends, daemon=True).start()
    over = threading.Event()
    while True:
        yield
        over.wait(PAUSE_S)


def _goes_on(wire: socket.socket) -> bool:
    try:
        wire.send(b" ")
    except OSError:
        wire.close()
        return False
    return True


REQUESTS: Final[dict[str, Callable[[str, str], Round]]] = {
    "JSON": wrong_json,
    "xlsx": workbooks,
    "large tables": large_tables,
    "sign-ins": sign_ins,
    "pairings": pairings,
    "slow bodies": slow_bodies,
}
