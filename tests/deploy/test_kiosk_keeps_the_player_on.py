"""A box as the installer makes it, with its page killed, frozen and sent astray."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.foundation.crypto.tls import init_ca
from tests.support.devices.kiosk_box import Box, Door, box, cmdline, install
from tests.support.patience import PATIENCE_S, until

pytestmark = pytest.mark.slow
URL = "https://anping.example/player/"
BACK_S = 60 + PATIENCE_S
"""What froze is given up after some tens of seconds."""
SETTLED_S = 4.5
"""Twice as long as the wrapper waits between two questions."""


@pytest.fixture
def door() -> Iterator[Door]:
    opened = Door()
    yield opened
    opened.close()


@pytest.fixture
def running(tmp_path: Path, door: Door) -> Iterator[Box]:
    assert install(tmp_path, "--url", door.address, "--plain-http").returncode == 0
    with box(tmp_path, door.address) as made:
        until("the page is on", door.newest)
        yield made


def test_the_unit_that_is_installed_is_one_that_systemd_understands(tmp_path: Path) -> None:
    assert install(tmp_path, "--url", URL).returncode == 0

    unit = tmp_path / "etc/systemd/system/anping-kiosk.service"
    text = unit.read_text().replace("/usr/bin/cage", shutil.which("true") or "")
    unit.write_text(text.replace("Documentation=file:/opt", f"Documentation=file:{tmp_path}/opt"))
    answer = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )

    complaints = [line for line in answer.stderr.splitlines() if "anping-kiosk" in line]
    assert complaints == []
    assert answer.returncode == 0


def test_what_the_box_was_bound_to_is_forgotten_only_when_that_is_asked_for(tmp_path: Path) -> None:
    kept = tmp_path / "var/lib/anping-kiosk/profile/kept"
    kept.parent.mkdir(parents=True)
    kept.write_text("")

    assert install(tmp_path, "--url", URL).returncode == 0
    assert kept.exists()
    assert install(tmp_path, "--url", URL, "--reset").returncode == 0
    assert not kept.parent.exists()


def test_the_browser_may_open_nothing_but_the_server(tmp_path: Path) -> None:
    assert install(tmp_path, "--url", URL).returncode == 0

    rules = json.loads((tmp_path / "etc/chromium/policies/managed/anping.json").read_text())

    assert rules["URLBlocklist"] == ["*"]
    assert rules["URLAllowlist"] == ["https://anping.example"]
    assert "OverrideSecurityRestrictionsOnInsecureOrigin" not in rules


def test_plain_http_is_secure_for_the_one_origin_set_by_the_operator(tmp_path: Path) -> None:
    address = "http://10.0.0.5:8000/player/"

    refused = install(tmp_path, "--url", address)
    taken = install(tmp_path, "--url", address, "--plain-http")

    rules = json.loads((tmp_path / "etc/chromium/policies/managed/anping.json").read_text())
    assert (refused.returncode, taken.returncode) == (64, 0)
    assert "--plain-http" in refused.stderr
    assert rules["OverrideSecurityRestrictionsOnInsecureOrigin"] == ["http://10.0.0.5:8000"]


def test_the_enrolment_key_is_readable_by_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("K1\n")
    options = ("--enrol-file", str(tmp_path / "key.txt"), "--serial", "A7")
    assert install(tmp_path, "--url", URL, *options).returncode == 0

    written = tmp_path / "etc/anping-kiosk.conf"

    assert "ANPING_ENROL_KEY=K1" in written.read_text()
    assert written.stat().st_mode & 0o077 == 0


@pytest.mark.browser
@pytest.mark.long
def test_a_page_that_is_killed_is_back_in_10_s_and_one_that_froze_in_60(
    running: Box, door: Door
) -> None:
    """The times are printed, not judged: a machine may be busier than a box is."""
    killed_s = _back_after(door, running.renderers(), signal.SIGKILL)
    frozen_s = _back_after(door, running.renderers(), signal.SIGSTOP)
    assert not any(b"--top-chrome-webui" in cmdline(pid) for pid in running.renderers())
    ended_s = _back_after(door, [running.browser()], signal.SIGKILL)

    print(
        f"back on: killed page {killed_s:.1f} s, frozen {frozen_s:.1f} s, browser {ended_s:.1f} s"
    )


def _back_after(door: Door, pids: list[int], number: signal.Signals) -> float:
    """Send a signal to a page that has been well for a while; seconds until a new one reports."""
    until("the page is well", lambda: door.lives_s() > SETTLED_S)
    before = set(door.contacts)
    assert pids
    for pid in pids:
        os.kill(pid, number)
    began = time.monotonic()
    until(f"back after {number.name}", lambda: set(door.contacts) - before, patience_s=BACK_S)
    return time.monotonic() - began


def test_the_districts_own_root_is_trusted_by_this_browser_alone(tmp_path: Path) -> None:
    made = init_ca(tmp_path / "keys", datetime.now(UTC))

    for _ in range(2):  # a second run replaces it
        assert install(tmp_path, "--url", URL, "--ca", str(made.certificate)).returncode == 0

    database = f"sql:{tmp_path}/var/lib/anping-kiosk/.pki/nssdb"
    listed = subprocess.run(
        ["certutil", "-d", database, "-L"], capture_output=True, text=True, check=True
    )
    assert [line.split()[-1] for line in listed.stdout.splitlines() if "anping" in line] == ["C,,"]
