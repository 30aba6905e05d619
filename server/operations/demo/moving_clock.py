"""A clock that is set manually, for the demo's past."""

from dataclasses import dataclass


@dataclass
class MovingClock:
    """Returns the time it was set to."""

    at_ms: int

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.at_ms

    def exact_ms(self) -> float:
        """The same with fractions."""
        return float(self.at_ms)
