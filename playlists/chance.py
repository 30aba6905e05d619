"""A sequence of numbers that looks random and is the same on every machine."""

_MULTIPLIER = 1_103_515_245
_INCREMENT = 12_345
_MASK = 0x7FFF_FFFF


class Chance:
    """A linear congruential sequence in whole numbers; its low, short-lived bits are dropped."""

    __slots__ = ("_state",)

    def __init__(self, seed: int = 20_251_001) -> None:
        self._state = seed

    def draw(self) -> int:
        """The next number from 0 to 2^23 - 1."""
        self._state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK
        return self._state >> 8

    def fraction(self) -> float:
        """The next number from 0 to below 1."""
        return self.draw() / 8_388_608
