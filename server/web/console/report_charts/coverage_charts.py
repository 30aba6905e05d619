"""Coverage by unit and other groups, the lowest first, and by day: venues in all their states."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from server.accountability.coverage.figures import Figures, State
from server.accountability.coverage.labels import STATES
from server.accountability.coverage.service import Ledger, Row
from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.reporting.delivery.headings import GROUP_HEADINGS
from server.web.charts.chart import Cell, Chart, KeyEntry, Tick, scale_of
from server.web.charts.columns import Column, Layer, drawn, top_of
from server.web.charts.ranking import RankedBar, bar

SHOWN: Final = 16
TICKS: Final = 12
FEWEST: Final = 2
TONES: Final[tuple[tuple[State, str], ...]] = (
    ("reached", "t-confirmed"),
    ("attested", "t-attested"),
    ("pending", "t-pending"),
    ("not_reached", "t-missing"),
    ("unattested", "t-partial"),
    ("without_screen", "t-idle"),
)
LOWEST: Final = Sentence("{} 最低，{}", "{} was lowest, {}")
NOTHING: Final = Sentence("没有应覆盖的点位", "No venue was to be covered")
SHARE: Final = Sentence("覆盖率", "Coverage")


def coverage_ranking(ledger: Ledger, href: Callable[[Row], str]) -> Mapping[str, Any] | None:
    """Bars of the groups, the lowest share first; None for fewer than two."""
    rows = [row for row in ledger.rows if row.figures.venues]
    if len(rows) < FEWEST:
        return None
    rows.sort(key=lambda row: (row.figures.coverage or 0, -row.figures.venues))
    worst = rows[0]
    return {
        "sentence": translate(LOWEST).format(_name(worst), share_text(worst.figures.coverage)),
        "bars": [
            RankedBar(
                _name(row),
                share_text(row.figures.coverage),
                bar(_layers(row.figures), row.figures.venues),
                href(row),
                f"{row.figures.reached} / {row.figures.venues}",
            )
            for row in rows[:SHOWN]
        ],
        "others": len(rows[SHOWN:]),
        "key": _key(ledger.totals),
    }


def coverage_by_day(ledger: Ledger) -> Chart | None:
    """A column a day: venues by state; None without any."""
    rows = [row for row in ledger.rows if row.figures.venues]
    if not rows:
        return None
    columns = [
        Column(f"{_name(row)} {share_text(row.figures.coverage)}", _layers(row.figures))
        for row in rows
    ]
    top, each = top_of(columns), max(1, -(-len(rows) // TICKS))
    shares = [(share, row) for row in rows if (share := row.figures.coverage) is not None]
    sentence = translate(NOTHING)
    if shares:
        share, lowest = min(shares, key=lambda one: one[0])
        sentence = translate(LOWEST).format(_short(lowest), share_text(share))
    return Chart(
        sentence,
        drawn(columns, top),
        scale_of(top),
        [Tick(_short(row), bool(n % each)) for n, row in enumerate(rows)],
        _key(ledger.totals),
        [
            translate(GROUP_HEADINGS["day"]),
            translate(SHARE),
            *(translate(STATES[state][0]) for state, _ in TONES),
        ],
        [
            [
                Cell(_name(row)),
                Cell(share_text(row.figures.coverage)),
                *(Cell(f"{getattr(row.figures, state):,}") for state, _ in TONES),
            ]
            for row in reversed(rows)
        ],
    )


def _layers(figures: Figures) -> tuple[Layer, ...]:
    return tuple(Layer(tone, getattr(figures, state)) for state, tone in TONES)


def _key(totals: Figures) -> list[KeyEntry]:
    return [
        KeyEntry(tone, translate(STATES[state][0]))
        for state, tone in TONES
        if getattr(totals, state)
    ]


def _name(row: Row) -> str:
    return row.label.name.in_language(language())


def _short(row: Row) -> str:
    day = date.fromisoformat(_name(row))
    return f"{day.month}-{day.day}"
