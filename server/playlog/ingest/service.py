"""Use cases of the play log: batches, signs of life, suspected clones, seals of past days."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.core import Core
from server.foundation.errors import AnpingError, Busy, NotFound
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
from server.playlog.store.group_commit import Job
from server.playlog.store.last_contact import Contact
from server.playlog.store.transaction import Tx

log = structlog.get_logger(__name__)

Payload = bytes | Mapping[str, Any]
Answer = dict[str, Any]


def take_in(
    core: Core, parts: PlaylogRuntime, screen: ScreenIdentity, payload: Payload
) -> dict[str, Any]:
    """Take in a batch; the answer (protocol.md 5) comes after the durable commit.

    Raises MalformedBatch with nothing stored, and Busy: keep the plays and come again.
    """
    batch = read_batch(payload)
    known = _known(parts, screen, batch)
    given = check_signature(batch, known.standing.key)
    taken = parts.commit(known, lambda tx, more: receive_attested(tx, more, given), brief=True)
    _tell(core, screen, taken, batch)
    return taken.as_json()


def take_in_later(
    core: Core,
    parts: PlaylogRuntime,
    screen: ScreenIdentity,
    payload: Payload,
    then: Callable[[Answer], None],
) -> None:
    """The same without waiting: `then` gets the answer, or the error as the socket tells it.

    For callers that can't wait, such as a socket's read callback; raises nothing.
    """

    def begin() -> None:
        batch = read_batch(payload)
        known = _known(parts, screen, batch)
        _submit(core, parts, screen, check_signature(batch, known.standing.key), known, then)

    _or_refused(begin, payload, then)


def _or_refused(act: Callable[[], None], payload: object, then: Callable[[Answer], None]) -> None:
    """Do it; whatever keeps it from being done is answered."""
    try:
        act()
    except AnpingError as error:
        then(refusal(error, payload))
    except SQLAlchemyError as error:
        log.error("plays not taken", exc_info=error)
        then(refusal(Busy(), payload))


def refusal(error: AnpingError, payload: object) -> dict[str, Any]:
    """An error as the socket's answer: busy without more, what is malformed with its boot."""
    if error.retry_after_s is not None:
        return {"error": {"code": error.code, "retry_after_ms": 1000 * error.retry_after_s}}
    read = loosely(payload) if isinstance(payload, bytes) else payload
    boot = read.get("boot") if isinstance(read, Mapping) else None
    return {
        "boot": boot if isinstance(boot, str) else None,
        "error": {"code": error.code, "detail": error.detail.en},
    }


def loosely(payload: bytes) -> object:
    """JSON of whatever shape; None if it is none."""
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return None


def note_contact(parts: PlaylogRuntime, contact: Contact) -> None:
    """Note a sign of life; written with the next plays, at the latest some seconds later."""
    parts.contacts.note(contact)


def note_switched(parts: PlaylogRuntime, screen_id: int) -> None:
    """A screen's tenures have changed: book what it handed in before by them."""
    known = parts.knowledge.known(screen_id)
    if known is not None:
        parts.commit(known, follow)


def suspect_boot(core: Core, parts: PlaylogRuntime, screen_id: int, boot: str) -> None:
    """Put aside what this boot hands in from now on, until a person decides."""
    now_ms = core.clock.now_ms()

    def flag(tx: Tx) -> None:
        found = boots.open_boot(tx, screen_id, boot, now_ms)
        boots.suspect(tx, found, "clone_suspected", now_ms)

    parts.committer.submit(flag)


def decide_boot(parts: PlaylogRuntime, screen_id: int, boot: str, *, genuine: bool) -> None:
    """A person's word on a suspected boot: its plays count after all, or never. Raises NotFound."""
    known = parts.knowledge.known(screen_id)
    if known is None:
        raise NotFound

    def decide(tx: Tx, more: IngestContext) -> None:
        found = boots.find_boot(tx, screen_id, boot)
        if found is None:
            raise NotFound
        boots.set_flag(tx, found.id, "cleared" if genuine else "ruled_out")
        review_boot(tx, more, found)

    parts.commit(known, decide)


def _known(parts: PlaylogRuntime, screen: ScreenIdentity, batch: Batch) -> IngestContext:
    known = parts.knowledge.known(screen.screen_id, batch.manifest)
    if known is None:
        raise NotFound
    return known


def _submit(
    core: Core,
    parts: PlaylogRuntime,
    screen: ScreenIdentity,
    given: Attested,
    known: IngestContext,
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
            _tell(core, screen, taken, given.batch)
            then(taken.as_json())

    def again(digest: str) -> None:
        _submit(core, parts, screen, given, parts.with_plan(known, digest), then)

    def begin() -> None:
        parts.committer.submit_then(lambda tx: receive_attested(tx, known, given), settled)

    _or_refused(begin, boot, then)


def _tell(core: Core, screen: ScreenIdentity, taken: IngestResult, batch: Batch) -> None:
    until_ms, unsure_ms = None, 0
    if batch.clock is not None and batch.state:
        until_ms = round(batch.start_ms[-1] + batch.shown_ms[-1] + batch.clock.offset_ms)
        unsure_ms = round(batch.clock.tolerance_ms)
    core.events.publish(
        PlaysTaken(screen.screen_id, batch.boot, until_ms, unsure_ms, taken.fresh, taken.put_aside)
    )
    if taken.reused:
        core.events.publish(SeqReused(screen.screen_id, taken.boot, core.clock.now_ms()))
