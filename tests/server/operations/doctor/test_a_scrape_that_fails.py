"""The doctor reports a failing scrape; a stopped server has none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from server.foundation.config import Settings
from server.foundation.runtime.data_folder_lock import mark_serving
from server.operations.doctor.finding import Finding, State
from server.operations.doctor.metrics import scrape
from tests.support.app.world import make_settings
from tests.support.processes.server import free_port

WELL = b'# TYPE anping_build_info gauge\nanping_build_info{version="1"} 1.0\n'


@contextmanager
def answering(port: int, status: int, text: bytes) -> Iterator[None]:
    """Somebody at the server's port who is ready, and answers so at `/metrics`."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ready = self.path == "/readyz"
            self.send_response(200 if ready else status)
            self.end_headers()
            self.wfile.write(b"ok\n" if ready else text)

        def log_message(self, *_args: object) -> None:
            """Nothing on the terminal."""

    with HTTPServer(("127.0.0.1", port), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, bind=f"127.0.0.1:{free_port()}")


def found(settings: Settings, status: int, text: bytes) -> Finding:
    mark_serving(settings.data)
    with answering(int(settings.bind.rpartition(":")[2]), status, text):
        (finding,) = scrape(settings)
    return finding


def test_a_scrape_that_has_figures_is_well(settings: Settings) -> None:
    assert found(settings, 200, WELL).state is State.OK


@pytest.mark.parametrize(
    ("status", "text", "why"),
    [(500, b"", "HTTP 500"), (200, b"", "no anping_build_info"), (404, b"-", "HTTP 404")],
)
def test_one_that_fails_is_bad_with_its_error(
    settings: Settings, status: int, text: bytes, why: str
) -> None:
    finding = found(settings, status, text)

    assert finding.state is State.BAD
    assert why in finding.text()
    assert "取不到指标" in finding.text()


def test_a_server_that_asks_for_an_account_is_well(settings: Settings) -> None:
    finding = found(settings, 401, b"")

    assert finding.state is State.OK
    assert "prometheus.yml" in finding.text()


def test_a_stopped_server_is_not_checked(settings: Settings) -> None:
    assert list(scrape(settings)) == []
