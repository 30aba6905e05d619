"""One batch from its arrival to its answer, inside one transaction."""

from server.playlog.ingest import append
from server.playlog.ingest.append import IngestResult
from server.playlog.ingest.device_signature import Attested
from server.playlog.ingest.future_plays import put_back
from server.playlog.ingest.reconcile import follow
from server.playlog.ingest.revalidation import backfill
from server.playlog.model.batch import Batch
from server.playlog.model.ingest_context import IngestContext
from server.playlog.store import boots
from server.playlog.store.transaction import Tx

FORGED = "bad_signature"
"""Suspicion flag of a boot of which a batch was signed by another key than the screen's."""
UNSIGNED = "unsigned"
"""Suspicion flag of a boot that sent an unsigned batch though its player has a key."""


def receive_attested(tx: Tx, context: IngestContext, given: Attested) -> IngestResult:
    """Ingest a batch whose signature was checked.

    A forged signature marks the boot as suspected, and so does a missing one if the screen has
    signed before. Unsigned batches of a boot that has signed are quarantined.
    """
    screen, name, now_ms = context.screen_context.screen, given.batch.boot, context.now_ms
    if given.is_forged:
        boots.suspect(tx, boots.open_boot(tx, screen, name, now_ms), FORGED, now_ms)
    unsigned = given.lacks is not None and _lacks_signature(tx, context, name, given.lacks)
    taken = receive(tx, context, given.batch, unsigned=unsigned)
    if given.key is not None:
        boots.note_key(tx, screen, name, given.key)
    return taken


def _lacks_signature(tx: Tx, context: IngestContext, name: str, key: str) -> bool:
    """Whether the boot has signed before; suspects one that never did."""
    screen, now_ms = context.screen_context.screen, context.now_ms
    boot = boots.open_boot(tx, screen, name, now_ms)
    if boot.key is None and boots.has_signed(tx, screen, key):
        boots.suspect(tx, boot, UNSIGNED, now_ms)
    if boot.key is None or boot.flag == "cleared":
        return False
    if context.is_restored and boots.has_let_go(tx, boot):
        return False  # after a restore its player no longer has the chain's head
    boots.flag_screen(tx, screen, UNSIGNED, now_ms)
    return True


def receive(
    tx: Tx, context: IngestContext, batch: Batch, *, unsigned: bool = False
) -> IngestResult:
    """Ingest a batch. Raises PlanNeeded if a manifest in it was not loaded."""
    follow(tx, context)
    taken = append.ingest(tx, context, batch, unsigned=unsigned)
    if batch.clock is not None and taken.waiting:
        boot = boots.find_boot(tx, context.screen_context.screen, batch.boot)
        if boot is not None:
            tx.aside(backfill, context, boot, batch.clock)
    if taken.ahead:
        tx.aside(put_back, context)
    return taken
