"""Keeps glibc's threshold for blocks of their own from rising.

glibc takes a block of 128 KiB or more as a mapping of its own, which returns to the system once it
is freed. With each such block that is freed it raises that threshold to its size, up to 32 MiB
(mallopt(3), M_MMAP_THRESHOLD): later pictures and buffers come from the heap, where one live object
above them keeps all of them. A threshold that is set stays.
"""

import ctypes
from collections.abc import Mapping
from typing import Final

MMAP_BYTES: Final = 1024 * 1024
"""From this size on a block has its own mapping. A picture is larger, a row of a report smaller."""
TRIM_BYTES: Final = 128 * 1024
"""Free bytes at the heap's end that go back: glibc's default, which would rise with the other."""
VARIABLES: Final[Mapping[str, str]] = {
    "MALLOC_MMAP_THRESHOLD_": str(MMAP_BYTES),
    "MALLOC_TRIM_THRESHOLD_": str(TRIM_BYTES),
}
"""For the environment of a process that is started; other C libraries ignore them."""

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3


def fix_thresholds() -> None:
    """Fix them in this process and in those forked from it; only glibc has such a call."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, MMAP_BYTES)
        mallopt(_M_TRIM_THRESHOLD, TRIM_BYTES)
