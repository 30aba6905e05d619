"""nginx as deploy/nginx has it, before the production web worker: what passes, and how."""

import io
import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from server.app import _socket_settings
from server.content.models import Asset
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import make_world
from tests.support.browser.interrupted_upload import Sender, noise
from tests.support.devices.kiosk import wait_until
from tests.support.factories.assets import keep, make_asset
from tests.support.processes.furnished_district import program_token
from tests.support.processes.nginx import DEPLOY, HOST, PROGRAM, Nginx, configured, nginx_before
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.slow

PINGS = _socket_settings()
MIB = 1024 * 1024
JSON = "application/json"
MP4_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
CONTENT = bytes(range(256)) * 4096 * 9
"""Nine MiB: three of the pieces in which nginx keeps a file."""


@dataclass(frozen=True)
class Site:
    """nginx, the worker behind it, an officer, a stranger among the screens, and a file."""

    nginx: Nginx
    worker: WebWorker
    officer: str
    screen: BoundScreen
    digest: str

    def status(self, path: str, **headers: str) -> int:
        """What nginx answers."""
        try:
            with self.nginx.opens(path, **headers) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    @property
    def bearer(self) -> str:
        """The officer's header."""
        return f"Bearer {self.officer}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    world = make_world(folder / "server", trusted_proxies=1)
    officer = sign_in(world, "publicity")
    asset = make_asset(world, author=officer.user_id)
    digest = keep(world, CONTENT)
    with world.core.config.write() as session:
        session.get_one(Asset, asset).renditions[0].digest = digest
    screen = make_screen(world)
    token = program_token(world, officer.user_id)
    with (
        web_worker(world) as worker,
        nginx_before(worker.base, folder / "nginx", patience="1s") as nginx,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(nginx.root))
        yield Site(nginx, worker, token, screen, digest)


