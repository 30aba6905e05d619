"""Reports of players on their assignments: receipts, switches, versions from the future."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Final

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.foundation.crypto.signing import Signer
from server.foundation.db import plain_rows
from server.foundation.storage.reserve import urgent
from server.publishing.assignments import rows as held
from server.publishing.assignments.issuer import Issuing, told_again
from server.publishing.assignments.key_handovers import RENEW_BELOW_MS, settle
from server.publishing.assignments.outbox import wake
from server.publishing.assignments.rows import Told
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.assignments.takeover_windows import Windows
from server.publishing.assignments.tenures import OpenTenures
from server.publishing.models import Assignment
from server.publishing.queries import NOT_KNOWN

# Above this a version is no number that a server ever gave out, but an attempt to run it out.
HIGHEST_BELIEVED: Final = 2**50

_ACKNOWLEDGED: Final = (
    "UPDATE assignments SET acked_version = ?, acked_state = ?, ack_reason = ?, acked_at = ? "
    "WHERE screen_id = ? AND version = ?"
)
_ACKNOWLEDGED_AND_TRUSTS: Final = f"{_ACKNOWLEDGED} AND pinned = ?"
_FIRST_RECEIPT: Final = (
    "INSERT INTO takeover_receipts (screen_id, object, at) VALUES (?, ?, ?) "
    "ON CONFLICT (object, screen_id) DO NOTHING"
)


class ReceiptNote(msgspec.Struct, frozen=True):
    """A player accepted or refused a version; `reason` is the protocol's word.

    `over`: which takeover or stop that version has, where it is at hand.
    """

    screen_id: int
    version: int
    state: str
    reason: str | None
    at_ms: int
    over: str | None = NOT_KNOWN


class SwitchNote(msgspec.Struct, frozen=True):
    """A player's report that a manifest is on air since then."""

    screen_id: int
    manifest: str
    at_ms: int


def note_receipts(core: Core, notes: Iterable[ReceiptNote]) -> None:
    """Write down receipts, many at once: after a takeover there is one of every screen."""
    # For each screen the one with the newest version: a socket may report an older one later.
    latest = {note.screen_id: note for note in sorted(notes, key=attrgetter("version"))}
    if not latest:
        return
    with core.config.write() as session:
        known = {one: note for one, note in latest.items() if note.over != NOT_KNOWN}
        if known and _note_briefly(session, known, core.signer.kid):
            latest = {one: note for one, note in latest.items() if one not in known}
        if latest:
            _note(session, latest, core.signer)


def _note_briefly(session: Session, known: Mapping[int, ReceiptNote], kid: str) -> bool:
    """Write receipts of orders that are at hand, without reading the rows.

    False where that wasn't all: versions of some aren't the newest any more, or trust changes.
    """
    notes = known.values()
    written = [(*_values(one), kid) for one in notes]
    if plain_rows.run_many(session, _ACKNOWLEDGED_AND_TRUSTS, written) != len(known):
        return False
    _note_takeovers(session, [(one, one.over) for one in notes if one.state == "accepted"])
    return True


def _note(session: Session, latest: Mapping[int, ReceiptNote], signer: Signer) -> None:
    """Write receipts, and what follows from them for the trust of screens."""
    rows = held.told(session, latest)
    settle(session, dict(_taken(latest.values(), rows, signer.kid)), signer)
    now = [latest[one] for one, row in rows.items() if latest[one].version == row.version]
    if now:
        plain_rows.run_many(session, _ACKNOWLEDGED, [_values(note) for note in now])
        _note_trust(session, now, rows, signer.kid)
        names = {one.screen_id: held.takeover_id(rows[one.screen_id].takeover) for one in now}
        took = [(one, names[one.screen_id]) for one in now if one.state == "accepted"]
        _note_takeovers(session, took)


def note_switches(core: Core, notes: Sequence[SwitchNote]) -> None:
    """Store since when manifests are on air. Idempotent; unknown manifests are ignored."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        tenures = OpenTenures(session, {note.screen_id for note in notes})
        for note in notes:
            tenures.report(note.screen_id, note.manifest, note.at_ms, now_ms)
        tenures.save()


def go_above(core: Core, screen_id: int, version: int) -> None:
    """Issue again above a version that the player has (the server's memory was restored)."""
    if version < HIGHEST_BELIEVED:
        _tell_again(core, screen_id, above=version)


def renew(core: Core, screen_id: int) -> None:
    """Issue again if fewer than 20 days are left: the daily extension has missed this screen."""
    _tell_again(core, screen_id, renew_below_ms=RENEW_BELOW_MS)


def _taken(
    notes: Iterable[ReceiptNote], rows: Mapping[int, Told], kid: str
) -> Iterator[tuple[int, int]]:
    """Screen and version of accepted assignments for which a hand-over may have waited."""
    for note in notes:
        row = rows.get(note.screen_id)
        if row is not None and row.pinned != kid and note.state == "accepted":
            yield note.screen_id, note.version


def _note_trust(
    session: Session, now: Iterable[ReceiptNote], rows: Mapping[int, Told], kid: str
) -> None:
    """Mark screens as trusting the current key, once they accept its signature."""
    accepted = {note.screen_id for note in now if note.state == "accepted"}
    found = [one for one in accepted if rows[one].kid == kid and rows[one].pinned != kid]
    if found:
        those = Assignment.screen_id.in_(found)
        session.execute(update(Assignment).where(those).values(pinned=kid))


def _values(note: ReceiptNote) -> tuple[int, str, str | None, int, int, int]:
    """The values and the key of the row that a receipt updates."""
    version = note.version
    return version, note.state, note.reason, note.at_ms, note.screen_id, version


def _note_takeovers(session: Session, accepted: Collection[tuple[ReceiptNote, str | None]]) -> None:
    """Store which takeover each screen shows; its first receipt counts."""
    now_ms = max((note.at_ms for note, _ in accepted), default=0)
    shown: defaultdict[str | None, list[ReceiptNote]] = defaultdict(list)
    for note, name in accepted:
        shown[name].append(note)
    for name, notes in shown.items():
        windows = Windows(session, [note.screen_id for note in notes], now_ms, but=name)
        for note in notes:
            windows.end_others(note.screen_id, name, note.at_ms)
        windows.save()
        first = [(note.screen_id, name, note.at_ms) for note in notes if name is not None]
        plain_rows.insert_many(session, _FIRST_RECEIPT, first)


def _tell_again(core: Core, screen_id: int, *, above: int = 0, renew_below_ms: int = 0) -> None:
    with urgent(), core.config.write() as session:
        issuing = Issuing(session, Keyring(core), core.clock.now_ms(), [screen_id])
        row = issuing.rows.get(screen_id)
        if row is None:
            return
        told = told_again(row, above=above, renew_below_ms=renew_below_ms)
        written = issuing.issue(screen_id, told)
        issuing.finish()
    if written:
        wake(core)
