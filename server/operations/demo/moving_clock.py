"""A clock that is moved by hand: the past of the demo district goes by in a moment."""

from dataclasses import dataclass


@dataclass
class MovingClock:
    """Stands where it was put."""

    at_ms: int

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.at_ms

    def exact_ms(self) -> float:
        """The same with fractions."""
        return float(self.at_ms)
