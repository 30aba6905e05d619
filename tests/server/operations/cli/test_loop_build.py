"""`server.cli loop build` and `seat`: no database, no settings, exit codes for programs."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes.cli import run_in_new_process, run_with

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]


NO_SETTINGS = {"PATH": "/usr/bin:/bin", "ANPING_TIMEZONE": "no such zone"}


def run(*words: str, sent: str = "") -> subprocess.CompletedProcess[str]:
    return run_with(NO_SETTINGS, *words, typed=sent)


def demand(**change: Any) -> str:
    item = {"id": "a1", "campaign": "k1", "duration": 15, "plays": 12, "floor": 12} | change
    return json.dumps({"period_s": 3600, "items": [item]})


def test_a_loop_that_fits_is_printed_with_exactly_the_plays_asked_for() -> None:
    done = run("loop", "build", "-", sent=demand())

    loop = json.loads(done.stdout)
    assert done.returncode == 0
    assert sum(slot["item"] == "a1" for slot in loop["slots"]) == 12
    assert loop["measures"]["worst_gap_ratio"] <= 1.30


def hour_of_campaigns() -> str:
    """Campaigns of three items whose shares differ by one, and filler, images and videos."""
    items: list[dict[str, Any]] = [
        {
            "id": f"a{n}",
            "campaign": f"k{n // 3}",
            "duration": 5 + 5 * (n % 4),
            "plays": 4 + n // 3 + n % 2,
            "kind": ("image", "video")[n % 2],
        }
        for n in range(24)
    ]
    filler = [{"id": f"f{n}", "role": "filler", "duration": 10 + 5 * n} for n in range(3)]
    return json.dumps({"period_s": 3600, "items": [*items, *filler]})


def test_the_same_demands_give_the_same_bytes_with_another_hash_seed() -> None:
    one, two = (
        run_in_new_process(
            {**NO_SETTINGS, "PYTHONHASHSEED": seed}, "loop", "build", "-", typed=hour_of_campaigns()
        )
        for seed in ("1", "2")
    )

    assert one.returncode == 0
    assert one.stdout == two.stdout


def test_floors_that_cannot_fit_are_refused_with_exit_code_2_and_figures() -> None:
    done = run("loop", "build", "-", sent=demand(plays=300, floor=300))

    refusal = json.loads(done.stdout)["refused"][0]
    assert done.returncode == 2
    assert refusal["code"] == "floors_exceed_period"
    assert refusal["over_s"] == 300 * 15 - 3600


def test_wrong_use_is_not_taken_for_a_refusal() -> None:
    assert run("loop", "build").returncode not in {0, 2}
    assert run("loop", "build", "-", sent="{").returncode not in {0, 2}
    assert run("seat", "/no/such/file", "--at", "1").returncode not in {0, 2}


def test_seat_answers_in_the_order_asked(tmp_path: Path) -> None:
    cases = json.loads((ROOT / "tests/contracts/seat.json").read_text(encoding="utf-8"))["cases"]
    manifest, answers = cases[0]["manifest"], cases[0]["answers"][:5]
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")

    instants = "\n".join(str(answer["at"]) for answer in answers)
    done = run("seat", str(path), "--at", "-", sent=instants)

    assert [json.loads(line) for line in done.stdout.splitlines()] == answers
