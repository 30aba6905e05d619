"""Reads of assignments: the outbox, the newest of a screen, what it may fetch."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from server.library.models import AssetRendition
from server.loops.models import AssignedTakeover, Assignment, ManifestAsset, Tenure
from server.loops.tenures import TenureSpan, spans

# Files of plans that a screen may still be playing: those of its last weeks.
FETCHABLE_MS: Final = 70 * 86_400_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An assignment as it goes to a player, with what its sender needs to know."""

    screen_id: int
    version: int
    serial: int
    manifest: str
    expires_at: int
    text: str
    kid: str
    signature: str

    def message(self) -> dict[str, Any]:
        """The wire form (docs/protocol.md 2)."""
        return {"assignment": self.text, "kid": self.kid, "signature": self.signature}


_OUTGOING = select(
    Assignment.screen_id,
    Assignment.version,
    Assignment.serial,
    Assignment.manifest,
    Assignment.expires_at,
    Assignment.text,
    Assignment.kid,
    Assignment.signature,
)


def outbox(session: Session, after: int) -> list[Outgoing]:
    """The newest assignments that were written after a serial, in order of their writing."""
    query = _OUTGOING.where(Assignment.serial > after).order_by(Assignment.serial)
    return [Outgoing(*row) for row in session.execute(query)]


def newest(session: Session, screen_id: int) -> Outgoing | None:
    """The newest assignment of a screen."""
    row = session.execute(_OUTGOING.where(Assignment.screen_id == screen_id)).first()
    return Outgoing(*row) if row is not None else None


def tenures(session: Session, screen_id: int) -> list[TenureSpan]:
    """What a screen has had on air, in order of time."""
    query = select(Tenure).where(Tenure.screen_id == screen_id)
    return spans(session.scalars(query).all())


def manifest_at(session: Session, screen_id: int, at_ms: int) -> str | None:
    """The manifest that a screen had, has or will have at an instant, as far as is known."""
    before = [span for span in tenures(session, screen_id) if span.from_ms <= at_ms]
    return before[-1].manifest if before else None


def takeover_windows(session: Session, screen_id: int) -> list[tuple[str, int, int]]:
    """Which file was assigned to a screen as a takeover, from when until when."""
    query = select(
        AssignedTakeover.asset, AssignedTakeover.from_ms, AssignedTakeover.until_ms
    ).where(AssignedTakeover.screen_id == screen_id)
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


def screens_with(session: Session, files: Collection[str]) -> set[int]:
    """The screens whose newest manifest names one of these files."""
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
