"""A pseudo-random sequence of numbers, the same on every machine."""

from collections.abc import Iterator

_MULTIPLIER = 6_364_136_223_846_793_005
_INCREMENT = 1_442_695_040_888_963_407
_MASK = (1 << 64) - 1
"""Knuth's MMIX (The Art of Computer Programming, volume 2, 3.3.4)."""


def draws(seed: int) -> Iterator[int]:
    """Numbers from 0 to 2^48 - 1, linear congruential; the low, short-lived bits are dropped."""
    state = seed
    while True:
        state = (state * _MULTIPLIER + _INCREMENT) & _MASK
        yield state >> 16
