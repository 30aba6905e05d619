"""Boxes that are switched on together and enrol by one key, over a line that loses answers."""

import base64
import hashlib
import http.client
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.app.world import World
from tests.support.patience import PATIENCE_S

PATH: Final = "/api/v1/player/token"
AT_ONCE: Final = 8
LOSES_EVERY: Final = 10
"""The first answer of every tenth box is thrown away: it asks again."""
DOUBLES_EVERY: Final = 20
"""The first request of every twentieth is sent twice at the same time."""
BUSY, AGAIN_S = 503, 0.2


@dataclass
class Box:
    """A box and what it was answered: good answers, other statuses, how long each took (s)."""

    number: int
    serial: str
    answers: list[dict[str, Any]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)

    @property
    def screens(self) -> set[str]:
        """The screens that it was bound to."""
        return {one["screen_id"] for one in self.answers}

    @property
    def tokens(self) -> list[str]:
        """What it was given, the newest last."""
        return [one["access_token"] for one in self.answers]


Post = Callable[[dict[str, str]], tuple[int, Any]]
"""Sends a token request; status and document of the answer."""


def by_http(base: str) -> Post:
    """Each over a connection of its own, to a server that runs."""
    place = urlsplit(base)

    def post(body: dict[str, str]) -> tuple[int, Any]:
        wire = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_S)
        with closing(wire):
            wire.request("POST", PATH, json.dumps(body), {"Content-Type": "application/json"})
            answer = wire.getresponse()
            return answer.status, json.loads(answer.read())

    return post


def in_process(world: World) -> Post:
    """Without a server in between."""

    def post(body: dict[str, str]) -> tuple[int, Any]:
        answer = world.visitor().post(PATH, json=body)
        return answer.status_code, answer.get_json()

    return post


@dataclass(frozen=True)
class Door:
    """Where boxes enrol, and by which key."""

    post: Post
    key: str

    def ask(self, box: Box) -> None:
        """One request; its answer is noted."""
        began = time.perf_counter()
        status, reply = self.post(self._body(box))
        box.waits_s.append(time.perf_counter() - began)
        if status == 200:
            box.answers.append(reply)
        else:
            box.refused.append(status)

    def until_bound(self, box: Box) -> None:
        """Ask again as long as the server is busy."""
        self.ask(box)
        while not box.answers and box.refused[-1] == BUSY:
            time.sleep(AGAIN_S)
            self.ask(box)

    def _body(self, box: Box) -> dict[str, str]:
        secret = hashlib.sha256(f"box of {box.serial}".encode()).digest()[:16]
        return {
            "grant_type": "enrolment_key",
            "enrolment_key": self.key,
            "serial": box.serial,
            "box": base64.urlsafe_b64encode(secret).decode().rstrip("="),
        }


def enrol_all(door: Door, serials: Sequence[str]) -> list[Box]:
    """All come, eight at a time; what became of each."""
    boxes = [Box(number, serial) for number, serial in enumerate(serials)]
    with ThreadPoolExecutor(AT_ONCE) as crowd, ThreadPoolExecutor(AT_ONCE) as echoes:

        def come(box: Box) -> None:
            twice = box.number % DOUBLES_EVERY == 5
            echo = echoes.submit(door.ask, box) if twice else None
            door.until_bound(box)
            if echo is not None:
                echo.result()
            if box.number % LOSES_EVERY == 0:
                box.answers.clear()
                door.until_bound(box)

        list(crowd.map(come, boxes))
    return boxes


def waits(boxes: Sequence[Box]) -> Iterator[float]:
    """How long each answer was waited for, s."""
    for box in boxes:
        yield from box.waits_s
