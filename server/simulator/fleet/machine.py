"""A virtual player's machine: its two clocks, of which one may be wrong."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Machine:
    """Clocks over a source of true ms; `wrong_ms`: the error of its wall clock."""

    true_ms: Callable[[], float]
    wrong_ms: float = 0.0
    started_ms: float = 0.0

    def __post_init__(self) -> None:
        self.switch_on()

    def switch_on(self) -> None:
        """Restart its monotonic clock."""
        self.started_ms = self.true_ms()

    def mono_ms(self) -> float:
        """Milliseconds since it was switched on."""
        return self.true_ms() - self.started_ms

    def wall_ms(self) -> float:
        """Its wall clock, ms."""
        return self.true_ms() + self.wrong_ms
