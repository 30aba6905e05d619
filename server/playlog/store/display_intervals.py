"""Intervals in which plays prove that a screen displayed something, in whole seconds.

Proof are counted and partial plays of any cause (a fallback picture too means that the screen is
on). Failed, quarantined and unplaced plays prove nothing. Each play is taken as [floor(start),
floor(end)) in seconds; intervals are their union with gaps of at most a second closed, as between
two pictures. So the order of arrival makes no difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import starmap
from operator import add, sub
from typing import TYPE_CHECKING, Final, NamedTuple

from playlists.windows import Span, subtract
from server.playlog.model.verdict_rules import Judged, Verdict

if TYPE_CHECKING:
    from server.playlog.model.batch import Batch
    from server.playlog.store.transaction import Tx

JOIN_S: Final = 1
PROVING: Final = frozenset({Verdict.COUNTED, Verdict.PARTIAL})
_SECOND_MS: Final = 1000

_HELD: Final = (
    "SELECT e.screen, e.from_s, e.until_s FROM asked a CROSS JOIN evidence_runs e "
    "WHERE e.screen = a.c0 AND e.from_s <= a.c2 AND e.until_s >= a.c1 "
    "AND e.from_s >= COALESCE((SELECT MAX(x.from_s) FROM evidence_runs x "
    "WHERE x.screen = a.c0 AND x.from_s <= a.c1), a.c1)"
)
_REMOVE: Final = "DELETE FROM evidence_runs WHERE screen = ? AND from_s = ?"
_SAVE: Final = (
    "INSERT INTO evidence_runs (screen, from_s, until_s) VALUES (?, ?, ?) "
    "ON CONFLICT (screen, from_s) DO UPDATE SET until_s = excluded.until_s"
)


class Proof(NamedTuple):
    """Newly proven intervals of a screen; those in `withdrawn` are no longer proven."""

    screen: int
    shown: Sequence[Span]
    withdrawn: Sequence[Span] = ()


def joined(spans: Iterable[Span]) -> list[Span]:
    """The union in order; intervals at most JOIN_S apart are merged."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if high <= low:
            continue
        if not found or low > found[-1][1] + JOIN_S:
            found.append((low, high))
        elif high > found[-1][1]:
            found[-1] = (found[-1][0], high)
    return found


def proven_by(judged: Iterable[Judged]) -> list[Span]:
    """The intervals that judged plays prove, in whole seconds since 1970 UTC; one per play."""
    spans = map(span_of, judged)
    return [span for span in spans if span is not None]


def span_of(one: Judged) -> Span | None:
    """The interval that one play proves; None if it proves nothing."""
    if one.verdict not in PROVING or one.at_ms is None:
        return None
    low, high = one.at_ms // _SECOND_MS, (one.at_ms + one.play.shown_ms) // _SECOND_MS
    return (low, high) if high > low else None


def proven_by_plain(batch: "Batch", from_ms: int, until_ms: int) -> list[Span]:
    """The intervals that an ordinary batch proves: nearly always one without a hole."""
    starts, lengths = batch.start_ms, batch.shown_ms
    gaps = map(sub, starts[1:], map(add, starts, lengths))
    if max(gaps, default=0) < _SECOND_MS <= min(lengths):
        return [(from_ms // _SECOND_MS, until_ms // _SECOND_MS)]
    offset_ms = batch.clock.offset_ms if batch.clock else 0.0
    begins = (round(start + offset_ms) for start in starts)
    spans = (
        (at // _SECOND_MS, (at + ms) // _SECOND_MS) for at, ms in zip(begins, lengths, strict=True)
    )
    return [(low, high) for low, high in spans if high > low]


def changed(screen: int, before: Sequence[Judged], after: Sequence[Judged]) -> Proof | None:
    """The change of proof by new verdicts on the same plays; None if there is none.

    `after` must include all plays of the screen near those that prove nothing any more.
    """
    pairs = [
        (was, now)
        for was, now in zip(map(span_of, before), map(span_of, after), strict=True)
        if was != now
    ]
    gone = joined(was for was, _ in pairs if was is not None)
    new = [now for _, now in pairs if now is not None]
    if not gone:
        return Proof(screen, new) if new else None
    # Prove the remaining plays nearby again: their intervals may have been merged with these.
    around = _widened(gone, 2 * JOIN_S)
    stays = [span for span in proven_by(after) if _meets(span, around)]
    return Proof(screen, [*new, *stays], gone)


def write(tx: "Tx", proofs: Iterable[Proof]) -> None:
    """Update the stored intervals of some screens."""
    by_screen: dict[int, list[Proof]] = {}
    for proof in proofs:
        if proof.shown or proof.withdrawn:
            by_screen.setdefault(proof.screen, []).append(proof)
    if not by_screen:
        return
    held = _held(tx, by_screen)
    gone: list[tuple[int, int]] = []
    new: list[tuple[int, int, int]] = []
    for screen, mine in sorted(by_screen.items()):
        before = held.get(screen, [])
        after = _applied(before, mine)
        starts = {low for low, _ in after}
        gone += [(screen, low) for low, _ in before if low not in starts]
        new += [(screen, *span) for span in after if span not in before]
    if gone:
        tx.run_many(_REMOVE, gone)
    if new:
        tx.run_many(_SAVE, new)


def _held(tx: "Tx", by_screen: Mapping[int, Sequence[Proof]]) -> dict[int, list[Span]]:
    """The stored intervals that any of the proofs touches, by screen."""
    held: dict[int, list[Span]] = {}
    asked = list(starmap(_extent, by_screen.items()))
    for screen, low, high in tx.rows_for(_HELD, asked):
        held.setdefault(screen, []).append((low, high))
    return held


def _extent(screen: int, proofs: Sequence[Proof]) -> tuple[int, int, int]:
    spans = [span for proof in proofs for span in (*proof.shown, *proof.withdrawn)]
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    return screen, low - 2 * JOIN_S, high + 2 * JOIN_S


def _applied(runs: Sequence[Span], proofs: Sequence[Proof]) -> list[Span]:
    for proof in proofs:
        if proof.withdrawn:
            runs = subtract(sorted(runs), _widened(proof.withdrawn, JOIN_S))
        runs = joined([*runs, *proof.shown])
    return list(runs)


def _widened(spans: Iterable[Span], by_s: int) -> list[Span]:
    return joined((low - by_s, high + by_s) for low, high in spans)


def _meets(span: Span, others: Sequence[Span]) -> bool:
    return any(low <= span[1] and span[0] <= high for low, high in others)
