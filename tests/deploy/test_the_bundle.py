"""`make bundle`, unpacked and installed where there is no network, serves; damaged it is refused.

It is packed for the Python of these tests; packages come from PyPI once and are kept in .setup.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.patience import until
from tests.support.processes.server import ROOT, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="root alone may leave the network"),
]

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
READY_S = 180.0
PASSWORD = "correct-horse-7"
CRAWLER = """
import json, re, sys, urllib.parse, urllib.request
base, password, *pages = sys.argv[1:]
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
named = set()
def read(kind, address):
    with browser.open(address, timeout=30) as answer:
        body = answer.read()
    print(kind, address.removeprefix(base), answer.status, len(body))
    return body.decode(errors="replace")
read("page", base + "/readyz")
credentials = json.dumps({"username": "admin", "password": password}).encode()
headers = {"Content-Type": "application/json", "Origin": base}
sign_in = urllib.request.Request(base + "/api/v1/session", credentials, headers)
browser.open(sign_in, timeout=30).close()
for page in pages:
    for name in re.findall(r'(?:src|href)="([^"#]+)"', read("page", base + page)):
        if not name.startswith("data:"):
            named.add(urllib.parse.urljoin(base + page, name.replace("&amp;", "&")))
for address in sorted(named):
    read("part", address)
"""
# The kernel's table of this namespace, without its heading.
ROUTES = "print(*open('/proc/net/route').readlines()[1:], sep='', end='')"
PAGES = ("/healthz", "/player/", "/", "/screens", "/static/vendor/tabler.css")


def offline(*words: str) -> list[str]:
    """Words before a command that is to have no network."""
    return [sys.executable, "-m", "tests.support.network.offline", *words]


@dataclass(frozen=True)
class Bundle:
    """An archive, and where it was unpacked."""

    archive: Path
    folder: Path

    def install(self, to: Path, *more: str) -> subprocess.CompletedProcess[str]:
        """Run its own installer, without any network."""
        return subprocess.run(
            offline(str(self.folder / "install.sh"), "--to", str(to), *more),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [str(ROOT / "deploy/bundle.sh")],
        env={**os.environ, "OUT": str(out), "PYTHONS": PYTHON},
        check=True,
    )
    (found,) = out.glob("*.tar.gz")
    return found


@pytest.fixture
def bundle(archive: Path, tmp_path: Path) -> Bundle:
    return unpacked(archive, tmp_path)


@pytest.fixture(scope="module")
def home(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The link to a release that was installed without a network; its bundle is gone."""
    folder = tmp_path_factory.mktemp("installed")
    bundle = unpacked(archive, folder)
    made = folder / "opt/anping"
    made.parent.mkdir()
    done = bundle.install(made)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(bundle.folder)  # nothing of it is needed any more
    return made


def unpacked(archive: Path, folder: Path) -> Bundle:
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(folder)], check=True)
    (found,) = folder.glob("anping-*")
    return Bundle(archive, found)


@pytest.mark.long
def test_without_a_network_it_installs_and_serves(
    archive: Path, home: Path, tmp_path: Path
) -> None:
    began = time.monotonic()
    found = served(home, tmp_path)
    print(f"\nserved {time.monotonic() - began:.1f} s after its start, stopped and asked included")
    print(f"{archive.stat().st_size / 1e6:.0f} MB; {len(found.parts)} parts of its pages")
    print(found.doctor)

    assert home.is_symlink()
    assert found.pages == [f"{page} 200" for page in ("/readyz", *PAGES)]
    assert len(found.parts) > 30, "pages name scripts, styles and pictures"
    assert {one.rpartition(" ")[2] for one in found.parts} == {"200"}
    assert found.routes == [], "it is served where no route leads anywhere"
    assert found.doctor_status == 0, found.doctor
    assert "the jobs process works" in found.doctor


@dataclass(frozen=True)
class Found:
    """The bundle from within: pages and their parts with status, routes, `doctor`."""

    pages: list[str]
    parts: list[str]
    routes: list[str]
    doctor: str
    doctor_status: int


