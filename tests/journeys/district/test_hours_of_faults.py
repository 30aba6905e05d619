"""Two hours of a whole district, with a fault every few minutes: counts stay exact, memory flat.

A server as it is really run, on files of SQLite, 500 virtual players on sockets and three real
browsers that show pictures and a film. The server is killed, suspended and finds its database
locked, a browser is killed, players lose network and power. `ANPING_TEST_HOURS` is how long,
`ANPING_TEST_EVIDENCE` a folder for the samples. All figures are printed, whatever fails.
"""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.app.databases import ON_POSTGRES
from tests.support.endurance.course import SHORT, Course, long_course
from tests.support.endurance.judging import count, judge_memory, report
from tests.support.endurance.memory import Samples
from tests.support.endurance.run import Run
from tests.support.endurance.screens import make_screens
from tests.support.endurance.served import Site, furnish
from tests.support.processes.server import ROOT

HOURS = float(os.environ.get("ANPING_TEST_HOURS", "2"))
EVIDENCE = os.environ.get("ANPING_TEST_EVIDENCE", "")
PATIENCE_S = 3600
A_MINUTE = replace(SHORT, length_s=80.0, slot_s=10)
"""With slots so long that none ends unseen between reading a box's records and its power cut, and
that a busy machine doesn't cut one short.
"""

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="the store is read as a file")


def endures(folder: Path, course: Course) -> None:
    """A district of its own lives through the course, and is judged."""
    site = furnish(folder / "site", course.players, course.boxes, course.slot_s, course.minute_s)
    words = [sys.executable, "-m", "tests.support.endurance", str(site.folder)]
    crowd = subprocess.Popen(words, cwd=ROOT)
    try:
        fell_short = judged(folder, course, site, crowd)
    finally:
        crowd.kill()
        crowd.wait()
        site.server.stop()
    assert fell_short == []


def judged(folder: Path, course: Course, site: Site, crowd: subprocess.Popen[bytes]) -> list[str]:
    """Live through it, and return every violation."""
    run = Run(course, site, crowd, make_screens(folder, site), Samples(course.warm_up_s))
    try:
        run.begins()
        run.passes()
        run.ends()
        judge_memory(run)
        count(run)
    finally:
        report(run, EVIDENCE)
        for screen in run.screens:
            screen.is_switched_off()
    return run.short


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_minute_of_faults_loses_and_doubles_nothing(tmp_path: Path) -> None:
    endures(tmp_path, A_MINUTE)


@pytest.mark.soak
@pytest.mark.timeout(HOURS * 3600 + PATIENCE_S)
def test_hours_of_faults_lose_and_double_nothing_and_memory_stays_flat(tmp_path: Path) -> None:
    endures(tmp_path, long_course(HOURS))
