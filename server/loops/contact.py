"""What players say about their assignments: receipts, switches, versions from the future."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.campaigns.models import TakeoverReceipt
from server.core import Core
from server.loops import held
from server.loops.held import Held
from server.loops.issuing import Issuing, Wish
from server.loops.keys import Keyring
from server.loops.models import Assignment
from server.loops.outbox import knock
from server.loops.tenures import OpenTenures
from server.loops.windows import Windows

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
        rows = held.load(session, latest)
        now = [latest[one] for one, row in rows.items() if latest[one].version == row.version]
        if now:
            kid = core.signer.kid
            session.execute(
                update(Assignment), [_values(note, rows[note.screen_id], kid) for note in now]
            )
            _note_takeovers(session, [note for note in now if note.state == "accepted"], rows)


def note_switches(core: Core, notes: Sequence[SwitchNote]) -> None:
    """Write down since when manifests are on air. Harmless twice; what isn't known is ignored."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        tenures = OpenTenures(session, {note.screen_id for note in notes})
        for note in notes:
            tenures.report(note.screen_id, note.manifest, min(note.at_ms, now_ms))
        tenures.save()


def go_above(core: Core, screen_id: int, version: int) -> None:
    """Issue again above a version that the player has (the server's memory was restored)."""
    if version < HIGHEST_BELIEVED:
        _tell_again(core, screen_id, above=version)


def renew(core: Core, screen_id: int) -> None:
    """Issue again if fewer than 20 days are left: the daily extension has missed this screen."""
    _tell_again(core, screen_id, renew_below_ms=RENEW_BELOW_MS)


def _values(note: ReceiptNote, row: Held, kid: str) -> dict[str, Any]:
    """What a receipt changes; the new keys are trusted from now on if this brought them."""
    trusts = row.kid == kid or f'"kid":"{kid}"' in row.text
    return {
        "screen_id": note.screen_id,
        "acked_version": note.version,
        "acked_state": note.state,
        "ack_reason": note.reason,
        "acked_at": note.at_ms,
        "pinned": kid if note.state == "accepted" and trusts else row.pinned,
    }


def _note_takeovers(
    session: Session, accepted: Sequence[ReceiptNote], rows: dict[int, Held]
) -> None:
    """Which takeover each screen shows from now on; its first receipt counts."""
    now_ms = max((note.at_ms for note in accepted), default=0)
    screen_ids = [note.screen_id for note in accepted]
    windows = Windows(session, screen_ids, now_ms)
    query = select(TakeoverReceipt.screen_id, TakeoverReceipt.object).where(
        TakeoverReceipt.screen_id.in_(screen_ids)
    )
    known = {(screen_id, name) for screen_id, name in session.execute(query)}
    first = []
    for note in accepted:
        name = (rows[note.screen_id].takeover or {}).get("id")
        windows.end_others(note.screen_id, name, note.at_ms)
        if name is not None and (note.screen_id, name) not in known:
            first.append({"screen_id": note.screen_id, "object": name, "at": note.at_ms})
    windows.save()
    if first:
        session.execute(insert(TakeoverReceipt), first)


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
            revoked=tuple(row.revoked or ()),
            metered=row.metered,
            pause=row.pause,
            above=above,
            renew_below_ms=renew_below_ms,
        )
        written = issuing.issue(screen_id, told)
        issuing.finish()
    if written:
        knock(core.settings.data)
