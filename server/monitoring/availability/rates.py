"""The rates of uptime, each worked out here alone: part and whole of a record's seconds or days."""

from fractions import Fraction
from typing import NamedTuple

from server.monitoring.availability.calculator import per_cent
from server.monitoring.availability.packed_records import Record


class Rate(NamedTuple):
    """So many seconds (or days) of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The exact fraction; None if there is no whole."""
        return self.part / self.whole if self.whole else None

    @property
    def pct(self) -> float | None:
        """Per cent to two decimals, half up; None if there is no whole."""
        return per_cent(self.part, self.whole)


def link_availability(record: Record) -> Rate:
    """在线率: up of the monitored time."""
    return Rate(record.up, record.monitored)


def running(record: Record) -> Rate:
    """The same with what came late: running of the time that is known of."""
    return Rate(record.running, record.observed)


def display_uptime(record: Record) -> tuple[Rate, Rate]:
    """正常播放率 as a range: proven time alone, and with the time whose logs are still pending."""
    return (
        Rate(record.proven, record.expected),
        Rate(record.proven + record.awaited, record.expected),
    )


def freshness(record: Record) -> Rate:
    """日志回传及时率: days whose log was complete within a day, of those for which one was due."""
    return Rate(record.fresh, record.judged)


def monitored_time(record: Record, ahead_s: int = 0) -> Rate:
    """可判定: monitored seconds of the operating time so far; `ahead_s` of it is in the future."""
    return Rate(record.monitored, max(record.operating - ahead_s, record.monitored))


def allows_verdict(observed: Rate) -> bool:
    """Whether enough of the time is known for a verdict that is sealed: half of it."""
    return 0 < observed.whole <= 2 * observed.part


def meets_target(rate: Rate, target_pct: Fraction) -> bool:
    """达标: the exact figure is held against the target, not the printed one."""
    return 100 * rate.part * target_pct.denominator >= target_pct.numerator * rate.whole
