"""Screens online by the hour, for 运行监测: a day as columns, several days as a curve.

An hour's number is the mean over it. Time that can't be judged (our own outages) is a series of its
own: it is neither online nor dark.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from server.accounts.guards import actor
from server.foundation.durations import HOUR_S
from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.monitoring.availability.packed_records import Record
from server.monitoring.availability.rates import link_availability
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.service import ReportQuery
from server.reporting.uptime.service import Only, UptimeReport, uptime
from server.web.charts.chart import Cell, Chart, KeyEntry, Tick, round_top, scale_of, thousands
from server.web.charts.columns import Column, Layer, drawn
from server.web.charts.steps import area, steps
from server.web.charts.time_axis import AxisLine, AxisPath, TimeAxis, days_of

EACH: Final = 3
"""Of the hours, each third has its name where there is little room."""
MOSTLY: Final = 0.5
"""An hour of which less can be judged isn't named the lowest."""
JUDGED: Final = ("online", "dark")
HOUR: Final = Sentence("时段", "Hour")
DAY: Final = Sentence("日期", "Day")
ONLINE: Final = Sentence("在线", "Online")
DARK: Final = Sentence("断联", "Dark")
UNKNOWN: Final = Sentence("无法判定（本系统故障等）", "Can't be known (our own outages)")
EXPECTED: Final = Sentence("应运行", "To be on")
SHARE: Final = Sentence("在线率", "Availability")
LOWEST_AT: Final = Sentence("最低的时段", "Lowest hour")
NOTHING: Final = Sentence("这段时间没有可判定的记录", "Nothing of this time can be judged")
LOWEST: Final = Sentence(
    "{at} 时最低：在线 {online} 块，应运行 {expected} 块",
    "Lowest at {at}:00: {online} of {expected} screens online",
)
OF_HOUR: Final = Sentence(
    "{at}:00 在线 {online}，断联 {dark}，无法判定 {unknown}，应运行 {expected}",
    "{at}:00 online {online}, dark {dark}, can't be known {unknown}, to be on {expected}",
)


@dataclass(frozen=True, slots=True)
class OnlineHour:
    """Mean numbers of screens in an hour; `share` of the time that can be judged (0 to 1)."""

    at: datetime
    online: float
    dark: float
    unknown: float
    share: float | None

    @property
    def expected(self) -> float:
        """How many were to be on."""
        return self.online + self.dark + self.unknown

    @property
    def is_judged(self) -> bool:
        """Whether enough of it can be judged to compare it with others."""
        return self.share is not None and self.unknown < MOSTLY * self.expected


def online_curve(query: ReportQuery, only: Only) -> Chart | TimeAxis | None:
    """The hours of the query's days within the person's scope; None if nothing was watched."""
    hours = list(_hours(uptime(core(), playback(), actor(), query, only)))
    if not hours:
        return None
    return _columns(hours) if query.first == query.last else _curve(hours)


def _hours(report: UptimeReport) -> Iterator[OnlineHour]:
    as_of_s = (report.as_of or 0) // 1000
    for label, figures in report.rows:
        at = datetime.fromisoformat(str(label.value))
        found = _hour(at, figures.record, as_of_s - round(at.timestamp()))
        if found is not None and found.expected > 0:
            yield found


def _hour(at: datetime, record: Record, passed_s: int) -> OnlineHour | None:
    """None for an hour to come; the present one is the mean up to now.

    `passed_s`: seconds from its beginning until the report's instant. The rest of a present hour is
    among its unknown seconds, which is why they are left out.
    """
    if passed_s <= 0:
        return None
    is_over = passed_s >= HOUR_S
    seconds = min(passed_s, HOUR_S)
    unknown_s = record.operating - record.monitored if is_over else 0
    parts = (record.up, record.monitored - record.up, unknown_s)
    online, dark, unknown = (one / seconds for one in parts)
    return OnlineHour(at, online, dark, unknown, link_availability(record).share)


def _columns(hours: Sequence[OnlineHour]) -> Chart:
    top = _top(hours)
    by_hour = {one.at.hour: one for one in hours}
    span = range(hours[0].at.hour, max(hours[-1].at.hour, hours[0].at.hour + 11) + 1)
    columns = [_column(by_hour[hour]) if hour in by_hour else Column("", ()) for hour in span]
    return Chart(
        _sentence(hours, "%H"),
        drawn(columns, top),
        scale_of(top),
        [Tick(f"{hour}", bool((hour - span.start) % EACH)) for hour in span],
        _key(hours),
        [translate(one) for one in (HOUR, EXPECTED, ONLINE, DARK, UNKNOWN, SHARE)],
        [_row(f"{one.at:%H}:00", one) for one in hours],
    )


