"""Programs run within limits, and nothing of them is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from media.sandbox.subprocess_limits import (
    MIB,
    Bounds,
    ProgramMissing,
    ProgramTimedOut,
    ProgramTooLoud,
    python_argv,
    run,
)
from tests.support.patience import PATIENCE_S, until

pytestmark = pytest.mark.slow

SHORT = Bounds(seconds=PATIENCE_S)
LONG = Bounds(seconds=5 * PATIENCE_S)


def test_output_errors_and_status_are_separate() -> None:
    finished = run(["sh", "-c", "echo out; echo err >&2; exit 3"], SHORT)

    assert (finished.returncode, finished.stdout, finished.stderr) == (3, "out\n", "err\n")


def test_lines_are_handed_over_while_the_program_runs(tmp_path: Path) -> None:
    """The second line is only sent once the first has been received."""
    lines: list[str] = []

    def collect(line: str) -> None:
        lines.append(line)
        (tmp_path / line).touch()

    script = f"echo one; until [ -e {tmp_path}/one ]; do sleep 0.05; done; echo two"
    finished = run(["sh", "-c", script], SHORT, collect)

    assert (finished.returncode, lines) == (0, ["one", "two"])


def test_a_program_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {pid_file}; wait"

    for seconds in (0.5, 5, 50):  # until it had the time to begin
        with pytest.raises(ProgramTimedOut):
            run(["sh", "-c", script], Bounds(seconds=seconds))
        if pid_file.exists() and (pid := pid_file.read_text()):
            break

    _ends(int(pid))


def test_a_child_left_behind_is_killed_when_the_program_ends(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    run(["sh", "-c", f"sleep 600 & echo $! > {pid_file}"], SHORT)

    _ends(int(pid_file.read_text()))


def test_a_program_that_closed_its_output_is_still_timed() -> None:
    with pytest.raises(ProgramTimedOut):
        run(["sh", "-c", "exec >/dev/null 2>&1; sleep 600"], Bounds(seconds=0.3))


def test_endless_output_is_cut_off() -> None:
    with pytest.raises(ProgramTooLoud):
        run(["yes"], Bounds(seconds=PATIENCE_S, output_bytes=10_000))


def test_an_endless_line_is_cut_off() -> None:
    with pytest.raises(ProgramTooLoud):
        run(["cat", "/dev/zero"], SHORT, lambda _line: None)


def test_more_memory_than_allowed_is_not_given() -> None:
    greedy = [sys.executable, "-c", "x = bytearray(400 * 1024 * 1024)"]

    finished = run(greedy, Bounds(seconds=PATIENCE_S, memory_bytes=200 * MIB))

    assert finished.returncode == 1
    assert "MemoryError" in finished.stderr


def test_a_larger_file_than_allowed_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / "large"

    finished = run(
        ["dd", "if=/dev/zero", f"of={target}", "bs=64k", "count=32"],
        Bounds(seconds=PATIENCE_S, file_bytes=MIB),
    )

    assert finished.returncode != 0
    assert target.stat().st_size <= MIB


def test_a_callback_that_fails_ends_the_program(tmp_path: Path) -> None:
    def refuse(line: str) -> None:
        raise InterruptedError(line)

    script = f"echo stop; sleep {PATIENCE_S:.0f}; touch {tmp_path}/came-to-its-end"
    with pytest.raises(InterruptedError):
        run(["sh", "-c", script], LONG, refuse)

    assert list(tmp_path.iterdir()) == []


def test_a_program_that_is_not_installed_is_named() -> None:
    with pytest.raises(ProgramMissing, match="no-such-program"):
        run(["no-such-program"], SHORT)


def test_no_shell_reads_the_arguments() -> None:
    finished = run(["printf", "%s", "$(id); `id` | & ; *"], SHORT)

    assert finished.stdout == "$(id); `id` | & ; *"


def test_secrets_of_the_environment_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANPING_SECRET_KEY", "do not tell")

    finished = run(["env"], SHORT)

    assert "do not tell" not in finished.stdout


def test_programs_are_niced() -> None:
    finished = run(["nice"], SHORT)

    assert int(finished.stdout) >= min(os.nice(0) + 10, 19)


def test_their_priority_counts_beside_ours() -> None:
    """Between sessions Linux shares the processor first (sched_autogroup), whatever is niced."""
    ask = "import os; print(os.getsid(0), os.getpgrp())"

    session, group = map(int, run([sys.executable, "-c", ask], SHORT).stdout.split())

    assert session == os.getsid(0)
    assert group != os.getpgrp(), "it can't be killed as a whole"


def test_several_threads_run_programs_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        statuses = list(
            pool.map(lambda n: run(["sh", "-c", f"exit {n}"], SHORT).returncode, range(8))
        )

    assert statuses == list(range(8))


def test_no_descriptors_are_leaked() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))

    for _ in range(3):
        run(["true"], SHORT)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


UNDER_GEVENT = """
import gevent.monkey
gevent.monkey.patch_all()
import sys, pathlib
import gevent, gevent.subprocess, gevent.threadpool
from media.sandbox.subprocess_limits import Bounds, run

# It ends only once somebody else had his turn.
SCRIPT = f"until [ -e {sys.argv[1]} ]; do sleep 0.05; done; exit "

def status(number):
    return run(["sh", "-c", SCRIPT + str(number)], Bounds(60)).returncode

gevent.subprocess.Popen(["true"]).wait()  # from now on gevent's loop collects every child
gevent.spawn_later(0.2, pathlib.Path(sys.argv[1]).touch)
greenlets = [gevent.spawn(status, number) for number in range(1, 4)]
pool = gevent.threadpool.ThreadPool(2)
threads = [pool.spawn(status, number) for number in range(4, 6)]
print([each.get() for each in (*greenlets, *threads)])
"""


def test_it_works_in_greenlets_and_in_gevents_threads(tmp_path: Path) -> None:
    command = [sys.executable, "-c", UNDER_GEVENT, str(tmp_path / "go")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_S)

    assert done.stdout.strip() == "[1, 2, 3, 4, 5]"


KILLED_PARENT = """
from media.sandbox.subprocess_limits import Bounds, run
run(["sh", "-c", "echo $$; exec sleep 600"], Bounds(900), lambda line: print(line, flush=True))
"""


def test_a_program_dies_with_a_parent_that_was_killed() -> None:
    command = [sys.executable, "-c", KILLED_PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    _ends(pid)


def test_our_own_modules_can_be_run_as_a_child() -> None:
    finished = run(python_argv("media.images.worker", "no order"), SHORT)

    assert "JSONDecodeError" in finished.stderr


def _ends(pid: int) -> None:
    """Wait for a process to end."""
    until(f"the end of {pid}", lambda: _has_ended(pid))


def _has_ended(pid: int) -> bool:
    """A zombie has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"
