"""Ledgers as the API and files show them."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from server.accountability.coverage.figures import State, figures_of_one
from server.accountability.coverage.labels import HEADINGS, STATES
from server.accountability.coverage.service import Ledger, Row
from server.accountability.coverage.venue_status import VenueStatus
from server.foundation.i18n import Sentence
from server.foundation.rest.resources import iso
from server.foundation.spreadsheets.writer import Column, Table, Value
from server.reporting.delivery.headings import GROUP_HEADINGS
from server.reporting.delivery.table import TOTALS, as_of_note

SHEET: Final = Sentence("覆盖台账", "Coverage")
STATE: Final = Sentence("状态", "State")
DAYS: Final = Sentence("应计天数", "Days")
DAYS_MET: Final = Sentence("达标天数", "Days that count")
PENDING: Final = Sentence("待回传点位日占比", "Share of venue-days pending")
BESIDE: Final[Mapping[State, Sentence]] = {
    "closed": Sentence("全程停业（不计入）", "Closed all the time (not counted)"),
    "exempt": Sentence("全程免考核（不计入）", "Exempt all the time (not counted)"),
}
RULE: Final = Sentence(
    "一块屏一天宣传任务的实播达到应播的 {day} 及以上计为达标日；点位达标日占应计天数 "
    "{venue} 及以上计为覆盖。人工上报单列，不计入实播。",
    "A screen's day counts at {day} or more of the campaigns' plays that it owed, a venue at "
    "{venue} or more of its days. "
    "What is attested by hand stands in a column of its own and is no play.",
)


def ledger_document(ledger: Ledger, language: str, zone: tzinfo) -> dict[str, Any]:
    """The JSON form."""
    query = ledger.query
    return {
        "from": query.first.isoformat(),
        "to": query.last.isoformat(),
        "group_by": query.group_by,
        "as_of": iso(ledger.as_of, zone),
        "thresholds": {
            "day_share": float(ledger.thresholds.day_share),
            "venue_share": float(ledger.thresholds.venue_share),
        },
        "pending_share": ledger.pending_share,
        "items": [_item(row, language) for row in ledger.rows],
        "next": None,
        "totals": ledger.totals.as_json(),
    }


def days_met(status: VenueStatus) -> float:
    """The number of days that count, to two digits where attested in part."""
    return round(float(status.met), 2)


def rule_in_words(ledger: Ledger, language: str) -> str:
    """The thresholds of the ledger, in words."""
    day, venue = ledger.thresholds.day_share, ledger.thresholds.venue_share
    text = RULE.in_language(language)
    return text.format(day=_per_cent(float(day)), venue=_per_cent(float(venue)))


def ledger_table(ledger: Ledger, language: str, zone: tzinfo) -> Table:
    """The ledger for a file; of venues with the state of each."""
    by_venue = ledger.query.group_by == "venue"
    group = GROUP_HEADINGS[ledger.query.group_by].in_language(language)
    columns = [Column(group)]
    columns += [Column(one.name.in_language(language), one.kind) for one in HEADINGS]
    total = [TOTALS.in_language(language), *_values(ledger.totals)]
    if by_venue:
        columns += [
            Column(STATE.in_language(language)),
            Column(DAYS.in_language(language), "count"),
            Column(DAYS_MET.in_language(language), "amount"),
        ]
        total += [None, None, None]
    rows = [_row(row, language) for row in ledger.rows]
    return Table(
        SHEET.in_language(language), columns, [*rows, total], _notes(ledger, language, zone)
    )


def _item(row: Row, language: str) -> dict[str, Any]:
    label, status = row.label, row.status
    named = {label.field: label.value, "name": label.name.in_language(language)}
    if status is None:
        return {**named, **row.figures.as_json()}
    return {
        **named,
        **figures_of_one(status.state),
        "access": status.venue.access,
        "state": status.state,
        "days": status.days,
        "days_met": days_met(status),
    }


def _row(row: Row, language: str) -> Sequence[Value]:
    values: list[Value] = [row.label.name.in_language(language), *_values(row.figures)]
    if row.status is not None:
        state = STATES[row.status.state][0].in_language(language)
        values += [state, row.status.days, days_met(row.status)]
    return values


def _values(figures: Any) -> list[Value]:
    return [getattr(figures, heading.key) for heading in HEADINGS]


def _notes(ledger: Ledger, language: str, zone: tzinfo) -> list[tuple[str, str]]:
    notes = [as_of_note(ledger.as_of, language, zone)]
    if ledger.pending_share:
        notes.append((PENDING.in_language(language), f"{ledger.pending_share:.2%}"))
    for state, name in BESIDE.items():
        count = getattr(ledger.totals, state)
        if count:
            notes.append((name.in_language(language), str(count)))
    return [*notes, ("", rule_in_words(ledger, language))]


def _per_cent(share: float) -> str:
    return f"{100 * share:g} %"
