"""The delivery rate by the hour of the week, as a map in shades."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.request_language import WEEKDAYS, translate
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.service import ReportQuery, Row
from server.web.charts import heat
from server.web.charts.chart import Cell, Chart, KeyEntry, Tick
from server.web.charts.heat import HeatCell
from server.web.console.report_charts.delivery_charts import HOUR, NOTHING, length_of
from server.web.helpers import now, today

WEEK: Final = 7
EACH_HOUR: Final = 3
LOWEST_HOUR: Final = Sentence("{} {} 时最低，{}", "{} {}:00 was lowest, {}")
RUNNING: Final = Sentence("本小时未结束", "Hour not over")
UNSETTLED: Final = Figures()


def by_hour_of_week(query: ReportQuery, rows: Sequence[Row]) -> Chart | None:
    """The rate of each hour by weekday, by date for up to a week; None without any.

    The current hour has none yet, and its weekday's is that of the weeks before.
    """
    length = length_of(query)
    found = _by_line(rows, length)
    hours = sorted({hour for cells in found.values() for hour in cells})
    if not hours:
        return None
    span = range(hours[0], hours[-1] + 1)
    names = {key: _line_name(key, length) for key in found}
    lines = [[_heat_cell(names[key], hour, found[key].get(hour)) for hour in span] for key in found]
    tones = {cell.tone for line in lines for cell in line}
    return Chart(
        _sentence(found, names),
        heat.drawn(lines),
        list(names.values()),
        [Tick(f"{hour}", bool((hour - span.start) % EACH_HOUR)) for hour in span],
        [
            *(KeyEntry(tone, name) for tone, name in heat.SHADES),
            *([KeyEntry(heat.PENDING, translate(RUNNING))] if heat.PENDING in tones else []),
        ],
        [translate(HOUR), *names.values()],
        [
            [Cell(f"{hour:02d}:00"), *(Cell(_rate_of(found[key].get(hour))) for key in found)]
            for hour in span
        ],
    )


def _sentence(found: Mapping[int, Mapping[int, Figures]], names: Mapping[int, str]) -> str:
    rates = [
        (one.delivery_rate, names[line], hour)
        for line, cells in found.items()
        for hour, one in cells.items()
        if one.delivery_rate is not None
    ]
    if not rates:
        return translate(NOTHING)
    rate, name, hour = min(rates)
    return translate(LOWEST_HOUR).format(name, hour, share_text(rate))


def _by_line(rows: Iterable[Row], length: int) -> dict[int, dict[int, Figures]]:
    """By weekday (from 0) or day, then by hour; an hour that isn't over adds `UNSETTLED`."""
    found: defaultdict[int, defaultdict[int, Figures]]
    found = defaultdict(lambda: defaultdict(Figures))
    for row in rows:
        if isinstance(row.label.key, tuple):
            day, hour = row.label.key
            line = day if length <= WEEK else date.fromordinal(day).weekday()
            found[line][hour].add(UNSETTLED if _runs(day, hour) else row.figures)
    return {line: dict(found[line]) for line in sorted(found)}


def _runs(day: int, hour: int) -> bool:
    """Whether it is the current hour, most of whose plays aren't reported yet."""
    return day == today().toordinal() and hour == now().hour


def _line_name(line: int, length: int) -> str:
    if length > WEEK:
        return translate(WEEKDAYS[line][1])
    day = date.fromordinal(line)
    return f"{translate(WEEKDAYS[day.weekday()][1])} {day.month}-{day.day}"


def _heat_cell(name: str, hour: int, figures: Figures | None) -> HeatCell:
    share = figures.delivery_rate if figures is not None else None
    tone = heat.PENDING if figures == UNSETTLED else heat.shade(share)
    return HeatCell(tone, f"{name} {hour:02d}:00 {_rate_of(figures)}")


def _rate_of(figures: Figures | None) -> str:
    if figures is None:
        return "–"
    return translate(RUNNING) if figures == UNSETTLED else share_text(figures.delivery_rate)
