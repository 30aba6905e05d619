"""What isn't even a request is refused in the one shape, by a real server, without inner words."""

import json
import re
import socket
from collections.abc import Iterator

import pytest

from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.world import make_world
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = [pytest.mark.slow, pytest.mark.faults, *LONG_ON_POSTGRES, pytest.mark.long]

GET = b"GET /api/v1/units"
POST = b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHINESE = re.compile("[一-鿿]")
CASES = {
    "an address of 9,000 characters": (GET + b"?q=" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n", 414),
    "a host that is none": (GET + b" HTTP/1.1\r\nHost: a b;c\r\n\r\n", 400),
    "300 headers": (
        GET
        + b" HTTP/1.1\r\nHost: x\r\n"
        + b"".join(b"X-%d: y\r\n" % n for n in range(300))
        + b"\r\n",
        431,
    ),
    "a header that is none": (GET + b" HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n", 400),
    "a line that is none": (b"NONSENSE\r\n\r\n", 400),
    "chunks that are none": (POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n", 400),
    "a length beside chunks": (
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "a method that nobody knows": (b"FOO /api/v1/units HTTP/1.1\r\nHost: x\r\n\r\n", 405),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebWorker]:
    with web_worker(make_world(tmp_path_factory.mktemp("raw"))) as running:
        yield running


@pytest.mark.parametrize("kind", CASES)
def test_it_is_a_problem_document_in_both_or_the_readers_language(
    server: WebWorker, kind: str
) -> None:
    sent, status = CASES[kind]

    head, body = answer_to(server, sent)

    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "application/problem+json" in head
    problem = json.loads(body)
    assert (problem["status"], problem["errors"]) == (status, [])
    assert CHINESE.search(problem["detail"])
    assert not re.search("gunicorn|Traceback|Invalid|<html", body)


def answer_to(server: WebWorker, sent: bytes) -> tuple[str, str]:
    """Head and body of the answer, by the length in the head."""
    host, _, port = server.base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 30) as connection:
        connection.sendall(sent)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65_536)
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(re.findall(rb"(?i)content-length: (\d+)", head)[0])
        while len(body) < length:
            body += connection.recv(65_536)
    return head.decode("latin1"), body.decode()
