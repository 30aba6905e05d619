"""One batch from its arrival to its answer, inside one transaction."""

from server.playback import boots, intake
from server.playback.attesting import Attested
from server.playback.batch import Batch
from server.playback.driver import Tx
from server.playback.follow import follow
from server.playback.intake import Taken
from server.playback.known import Known
from server.playback.review import backfill
from server.playback.waiting import put_back

FORGED = "bad_signature"
"""Why a screen's log is doubtful of which a batch was signed by another key than its own."""


def receive_attested(tx: Tx, known: Known, given: Attested) -> Taken:
    """The same for a batch whose signature was looked at: a forged one's boot is suspected."""
    screen, boot = known.standing.screen, given.batch.boot
    if given.is_forged:
        boots.suspect(tx, boots.open_boot(tx, screen, boot, known.now_ms), FORGED, known.now_ms)
    taken = receive(tx, known, given.batch)
    if given.key is not None:
        boots.note_key(tx, screen, boot, given.key)
    return taken


def receive(tx: Tx, known: Known, batch: Batch) -> Taken:
    """Take in a batch. Raises PlanNeeded if the screen played a manifest that wasn't brought."""
    follow(tx, known)
    taken = intake.take(tx, known, batch)
    if batch.clock is not None and taken.waiting:
        boot = boots.find_boot(tx, known.standing.screen, batch.boot)
        if boot is not None:
            tx.aside(backfill, known, boot, batch.clock)
    if taken.ahead:
        tx.aside(put_back, known)
    return taken
