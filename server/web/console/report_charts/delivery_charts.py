"""Plays by day in all their states, and by the hour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.request_language import translate
from server.reporting.delivery.columns import COLUMNS
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.service import ReportQuery, Row
from server.web.charts.chart import Cell, Chart, KeyEntry, Tick, round_top, scale_of
from server.web.charts.columns import Column, Layer, drawn, top_of
from server.web.charts.steps import steps
from server.web.charts.time_axis import AxisLine, AxisPath, TimeAxis, days_of
from server.web.console.report_charts.person_report import figures_of, report_of
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
TICKS: Final = 12
PLOTTED: Final = ("expected", "confirmed")
NAMES: Final = {heading.key: heading.name for heading in COLUMNS}
DAY: Final = Sentence("日期", "Day")
HOUR: Final = Sentence("时段", "Hour")
LOWEST: Final = Sentence("{} 最低，{}", "{} was lowest, {}")
LOWEST_OF_HOURS: Final = Sentence("{} 时最低，{}", "{}:00 was lowest, {}")
NOTHING: Final = Sentence("这段时间没有应播", "Nothing was to be played in these days")


def over_time(query: ReportQuery) -> Chart | None:
    """A column a day with all states, or an hour of a single day; None for very many days."""
    if (query.last - query.first).days >= MOST_COLUMNS:
        return None
    alone = query.first == query.last
    found = figures_of(replace(query, group_by="hour" if alone else "day", acknowledged=False))
    if alone:
        keys = range(min(found, default=0), max(found, default=-1) + 1)
        running = now().hour if query.first == today() else None
        return _stacked(found, [(key, f"{key:02d}:00", f"{key}") for key in keys], HOUR, running)
    days = [query.first + timedelta(days=n) for n in range((query.last - query.first).days + 1)]
    days = [day for day in days if day <= today()]
    labels = [(day.toordinal(), day.isoformat(), f"{day.month}-{day.day}") for day in days]
    return _stacked(found, labels, DAY)


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
        [KeyEntry(f"t-{state}", translate(NAMES[state])) for state in present],
        [
            translate(head),
            *(translate(NAMES[state]) for state in ("expected", *present, "delivery_rate")),
        ],
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
        f"{translate(NAMES[one])} {getattr(figures, one):,}"
        for one in STATES
        if getattr(figures, one)
    )
    return " · ".join([name, share_text(figures.delivery_rate), *parts])


def _lowest(found: Iterable[tuple[Figures, str]], head: Sentence) -> str:
    rates = [(one.delivery_rate, name) for one, name in found if one.delivery_rate is not None]
    if not rates:
        return translate(NOTHING)
    rate, name = min(rates)
    form = LOWEST if head is DAY else LOWEST_OF_HOURS
    return translate(form).format(name, share_text(rate))


def has_hours(query: ReportQuery) -> bool:
    """Whether the report has a chart by hour: for 2 to `MOST_DAYS_BY_HOUR` days."""
    return 1 < length_of(query) <= MOST_DAYS_BY_HOUR


def length_of(query: ReportQuery) -> int:
    """In days."""
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
            AxisLine(translate(NAMES["expected"]), "--ink", expected),
            AxisLine(translate(NAMES["confirmed"]), "--chart-confirmed", confirmed, is_filled=True),
        ],
        [
            AxisPath("steps-confirmed", steps(at, confirmed, top)),
            AxisPath("steps-expected", steps(at, expected, top)),
        ],
        scale_of(top),
        days_of(when for when, _ in points),
    )
