"""Ranges of plays that players declared lost."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from server.foundation.public_ids import public
from server.playlog.rawlog.reader import Span
from server.playlog.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Loss:
    """Events of a boot declared lost, shown between two instants (ms); `regained`: recovered."""

    screen: int
    boot: str
    first: int
    last: int
    reason: str
    received_ms: int
    from_ms: int
    until_ms: int
    regained: int

    def seen_in(self, span: Span) -> int | None:
        """The first instant of a span at which its plays may have been shown."""
        return span.first_seen(self.screen, self.from_ms, self.until_ms)

    @property
    def missing(self) -> int:
        """Events still missing."""
        return self.last - self.first + 1 - self.regained


def losses(tx: Tx, span: Span) -> list[Loss]:
    """Ranges of some screens that may overlap [from_ms, until_ms), in order of declaration."""
    wanted = set(span.screens)
    single = span.screens if len(wanted) == 1 else ()
    rows = tx.rows(
        "SELECT b.screen, b.boot, l.first, l.last, l.reason, l.received_at, b.id, b.first_at "
        "FROM lost_ranges l JOIN boots b ON b.id = l.boot WHERE l.received_at >= ? "
        + ("AND b.screen = ? " if single else "")
        + "ORDER BY l.id",
        (span.from_ms, *single),
    )
    found = [_loss(tx, row) for row in rows if row[0] in wanted]
    return [one for one in found if one.seen_in(span) is not None]


def by_reason(found: Collection[Loss]) -> dict[str, int]:
    """Number of missing events by declared reason."""
    reasons = sorted({one.reason for one in found})
    sums = {why: sum(one.missing for one in found if one.reason == why) for why in reasons}
    return {why: count for why, count in sums.items() if count}


def loss_document(one: Loss) -> dict[str, Any]:
    """A range in the API's form."""
    return {
        "screen_id": public("screen", one.screen),
        "boot": one.boot,
        "first": one.first,
        "last": one.last,
        "reason": one.reason,
        "regained": one.regained,
    }


def _loss(tx: Tx, row: tuple[Any, ...]) -> Loss:
    screen, name, first, last, reason, received_ms, boot, first_ms = row
    about = (screen, boot)
    before = tx.row(
        "SELECT MAX(t0 + span) FROM batches WHERE screen = ? AND boot = ? AND first < ?",
        (*about, first),
    )
    after = tx.row(
        "SELECT MIN(t0) FROM batches WHERE screen = ? AND boot = ? AND first > ?", (*about, last)
    )
    regained = tx.number(
        "SELECT COALESCE(SUM(n), 0) FROM batches WHERE screen = ? AND boot = ? "
        "AND first BETWEEN ? AND ?",
        (*about, first, last),
    )
    from_ms = before[0] if before and before[0] is not None else min(first_ms, received_ms)
    until_ms = after[0] if after and after[0] is not None else received_ms
    # The first sign of a boot that began after the backup is the declaration of its range.
    from_ms = from_ms if from_ms < until_ms else until_ms - 1
    return Loss(screen, name, first, last, reason, received_ms, from_ms, until_ms, regained)
