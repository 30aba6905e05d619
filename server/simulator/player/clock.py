"""Server time at a player: the best of recent exchanges, adjusted gradually (twin of clock.js)."""

from dataclasses import dataclass, field
from typing import Any, Final

from server.simulator.wire.protocol import Json, Time

WINDOW: Final = 24
DRIFT: Final = 1e-4
STEP_MS: Final = 500
SLEW: Final = 0.02
JUMP_MS: Final = 50
BIG_JUMP_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class ClockNote:
    """Server minus monotonic time as used for a play; `stored` if measured by an earlier boot."""

    offset_ms: float
    uncertainty_ms: int
    stored: bool = False

    def wire(self) -> Json:
        """The form in batches and heartbeats."""
        document: Json = {"offset_ms": self.offset_ms, "uncertainty_ms": self.uncertainty_ms}
        return {**document, "source": "stored"} if self.stored else document

    def is_like(self, other: "ClockNote | None") -> bool:
        """Whether plays of both may share a batch."""
        if other is None or other.stored != self.stored:
            return False
        return abs(other.offset_ms - self.offset_ms) <= JUMP_MS


@dataclass(frozen=True, slots=True)
class Kept:
    """Server minus wall time, and its instant: the starting point of the next boot."""

    delta_ms: float
    server_ms: float
    uncertainty_ms: float


@dataclass(frozen=True, slots=True)
class _Exchange:
    offset_ms: float
    half_trip_ms: float
    at_ms: float


@dataclass
class Clock:
    """Offset and uncertainty of one boot."""

    time: Time
    kept: Kept | None = None
    era: int = 0
    floor_ms: float = 0.0
    _exchanges: list[_Exchange] = field(default_factory=list)
    _best: _Exchange | None = None
    _offset_ms: float | None = None
    _moved_at: float = 0.0
    _base_ms: float = 0.0
    _gap_ms: float = 0.0
    _trusted: bool = False

    def __post_init__(self) -> None:
        """Start from an earlier boot's value; a wall clock behind its instant is wrong."""
        self._gap_ms = self._base_ms = self.time.wall_ms() - self.time.mono_ms()
        if self.kept is None:
            return
        self.raise_floor(self.kept.server_ms)
        self._base_ms += self.kept.delta_ms
        self._trusted = self._base_ms + self.time.mono_ms() >= self.kept.server_ms
        if not self._trusted:
            self._base_ms = self.kept.server_ms - self.time.mono_ms()

    def raise_floor(self, server_ms: float) -> None:
        """Raise the lower bound of server time."""
        self.floor_ms = max(self.floor_ms, server_ms)

    def sample(self, t0: float, answer: Any, t3: float) -> bool:
        """Process an exchange; True when the clock stepped."""
        t1 = answer.get("t1") if isinstance(answer, dict) else None
        if not isinstance(t1, (int, float)) or t3 < t0:
            return False
        self._slew()
        self._exchanges.append(_Exchange(t1 - (t0 + t3) / 2, (t3 - t0) / 2, t3))
        del self._exchanges[:-WINDOW]
        self._best = min(self._exchanges, key=_worth)
        best = self._best.offset_ms
        step = self._offset_ms is None or abs(best - self._offset_ms) > STEP_MS
        if step:
            self._offset_ms = best
        return step

    def now_ms(self) -> float:
        """Server time, which the display follows."""
        return self.time.mono_ms() + self.offset_ms()

    def latest_ms(self) -> float:
        """Server time for judging expiry: never earlier than the proven bound."""
        return max(self.now_ms(), self.floor_ms)

    def offset_ms(self) -> float:
        """Server minus monotonic time, measured or estimated."""
        self._slew()
        return self._base_ms if self._offset_ms is None else self._offset_ms

    @property
    def is_synced(self) -> bool:
        """Whether it was compared with the server in this boot."""
        return self._offset_ms is not None

    def note(self) -> ClockNote | None:
        """The clock of plays; None if never synced and without a credible stored value."""
        if self._offset_ms is not None and self._best is not None:
            return ClockNote(self.offset_ms(), _up(self._cost(self._best)))
        if self.kept is None or not self._trusted:
            return None
        age_ms = self._base_ms + self.time.mono_ms() - self.kept.server_ms
        return ClockNote(self._base_ms, _up(self.kept.uncertainty_ms + age_ms * DRIFT), stored=True)

    def to_keep(self) -> Kept | None:
        """The value for the next boot."""
        note = self.note()
        if note is None or note.stored:
            return None
        server_ms = self.now_ms()
        return Kept(server_ms - self.time.wall_ms(), server_ms, note.uncertainty_ms)

    def notice_jump(self) -> bool:
        """Compare the machine's clocks; True after a jump of more than a second."""
        gap_ms = self.time.wall_ms() - self.time.mono_ms()
        jump_ms, self._gap_ms = abs(gap_ms - self._gap_ms), gap_ms
        if jump_ms > JUMP_MS:
            self.era += 1
        if jump_ms <= BIG_JUMP_MS:
            return False
        self._exchanges.clear()
        self._best = None
        return True

    def _cost(self, exchange: _Exchange) -> float:
        return exchange.half_trip_ms + (self.time.mono_ms() - exchange.at_ms) * DRIFT

    def _slew(self) -> None:
        now_ms = self.time.mono_ms()
        most_ms = (now_ms - self._moved_at) * SLEW
        self._moved_at = now_ms
        if self._best is not None and self._offset_ms is not None:
            ahead_ms = self._best.offset_ms - self._offset_ms
            self._offset_ms += max(-most_ms, min(most_ms, ahead_ms))


def _worth(exchange: _Exchange) -> float:
    """Less is better: all costs grow alike with time, so the best changes only with a new one."""
    return exchange.half_trip_ms - exchange.at_ms * DRIFT


def _up(value: float) -> int:
    return int(-(-value // 1))
