"""Programs run within limits, and nothing of them is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from media.process import (
    MIB,
    Bounds,
    ProgramMissing,
    ProgramTimedOut,
    ProgramTooLoud,
    python_argv,
    run,
)

pytestmark = pytest.mark.slow

SHORT = Bounds(seconds=20)


def test_output_complaints_and_status_are_told_apart() -> None:
    finished = run(["sh", "-c", "echo out; echo err >&2; exit 3"], SHORT)

    assert (finished.returncode, finished.stdout, finished.stderr) == (3, "out\n", "err\n")


def test_lines_are_handed_over_while_the_program_runs() -> None:
    heard: list[tuple[str, float]] = []

    run(
        ["sh", "-c", "echo one; sleep 0.3; echo two"],
        SHORT,
        lambda line: heard.append((line, time.monotonic())),
    )

    assert [line for line, _ in heard] == ["one", "two"]
    assert heard[1][1] - heard[0][1] > 0.2


def test_a_program_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    with pytest.raises(ProgramTimedOut):
        run(["sh", "-c", f"sleep 60 & echo $! > {pid_file}; wait"], Bounds(seconds=0.5))

    assert _is_gone(int(pid_file.read_text()))


def test_a_child_left_behind_is_killed_when_the_program_ends(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    run(["sh", "-c", f"sleep 60 & echo $! > {pid_file}"], SHORT)

    assert _is_gone(int(pid_file.read_text()))


def test_a_program_that_closed_its_output_is_still_timed() -> None:
    with pytest.raises(ProgramTimedOut):
        run(["sh", "-c", "exec >/dev/null 2>&1; sleep 60"], Bounds(seconds=0.3))


def test_endless_output_is_cut_off() -> None:
    with pytest.raises(ProgramTooLoud):
        run(["yes"], Bounds(seconds=20, output_bytes=10_000))


def test_an_endless_line_is_cut_off() -> None:
    with pytest.raises(ProgramTooLoud):
        run(["cat", "/dev/zero"], SHORT, lambda _line: None)


def test_more_memory_than_allowed_is_not_given() -> None:
    greedy = [sys.executable, "-c", "x = bytearray(400 * 1024 * 1024)"]

    finished = run(greedy, Bounds(seconds=20, memory_bytes=200 * MIB))

    assert finished.returncode == 1
    assert "MemoryError" in finished.stderr


def test_a_larger_file_than_allowed_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / "large"

    finished = run(
        ["dd", "if=/dev/zero", f"of={target}", "bs=64k", "count=32"],
        Bounds(seconds=20, file_bytes=MIB),
    )

    assert finished.returncode != 0
    assert target.stat().st_size <= MIB


def test_a_callback_that_fails_ends_the_program() -> None:
    def refuse(line: str) -> None:
        raise InterruptedError(line)

    begun = time.monotonic()
    with pytest.raises(InterruptedError):
        run(["sh", "-c", "echo stop; sleep 60"], SHORT, refuse)

    assert time.monotonic() - begun < 10


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
import gevent, gevent.subprocess, gevent.threadpool
from media.process import Bounds, run

def status(number):
    return run(["sh", "-c", f"sleep 0.2; exit {number}"], Bounds(20)).returncode

beats = []
def beat():
    while True:
        beats.append(1)
        gevent.sleep(0.01)

gevent.subprocess.Popen(["true"]).wait()  # from now on gevent's loop collects every child
gevent.spawn(beat)
greenlets = [gevent.spawn(status, number) for number in range(1, 4)]
pool = gevent.threadpool.ThreadPool(2)
threads = [pool.spawn(status, number) for number in range(4, 6)]
print([each.get() for each in (*greenlets, *threads)], len(beats) > 10)
"""


def test_it_works_in_greenlets_and_in_gevents_threads() -> None:
    command = [sys.executable, "-c", UNDER_GEVENT]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)

    assert done.stdout.strip() == "[1, 2, 3, 4, 5] True"


KILLED_PARENT = """
from media.process import Bounds, run
run(["sh", "-c", "echo $$; exec sleep 60"], Bounds(90), lambda line: print(line, flush=True))
"""


def test_a_program_dies_with_a_parent_that_was_killed() -> None:
    command = [sys.executable, "-c", KILLED_PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    assert _is_gone(pid)


def test_our_own_modules_can_be_run_as_a_child() -> None:
    finished = run(python_argv("media.image_child", "no order"), SHORT)

    assert "JSONDecodeError" in finished.stderr


def _is_gone(pid: int, within_s: float = 5.0) -> bool:
    """Wait for a process to end; a zombie has ended."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
