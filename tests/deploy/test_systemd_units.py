"""The units of deploy/systemd: understood by systemd, and each denies itself what it can."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes.confined import lines_of
from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow

UNITS = ROOT / "deploy/systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
MOST_EXPOSED = 3.0


def installed(folder: Path) -> list[Path]:
    """The units as they would be, but for the folder of the release."""
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8")
        text = text.replace("/opt/anping/.venv/bin/python", sys.executable)
        (folder / unit.name).write_text(text.replace("/opt/anping", str(ROOT)), encoding="utf-8")
    return sorted(folder.iterdir())


def exposure(unit: Path) -> float:
    report = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return float(re.findall(r"Overall exposure level for \S+: (\d+\.\d+)", report)[0])


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    units = installed(tmp_path)

    answer = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(units) >= 4
    assert [line for line in answer.stderr.splitlines() if "anping" in line] == []
    assert answer.returncode == 0


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_scores_at_most_3_0(name: str) -> None:
    assert exposure(UNITS / name) <= MOST_EXPOSED


@pytest.mark.parametrize("name", SERVICES)
def test_without_what_it_denies_itself_it_would_not(name: str, tmp_path: Path) -> None:
    text = (UNITS / name).read_text(encoding="utf-8")
    bare = text[: text.index("NoNewPrivileges=")]
    (tmp_path / name).write_text(bare, encoding="utf-8")

    assert exposure(tmp_path / name) > MOST_EXPOSED


def test_the_port_that_is_kept_is_the_one_that_the_server_takes() -> None:
    listens = lines_of(UNITS / "anping.socket", "ListenStream")
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")

    assert [f"ANPING_BIND={one}" for one in listens] == re.findall(
        "^ANPING_BIND=.*$", example, re.M
    )


def test_the_end_leaves_the_parent_time_for_its_children() -> None:
    from server.operations.supervisor.serve import GRACE_S

    (patience,) = lines_of(UNITS / "anping.service", "TimeoutStopSec")
    assert float(patience) > GRACE_S + 5


def test_it_may_hold_as_many_sockets_as_the_web_worker_takes() -> None:
    taken = re.findall(
        r"^worker_connections = ([\d_]+)$", (ROOT / "deploy/gunicorn.py").read_text(), re.M
    )
    (limit,) = lines_of(UNITS / "anping.service", "LimitNOFILE")

    assert int(limit) > 2 * int(taken[0])