def _column(one: OnlineHour) -> Column:
    layers = (
        Layer("t-online", one.online),
        Layer("t-pending", one.unknown),
        Layer("t-dark", one.dark),
    )
    return Column(translate(OF_HOUR).format(**_words(one, "%H")), layers, level=one.expected)


def _curve(hours: Sequence[OnlineHour]) -> TimeAxis:
    at, top = [round(one.at.timestamp()) for one in hours], _top(hours)
    expected = [one.expected for one in hours]
    online = [one.online for one in hours]
    either = [one.online + one.unknown for one in hours]
    days = [_lowest_row(list(found)) for _, found in groupby(hours, lambda one: one.at.date())]
    return TimeAxis(
        *_plotted(hours, at),
        [
            # Painted one over the other: of each the part remains that the next doesn't cover.
            AxisPath("t-dark", area(at, expected, top)),
            AxisPath("t-unknown", area(at, either, top)),
            AxisPath("t-online", area(at, online, top)),
            AxisPath("steps-expected", steps(at, expected, top)),
        ],
        scale_of(top),
        days_of(one.at for one in hours),
        _sentence(hours, "%m-%d %H"),
        _key(hours),
        [translate(one) for one in (DAY, LOWEST_AT, EXPECTED, ONLINE, DARK, UNKNOWN, SHARE)],
        days,
    )


def _plotted(hours: Sequence[OnlineHour], at: Sequence[int]) -> tuple[list[int], list[AxisLine]]:
    """The lines for the script, with gaps at night and where nothing can be judged."""
    found: list[tuple[int, OnlineHour | None]] = []
    for begin, one in zip(at, hours, strict=True):
        if found and found[-1][0] + HOUR_S < begin:
            found.append((found[-1][0] + HOUR_S, None))
        found.append((begin, one))

    def line(name: Sentence, colour: str, key: str, *, is_filled: bool = False) -> AxisLine:
        return AxisLine(translate(name), colour, [_plain(one, key) for _, one in found], is_filled)

    return [begin for begin, _ in found], [
        line(EXPECTED, "--ink", "expected"),
        line(ONLINE, "--chart-confirmed", "online", is_filled=True),
        line(DARK, "--chart-missing", "dark"),
        line(UNKNOWN, "--chart-hatch", "unknown", is_filled=True),
    ]


def _plain(one: OnlineHour | None, key: str) -> float | None:
    if one is None or (key in JUDGED and one.share is None):
        return None
    number: float = getattr(one, key)
    return round(number, 1)


def _key(hours: Iterable[OnlineHour]) -> list[KeyEntry]:
    found = [KeyEntry("t-online", translate(ONLINE)), KeyEntry("t-dark", translate(DARK))]
    if any(one.unknown for one in hours):
        found.append(KeyEntry("t-pending", translate(UNKNOWN)))
    return [*found, KeyEntry("level", translate(EXPECTED))]


def _sentence(hours: Iterable[OnlineHour], form: str) -> str:
    """Which hour had the lowest share of its screens online."""
    lowest = _lowest(hours)
    return (
        translate(NOTHING) if lowest is None else translate(LOWEST).format(**_words(lowest, form))
    )


def _lowest(hours: Iterable[OnlineHour]) -> OnlineHour | None:
    judged = [one for one in hours if one.is_judged]
    return min(judged, key=lambda one: (one.share or 0, one.at), default=None)


def _lowest_row(day: Sequence[OnlineHour]) -> Sequence[Cell]:
    lowest, name = _lowest(day), f"{day[0].at:%Y-%m-%d}"
    if lowest is None:
        return [Cell(name), *[Cell("–")] * 6]
    return [Cell(name), *_row(f"{lowest.at:%H}:00", lowest)]


def _row(name: str, one: OnlineHour) -> list[Cell]:
    words = _words(one, "%H")
    counts = (words[key] for key in ("expected", "online", "dark", "unknown"))
    return [Cell(name), *(Cell(text) for text in counts), Cell(share_text(one.share))]


def _words(one: OnlineHour, form: str) -> dict[str, str]:
    counts = ("online", "dark", "unknown", "expected")
    return {"at": one.at.strftime(form)} | {
        key: thousands(round(getattr(one, key), 1)) for key in counts
    }


def _top(hours: Iterable[OnlineHour]) -> float:
    return round_top(max(one.expected for one in hours))
