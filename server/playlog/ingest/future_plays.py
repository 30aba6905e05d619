"""Plays ahead of the server's clock: they wait in quarantine until their time has come.

Either they came early (the server's clock was behind or the player's ahead), or the server's clock
was ahead when it ingested them and was set back since. Both are quarantined as `future`. They are
judged once the screen's watermark has passed their time, or a day later; by then the plays that
were really shown hold their slots.
"""

from dataclasses import replace
from typing import Final

from server.playlog.ingest.revalidation import FOREVER_MS, Review, around, is_placed, review
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.verdict_rules import LONGEST_MS
from server.playlog.store import batches, boots, quarantine
from server.playlog.store.boots import Log
from server.playlog.store.nearby_plays import SLACK_MS
from server.playlog.store.transaction import Tx

MOST: Final = 2_000
"""Most plays that are judged in one transaction."""


def put_back(tx: Tx, context: IngestContext) -> None:
    """Quarantine a screen's plays that were ingested while the server's clock was ahead."""
    screen, now_ms = context.screen_context.screen, context.now_ms
    task = Review(
        rows=around(tx, screen, now_ms, FOREVER_MS),
        chosen=lambda _, one: is_placed(one) and (one.at_ms or 0) + one.play.shown_ms > now_ms,
        tenures=context.screen_context.tenures,
    )
    review(tx, context, task)
    boots.save_log(tx, screen, _receded(boots.log_of(tx, screen), now_ms))


def judge_due(tx: Tx, context: IngestContext, watermark_ms: int) -> int:
    """Judge waiting plays that are due; returns how many, at most `MOST`.

    `watermark_ms`: the screen's watermark.
    """
    screen = context.screen_context.screen
    due_ms = max(min(watermark_ms, context.now_ms), context.now_ms - LONGEST_MS)
    due = quarantine.waiting(tx, screen, due_ms, MOST)
    if not due:
        return 0
    low_ms, high_ms = due[0].at_ms - 2 * SLACK_MS, due[-1].at_ms + 2 * SLACK_MS
    near = around(tx, screen, low_ms, high_ms)
    wanted = {one.batch for one in due} - {row.id for row in near}
    keys = {(one.boot, one.seq) for one in due}
    task = Review(
        rows=[*near, *batches.by_numbers(tx, wanted)],
        chosen=lambda row, one: (row.boot, one.play.seq) in keys,
        tenures=context.screen_context.tenures,
    )
    for each in review(tx, context, task):
        again = [one for one in each.judged if (each.batch.boot, one.play.seq) in keys]
        quarantine.replace_quarantine(tx, each.batch, again)
    return len(due)


def _receded(log: Log, now_ms: int) -> Log:
    """The log's watermarks cut at now; the play on air is looked up each time."""
    return replace(
        log,
        played_until=min(log.played_until, now_ms + SLACK_MS),
        slots_until=min(log.slots_until, now_ms),
        reported_until=min(log.reported_until, now_ms),
        before_until=min(log.before_until, now_ms),
    )
