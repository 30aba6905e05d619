"""One batch from its arrival to its answer, inside one transaction."""

from server.playback import boots, intake
from server.playback.batch import Batch
from server.playback.driver import Tx
from server.playback.follow import follow
from server.playback.intake import Taken
from server.playback.known import Known
from server.playback.review import backfill


def receive(tx: Tx, known: Known, batch: Batch) -> Taken:
    """Take in a batch. Raises PlanNeeded if the screen played a manifest that wasn't brought."""
    follow(tx, known)
    taken = intake.take(tx, known, batch)
    if batch.clock is not None and taken.waiting:
        boot = boots.find_boot(tx, known.standing.screen, batch.boot)
        if boot is not None:
            backfill(tx, known, boot, batch.clock)
    return taken
