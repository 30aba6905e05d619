"""Today's plays by the hour, and those of the last fourteen days: plays of campaigns alone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from server.foundation.i18n import Sentence, per_cent, share_text
from server.foundation.rest.request_language import translate
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.service import ReportQuery
from server.web.charts.chart import Cell, Chart, KeyEntry, Tick, scale_of
from server.web.charts.columns import Band, Column, Layer, Shares, drawn, top_of
from server.web.console.report_charts.delivery_charts import DAY, HOUR, NAMES
from server.web.console.report_charts.person_report import figures_of
from server.web.helpers import now, today

DAYS: Final = 14
USUAL_HOURS: Final = (6, 22)
"""The hours that are drawn in any case."""
EACH: Final = 3
"""Of the hours, each third has its name where there is little room."""
LEAST: Final = 0.5
"""The scale of rates begins here, or at zero where one is lower."""

EXPECTED: Final = NAMES["expected"]
CONFIRMED: Final = NAMES["confirmed"]
PENDING: Final = NAMES["pending"]
RATE: Final = NAMES["delivery_rate"]
TARGET: Final = Sentence("目标 {}", "Target {}")
NO_PLAYS: Final = Sentence("今天到现在没有应播的宣传任务", "No campaign was to play today so far")
NO_DAYS: Final = Sentence("这 14 天没有应播的宣传任务", "No campaign was to play in these 14 days")
LOWEST_HOUR: Final = Sentence("{} 时最低，{}", "Lowest at {}:00, {}")
FIRST_HOUR: Final = Sentence("第一个小时还没有过完", "The first hour isn't over yet")
LOWEST_DAY: Final = Sentence("{} 最低，{}", "Lowest on {}, {}")
ALL_REACH: Final = Sentence("每天都达到 {}", "{} or more each day")
OF_HOUR: Final = Sentence(
    "{hour:02d}:00 应播 {expected}，实播 {confirmed}，待回传 {pending}，{rate}",
    "{hour:02d}:00 expected {expected}, confirmed {confirmed}, pending {pending}, {rate}",
)
OF_DAY: Final = Sentence(
    "{day} 应播 {expected}，实播 {confirmed}，待回传 {pending}，{rate}",
    "{day} expected {expected}, confirmed {confirmed}, pending {pending}, {rate}",
)


def by_hour(bands: Callable[[range], Iterable[Band]]) -> Chart:
    """Today so far by the hour; `bands` gives the times of takeovers within some hours of it."""
    found = figures_of(ReportQuery(today(), today(), "hour", campaigns_only=True))
    hours = _hours_drawn(found)
    columns = [_hour_column(hour, found.get(hour, Figures())) for hour in hours]
    top = top_of(columns)
    return Chart(
        _sentence_of_hours(found),
        drawn(columns, top, bands(hours)),
        scale_of(top),
        [Tick(f"{hour}", bool((hour - hours.start) % EACH)) for hour in hours],
        [
            KeyEntry("t-confirmed", translate(CONFIRMED)),
            KeyEntry("t-pending", translate(PENDING)),
            KeyEntry("level", translate(EXPECTED)),
        ],
        [translate(one) for one in (HOUR, EXPECTED, CONFIRMED, PENDING, RATE)],
        [_row(f"{hour:02d}:00", _hour_href(hour), found[hour]) for hour in sorted(found)],
    )


def _hours_drawn(found: Iterable[int]) -> range:
    """The usual hours, and those beyond them in which something was to be shown."""
    first, last = USUAL_HOURS
    return range(min([first, *found]), max([last, *(hour + 1 for hour in found)]))


def by_day(target: float) -> Chart:
    """The last fourteen days: plays as columns, the delivery rate as a line beside the target."""
    first = today() - timedelta(days=DAYS - 1)
    by_ordinal = figures_of(ReportQuery(first, today(), "day", campaigns_only=True))
    found = {date.fromordinal(key): figures for key, figures in by_ordinal.items()}
    days = [first + timedelta(days=n) for n in range(DAYS)]
    columns = [_day_column(day, found.get(day, Figures())) for day in days]
    top = top_of(columns)
    least = min([LEAST, *(one.share for one in columns if one.share is not None)])
    least = LEAST if least >= LEAST else 0.0
    return Chart(
        _sentence_of_days(found, target),
        drawn(columns, top, (), Shares(least, target)),
        scale_of(top),
        [Tick(_day_label(day, n), bool(n % EACH)) for n, day in enumerate(days)],
        [
            KeyEntry("t-confirmed", translate(CONFIRMED)),
            KeyEntry("t-pending", translate(PENDING)),
            KeyEntry("rate", translate(RATE)),
            KeyEntry("target", translate(TARGET).format(f"{per_cent(target):.0f} %")),
        ],
        [translate(one) for one in (DAY, EXPECTED, CONFIRMED, PENDING, RATE)],
        [_row(day.isoformat(), _day_href(day), found[day]) for day in sorted(found, reverse=True)],
        [f"{per_cent(one):.0f} %" for one in (1, (1 + least) / 2, least)],
    )


def _day_label(day: date, place: int) -> str:
    """The day of the month, as fourteen fit side by side; the first and day 1 with the month."""
    return f"{day.month}-{day.day}" if place == 0 or day.day == 1 else f"{day.day}"


def _hour_column(hour: int, figures: Figures) -> Column:
    title = translate(OF_HOUR).format(hour=hour, **_words(figures))
    level = figures.expected or None
    return Column(title, _parts(figures), _hour_href(hour), level)


def _day_column(day: date, figures: Figures) -> Column:
    title = translate(OF_DAY).format(day=day.isoformat(), **_words(figures))
    return Column(title, _parts(figures), _day_href(day), share=figures.delivery_rate)


def _parts(figures: Figures) -> tuple[Layer, ...]:
    return Layer("t-confirmed", figures.confirmed), Layer("t-pending", figures.pending)


def _words(figures: Figures) -> dict[str, str]:
    return {
        "expected": f"{figures.expected:,}",
        "confirmed": f"{figures.confirmed:,}",
        "pending": f"{figures.pending:,}",
        "rate": share_text(figures.delivery_rate),
    }


def _row(name: str, href: str, figures: Figures) -> Sequence[Cell]:
    words = _words(figures)
    figure_texts = (words[key] for key in ("expected", "confirmed", "pending", "rate"))
    return Cell(name, href), *(Cell(text) for text in figure_texts)


def _hour_href(hour: int) -> str:
    return f"{_day_href(today())}#hour-{hour}"


def _day_href(day: date) -> str:
    day_text = day.isoformat()
    return f"/reports?from={day_text}&to={day_text}&group_by=hour&campaigns_only=true"


def _sentence_of_hours(found: dict[int, Figures]) -> str:
    """Which hour that is over had the lowest rate."""
    if not found:
        return translate(NO_PLAYS)
    over = [
        (figures.delivery_rate, hour)
        for hour, figures in found.items()
        if figures.delivery_rate is not None and hour < now().hour
    ]
    if not over:
        return translate(FIRST_HOUR)
    rate, hour = min(over)
    return translate(LOWEST_HOUR).format(hour, share_text(rate))


def _sentence_of_days(found: dict[date, Figures], target: float) -> str:
    rates = [
        (one.delivery_rate, day) for day, one in found.items() if one.delivery_rate is not None
    ]
    if not rates:
        return translate(NO_DAYS)
    rate, day = min(rates)
    if rate >= target:
        return translate(ALL_REACH).format(f"{per_cent(target):.0f} %")
    return translate(LOWEST_DAY).format(f"{day.month}-{day.day}", share_text(rate))
