"""nginx with deploy/nginx before two machines: the routing, and the loss of one.

Instead of servers there are two doubles that only answer with their name, and die of the next
request after `/ill`, so that this takes seconds; with real ones:
tests/faults/machines/test_a_further_machine.py.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support.patience import PATIENCE_S, until
from tests.support.processes.nginx import Nginx, nginx_before
from tests.support.processes.server import free_port

STAND_IN = """
import os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class StandIn(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    is_ill = False

    def do_GET(self):
        if StandIn.is_ill:
            os._exit(1)
        StandIn.is_ill = self.path == "/ill"
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = sys.argv[1].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(name)))
        self.end_headers()
        self.wfile.write(name)

    do_POST = do_GET

    def log_message(self, *_):
        pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), StandIn).serve_forever()
"""
pytestmark = pytest.mark.slow

TIMES = 40
BEAT, PAGE, UPLOAD = "/api/v1/player/beat", "/venues", "/api/v1/uploads"


@dataclass
class Machines:
    """Both, by their names, and nginx before them."""

    nginx: Nginx
    ports: dict[str, int]

    def answers(self, method: str, path: str) -> Counter[str]:
        """Which of them answers how often; what isn't answered well by its status."""
        found: Counter[str] = Counter()
        for _ in range(TIMES):
            answer = requests.request(
                method, self.nginx.base + path, data="{}", verify=str(self.nginx.root), timeout=30
            )
            found[answer.text if answer.ok else str(answer.status_code)] += 1
        return found


def stand_in(name: str, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", STAND_IN, name, str(port)])
    until(f"{name} answers", lambda: answers(port), every_s=0.05)
    return process


def answers(port: int) -> bool:
    try:
        requests.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE_S)
    except requests.ConnectionError:
        return False
    return True


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    ports = {name: free_port() for name in ("first", "further")}
    bases = [f"http://127.0.0.1:{port}" for port in ports.values()]
    with ExitStack() as at_end, nginx_before(bases[0], tmp_path, further=bases[1:]) as nginx:
        for name, port in ports.items():
            made = stand_in(name, port)
            at_end.callback(made.wait)
            at_end.callback(made.kill)
        yield Machines(nginx, ports)


@pytest.mark.long
def test_screens_go_to_both_and_all_else_to_the_first(machines: Machines) -> None:
    assert set(machines.answers("POST", BEAT)) == {"first", "further"}
    assert machines.answers("GET", PAGE) == {"first": TIMES}
    assert machines.answers("POST", UPLOAD) == {"first": TIMES}


def test_what_a_machine_didnt_answer_before_it_was_lost_is_answered_by_the_other(
    machines: Machines,
) -> None:
    requests.get(f"http://127.0.0.1:{machines.ports['further']}/ill", timeout=5)

    assert machines.answers("POST", BEAT) == {"first": TIMES}
