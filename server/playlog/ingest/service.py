"""Use cases of ingest: batches, contacts, suspected clones, day seals."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.core import Core
from server.foundation.errors import AnpingError, Busy, existing
from server.inventory.enrolment.credentials import ScreenIdentity
from server.playlog.ingest.append import IngestResult
from server.playlog.ingest.device_signature import Attested, check_signature
from server.playlog.ingest.receive import receive_attested
from server.playlog.ingest.reconcile import follow
from server.playlog.ingest.revalidation import review_boot
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.model.batch import Batch, read_batch
from server.playlog.model.events import PlaysTaken, SeqReused
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifests import PlanNeeded
from server.playlog.store import boots
from server.playlog.store.commit_jobs import Job
from server.playlog.store.transaction import Tx

log = structlog.get_logger(__name__)

Payload = bytes | Mapping[str, Any]
Answer = dict[str, Any]


def take_in(
    core: Core, parts: PlaylogRuntime, screen: ScreenIdentity, payload: Payload
) -> dict[str, Any]:
    """Ingest a batch; returns the answer (protocol.md 5) after the durable commit.

    Raises MalformedBatch with nothing stored, and Busy: the player keeps the plays and retries.
    """
    batch = read_batch(payload)
    context = _context_of(parts, screen, batch)
    given = check_signature(batch, context.screen_context.key)
    taken = parts.commit(context, lambda tx, more: receive_attested(tx, more, given), brief=True)
    _publish(core, screen, taken, batch)
    return taken.as_json()


def take_in_later(
    core: Core,
    parts: PlaylogRuntime,
    screen: ScreenIdentity,
    payload: Payload,
    then: Callable[[Answer], None],
) -> None:
    """Ingest without waiting: `then` gets the answer, or the error in the socket's form.

    For callers that can't block, such as a socket's read callback. Raises nothing.
    """

    def begin() -> None:
        batch = read_batch(payload)
        context = _context_of(parts, screen, batch)
        _submit(
            core, parts, screen, check_signature(batch, context.screen_context.key), context, then
        )

    _or_refused(begin, payload, then)


def _or_refused(act: Callable[[], None], payload: object, then: Callable[[Answer], None]) -> None:
    """Run `act`; pass any error to `then` as an answer."""
    try:
        act()
    except AnpingError as error:
        then(refusal(error, payload))
    except SQLAlchemyError as error:
        log.error("play_ingest_failed", exc_info=error)
        then(refusal(Busy(), payload))


def refusal(error: AnpingError, payload: object) -> dict[str, Any]:
    """The socket's error answer: retry time if busy, else the boot and the error's detail."""
    if error.retry_after_s is not None:
        return {"error": {"code": error.code, "retry_after_ms": 1000 * error.retry_after_s}}
    read = loosely(payload) if isinstance(payload, bytes) else payload
    boot = read.get("boot") if isinstance(read, Mapping) else None
    return {
        "boot": boot if isinstance(boot, str) else None,
        "error": {"code": error.code, "detail": error.detail.en},
    }


def loosely(payload: bytes) -> object:
    """Any JSON value; None if it can't be parsed."""
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return None


def note_switched(parts: PlaylogRuntime, screen_id: int) -> None:
    """Reconcile a screen's plays after its tenures have changed."""
    context = parts.knowledge.ingest_context(screen_id)
    if context is not None:
        parts.commit(context, follow)


def suspect_boot(core: Core, parts: PlaylogRuntime, screen_id: int, boot: str) -> None:
    """Quarantine further plays of a boot until a person decides."""
    now_ms = core.clock.now_ms()

    def flag(tx: Tx) -> None:
        found = boots.open_boot(tx, screen_id, boot, now_ms)
        boots.suspect(tx, found, "clone_suspected", now_ms)

    parts.committer.submit(flag)


def decide_boot(parts: PlaylogRuntime, screen_id: int, boot: str, *, genuine: bool) -> None:
    """Apply a person's decision on a suspected boot: its plays count, or never will.

    Raises NotFound.
    """
    context = existing(parts.knowledge.ingest_context(screen_id))

    def decide(tx: Tx, more: IngestContext) -> None:
        found = existing(boots.find_boot(tx, screen_id, boot))
        boots.set_flag(tx, found.id, "cleared" if genuine else "ruled_out")
        review_boot(tx, more, found)

    parts.commit(context, decide)


def _context_of(parts: PlaylogRuntime, screen: ScreenIdentity, batch: Batch) -> IngestContext:
    return existing(parts.knowledge.ingest_context(screen.screen_id, batch.manifest))


def _submit(
    core: Core,
    parts: PlaylogRuntime,
    screen: ScreenIdentity,
    given: Attested,
    context: IngestContext,
    then: Callable[[Answer], None],
) -> None:
    boot = {"boot": given.batch.boot}

    def settled(job: Job[IngestResult]) -> None:
        try:
            taken = job.result()
        except PlanNeeded as needed:
            digest = needed.digest
            _or_refused(lambda: again(digest), boot, then)
        except AnpingError as error:
            then(refusal(error, boot))
        else:
            _publish(core, screen, taken, given.batch)
            then(taken.as_json())

    def again(digest: str) -> None:
        _submit(core, parts, screen, given, parts.with_plan(context, digest), then)

    def begin() -> None:
        parts.committer.submit_then(lambda tx: receive_attested(tx, context, given), settled)

    _or_refused(begin, boot, then)


def _publish(core: Core, screen: ScreenIdentity, taken: IngestResult, batch: Batch) -> None:
    until_ms, unsure_ms = None, 0
    if batch.clock is not None and batch.state:
        until_ms = round(batch.start_ms[-1] + batch.shown_ms[-1] + batch.clock.offset_ms)
        unsure_ms = round(batch.clock.tolerance_ms)
    core.events.publish(
        PlaysTaken(screen.screen_id, batch.boot, until_ms, unsure_ms, taken.fresh, taken.put_aside)
    )
    if taken.reused:
        core.events.publish(SeqReused(screen.screen_id, taken.boot, core.clock.now_ms()))
