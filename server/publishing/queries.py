"""Reads of assignments: the outbox, a screen's newest one, the files that it may fetch."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from server.content.models import AssetRendition
from server.foundation.core import Core
from server.foundation.db import plain_rows
from server.publishing.assignments.rows import AssignmentRecord
from server.publishing.assignments.tenures import TenureFact, TenureSpan, spans
from server.publishing.models import AssignedTakeover, Assignment, HandOver, ManifestAsset, Tenure

# Files of plans that a screen may still be playing: those of its last weeks.
FETCHABLE_MS: Final = 70 * 86_400_000


UNRESOLVED: Final = "?"
"""In place of the name of a takeover: it has to be looked up."""


class Outgoing(msgspec.Struct, frozen=True):
    """An assignment as it goes to a player, with what its sender needs to know.

    `pinned` is the signing key that the screen is known to trust, `introduces` the one that a
    hand-over brings. `takeover` is the public id of the takeover or stop in it and `ends` are the
    windows of others that are over once it is accepted, where a receipt changes nothing else.
    """

    screen_id: int
    version: int
    serial: int
    manifest: str
    expires_at: int
    text: str
    kid: str
    signature: str
    pinned: str
    introduces: str = ""
    takeover: str | None = UNRESOLVED
    ends: tuple[int, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a hand-over may have to come before it."""
        return self.pinned != self.kid

    def message(self) -> dict[str, Any]:
        """The wire form (docs/protocol.md 2)."""
        return {"assignment": self.text, "kid": self.kid, "signature": self.signature}


def outgoing(row: AssignmentRecord, ends: tuple[int, ...], kid: str) -> Outgoing:
    """An order just written, in the form of one read; `kid` is the server's signing key.

    Where the screen doesn't trust that one yet, its receipt changes whom it trusts.
    """
    name = None if row.takeover is None else row.takeover["id"]
    return Outgoing(
        row.screen_id, row.version, row.serial, row.manifest, row.expires_at, row.text, row.kid,
        row.signature, row.pinned, "", name if row.pinned == kid else UNRESOLVED, ends,
    )  # fmt: skip


_OUTGOING = select(
    Assignment.screen_id,
    Assignment.version,
    Assignment.serial,
    Assignment.manifest,
    Assignment.expires_at,
    Assignment.text,
    Assignment.kid,
    Assignment.signature,
    Assignment.pinned,
)
# Asked at every beat of every screen: to put it together takes longer than the database does.
_NEWEST = _OUTGOING.where(Assignment.screen_id == bindparam("screen"))


_STATE: Final = (
    "SELECT (SELECT MIN(takeover_until) FROM assignments), (SELECT MAX(serial) FROM assignments)"
)


class OutboxState(NamedTuple):
    """When the next takeover is over (ms UTC; None: none is live), and the newest serial."""

    ends_at: int | None = None
    serial: int = 0

    def is_over(self, now_ms: int) -> bool:
        """Whether a takeover has come to its end."""
        return self.ends_at is not None and self.ends_at <= now_ms


def outbox(session: Session, after: int) -> list[Outgoing]:
    """The newest assignments that were written after a serial, in order of their writing."""
    query = _OUTGOING.where(Assignment.serial > after).order_by(Assignment.serial)
    return [Outgoing(*row) for row in plain_rows.rows(session, query)]


def outbox_state(core: Core) -> OutboxState:
    """The state of the outbox; read after each commit of the configuration."""
    ends_at, serial = core.config.first(_STATE) or (None, None)
    return OutboxState(ends_at, serial or 0)


def newest(session: Session, screen_id: int) -> Outgoing | None:
    """The newest assignment of a screen."""
    row = session.execute(_NEWEST, {"screen": screen_id}).first()
    return Outgoing(*row) if row is not None else None


def orders(session: Session, screen_id: int, has: int, now_ms: int) -> list[Outgoing]:
    """What a player that has version `has` is to get, one after the other; the last is the newest.

    What comes before that are hand-overs: without them it wouldn't know who signed the newest.
    """
    row = newest(session, screen_id)
    if row is None or not row.waits:
        return [row] if row is not None else []
    mine = (
        HandOver.screen_id == screen_id,
        HandOver.version > has,
        HandOver.version < row.version,
        HandOver.expires_at > now_ms,
    )
    before = session.scalars(select(HandOver).where(*mine).order_by(HandOver.version))
    return [*map(_handed, before), row]


def _handed(one: HandOver) -> Outgoing:
    return Outgoing(
        screen_id=one.screen_id,
        version=one.version,
        serial=0,
        manifest=one.manifest,
        expires_at=one.expires_at,
        text=one.text,
        kid=one.kid,
        signature=one.signature,
        pinned=one.kid,
        introduces=one.introduces,
    )


