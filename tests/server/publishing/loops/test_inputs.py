"""Names of inputs: equal for equal inputs in every process, different for different ones."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from playlists.windows import ClockRange, DayCalendar, VenueHours
from server.publishing.manifests.fingerprint import name_of

ROOT = Path(__file__).parents[4]
SCRIPT = """
from tests.server.publishing.loops.test_inputs import VENUE
from server.publishing.manifests.fingerprint import name_of
print(name_of(VENUE, {"b": 1, "a": frozenset("xyz")}))
"""
VENUE = VenueHours(
    timezone="Asia/Shanghai",
    weekly={day: (ClockRange(480, 1200),) for day in range(1, 8)},
    closed=frozenset(date(2026, 12, day) for day in range(1, 20)),
    calendar=DayCalendar(holidays=frozenset(date(2027, 1, day) for day in range(1, 4))),
)


def named_with_seed(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.mark.slow
def test_another_process_with_another_hash_seed_gives_the_same_name() -> None:
    assert named_with_seed("1") == named_with_seed("2")


def test_each_detail_makes_another_name() -> None:
    other = replace(VENUE, closed=VENUE.closed - {date(2026, 12, 1)})

    assert name_of(VENUE) != name_of(other)
    assert name_of(VENUE, 1) != name_of(VENUE, 2)
    assert name_of("1") != name_of(1)
