"""Runs a stage to its end, whatever fails in it."""

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from tests.gate.results import Failure, Results, read_results
from tests.gate.stages import ROOT, Command, Stage

HANGS_AFTER: Final = 4
"""Budgets. Only a hang takes so long."""
NOTHING_COLLECTED: Final = 5
"""Pytest's exit status where no test was selected."""
TAIL_LINES: Final = 40


@dataclass(frozen=True)
class Outcome:
    """What became of a stage: its tests, its seconds and the machine's load as it ended."""

    stage: Stage
    results: Results
    seconds: float
    load: float


def run_stage(stage: Stage, folder: Path) -> Outcome:
    """Run all lanes beside each other, each command to its end."""
    began = time.monotonic()
    deadline = began + stage.budget_s * HANGS_AFTER
    found: list[Results] = []
    lanes = [
        threading.Thread(target=_run_lane, args=(lane, folder, deadline, found))
        for lane in stage.lanes
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    return Outcome(stage, sum(found, Results()), time.monotonic() - began, os.getloadavg()[0])


def _run_lane(lane: list[Command], folder: Path, deadline: float, found: list[Results]) -> None:
    for command in lane:
        found.append(run_command(command, folder, deadline))


def run_command(command: Command, folder: Path, deadline: float) -> Results:
    """Run one, its output in `NAME.log`. A status that no failure explains is a failure."""
    results, log = folder / f"{command.name}.xml", folder / f"{command.name}.log"
    results.unlink(missing_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command.with_results(results),
            cwd=ROOT,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        status = _status_of(process, deadline)
    return _judged(command, status, results, log)


def _status_of(process: subprocess.Popen[bytes], deadline: float) -> int | None:
    """Its exit status; None where it was ended because it hung, with all that it had started."""
    try:
        return process.wait(max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def _judged(command: Command, status: int | None, results: Path, log: Path) -> Results:
    read = _read(command, results)
    if status == 0 or (status is not None and read.failures):
        return read
    why = {None: "hung and was ended", NOTHING_COLLECTED: "found no test to run"}.get(
        status, f"ended with status {status}"
    )
    file = command.words[-1] if command.is_node else ""
    return read + Results(failures=(Failure(file, command.name, f"{why}\n{_tail(log)}"),))


def _read(command: Command, results: Path) -> Results:
    if not command.counts_tests:
        return Results()
    try:
        return read_results(results, command.words[-1] if command.is_node else "")
    except (OSError, ParseError):
        return Results()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
