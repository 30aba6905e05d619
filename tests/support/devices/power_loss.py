"""A disk that loses its power: unsynced writes are gone, as with a real box.

An ext4 file system of its own in a file. `cut` ends it by the kernel's own means for this
(`EXT4_IOC_SHUTDOWN` without flushing its log, as xfstests do): from that instant nothing reaches
the disk any more, and unsynced writes may never have. Then it is mounted again, which replays its
log. Needs root and loop devices.
"""

import fcntl
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.devices.kiosk import wait_until

SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
WITHOUT_LOG = 2
MIB = 1024 * 1024
GONE_S = 10.0


@dataclass(frozen=True)
class Disk:
    """A file with a file system in it, and where that is mounted."""

    image: Path
    place: Path

    def cut(self) -> None:
        """The power goes: nothing that is written from now on is kept."""
        handle = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", WITHOUT_LOG))
        finally:
            os.close(handle)

    def comes_back(self) -> None:
        """Restore the power; programs with open files must be gone."""
        self.unmount()
        self.mount()

    def mount(self) -> None:
        """Replays the log of a disk that was cut off."""
        subprocess.run(["mount", "-o", "loop", self.image, self.place], check=True)

    def unmount(self) -> None:
        """When the last of those that were killed is gone; fails if somebody keeps files open."""
        wait_until(self._is_let_go, GONE_S, "nobody has files open")

    def _is_let_go(self) -> bool:
        tried = subprocess.run(["umount", self.place], capture_output=True, check=False)
        return tried.returncode == 0


@contextmanager
def disk_in(folder: Path, size_mib: int = 512) -> Iterator[Disk]:
    """A fresh disk for the length of the block; skips the test where it can't be had."""
    if os.geteuid() != 0 or not Path("/dev/loop-control").exists():
        pytest.skip("a disk that loses its power needs root and loop devices")
    folder.mkdir(parents=True, exist_ok=True)
    disk = Disk(folder / "disk.img", folder / "disk")
    disk.place.mkdir()
    with disk.image.open("wb") as image:
        image.truncate(size_mib * MIB)
    subprocess.run(["mkfs.ext4", "-q", disk.image], check=True)
    disk.mount()
    try:
        yield disk
    finally:
        disk.unmount()