def tenures(session: Session, screen_id: int) -> list[TenureSpan]:
    """The tenures of a screen, in order of time."""
    return tenures_of(session, Tenure.screen_id == screen_id)[screen_id]


def tenures_of(session: Session, among: ColumnElement[bool]) -> defaultdict[int, list[TenureSpan]]:
    """The tenures of each of some screens, in order of time; plain rows, as they are many."""
    row = Tenure
    query = select(row.screen_id, row.manifest, row.version, row.from_ms, row.reported)
    facts: defaultdict[int, list[TenureFact]] = defaultdict(list)
    for screen, manifest, version, from_ms, reported in session.execute(query.where(among)):
        facts[screen].append(TenureFact(manifest, version, from_ms, reported))
    return defaultdict(list, {screen: spans(mine) for screen, mine in facts.items()})


def manifest_at(session: Session, screen_id: int, at_ms: int) -> str | None:
    """The manifest that a screen had, has or will have at an instant, as far as is known."""
    before = [span for span in tenures(session, screen_id) if span.from_ms <= at_ms]
    return before[-1].manifest if before else None


def takeover_windows(session: Session, screen_id: int) -> list[tuple[str, int, int]]:
    """The takeovers assigned to a screen, in order, as (file, from_ms, until_ms)."""
    columns = AssignedTakeover.asset, AssignedTakeover.from_ms, AssignedTakeover.until_ms
    query = select(*columns).where(AssignedTakeover.screen_id == screen_id)
    query = query.order_by(AssignedTakeover.from_ms, AssignedTakeover.id)
    return [(row.asset, row.from_ms, row.until_ms) for row in session.execute(query)]


def past_takeover(session: Session, screen_id: int, at_ms: int) -> dict[str, Any] | None:
    """The takeover or stop that a screen was to show at an instant that is over, the newest."""
    query = (
        select(AssignedTakeover)
        .where(
            AssignedTakeover.screen_id == screen_id,
            AssignedTakeover.from_ms <= at_ms,
            AssignedTakeover.until_ms > at_ms,
        )
        .order_by(AssignedTakeover.from_ms.desc(), AssignedTakeover.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    if row is None:
        return None
    asset = {"digest": row.asset}
    return {"id": row.object, "asset": asset, "from": row.from_ms, "until": row.until_ms}


def takeovers_between(
    session: Session, screen_id: int, from_ms: int, until_ms: int
) -> list[tuple[str, int, int]]:
    """Public id, begin and end of each takeover and stop of a screen in [from, until), by begin."""
    query = select(AssignedTakeover.object, AssignedTakeover.from_ms, AssignedTakeover.until_ms)
    query = query.where(
        AssignedTakeover.screen_id == screen_id,
        AssignedTakeover.from_ms < until_ms,
        AssignedTakeover.until_ms > from_ms,
    )
    rows = session.execute(query.order_by(AssignedTakeover.from_ms, AssignedTakeover.id))
    return [(name, begin, end) for name, begin, end in rows]


def screens_with(session: Session, files: Collection[str]) -> set[int]:
    """The screens whose newest manifest contains one of these files."""
    named = select(ManifestAsset.manifest).where(ManifestAsset.asset.in_(files))
    query = select(Assignment.screen_id).where(Assignment.manifest.in_(named))
    return set(session.scalars(query))


def shown_assets() -> Select[int]:
    """The numbers of the assets that are in a plan which some screen has now."""
    return (
        select(AssetRendition.asset_id)
        .join(ManifestAsset, ManifestAsset.asset == AssetRendition.digest)
        .where(ManifestAsset.manifest.in_(select(Assignment.manifest)))
    )


def may_fetch(session: Session, screen_id: int, file: str, now_ms: int) -> bool:
    """Whether a plan or takeover that the screen has or had lately names this file."""
    in_plan = exists().where(
        ManifestAsset.asset == file,
        ManifestAsset.manifest == Tenure.manifest,
        Tenure.screen_id == screen_id,
        Tenure.from_ms > now_ms - FETCHABLE_MS,
    )
    assigned = exists().where(
        ManifestAsset.asset == file,
        Assignment.screen_id == screen_id,
        or_(
            ManifestAsset.manifest == Assignment.manifest,
            ManifestAsset.manifest == Assignment.leaving,
        ),
    )
    in_takeover = exists().where(
        AssignedTakeover.screen_id == screen_id,
        AssignedTakeover.asset == file,
        AssignedTakeover.until_ms > now_ms,
    )
    return bool(session.scalar(select(or_(in_plan, assigned, in_takeover))))