def test_nginx_understands_the_files(tmp_path: Path) -> None:
    configured(tmp_path, "127.0.0.1:8000")

    done = subprocess.run(
        [PROGRAM, "-t", "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "[warn]" in done.stderr) == (0, False), done.stderr


@pytest.mark.long
def test_a_page_comes_by_tls_and_is_marked_secure(site: Site) -> None:
    with site.nginx.opens("/login") as answer:
        page, headers = answer.read().decode(), answer.headers

    assert "<h1" in page
    assert headers["Strict-Transport-Security"]
    assert f"wss://localhost:{site.nginx.port}" in headers["Content-Security-Policy"]
    assert "gunicorn" not in str(headers["Server"])
    assert headers["Server"] == "nginx"


def test_a_socket_is_given_up_only_after_pings_that_got_no_answer() -> None:
    text = (DEPLOY / "anping.conf").read_text(encoding="utf-8")
    place = text.split("location /socket.io/ {")[1].split("}")[0]

    for name in ("proxy_read_timeout", "proxy_send_timeout"):
        (patience_s,) = re.findall(rf"{name} (\d+)s;", place)
        assert int(patience_s) > PINGS["ping_interval"] * 2 + PINGS["ping_timeout"]


def test_plain_http_is_sent_to_tls(site: Site) -> None:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    with pytest.raises(urllib.error.HTTPError) as sent:
        urllib.request.build_opener(Stay).open(
            f"http://localhost:{site.nginx.plain_port}/player/?embed=1", timeout=10
        )
    sent.value.close()

    assert sent.value.code == 308
    assert sent.value.headers["Location"] == "https://localhost/player/?embed=1"


def test_scripts_come_from_the_disk_packed_and_are_kept_by_their_version(site: Site) -> None:
    with site.nginx.opens("/static/console/main.js?v=1", Accept_Encoding="gzip") as kept:
        assert kept.headers["Content-Encoding"] == "gzip"
        assert "max-age=31536000" in kept.headers["Cache-Control"]
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
        assert "javascript" in kept.headers["Content-Type"]
        assert "Server-Timing" not in kept.headers
    with site.nginx.opens("/static/console/main.js") as brief:
        assert brief.headers["Cache-Control"] == "public, max-age=60"
    assert site.status("/static/../app.py") in {400, 404}
    assert site.status("/static/%2e%2e/app.py") in {400, 404}


def test_a_client_cannot_forge_its_address_or_request_id(site: Site) -> None:
    forged = {"X_Forwarded_For": "127.0.0.1", "X_Forwarded_Host": "evil.example"}

    with site.nginx.opens("/login", **forged) as answer:
        assert "evil.example" not in answer.headers["Content-Security-Policy"]
    assert site.status("/metrics", **forged) == 401


def test_a_file_is_fetched_whole_and_in_parts_and_the_second_time_from_nginx(site: Site) -> None:
    address = f"/files/{site.digest}"
    with site.nginx.opens(address, Authorization=site.bearer) as first:
        assert first.read() == CONTENT
        assert first.headers["X-Cache-Status"] == "MISS"
        assert first.headers["ETag"] == f'"{site.digest}"'
    with site.nginx.opens(address, Authorization=site.bearer) as second:
        assert second.read() == CONTENT
        assert second.headers["X-Cache-Status"] == "HIT"
        assert "private" in second.headers["Cache-Control"]
        assert "Set-Cookie" not in second.headers
    spans = {"bytes=5000000-": CONTENT[5_000_000:], "bytes=0-0": CONTENT[:1]}
    for span, part in spans.items():
        with site.nginx.opens(address, Authorization=site.bearer, Range=span) as piece:
            assert (piece.status, piece.read()) == (206, part)
    assert site.status(address, Authorization=site.bearer, If_None_Match=f'"{site.digest}"') == 304


def test_what_nginx_has_kept_is_still_for_those_alone_who_may_have_it(site: Site) -> None:
    address = f"/files/{site.digest}"
    assert site.status(address, Authorization=site.bearer) == 200

    assert site.status(address) == 401
    assert site.status(address, Authorization="Bearer ans_nobody") == 401
    assert site.status(address, **site.screen.headers) == 404
    assert site.status("/_may_fetch", Authorization=site.bearer) == 404
    assert site.status(f"/files/{'0' * 64}", Authorization=site.bearer) == 404


def test_an_upload_passes_as_it_comes_and_survives_a_reload(site: Site, tmp_path: Path) -> None:
    file = noise(
        tmp_path / "large.mp4", 24 * MIB, b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    )
    sender = Sender(site.nginx.base, site.officer, file)
    sender.begin()

    sender.send(until=6 * MIB, then=site.nginx.reload)
    held = int(sender.head()["upload-offset"])
    asset = sender.send_whole()

    assert 0 < held <= 7 * MIB
    with site.nginx.opens(f"/api/v1/assets/{asset}", Authorization=site.bearer) as answer:
        assert json.load(answer)["bytes"] == 24 * MIB


def test_a_body_that_nobody_may_send_is_refused_before_it_comes(site: Site) -> None:
    asked = urllib.request.Request(
        f"{site.nginx.base}/api/v1/units", io.BytesIO(b"x"), method="POST"
    )
    asked.add_header("Content-Length", str(65 * MIB))
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=10, context=site.nginx.trust)
    refused.value.close()

    assert refused.value.code == 413


def test_many_tries_to_sign_in_from_one_place_are_slowed_by_nginx_too(site: Site) -> None:
    place = (HOST, site.nginx.port)
    # By one connection: two a second are let through beside the first forty.
    with closing(HTTPSConnection(*place, timeout=30, context=site.nginx.trust)) as connection:

        def tries() -> int:
            connection.request("POST", "/api/v1/session", b"{}", {"Content-Type": JSON})
            answer = connection.getresponse()
            answer.read()
            return answer.status

        answers = [tries() for _ in range(80)]

    assert set(answers[:40]) == {422}
    assert 429 in answers[40:]
    assert site.status("/api/v1/session", Authorization=site.bearer) != 429


def test_while_the_server_is_away_people_and_programs_get_a_retry_time(
    tmp_path: Path,
) -> None:
    with nginx_before("http://127.0.0.1:9", tmp_path) as nginx:
        answers = {}
        for path in ("/venues", "/api/v1/venues", f"/files/{'0' * 64}"):
            with pytest.raises(urllib.error.HTTPError) as away:
                nginx.opens(path)
            answers[path] = (away.value.code, away.value.headers, away.value.read().decode())

    page, problem = answers["/venues"], answers["/api/v1/venues"]
    assert (page[0], page[1]["Retry-After"]) == (503, "5")
    assert "安屏正在重新启动" in page[2]
    assert (problem[0], problem[1]["Content-Type"]) == (503, "application/problem+json")
    document = json.loads(problem[2])
    assert (document["status"], document["code"], problem[1]["Retry-After"]) == (503, "busy", "5")
    assert answers[f"/files/{'0' * 64}"][0] in {502, 503}


def test_former_workers_end_within_their_patience(site: Site) -> None:
    former = set(site.nginx.workers())

    site.nginx.reload()

    wait_until(lambda: not former & set(site.nginx.workers()), 10, "their end")
