"""Memory mounted as a disk that is soon full; only root may do that."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.app.first_run import make_waiting_picture
from tests.support.app.world import World, make_world


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """The folder is one of so many megabytes meanwhile. Skips where it can't be."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    folder.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(asked, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"can't mount here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take every byte that is left; the file that has them."""
    file = folder / "somebody-elses-file"
    with file.open("wb", buffering=0) as taken:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    taken.write(b"x" * size)
            except OSError:
                continue
    assert shutil.disk_usage(folder).free == 0
    return file


@contextmanager
def world_on(disk: Path) -> Iterator[World]:
    """A server with its data there: its databases too, except on PostgreSQL."""
    made = make_world(disk)
    make_waiting_picture(made)
    yield made
    made.close()
