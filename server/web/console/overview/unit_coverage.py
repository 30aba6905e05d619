"""Coverage of the last seven days by unit, the worst first."""

from datetime import timedelta
from typing import Any, Final

from server.accountability.coverage.api import ledger_of
from server.accountability.coverage.service import CoverageGroup, CoverageQuery, Row
from server.foundation.i18n import share_text
from server.foundation.rest.problems import language
from server.web.addresses import href
from server.web.charts.columns import Layer
from server.web.charts.ranking import RankedBar, bar
from server.web.helpers import today

DAYS: Final = 7
ROWS: Final = 6
TONES: Final = (
    ("reached", "t-confirmed"),
    ("attested", "t-attested"),
    ("pending", "t-pending"),
)


def coverage_by_unit() -> dict[str, Any]:
    """The units with the lowest share of venues reached, as bars; and the whole.

    Who has a single unit is shown the kinds of its venues.
    """
    first = today() - timedelta(days=DAYS - 1)
    days = {"from": first.isoformat(), "to": today().isoformat()}
    group: CoverageGroup = "unit"
    ledger = ledger_of(CoverageQuery(first, today(), group))
    if len(ledger.rows) == 1:
        group = "venue_kind"
        ledger = ledger_of(CoverageQuery(first, today(), group))
    rows = [row for row in ledger.rows if row.figures.venues]
    rows.sort(key=lambda row: (row.figures.coverage or 0, -row.figures.venues))
    return {
        "bars": [_bar(row, {**days, "group_by": group}) for row in rows[:ROWS]],
        "whole": share_text(ledger.totals.coverage),
        "href": href("/reports/coverage", days, {"group_by": group}),
    }


def _bar(row: Row, filters: dict[str, str]) -> RankedBar:
    figures = row.figures
    parts = [Layer(tone, getattr(figures, state)) for state, tone in TONES]
    return RankedBar(
        row.label.name.in_language(language()),
        share_text(figures.coverage),
        bar(parts, figures.venues),
        href("/reports/coverage/venues", filters, {"of": str(row.label.value or "-")}),
        f"{figures.reached} / {figures.venues}",
    )
