"""A large block that was freed once doesn't keep later ones in the heap."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from server.foundation.paths import ROOT
from server.foundation.runtime.malloc_thresholds import VARIABLES

MIB = 1024 * 1024
HEAP = f"""
import os
from tests.support.speed.memory import anonymous_bytes

bytearray(16 * {MIB})  # freed at once: from now on glibc takes less than that from the heap
held = anonymous_bytes(os.getpid())
pictures, between = [], []
for _ in range(16):
    pictures.append(os.urandom(4 * {MIB}))
    between.append(os.urandom(4_000))
pictures.clear()
print(anonymous_bytes(os.getpid()) - held)
"""
FIXED = """
from server.foundation.runtime.malloc_thresholds import fix_thresholds
fix_thresholds()
"""


def kept_bytes(program: str, variables: Mapping[str, str]) -> int:
    """Memory that a new process still has after sixteen pictures of 4 MiB were freed."""
    plain = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**plain, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.slow
def test_pictures_go_back_where_the_threshold_is_fixed_by_call_or_by_environment() -> None:
    assert kept_bytes(HEAP, {}) > 32 * MIB, "glibc gave them back by itself"

    assert kept_bytes(FIXED + HEAP, {}) < 8 * MIB
    assert kept_bytes(HEAP, VARIABLES) < 8 * MIB
