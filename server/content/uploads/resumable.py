"""Resumable uploads; a complete one becomes an asset."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, cast

from msgspec.structs import replace as changed

from media.errors import MediaRefused
from media.inspection.file_type import HEAD_BYTES, Kind, sniff
from media.rejection_reasons import refusal
from server.accounts.actor import Actor
from server.content import messages, queries
from server.content.paths import limits_of, uploads
from server.content.uploads import ingest
from server.content.uploads.ai_material import ai_declared
from server.content.uploads.fit_modes import requested_fit
from server.content.uploads.incoming_file import Received, as_problem, label
from server.content.uploads.ingest import Upload
from server.content.uploads.upload_store import Outcome, Pending, Record, Sealed
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, TooMany
from server.foundation.public_ids import number, public
from server.foundation.runtime.blocking import run_blocking
from server.foundation.storage.disk_space import full_in_words, require_room

MOST_OPEN: Final = 200
MIB: Final = 1024 * 1024
ROOM_EVERY: Final = 64 * MIB


def begin(core: Core, actor: Actor, length: int, metadata: Mapping[str, str]) -> Pending:
    """Begin an upload of so many bytes.

    Raises Invalid, TooLarge and StorageFull for unacceptable uploads, NotFound and Forbidden for a
    foreign unit or asset, TooMany for too many incomplete uploads of a person.
    """
    most = largest(core)
    if length == 0:
        raise as_problem(refusal("empty"))
    if length > most:
        raise as_problem(refusal("too_large_bytes", limit=most // MIB))
    requested_fit(metadata.get("fit"), "/Upload-Metadata")
    ai_declared(metadata.get("ai"), "/Upload-Metadata")
    with core.config.read() as session:
        if metadata.get("replaces"):
            ingest.replaceable(session, actor, metadata["replaces"])
        else:
            queries.home_unit(session, actor, metadata.get("unit_id"))
    root = uploads(core)
    require_room(root, length)
    mine = (one.record for one in _all(core) if one.record.user_id == actor.user_id)
    if sum(one.outcome is None for one in mine) >= MOST_OPEN:
        raise TooMany(messages.TOO_MANY_UPLOADS, retry_after_s=60)
    record = Record(actor.user_id, length, dict(metadata), core.clock.now_ms())
    with full_in_words():
        return Pending.begin(root, record)


def largest(core: Core) -> int:
    """The byte limit over all kinds of uploads."""
    limits = limits_of(core.settings)
    return max(limits.max_image_bytes, limits.max_video_bytes)


def find(core: Core, actor: Actor, name: str) -> Pending:
    """The person's own upload. Raises NotFound for any other, and for an expired one."""
    found = Pending.read(uploads(core), name)
    if found.record.user_id != actor.user_id or found.expires_at < core.clock.now_ms():
        raise NotFound
    return found


def append(core: Core, upload: Pending, offset: int, chunks: Iterable[bytes]) -> None:
    """Append bytes at the offset. Unacceptable content is deleted as soon as it is detected.

    Raises Conflict for another offset, TooLarge for more than was announced, Locked while another
    request appends, and the errors of `begin` for unacceptable content.
    """
    with upload.alone() as held:
        if offset != held.offset:
            raise Conflict(messages.OTHER_OFFSET, code="offset", offset=held.offset)
        length = held.record.length

        def watch(before: int, after: int) -> None:
            if before < HEAD_BYTES <= after:
                _judge(core, held)
            if before // ROOM_EVERY != after // ROOM_EVERY:
                require_room(held.folder, 0)

        with full_in_words():
            require_room(held.folder, 0)
            held.append(_at_most(chunks, length - offset), watch)


def finish(core: Core, actor: Actor, upload: Pending) -> Pending:
    """Create an asset from a complete upload; idempotent.

    Raises as `append` does, and NotFound if its content was deleted with another asset meanwhile.
    """
    with upload.alone() as held:
        if held.record.outcome is not None or not held.is_whole:
            return held
        whole = _sealed(core, held)
        file = _received(whole)
        if not file.path.exists() and not core.originals.has(file.sha256):
            held.forget()
            raise NotFound
        try:
            with full_in_words():
                outcome = _taken_in(core, actor, file, whole.record.metadata)
        except (Conflict, Forbidden, Invalid, NotFound, TooLarge):
            held.forget()
            raise
        finished = whole.write(changed(whole.record, outcome=outcome))
        finished.content.unlink(missing_ok=True)
        return finished


def _taken_in(core: Core, actor: Actor, file: Received, metadata: Mapping[str, str]) -> Outcome:
    fit = requested_fit(metadata.get("fit"), "/Upload-Metadata")
    ai = ai_declared(metadata.get("ai"), "/Upload-Metadata")
    upload = Upload(
        file, metadata.get("name") or None, metadata.get("unit_id") or None, fit=fit, ai=ai
    )
    if metadata.get("replaces"):
        with core.config.read() as session:
            existing = queries.successor(
                session, number("asset", metadata["replaces"]), file.sha256
            )
        successor = existing or ingest.replace(core, actor, metadata["replaces"], upload)
        return Outcome(public("asset", successor.id), duplicate=False)
    taken = ingest.take_in(core, actor, upload)
    pages = [public("asset", page.id) for page in taken.pages]
    return Outcome(public("asset", taken.asset.id), taken.duplicate, pages)


def _sealed(core: Core, upload: Pending) -> Pending:
    """Record the content's digest before it is moved, so that a kill in between loses nothing."""
    if upload.record.sealed is not None:
        return upload
    kind = _judge(core, upload)
    measured = run_blocking(partial(Received.of, upload.content, kind, ""))
    return upload.write(changed(upload.record, sealed=Sealed(measured.sha256, kind)))


def _received(upload: Pending) -> Received:
    record = upload.record
    sealed = cast("Sealed", record.sealed)
    name = label(record.metadata.get("filename", ""))
    return Received(upload.content, cast("Kind", sealed.kind), sealed.sha256, record.length, name)


def _judge(core: Core, upload: Pending) -> Kind:
    """The content's type; unacceptable content is deleted."""
    try:
        kind = run_blocking(partial(sniff, upload.content))
        most = limits_of(core.settings).most_bytes(kind)
        if upload.record.length > most:
            raise refusal("too_large_bytes", limit=most // MIB)
    except MediaRefused as refused:
        upload.forget()
        raise as_problem(refused) from refused
    return kind


def _at_most(chunks: Iterable[bytes], left: int) -> Iterable[bytes]:
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise TooLarge(messages.MORE_THAN_ANNOUNCED)
        yield chunk


def _all(core: Core) -> Iterable[Pending]:
    root = uploads(core)
    for folder in root.iterdir():
        try:
            yield Pending.read(root, folder.name)
        except NotFound:
            continue
