"""Freed memory of a process goes back to the machine on request."""

import os

import pytest

from server.foundation.runtime.gc_tuning import give_back
from tests.support.speed.memory import anonymous_bytes

MIB = 1024 * 1024


@pytest.mark.slow
def test_memory_freed_below_a_live_object_goes_back() -> None:
    taken = [os.urandom(4_000) for _ in range(16_000)]
    stays = os.urandom(4_000)
    held = anonymous_bytes(os.getpid())
    taken.clear()
    kept = held - anonymous_bytes(os.getpid())

    give_back()

    assert held - anonymous_bytes(os.getpid()) > 45 * MIB > kept, "glibc gave it back by itself"
    assert len(stays) == 4_000


@pytest.mark.slow
def test_a_ring_of_objects_is_collected_first() -> None:
    held = anonymous_bytes(os.getpid())
    ring: list[object] = [os.urandom(1_000) for _ in range(40_000)]
    ring.append(ring)
    del ring

    give_back()

    assert anonymous_bytes(os.getpid()) - held < 10 * MIB
