"""The figures of a report's row: each expected play is in exactly one state."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, Final

import msgspec

from server.foundation.i18n import per_cent
from server.reporting.delivery.columns import COLUMNS


def delivery_rate(confirmed: int, due: int) -> float | None:
    """播放完成率: confirmed of due plays; None if none are due. The only place that computes it."""
    return confirmed / due if due > 0 else None


def delivery_rate_of(row: Mapping[str, Any]) -> float | None:
    """The rate by the counts of a row as JSON: in frozen ones the rate itself is rounded.

    None without counts, too, as of a venue at which nothing could be counted.
    """
    if row["expected"] is None:
        return None
    due = row["expected"] - row["pre_empted"] - row["excused"]
    return delivery_rate(row["confirmed"], due)


class Figures(msgspec.Struct, gc=False):
    """Counts of plays; `shown_ms` is the time on the glass of confirmed ones.

    `excused` is no state: it counts plays that are missing, pending, off, partial or failed, and
    `pending_excused` those of them that are pending.

    Partial sums while a report is added up: `settled()` gives the final row, with `missing` =
    `expected` minus all other states.
    """

    expected: int = 0
    confirmed: int = 0
    partial: int = 0
    failed: int = 0
    pre_empted: int = 0
    screen_off: int = 0
    pending: int = 0
    missing: int = 0
    excused: int = 0
    pending_excused: int = 0
    shown_ms: int = 0

    def add(self, other: "Figures") -> None:
        """Add another row to this one. Most fields are 0, and testing costs less than adding."""
        self.expected += other.expected
        if other.confirmed or other.shown_ms:
            self.confirmed += other.confirmed
            self.shown_ms += other.shown_ms
        if other.pending:
            self.pending += other.pending
        if other.partial or other.failed or other.pre_empted:
            self.partial += other.partial
            self.failed += other.failed
            self.pre_empted += other.pre_empted
        if other.screen_off or other.excused or other.pending_excused or other.missing:
            self.screen_off += other.screen_off
            self.excused += other.excused
            self.pending_excused += other.pending_excused
            self.missing += other.missing

    def settled(self) -> "Figures":
        """The row whose states sum to `expected`."""
        accounted = self.confirmed + self.partial + self.failed + self.pre_empted
        accounted += self.screen_off + self.pending
        expected = max(self.expected, accounted)
        return msgspec.structs.replace(self, expected=expected, missing=expected - accounted)

    @property
    def due(self) -> int:
        """The denominator of the delivery rate: `expected` − `pre_empted` − `excused`."""
        return self.expected - self.pre_empted - self.excused

    @property
    def delivery_rate(self) -> float | None:
        """Confirmed of due plays; None if none are due."""
        return delivery_rate(self.confirmed, self.due)

    @property
    def highest_rate(self) -> float | None:
        """The delivery rate if all that is pending turns out to have been shown.

        Shown plays are due too, also in excused time.
        """
        if self.due <= 0:
            return None
        return (self.confirmed + self.pending) / (self.due + self.pending_excused)

    @property
    def pending_share(self) -> float | None:
        """Pending of the expected; None if nothing is expected."""
        return self.pending / self.expected if self.expected else None

    @property
    def awaited(self) -> int:
        """Pending plays that are due."""
        return self.pending - self.pending_excused

    @property
    def pacing(self) -> float | None:
        """`confirmed` ÷ (`expected` − `pending`) to date; None without any reported ones."""
        reported = self.expected - self.pending
        return None if reported <= 0 else self.confirmed / reported

    @property
    def shown_s(self) -> float:
        """The time on the glass in seconds, to a tenth."""
        return round(self.shown_ms / 1000, 1)

    def as_json(self) -> dict[str, Any]:
        """The fields of the API: every column."""
        return dict(zip(KEYS, _READ(self), strict=True))


def summed(rows: Iterable[Figures]) -> Figures:
    """All of them together."""
    whole = Figures()
    for one in rows:
        whole.add(one)
    return whole


KEYS: Final = tuple(one.key for one in COLUMNS)
# One call reads all of a row: thousands of rows feel what more would cost.
_READ: Final = attrgetter(*(one.attribute for one in COLUMNS))


def rounded(share: float | None) -> float | None:
    """A share to a hundredth of a per cent, but only all of it is 1."""
    return None if share is None else round(per_cent(share, 2) / 100, 4)


def share_of_confirmed(part: Figures, whole: Figures) -> float | None:
    """The share of confirmed plays, rounded; None where there were none."""
    return rounded(part.confirmed / whole.confirmed if whole.confirmed else None)
