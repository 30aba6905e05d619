"""`make demo` in a fresh clone: what the Makefile runs, with nothing set but the port."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support.app.databases import ON_POSTGRES
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import ROOT, RunningServer, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(ON_POSTGRES, reason="a demo is SQLite's alone"),
]
SCREENS = 8
SMALL = ["--venues", "20", "--screens", str(SCREENS), "--days", "1"]
MADE_S = 600.0
"""Seconds in which a district of a day is made on a slow machine that does much else."""
MADE = (
    ".venv",
    "node_modules",
    "player/dist",
    "player/preview/dist",
    "server/web/static/vendor",
    "server/web/translations/en/LC_MESSAGES/messages.mo",
    "playlists/search/native/search.so",
)
"""What `make setup` would make in the clone once more."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as it would be committed now, set up, with no data."""
    made = tmp_path_factory.mktemp("clone")
    for name in _files_of_the_tree():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, made / name, follow_symlinks=False)
    for name in MADE:
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).symlink_to(ROOT / name)
    return made


def _files_of_the_tree() -> list[str]:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def plain_environment() -> dict[str, str]:
    """That of a shell in which nothing of Anping, of make or of Python is set."""
    ours = re.compile(r"ANPING_|MAKE|MFLAGS|PYTHON|GNUMAKEFLAGS", re.IGNORECASE)
    return {name: value for name, value in os.environ.items() if not ours.match(name)}


def what_make_runs(clone: Path) -> str:
    """The command of `make demo` beside the set-up; it is run without make to be stopped by id."""
    words = ["make", "--no-print-directory", "--dry-run", "--old-file=setup", "demo"]
    printed = subprocess.run(
        words, cwd=clone, env=plain_environment(), capture_output=True, text=True, check=True
    )
    return printed.stdout.strip()


@contextmanager
def made_demo(clone: Path) -> Iterator[RunningServer]:
    """`make demo` with a small district, ready, for the length of the block."""
    port, command = free_port(), f"{what_make_runs(clone)} {' '.join(SMALL)}"
    with (clone / "out.txt").open("wb") as out, (clone / "err.txt").open("wb") as err:
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=clone,
            env=plain_environment() | {"ANPING_BIND": f"127.0.0.1:{port}"},
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    server = RunningServer(process, f"http://127.0.0.1:{port}", clone)
    try:
        server.wait_until_ready(MADE_S)
        yield server
    finally:
        server.stop()


def signed_in(server: RunningServer, username: str) -> requests.Session:
    """A person with the password that was printed."""
    (password,) = re.findall(rf"^  {username} .* (\S+)$", server.printed, re.MULTILINE)
    person, credentials = requests.Session(), {"username": username, "password": password}
    answer = person.post(f"{server.base}/api/v1/session", json=credentials, timeout=PATIENCE_S)
    assert answer.status_code == 200, answer.text
    return person


def online(server: RunningServer, person: requests.Session) -> int:
    """The number of screens online, as reported by the server."""
    path = f"{server.base}/api/v1/screens?limit=100&state=online"
    return len(person.get(path, timeout=PATIENCE_S).json()["items"])


def test_the_makefile_runs_the_demo(clone: Path) -> None:
    assert re.fullmatch(r"exec \S+ -m server\.cli demo --serve *", what_make_runs(clone))


def test_it_serves_its_own_folder_to_those_whose_accounts_it_prints(clone: Path) -> None:
    with made_demo(clone) as server:
        person = signed_in(server, "shenpi")
        until("most screens online", lambda: online(server, person) > SCREENS // 2)
        signed_in(server, "admin")
        status = server.stop()
    printed = [(clone / name).read_text(encoding="utf-8") for name in ("out.txt", "err.txt")]

    assert not any("message_delivery_failed" in one for one in printed)
    assert status == 0
    assert (clone / "var-demo/demo.json").exists()
    assert not (clone / "var").exists()


@pytest.mark.long
def test_a_district_of_ones_own_beside_it_is_left_alone(clone: Path) -> None:
    own = clone / "var"
    own.mkdir()
    (own / "config.db").write_bytes(b"somebody's")
    before = [(path.name, path.stat().st_mtime_ns) for path in [own, *own.iterdir()]]
    try:
        with made_demo(clone) as server:
            person = signed_in(server, "xuanchuan")
            until("most screens online", lambda: online(server, person) > SCREENS // 2)
        after = [(path.name, path.stat().st_mtime_ns) for path in [own, *own.iterdir()]]
    finally:
        shutil.rmtree(own)

    assert after == before
