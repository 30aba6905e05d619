"""`uptime account`: figures from a file, and errors of the file in words."""

import json
import subprocess
from typing import Any

import pytest

from tests.support.processes.cli import operate

pytestmark = pytest.mark.slow
CASE: dict[str, Any] = {
    "tz": "Asia/Shanghai",
    "from": 1788192000,
    "to": 1788278400,
    "as_of": 1788270000,
    "hours": {"2": [["09:00", "17:00"]]},
    "closed_dates": ["2026-09-03"],
    "extra_hours": {"2026-09-04": [["19:00", "21:00"]]},
    "grace_s": 90,
    "enrolled_at": None,
    "heartbeats": {
        "runs": [{"first": 1788224400, "last": 1788253170, "every": 30}],
        "at": [1788253300],
    },
    "server_outages": [[1788230000, 1788230600]],
    "clock_doubt": [],
    "late_evidence": [[1788240000, 1788241000]],
}


def run(text: str) -> subprocess.CompletedProcess[str]:
    return operate("uptime", "account", "-", typed=text)


def test_a_case_is_answered_with_its_figures() -> None:
    answer = run(json.dumps(CASE))

    assert answer.returncode == 0
    assert json.loads(answer.stdout) == {
        "operating_s": 28800,
        "monitored_s": 28200,
        "up_s": 28200,
        "down_s": 0,
        "unknown_s": 600,
        "uptime_pct": 100.0,
        "running_pct": 100.0,
    }


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"tz": "Asia/Nowhere"}, "Asia/Nowhere"),
        ({"hours": {"8": [["09:00", "17:00"]]}}, "/hours/8"),
        ({"hours": {"2": [["9:00", "17:00"]]}}, "9:00"),
        ({"grace_s": -1}, "grace_s"),
        ({"server_outages": [[1]]}, "/server_outages/0"),
        ({"closed_dates": ["2026-13-01"]}, "month"),
        (
            {"grace_s": 0, "heartbeats": {"runs": [{"first": 0, "last": 2**35, "every": 1}]}},
            "/heartbeats/runs",
        ),
    ],
)
def test_a_wrong_case_is_reported_in_a_sentence_with_another_code_than_2(
    change: dict[str, Any], named: str
) -> None:
    answer = run(json.dumps(CASE | change))

    assert answer.returncode not in (0, 2)
    assert named in answer.stderr
    assert "Traceback" not in answer.stderr


def test_invalid_json_is_reported() -> None:
    answer = run("{")

    assert answer.returncode == 65
    assert "输入有误" in answer.stderr
