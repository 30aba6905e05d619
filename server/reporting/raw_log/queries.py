"""Reads of exports, each seen by the person who ordered it, and how many plays there are."""

from collections.abc import Sequence

from server.playlog.rawlog.reader import Span
from server.playlog.store.transaction import Tx
from server.reporting.delivery.queries import in_parts


def plays_in(tx: Tx, span: Span) -> int:
    """About how many plays a span has: all of each batch that reaches into it."""
    when = "b.t0 >= ? - l.widest_ms AND b.t0 < ? AND b.t0 + b.span >= ?"
    return sum(
        _plays(tx, screens, when, (from_ms, until_ms, from_ms))
        for from_ms, until_ms, screens in span.periods()
    )


def plays_within(tx: Tx, span: Span) -> int:
    """A lower bound of the plays in a span: those of batches wholly inside."""
    when = "b.t0 >= ? AND b.t0 < ? AND b.t0 + b.span < ?"
    return sum(
        _plays(tx, screens, when, (from_ms, until_ms, until_ms))
        for from_ms, until_ms, screens in span.periods()
    )


def _plays(tx: Tx, screens: Sequence[int], when: str, times: tuple[int, int, int]) -> int:
    plays = 0
    for some in in_parts(screens):
        marks = ", ".join("?" for _ in some)
        plays += tx.number(
            "SELECT COALESCE(SUM(b.n), 0) FROM logs l JOIN batches b ON b.screen = l.screen "  # noqa: S608 - names written in this module, never from a request
            f"WHERE l.screen IN ({marks}) AND {when}",
            (*some, *times),
        )
    return plays
