"""What does harm to a program at a system call of its choice: strace, before its command."""

import shutil

import pytest

WRITES = "pwrite64"
"""How SQLite writes, to its journal and to its file."""
SYNCS = "fsync,fdatasync"


def killing_at(nth: int) -> tuple[str, ...]:
    """Kills the program with -9 at its nth write to a database."""
    return _injecting(WRITES, f"signal=SIGKILL:when={nth}")


def killing_before_sync(nth: int) -> tuple[str, ...]:
    """Kills the program with -9 in place of its nth sync: what it wrote was never synced."""
    return _injecting(SYNCS, f"error=EIO:signal=SIGKILL:when={nth}")


def failing_to_sync(since: int) -> tuple[str, ...]:
    """From so many syncs on, each fails with EIO, as on a disk that is dying."""
    return _injecting(SYNCS, f"error=EIO:when={since}+")


def _injecting(calls: str, what: str) -> tuple[str, ...]:
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("strace is missing: deploy/setup.sh tests installs it")
    # With --seccomp-bpf it would be quicker, and would never come to the second call.
    traced = ("-e", f"trace={calls}", "-e", f"inject={calls}:{what}")
    return (strace, "-f", "-qqq", "-o", "/dev/null", *traced)
