"""A campaign's plays added up day by day, against the pace that its total or its plan wants."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from server.foundation.civil_time import LONGEST_DAYS, Civil
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.service import ReportQuery
from server.web.charts import curve
from server.web.charts.chart import Cell, Chart, KeyEntry, Tick, round_top, scale_of, thousands
from server.web.charts.curve import Point
from server.web.console.report_charts.person_report import figures_of
from server.web.helpers import today

TICKS: Final = 10
DAY: Final = Sentence("日期", "Day")
OF_DAY: Final = Sentence("当日实播", "Confirmed that day")
SO_FAR: Final = Sentence("累计实播", "Confirmed so far")
EXPECTED: Final = Sentence("累计应播", "Expected so far")
PACE: Final = Sentence("总次数的进度线", "Pace of the total")
OF_TOTAL: Final = Sentence("到今天 {n} 次，共 {total} 次", "{n} of {total} plays so far")
OF_EXPECTED: Final = Sentence("到今天 {n} 次，应播 {total} 次", "{n} of {total} expected so far")


def burn_up(campaign: Mapping[str, Any]) -> Chart | None:
    """Of a campaign (its document) that has begun; None before its second day."""
    first, last = (date.fromisoformat(campaign[name]) for name in ("starts_on", "ends_on"))
    until = min(last, today())
    if not 0 < (until - first).days < LONGEST_DAYS:
        return None
    query = ReportQuery(first, until, "day", campaign_id=campaign["id"])
    found = figures_of(query)
    days = [first + timedelta(days=n) for n in range((until - first).days + 1)]
    figures = [found.get(day.toordinal(), Figures()) for day in days]
    target = campaign["target"]
    if target["kind"] == "total_plays" and target["value"]:
        passed = day_passed(core().clock.now_ms(), until, core().settings.zone)
        return _to_total(days, figures, last, int(target["value"]), passed)
    return _to_expected(days, figures)


def day_passed(now_ms: int, day: date, zone: ZoneInfo) -> float:
    """How much of a day is over: its plays are held against the pace until then, 0 to 1."""
    civil = Civil(zone)
    began_ms, ends_ms = (civil.start_of(day.toordinal() + n) for n in (0, 1))
    return min(1.0, max(0.0, (now_ms - began_ms) / (ends_ms - began_ms)))


class Pace(NamedTuple):
    """What plays are held against: a line by name, over so many days, up to so many plays."""

    name: str
    points: Sequence[Point]
    days: int
    plays: int


def _to_total(
    days: Sequence[date], figures: Sequence[Figures], last: date, total: int, passed: float
) -> Chart:
    """Over all days that the total has, beside a straight line to it; `passed` of the last day."""
    pace = Pace(translate(PACE), [Point(0, 0), Point(1, total)], (last - days[0]).days + 1, total)
    return _chart(OF_TOTAL, days, figures, pace, passed)


def _to_expected(days: Sequence[date], figures: Sequence[Figures]) -> Chart:
    """Until today, beside the expected plays."""
    expected = list(accumulate(one.expected for one in figures))
    pace = Pace(translate(EXPECTED), _points(expected, len(days)), len(days), expected[-1])
    return _chart(OF_EXPECTED, days, figures, pace)


def _chart(
    form: Sentence,
    days: Sequence[date],
    figures: Sequence[Figures],
    pace: Pace,
    passed: float = 1.0,
) -> Chart:
    so_far = list(accumulate(one.confirmed for one in figures))
    top, each = round_top(max(pace.plays, so_far[-1])), max(1, -(-pace.days // TICKS))
    every = [days[0] + timedelta(days=n) for n in range(pace.days)]
    return Chart(
        translate(form).format(n=f"{so_far[-1]:,}", total=f"{pace.plays:,}"),
        curve.drawn(
            _points(so_far, pace.days, passed),
            pace.points,
            top,
            (len(days) - 1 + passed) / pace.days,
        ),
        scale_of(top),
        [Tick(f"{day.month}-{day.day}" if n % each == 0 else "") for n, day in enumerate(every)],
        [KeyEntry("rate", translate(SO_FAR)), KeyEntry("pace-line", pace.name)],
        [translate(one) for one in (DAY, OF_DAY, SO_FAR)],
        [
            [Cell(day.isoformat()), Cell(thousands(one.confirmed)), Cell(thousands(total))]
            for day, one, total in reversed(list(zip(days, figures, so_far, strict=True)))
        ],
    )


def _points(values: Sequence[int], length: int, passed: float = 1.0) -> list[Point]:
    """Each at the end of its day, the last one where so much of its day has passed."""
    *whole, last = values
    until = Point((len(whole) + passed) / length, last)
    return [Point(0, 0), *(Point((n + 1) / length, one) for n, one in enumerate(whole)), until]
