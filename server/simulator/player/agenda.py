"""A player's scheduled tasks, by its monotonic clock."""

import random
from dataclasses import dataclass, field

from server.simulator.wire.protocol import Time

JITTER = 0.2
FIRST_WAIT_MS = 1_000


@dataclass
class Agenda:
    """Tasks by name; each has one time at most."""

    time: Time
    dice: random.Random
    _due_at: dict[str, float] = field(default_factory=dict)

    def plan(self, name: str, wait_ms: float) -> None:
        """Schedule a task, replacing an earlier time."""
        self._due_at[name] = self.time.mono_ms() + wait_ms

    def plan_once(self, name: str, wait_ms: float) -> None:
        """Schedule a task unless it is scheduled already."""
        if name not in self._due_at:
            self.plan(name, wait_ms)

    def due(self) -> list[str]:
        """Remove and return the due tasks, earliest first."""
        now = self.time.mono_ms()
        names = sorted((at, name) for name, at in self._due_at.items() if at <= now)
        for _, name in names:
            del self._due_at[name]
        return [name for _, name in names]

    def wait_ms(self) -> float:
        """Ms until the next task."""
        now = self.time.mono_ms()
        return max(0.0, min(self._due_at.values(), default=now + 60_000) - now)

    def jittered(self, about_ms: float) -> float:
        """A fifth more or less, so that screens don't send in step."""
        return about_ms * self.dice.uniform(1 - JITTER, 1 + JITTER)

    def back_off(self, tries: int, most_ms: float) -> float:
        """Back-off: 1 s, doubling to the maximum, half of it random."""
        wait_ms = min(most_ms, FIRST_WAIT_MS * 2.0 ** min(tries, 16))
        return wait_ms * self.dice.uniform(0.5, 1)
