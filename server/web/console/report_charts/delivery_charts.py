"""Plays by day in all their states, and the delivery rate by the hour of the week."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.request_language import say
from server.reporting.delivery.columns import COLUMNS
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.service import ReportQuery, Row
from server.web.charts import heat
from server.web.charts.chart import Cell, Chart, KeyEntry, Tick, round_top, scale_of
from server.web.charts.columns import Column, Layer, drawn, top_of
from server.web.charts.heat import HeatCell
from server.web.charts.steps import steps
from server.web.charts.time_axis import AxisLine, AxisPath, TimeAxis, days_of
from server.web.console.report_charts.person_report import report_of
from server.web.helpers import now, today

STATES: Final = (
    "confirmed",
    "pre_empted",
    "partial",
    "screen_off",
    "failed",
    "pending",
    "missing",
)
"""From the ground up, so that neighbours differ by lightness."""
MOST_COLUMNS: Final = 92
MOST_DAYS_BY_HOUR: Final = 31
WEEK: Final = 7
TICKS: Final = 12
EACH_HOUR: Final = 3
PLOTTED: Final = ("expected", "confirmed")
WEEKDAYS: Final = (
    Sentence("周一", "Mon"),
    Sentence("周二", "Tue"),
    Sentence("周三", "Wed"),
    Sentence("周四", "Thu"),
    Sentence("周五", "Fri"),
    Sentence("周六", "Sat"),
    Sentence("周日", "Sun"),
)
NAMES: Final = {heading.key: heading.name for heading in COLUMNS}
DAY: Final = Sentence("日期", "Day")
HOUR: Final = Sentence("时段", "Hour")
LOWEST: Final = Sentence("{} 最低，{}", "{} was lowest, {}")
LOWEST_OF_HOURS: Final = Sentence("{} 时最低，{}", "{}:00 was lowest, {}")
LOWEST_HOUR: Final = Sentence("{} {} 时最低，{}", "{} {}:00 was lowest, {}")
NOTHING: Final = Sentence("这段时间没有应播", "Nothing was to be played in these days")


def over_time(query: ReportQuery) -> Chart | None:
    """A column a day with all states, or an hour of a single day; None for very many days."""
    if (query.last - query.first).days >= MOST_COLUMNS:
        return None
    alone = query.first == query.last
    found = by_key(
        report_of(replace(query, group_by="hour" if alone else "day", acknowledged=False)).rows
    )
    if alone:
        keys = range(min(found, default=0), max(found, default=-1) + 1)
        running = now().hour if query.first == today() else None
        return _stacked(found, [(key, f"{key:02d}:00", f"{key}") for key in keys], HOUR, running)
    days = [query.first + timedelta(days=n) for n in range((query.last - query.first).days + 1)]
    days = [day for day in days if day <= today()]
    labels = [(day.toordinal(), day.isoformat(), f"{day.month}-{day.day}") for day in days]
    return _stacked(found, labels, DAY)


def by_key(rows: Iterable[Row]) -> dict[int, Figures]:
    """Figures by the ordinal of their day, or by their hour."""
    return {_number(row): row.figures for row in rows}


def _number(row: Row) -> int:
    key = row.label.key
    return key[1] if isinstance(key, tuple) else int(key)


def _stacked(
    found: Mapping[int, Figures],
    labels: Sequence[tuple[int, str, str]],
    head: Sentence,
    running: int | None = None,
) -> Chart:
    """`running` is the current hour, most of whose plays aren't reported yet."""
    columns = [
        Column(_tooltip(name, found.get(key, Figures())), _parts(found.get(key, Figures())))
        for key, name, _ in labels
    ]
    top = top_of(columns)
    present = [state for state in STATES if any(getattr(one, state) for one in found.values())]
    each = max(1, -(-len(labels) // TICKS))
    return Chart(
        _lowest(
            [(found[key], short) for key, _, short in labels if key in found and key != running],
            head,
        ),
        drawn(columns, top),
        scale_of(top),
        [Tick(short, bool(n % each)) for n, (_, _, short) in enumerate(labels)],
        [KeyEntry(f"t-{state}", say(NAMES[state])) for state in present],
        [say(head), *(say(NAMES[state]) for state in ("expected", *present, "delivery_rate"))],
        [
            [Cell(name), *_cells(found[key], present)]
            for key, name, _ in reversed(labels)
            if key in found
        ],
    )


def _parts(figures: Figures) -> tuple[Layer, ...]:
    return tuple(Layer(f"t-{state}", getattr(figures, state)) for state in STATES)


def _cells(figures: Figures, present: Iterable[str]) -> Iterable[Cell]:
    for state in ("expected", *present):
        yield Cell(f"{getattr(figures, state):,}")
    yield Cell(share_text(figures.delivery_rate))


def _tooltip(name: str, figures: Figures) -> str:
    parts = (
        f"{say(NAMES[one])} {getattr(figures, one):,}" for one in STATES if getattr(figures, one)
    )
    return " · ".join([name, share_text(figures.delivery_rate), *parts])


def _lowest(found: Iterable[tuple[Figures, str]], head: Sentence) -> str:
    rates = [(one.delivery_rate, name) for one, name in found if one.delivery_rate is not None]
    if not rates:
        return say(NOTHING)
    rate, name = min(rates)
    form = LOWEST if head is DAY else LOWEST_OF_HOURS
    return say(form).format(name, share_text(rate))


def has_hours(query: ReportQuery) -> bool:
    """Whether the report has a chart by hour: for 2 to `MOST_DAYS_BY_HOUR` days."""
    return 1 < _length(query) <= MOST_DAYS_BY_HOUR


def _length(query: ReportQuery) -> int:
    return (query.last - query.first).days + 1


def hours_of(query: ReportQuery) -> Sequence[Row]:
    """The same report by the hour."""
    return report_of(replace(query, group_by="hour", acknowledged=False)).rows


def hour_curve(rows: Iterable[Row]) -> TimeAxis:
    """The hours one after the other, for a drawing with a cursor and one without."""
    points = [(datetime.fromisoformat(str(row.label.value)), row.figures) for row in rows]
    at = [round(when.timestamp()) for when, _ in points]
    expected, confirmed = ([getattr(one, key) for _, one in points] for key in PLOTTED)
    top = round_top(max([*expected, *confirmed], default=0))
    return TimeAxis(
        at,
        [
            AxisLine(say(NAMES["expected"]), "--ink", expected),
            AxisLine(say(NAMES["confirmed"]), "--chart-confirmed", confirmed, is_filled=True),
        ],
        [
            AxisPath("steps-confirmed", steps(at, confirmed, top)),
            AxisPath("steps-expected", steps(at, expected, top)),
        ],
        scale_of(top),
        days_of(when for when, _ in points),
    )


def by_hour_of_week(query: ReportQuery, rows: Sequence[Row]) -> Chart | None:
    """The rate of each hour by weekday, by date for up to a week; None without any."""
    length = _length(query)
    found = _by_line(rows, length)
    hours = sorted({hour for cells in found.values() for hour in cells})
    if not hours:
        return None
    span = range(hours[0], hours[-1] + 1)
    names = {key: _line_name(key, length) for key in found}
    lines = [[_heat_cell(names[key], hour, found[key].get(hour)) for hour in span] for key in found]
    every = [
        (one.delivery_rate, names[key], hour)
        for key, cells in found.items()
        for hour, one in cells.items()
        if one.delivery_rate is not None and not _runs(key, hour)
    ]
    sentence = say(NOTHING)
    if every:
        rate, name, hour = min(every)
        sentence = say(LOWEST_HOUR).format(name, hour, share_text(rate))
    return Chart(
        sentence,
        heat.drawn(lines),
        list(names.values()),
        [Tick(f"{hour}", bool((hour - span.start) % EACH_HOUR)) for hour in span],
        [KeyEntry(tone, name) for tone, name in heat.SHADES],
        [say(HOUR), *names.values()],
        [
            [Cell(f"{hour:02d}:00"), *(Cell(_rate_of(found[key].get(hour))) for key in found)]
            for hour in span
        ],
    )


def _runs(line: int, hour: int) -> bool:
    """Whether it is the current hour, most of whose plays aren't reported yet."""
    here = (today().toordinal(), today().weekday())
    return line in here and hour == now().hour


def _by_line(rows: Iterable[Row], length: int) -> dict[int, dict[int, Figures]]:
    """By weekday (from 0) or day, then by hour."""
    found: defaultdict[int, defaultdict[int, Figures]]
    found = defaultdict(lambda: defaultdict(Figures))
    for row in rows:
        if isinstance(row.label.key, tuple):
            day, hour = row.label.key
            line = day if length <= WEEK else date.fromordinal(day).weekday()
            found[line][hour].add(row.figures)
    return {line: dict(found[line]) for line in sorted(found)}


def _line_name(line: int, length: int) -> str:
    if length > WEEK:
        return say(WEEKDAYS[line])
    day = date.fromordinal(line)
    return f"{say(WEEKDAYS[day.weekday()])} {day.month}-{day.day}"


def _heat_cell(name: str, hour: int, figures: Figures | None) -> HeatCell:
    share = figures.delivery_rate if figures is not None else None
    return HeatCell(share, f"{name} {hour:02d}:00 {_rate_of(figures)}")


def _rate_of(figures: Figures | None) -> str:
    return "–" if figures is None else share_text(figures.delivery_rate)
