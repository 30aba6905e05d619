"""The stamp printed on every page, to verify a paper against the figures."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """The pack's id, days and digest, the id of the key that signs, and when it was frozen."""

    pack: str
    first: date
    last: date
    digest: str
    kid: str
    frozen_at: datetime

    @property
    def days(self) -> str:
        """2026-11-01 至 2026-11-30; one day once."""
        return f"{self.first}" if self.first == self.last else f"{self.first} 至 {self.last}"

    @property
    def frozen(self) -> str:
        """The time by which a paper names its pack: 2026-12-01 09:30."""
        return f"{self.frozen_at:%Y-%m-%d %H:%M}"
