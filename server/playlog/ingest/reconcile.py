"""Reconciliation: books a screen's plays again when its tenures have changed.

A screen may deliver plays before it reports the switch, or report it late: plays judged by the
provisional tenure are then judged again, from the first instant that differs.
"""

from collections.abc import Sequence
from itertools import chain

from server.playlog.ingest.revalidation import review_since
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.screen_context import Tenure, tolerated
from server.playlog.rollups.daily_close import unfold_since
from server.playlog.store.booked_tenures import booked_tenures, write_tenures
from server.playlog.store.boots import log_of
from server.playlog.store.nearby_plays import SLACK_MS
from server.playlog.store.placements import placements_of
from server.playlog.store.transaction import Tx

Span = tuple[int, int | None]


def follow(tx: Tx, context: IngestContext) -> bool:
    """Reconcile a screen's bookings with its tenures; returns whether anything differed."""
    old = booked_tenures(tx, context.screen_context.screen)
    if old == context.screen_context.tenures:
        return False
    tx.aside(_rebook, context, old)
    return True


def _rebook(tx: Tx, context: IngestContext, old: Sequence[Tenure]) -> None:
    screen = context.screen_context.screen
    differences = first_differences(old, context.screen_context.tenures)
    since = [at for one, at in differences.items() if _has_plays(tx, screen, one, at)]
    # Plays of takeovers are stored without a manifest, as 0.
    if since and _has_batches(tx, screen, 0, min(differences.values())):
        since.append(min(differences.values()))
    if differences:
        unfold_since(tx, context, min(differences.values()), old)
    write_tenures(tx, context.screen_context, old)
    if since:
        review_since(tx, context, min(since), old)


def follow_all_of(tx: Tx, context: IngestContext, stamp: str) -> None:
    """Reconcile a screen's tenures and place, and record `stamp` as done."""
    follow(tx, context)
    placements_of(tx, context.screen_context.screen, context.screen_context.place, context.now_ms)
    tx.run(
        "INSERT INTO followed (screen, stamp, revision) VALUES (?, ?, 0) "
        "ON CONFLICT (screen) DO UPDATE SET stamp = excluded.stamp",
        (context.screen_context.screen, stamp),
    )


def followed(tx: Tx) -> dict[int, str]:
    """By screen, the configuration stamp that its bookings reflect."""
    return dict(tx.rows("SELECT screen, stamp FROM followed"))


def first_differences(old: Sequence[Tenure], new: Sequence[Tenure]) -> dict[str, int]:
    """By manifest, the first instant at which the judgement of its plays changed."""
    found: dict[str, int] = {}
    for manifest in {tenure.manifest for tenure in chain(old, new)}:
        was, now = set(tolerated(old, manifest)), set(tolerated(new, manifest))
        instants = [_changed_from(span, was | now) for span in was ^ now]
        if instants:
            found[manifest] = min(instants)
    return found


def _changed_from(span: Span, spans: set[Span]) -> int:
    """First instant of change; a span with only another end has changed from the earlier end on."""
    ends = [end for start, end in spans if start == span[0] and end is not None]
    same_start = sum(start == span[0] for start, _ in spans)
    return min(ends) if same_start > 1 and ends else span[0]


def _has_plays(tx: Tx, screen: int, manifest: str, since_ms: int) -> bool:
    row = tx.row("SELECT id FROM names WHERE text = ?", (manifest,))
    return row is not None and _has_batches(tx, screen, row[0], since_ms)


def _has_batches(tx: Tx, screen: int, manifest: int, since_ms: int) -> bool:
    widest_ms = log_of(tx, screen).widest_ms
    row = tx.row(
        "SELECT 1 FROM batches WHERE screen = ? AND t0 >= ? AND t0 + span >= ? AND manifest = ? "
        "LIMIT 1",
        (screen, since_ms - widest_ms - SLACK_MS, since_ms - SLACK_MS, manifest),
    )
    return row is not None
