"""A sequence of numbers that looks random and is the same on every machine."""

_MULTIPLIER = 6_364_136_223_846_793_005
_INCREMENT = 1_442_695_040_888_963_407
_MASK = (1 << 64) - 1
"""Knuth's MMIX (The Art of Computer Programming, volume 2, 3.3.4)."""


class Chance:
    """A linear congruential sequence in whole numbers; its low, short-lived bits are dropped."""

    __slots__ = ("_state",)

    def __init__(self, seed: int = 20_251_001) -> None:
        self._state = seed

    def draw(self) -> int:
        """The next number from 0 to 2^48 - 1."""
        self._state = state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK
        return state >> 16

    def fraction(self) -> float:
        """The next number from 0 to below 1."""
        return self.draw() / 281_474_976_710_656
