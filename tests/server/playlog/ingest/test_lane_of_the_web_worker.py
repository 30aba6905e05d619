"""Batches of plays over the real web worker: the short way and the long one answer alike."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from playlists.wire.manifest import encode
from server.playlog.ingest.wsgi_lane import PATH
from tests.bench.plays.ingest import HOUR_MS, make_batch, make_plan
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_screen
from tests.support.app.world import make_world
from tests.support.patience import PATIENCE_S
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import Programme, programme_of
from tests.support.processes.web_worker import web_worker

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

PLAYS = 50
# Each makes the worker leave the request to the application.
LONG_WAYS = [{"Expect": "100-continue"}, {"Connection": "close"}]


@dataclass(frozen=True)
class Site:
    """A server that listens, and a screen that has had a plan for days."""

    host: str
    port: int
    token: str
    screen: int
    programme: Programme

    def connect(self) -> http.client.HTTPConnection:
        """A connection that stays open."""
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)

    def batch(self, number: int, boot: str = "") -> bytes:
        """The nth batch of a boot."""
        text = make_batch(self.programme.plan.manifest, self.screen, number, self.programme.digest)
        batch = json.loads(text)
        return json.dumps({**batch, "boot": boot or batch["boot"]}).encode()

    def headers(self, **more: str) -> dict[str, str]:
        """The headers of each request."""
        named = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return {**named, **more}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = make_world(tmp_path_factory.mktemp("lane"))
    from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - 25 * 24) * HOUR_MS
    programme = programme_of(encode(make_plan(from_ms)))
    screen = make_screen(world, enrolled_at=from_ms)
    put_on_air(world, screen, programme, from_ms)
    with web_worker(world) as server:
        host, _, port = server.base.removeprefix("http://").partition(":")
        yield Site(host, int(port), screen.token, screen.id, programme)


def asked(
    connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, str], Any]:
    """Status, headers (but for those that differ each time) and JSON."""
    connection.request("POST", PATH, body, headers)
    answer = connection.getresponse()
    answer_headers = {name.lower(): value for name, value in answer.getheaders()}
    for one in ("date", "connection"):
        answer_headers.pop(one, None)
    return answer.status, answer_headers, json.loads(answer.read())


def test_batches_are_answered_one_after_another_on_one_connection(site: Site) -> None:
    with closing(site.connect()) as connection:
        for number in range(3):
            status, _, answer = asked(connection, site.batch(number, "a" * 16), site.headers())
            assert (status, answer["upto"]) == (200, PLAYS * (number + 1))


@pytest.mark.parametrize("way", LONG_WAYS, ids=["expects", "closes"])
def test_both_ways_answer_the_same(site: Site, way: dict[str, str]) -> None:
    body = site.batch(0, "b" * 16)
    with closing(site.connect()) as short, closing(site.connect()) as long:
        assert asked(short, body, site.headers()) == asked(long, body, site.headers(**way))


@pytest.mark.parametrize(
    ("body", "token", "status", "code"),
    [(b"{", None, 400, "malformed"), (b"{}", "ans_wrong", 401, "unauthorized")],
    ids=["malformed", "a stranger"],
)
def test_refusals_are_in_words_and_the_connection_goes_on(
    site: Site, body: bytes, token: str | None, status: int, code: str
) -> None:
    headers = site.headers(**({"Authorization": f"Bearer {token}"} if token else {}))
    with closing(site.connect()) as connection:
        refused = asked(connection, body, headers)
        taken = asked(connection, site.batch(0, "c" * 16), site.headers())

    assert (refused[0], refused[2]["code"]) == (status, code)
    assert refused[1]["content-type"] == "application/problem+json"
    assert (taken[0], taken[2]["upto"]) == (200, PLAYS)


def test_two_requests_sent_at_once_are_both_answered_in_order(site: Site) -> None:
    body = [site.batch(number, "d" * 16) for number in range(2)]
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.token}\r\n"
        "Content-Length: {}\r\n{}\r\n"
    )
    with socket.create_connection((site.host, site.port), timeout=PATIENCE_S) as wire:
        wire.sendall(
            head.format(len(body[0]), "").encode() + body[0]
            + head.format(len(body[1]), "Connection: close\r\n").encode() + body[1]
        )  # fmt: skip
        received = b""
        while piece := wire.recv(65_536):
            received += piece

    uptos = [
        json.loads(part.partition(b"\r\n\r\n")[2])["upto"] for part in received.split(b"HTTP/")[1:]
    ]
    assert uptos == [PLAYS, 2 * PLAYS]


def test_a_body_in_pieces_is_put_together(site: Site) -> None:
    body = site.batch(0, "e" * 16)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.token}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((site.host, site.port), timeout=PATIENCE_S) as wire:
        for piece in (head.encode(), body[:100], body[100:]):
            wire.sendall(piece)
            time.sleep(0.05)
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200 OK")


def test_two_headers_of_one_name_are_left_to_the_application(site: Site) -> None:
    """The application judges the joined value; here as an invalid token."""
    with closing(site.connect()) as connection:
        connection.putrequest("POST", PATH)
        for value in (f"Bearer {site.token}", "Bearer ans_wrong"):
            connection.putheader("Authorization", value)
        body = site.batch(0, "f" * 16)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        assert connection.getresponse().status == 401