def served(home: Path, folder: Path) -> Found:
    """What its pages and its doctor answer, from within the namespace in which it serves."""
    port = free_port()
    settings = {
        "ANPING_DATA": str(folder / "data"),
        "ANPING_BIND": f"127.0.0.1:{port}",
        "ANPING_ADMIN_PASSWORD": PASSWORD,
    }
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ANPING_", "PYTHON"))}
    log = folder / "serve.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            offline("sh", "-c", 'cd "$0" && exec .venv/bin/python -m server.cli serve', str(home)),
            cwd=ROOT,
            env={**clean, **settings},
            stdout=written,
            stderr=written,
        )
    inside = ["nsenter", "--net", f"--target={server.pid}"]
    looking = [*inside, sys.executable, "-c", CRAWLER, f"http://127.0.0.1:{port}", PASSWORD, *PAGES]
    try:
        visit = until(
            "it serves", lambda: _seen(looking, server, log), patience_s=READY_S, every_s=0.3
        )
        routes = _finished([*inside, sys.executable, "-c", ROUTES])
        doctor = _finished(
            [*inside, ".venv/bin/python", "-m", "server.cli", "doctor"],
            cwd=home,
            env={**clean, **settings},
        )
    finally:
        server.terminate()
        server.wait(30)
    seen = [line.split() for line in visit.stdout.splitlines()]
    return Found(
        [f"{where} {status}" for kind, where, status, _ in seen if kind == "page"],
        [f"{where} {status}" for kind, where, status, _ in seen if kind == "part"],
        routes.stdout.splitlines(),
        doctor.stdout + doctor.stderr,
        doctor.returncode,
    )


def _seen(
    looking: list[str], server: subprocess.Popen[bytes], log: Path
) -> subprocess.CompletedProcess[str] | None:
    """What a visit of its pages printed; None while it doesn't serve yet."""
    assert server.poll() is None, log.read_text(encoding="utf-8")[-2000:]
    visit = _finished(looking)
    return visit if visit.returncode == 0 else None


def _finished(
    command: list[str], cwd: Path = ROOT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def test_there_really_is_no_network_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as outside:
        address = outside.getsockname()
        done = subprocess.run(
            offline("bash", "-c", f"exec 3<>/dev/tcp/{address[0]}/{address[1]}"),
            cwd=ROOT,
            capture_output=True,
            check=False,
        )

    assert done.returncode != 0


@pytest.mark.long
def test_a_second_release_is_beside_the_first_which_is_restored_by_its_link(
    bundle: Bundle, home: Path
) -> None:
    first = home.resolve()
    half, own = home.with_name(f"{home.name}-half"), home.with_name(f"{home.name}-own")
    for folder in (half, own):
        folder.mkdir()
        (folder / "requirements.txt").touch()
    (half / "HALF-INSTALLED").touch()
    time.sleep(1.1)  # the name has the second

    assert bundle.install(home).returncode == 0

    assert home.resolve() != first
    assert not half.exists()
    assert own.exists()
    assert list(home.resolve().glob("HALF*")) == []
    version = subprocess.run(
        [".venv/bin/python", "-c", "from server.app import VERSION; print(VERSION)"],
        cwd=first,
        capture_output=True,
        text=True,
        check=True,
    )
    assert version.stdout.strip() in bundle.archive.name


@pytest.mark.long
def test_a_damaged_bundle_is_refused_and_changes_nothing(bundle: Bundle, tmp_path: Path) -> None:
    with (bundle.folder / "release/server/app.py").open("a") as file:
        file.write("\n# changed on the way\n")

    done = bundle.install(tmp_path / "home")

    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert list(tmp_path.glob("home*")) == []


def test_an_existing_path_that_is_no_link_is_left_alone(bundle: Bundle, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mine").touch()

    done = bundle.install(home)

    assert done.returncode == 1
    assert "isn't a link" in done.stderr
    assert list(tmp_path.glob("home*")) == [home]


def test_nothing_of_tests_tools_and_data_is_in_it(bundle: Bundle) -> None:
    release = bundle.folder / "release"

    assert {one.name for one in release.iterdir()} == {
        *("server", "media", "playlists", "deploy", "docs", "player"),
        *(
            "requirements.txt",
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "LICENSE",
            "SECURITY.md",
            "THREAT_MODEL.md",
        ),
    }
    assert list(release.rglob("__pycache__")) == []
    assert list(release.rglob("*.db")) == []
