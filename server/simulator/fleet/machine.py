"""The machine that a virtual player runs on: its two clocks, of which one may be wrong."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Machine:
    """Clocks over a source of true ms; `wrong_ms` is how far its wall clock is off."""

    true_ms: Callable[[], float]
    wrong_ms: float = 0.0
    started_ms: float = 0.0

    def __post_init__(self) -> None:
        self.switch_on()

    def switch_on(self) -> None:
        """Its monotonic clock begins anew."""
        self.started_ms = self.true_ms()

    def mono_ms(self) -> float:
        """Milliseconds since it was switched on."""
        return self.true_ms() - self.started_ms

    def wall_ms(self) -> float:
        """What it takes for the time of day."""
        return self.true_ms() + self.wrong_ms
