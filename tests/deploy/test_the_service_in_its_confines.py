"""The server as its unit lets it run: no capability, few system calls, no folder but its own.

systemd isn't at work here, so the same confines are put up by the kernel's own means.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.app.first_run import make_waiting_picture
from tests.support.app.people import sign_in
from tests.support.app.world import make_world
from tests.support.browser.interrupted_upload import Sender
from tests.support.factories.sample_files import clip, photo
from tests.support.processes.furnished_district import program_token
from tests.support.processes.server import ROOT, RunningServer, free_port, start_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="root alone may shut folders"),
]

UNITS = ROOT / "deploy/systemd"
PROCESSED_WITHIN_S = 120.0


def confined(writable: Path, unit: str = "anping.service") -> list[str]:
    """Words before a command that has to live with the unit."""
    inside = ["-m", "tests.support.processes.confined", str(UNITS / unit), str(writable), "--"]
    return ["unshare", "--mount", sys.executable, *inside]


def furnished(folder: Path) -> str:
    """A server that was started once before; the token of somebody who uploads."""
    world = make_world(folder)
    world.clock.at_ms = time.time_ns() // 1_000_000
    make_waiting_picture(world)
    secret = program_token(world, sign_in(world, "publicity").user_id)
    world.close()
    return secret


def processed(server: RunningServer, token: str, asset: str) -> dict[str, Any]:
    """The asset once its processing has ended."""
    request = urllib.request.Request(f"{server.base}/api/v1/assets/{asset}")
    request.add_header("Authorization", f"Bearer {token}")
    deadline = time.monotonic() + PROCESSED_WITHIN_S
    while time.monotonic() < deadline:
        with urllib.request.urlopen(request, timeout=30) as answer:
            document: dict[str, Any] = json.load(answer)
        if document["state"] != "processing":
            return document
        time.sleep(0.2)
    raise AssertionError("processing never ended")


@pytest.mark.long
def test_it_serves_and_makes_pictures_and_clips(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    token = furnished(folder)
    server = start_server(folder, free_port(), within=confined(folder / "data"))
    try:
        server.wait_until_ready()
        files = [photo(tmp_path / "photo.jpg"), clip(tmp_path / "clip.mp4", seconds=2.0)]
        for file in files:
            sender = Sender(server.base, token, file)
            sender.begin()
            document = processed(server, token, sender.send_whole())
            assert document["state"] == "ready", document["reason"]
    finally:
        status = server.stop()

    assert status == 0
    assert "Permission" not in (folder / "err.txt").read_text(encoding="utf-8")


@pytest.mark.long
def test_its_backup_is_taken_in_confines_of_its_own(tmp_path: Path) -> None:
    furnished(tmp_path)
    archive = tmp_path / "anping.tar.gz"

    done = subprocess.run(
        [
            *confined(tmp_path, "anping-backup.service"),
            *(sys.executable, "-m", "server.cli", "backup", str(archive)),
        ],
        cwd=ROOT,
        env={**os.environ, "ANPING_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert archive.stat().st_size > 0


def within(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a command there."""
    return subprocess.run(
        [*confined(folder), *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_it_may_write_where_its_data_are(tmp_path: Path) -> None:
    assert within(tmp_path, "touch", str(tmp_path / "mine")).returncode == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["touch", str(ROOT / "README.md")], "Read-only file system"),
        (["chown", "65534", "README.md"], "not permitted"),
        ([sys.executable, "-c", "import mmap; mmap.mmap(-1, 9, prot=7)"], "Permission denied"),
        ([sys.executable, "-c", "import socket; socket.socket(16)"], "not permitted"),
        ([sys.executable, "-c", "import time; time.clock_settime(0, 0)"], "not permitted"),
    ],
    ids=[
        "write elsewhere",
        "own",
        "make code",
        "hear the kernel",
        "set the clock",
    ],
)
def test_it_may_not(words: list[str], refusal: str, tmp_path: Path) -> None:
    done = within(tmp_path, *words)

    assert done.returncode != 0
    assert refusal in done.stderr
