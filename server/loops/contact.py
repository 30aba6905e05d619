"""What players say about their assignments: receipts, switches, versions from the future."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.campaigns.models import TakeoverReceipt
from server.core import Core
from server.loops.issuing import Issuing, Wish, assignments
from server.loops.keys import Keyring
from server.loops.models import AssignedTakeover, Assignment
from server.loops.outbox import knock
from server.loops.tenures import OpenTenures

# Above this a version is no number that a server ever gave out, but an attempt to run it out.
HIGHEST_BELIEVED: Final = 2**50
RENEW_BELOW_MS: Final = 20 * 86_400_000


@dataclass(frozen=True, slots=True)
class ReceiptNote:
    """A player accepted or refused a version; `reason` is the protocol's word."""

    screen_id: int
    version: int
    state: str
    reason: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class SwitchNote:
    """A player says that a manifest is on air since then."""

    screen_id: int
    manifest: str
    at_ms: int


def note_receipts(core: Core, notes: Iterable[ReceiptNote]) -> None:
    """Write down receipts, many at once: after a takeover there is one of every screen."""
    latest = {note.screen_id: note for note in notes}
    if not latest:
        return
    with core.config.write() as session:
        rows = assignments(session, latest)
        for screen_id, row in rows.items():
            _note_receipt(session, core.signer.kid, row, latest[screen_id])
        _note_takeovers(session, rows.values())


def _note_takeovers(session: Session, rows: Iterable[Assignment]) -> None:
    """Note which screens have the takeover that they were told; the first time counts."""
    told = {row.screen_id: row for row in rows if row.takeover and row.acked_state == "accepted"}
    query = select(TakeoverReceipt).where(TakeoverReceipt.screen_id.in_(list(told)))
    known = {(one.screen_id, one.object) for one in session.scalars(query)}
    for screen_id, row in told.items():
        name = (row.takeover or {})["id"]
        if row.acked_version == row.version and (screen_id, name) not in known:
            session.add(TakeoverReceipt(object=name, screen_id=screen_id, at=row.acked_at))


def _note_receipt(session: Session, kid: str, row: Assignment, note: ReceiptNote) -> None:
    if note.version != row.version:
        return
    row.acked_version, row.acked_at = note.version, note.at_ms
    row.acked_state, row.ack_reason = note.state, note.reason
    if note.state != "accepted":
        return
    if row.kid == kid or f'"kid":"{kid}"' in row.text:
        row.pinned = kid
    over = (
        AssignedTakeover.screen_id == row.screen_id,
        AssignedTakeover.until_ms > note.at_ms,
        AssignedTakeover.object != (row.takeover or {}).get("id", ""),
    )
    session.execute(update(AssignedTakeover).where(*over).values(until_ms=note.at_ms))


def note_switches(core: Core, notes: Sequence[SwitchNote]) -> None:
    """Write down since when manifests are on air. Harmless twice; what isn't known is ignored."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        tenures = OpenTenures(session, {note.screen_id for note in notes})
        for note in notes:
            tenures.report(note.screen_id, note.manifest, min(note.at_ms, now_ms))


def go_above(core: Core, screen_id: int, version: int) -> None:
    """Issue again above a version that the player has (the server's memory was restored)."""
    if version < HIGHEST_BELIEVED:
        _tell_again(core, screen_id, above=version)


def renew(core: Core, screen_id: int) -> None:
    """Issue again if fewer than 20 days are left: the daily extension has missed this screen."""
    _tell_again(core, screen_id, renew_below_ms=RENEW_BELOW_MS)


def _tell_again(core: Core, screen_id: int, *, above: int = 0, renew_below_ms: int = 0) -> None:
    with core.config.write() as session:
        issuing = Issuing(session, Keyring(core), core.clock.now_ms(), [screen_id])
        row = issuing.rows.get(screen_id)
        if row is None:
            return
        lasting = row.takeover is not None and row.takeover_until is None
        takeover = {**(row.takeover or {}), "until": None} if lasting else row.takeover
        told = Wish(
            takeover=takeover,
            revoked=tuple(row.revoked),
            above=above,
            renew_below_ms=renew_below_ms,
        )
        written = issuing.issue(screen_id, told)
    if written:
        knock(core.settings.data)
