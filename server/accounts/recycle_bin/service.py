"""Puts deleted drafts into the bin, in the transaction of the deletion, and restores them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts.actor import NOT_YOURS, Actor, within
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.accounts.recycle_bin.models import BinnedItem
from server.accounts.recycle_bin.snapshot import put_back, taken
from server.accounts.roles import Action
from server.foundation.core import Core
from server.foundation.db.columns import ConfigBase
from server.foundation.durations import DAY_MS
from server.foundation.errors import Conflict, Forbidden, existing
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.rest.resources import iso

BIN: Final = "Anping-Bin"
"""The response header of a deletion that has the public id of the item in the bin."""
KEPT_MS: Final = 30 * DAY_MS
MOST: Final = 200
KINDS: Final[dict[str, Action]] = {
    "campaign": "campaigns.write",
    "playlist": "campaigns.write",
    "asset": "content.write",
    "line": "venues.write",
}
"""What can be restored, and what a person must be allowed to do for it."""
CANT_COME_BACK: Final = Sentence(
    "它引用的内容已不存在，或名称、编号已被占用，不能恢复。",
    "What it refers to is gone, or its name or code is taken: it can't be restored.",
)


@dataclass(frozen=True)
class Deletion:
    """A draft with all its rows, the one it is about first; `files` are the digests it needs."""

    kind: str
    rows: Sequence[ConfigBase]
    name: str
    number: int
    unit_id: int
    author_id: int | None = None
    files: Sequence[str] = ()


def put(session: Session, now_ms: int, actor: Actor, deletion: Deletion) -> str:
    """Keep it; call this before its rows are deleted. The bin's public id for it."""
    item = BinnedItem(
        kind=deletion.kind,
        object=public(deletion.kind, deletion.number),
        name=deletion.name[:200],
        unit_id=deletion.unit_id,
        author_id=deletion.author_id,
        rows=taken(session, deletion.rows),
        files=list(deletion.files),
        deleted_by=actor.user_id,
        deleted_at=now_ms,
    )
    session.add(item)
    session.flush()
    return public("binned_item", item.id)


def in_bin(session: Session, actor: Actor) -> list[BinnedItem]:
    """What the person may restore, the newest first."""
    mine = [
        (BinnedItem.kind == kind) & within(Unit.path, actor.roots(action))
        for kind, action in KINDS.items()
    ]
    query = select(BinnedItem).join(Unit, BinnedItem.unit_id == Unit.id).where(or_(*mine))
    rows = session.scalars(query.order_by(BinnedItem.id.desc()).limit(MOST))
    return [row for row in rows if _may(session, actor, row)]


def restore(core: Core, actor: Actor, text: str) -> BinnedItem:
    """Bring it back under its own id. Raises NotFound, Forbidden, Conflict if it has no place."""
    try:
        with core.config.write() as session:
            item = existing(session.get(BinnedItem, number("binned_item", text)))
            _require(session, actor, item)
            put_back(session, item.rows)
            session.delete(item)
            record(
                session, core.clock.now_ms(), actor.user_id, f"{item.kind}.restore", item.object,
                name=item.name,
            )  # fmt: skip
            session.expunge(item)
    except IntegrityError as error:
        raise Conflict(CANT_COME_BACK, code="cant_restore") from error
    return item


def document(row: BinnedItem, zone: tzinfo) -> dict[str, Any]:
    """A deleted draft as the API shows it."""
    return {
        "id": public("binned_item", row.id),
        "kind": row.kind,
        "object": row.object,
        "name": row.name,
        "deleted_by": None if row.deleted_by is None else public("user", row.deleted_by),
        "deleted_at": iso(row.deleted_at, zone),
        "until": iso(row.deleted_at + KEPT_MS, zone),
    }


def is_file_binned(session: Session, digest: str) -> bool:
    """Whether something in the bin needs a file."""
    return any(digest in files for files in session.scalars(select(BinnedItem.files)))


def take_out(session: Session, now_ms: int) -> set[str]:
    """Remove items after `KEPT_MS`; returns the digests of their files."""
    old = select(BinnedItem).where(BinnedItem.deleted_at <= now_ms - KEPT_MS)
    items = session.scalars(old).all()
    session.execute(delete(BinnedItem).where(BinnedItem.id.in_([one.id for one in items])))
    return {digest for one in items for digest in one.files}


def _require(session: Session, actor: Actor, item: BinnedItem) -> None:
    """Raise NotFound outside of the person's scope, and Forbidden by his role."""
    actor.require(KINDS[item.kind], session.get_one(Unit, item.unit_id).path)
    if not _may(session, actor, item):
        raise Forbidden(NOT_YOURS)


def _may(session: Session, actor: Actor, item: BinnedItem) -> bool:
    path = session.get_one(Unit, item.unit_id).path
    return actor.may_change(KINDS[item.kind], path, item.author_id)
