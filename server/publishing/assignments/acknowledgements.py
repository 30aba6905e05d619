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
from server.publishing.assignments.issuer import Issuing, current_state
from server.publishing.assignments.key_handovers import RENEW_BELOW_MS, settle
from server.publishing.assignments.outbox import wake
from server.publishing.assignments.rows import AssignmentSummary
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.assignments.takeover_windows import Windows, end_windows
from server.publishing.assignments.tenures import OpenTenures
from server.publishing.models import Assignment
from server.publishing.queries import UNRESOLVED

# Above this a version is no number that a server ever gave out, but an attempt to run it out.
HIGHEST_ACCEPTED: Final = 2**50

_RECEIPT: Final = (
    "INSERT INTO assignment_receipts (screen_id, version, state, reason, at) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (screen_id) DO UPDATE SET version = excluded.version, "
    "state = excluded.state, reason = excluded.reason, at = excluded.at "
    "WHERE excluded.version >= assignment_receipts.version"
)
_FIRST_RECEIPT: Final = (
    "INSERT INTO takeover_receipts (screen_id, object, at) VALUES (?, ?, ?) "
    "ON CONFLICT (object, screen_id) DO NOTHING"
)


class ReceiptNote(msgspec.Struct, frozen=True):
    """A player accepted or refused a version; `reason` is the protocol's word.

    `takeover`: which takeover or stop that version has, where it is at hand; `ends`: the windows of
    others (`assigned_takeovers.id`) that are over once it is accepted.
    """

    screen_id: int
    version: int
    state: str
    reason: str | None
    at_ms: int
    takeover: str | None = UNRESOLVED
    ends: tuple[int, ...] = ()


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
    at_hand = [note for note in latest.values() if note.takeover != UNRESOLVED]
    others = {one: note for one, note in latest.items() if note.takeover == UNRESOLVED}
    with core.config.write() as session:
        if at_hand:
            _note_at_hand(session, at_hand)
        if others:
            _note(session, others, core.signer)


def _note_at_hand(session: Session, notes: Sequence[ReceiptNote]) -> None:
    """Write receipts of orders that are at hand, without reading the rows."""
    _save(session, notes)
    accepted = [note for note in notes if note.state == "accepted"]
    _save_first(session, [(note, note.takeover) for note in accepted])
    end_windows(
        session,
        [(one, note.screen_id, note.version, note.at_ms) for note in accepted for one in note.ends],
    )


def _note(session: Session, latest: Mapping[int, ReceiptNote], signer: Signer) -> None:
    """Write receipts, and what follows from them for the trust of screens."""
    rows = held.summaries(session, latest)
    settle(session, dict(_taken(latest.values(), rows, signer.kid)), signer)
    now = [latest[one] for one, row in rows.items() if latest[one].version == row.version]
    if now:
        _save(session, now)
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
    if version < HIGHEST_ACCEPTED:
        _reissue(core, screen_id, above=version)


def renew(core: Core, screen_id: int) -> None:
    """Issue again if fewer than 20 days are left: the daily extension has missed this screen."""
    _reissue(core, screen_id, renew_below_ms=RENEW_BELOW_MS)


def _taken(
    notes: Iterable[ReceiptNote], rows: Mapping[int, AssignmentSummary], kid: str
) -> Iterator[tuple[int, int]]:
    """Screen and version of accepted assignments for which a hand-over may have waited."""
    for note in notes:
        row = rows.get(note.screen_id)
        if row is not None and row.pinned != kid and note.state == "accepted":
            yield note.screen_id, note.version


def _note_trust(
    session: Session, now: Iterable[ReceiptNote], rows: Mapping[int, AssignmentSummary], kid: str
) -> None:
    """Mark screens as trusting the current key, once they accept its signature."""
    accepted = {note.screen_id for note in now if note.state == "accepted"}
    found = [one for one in accepted if rows[one].kid == kid and rows[one].pinned != kid]
    if found:
        those = Assignment.screen_id.in_(found)
        session.execute(update(Assignment).where(those).values(pinned=kid))


def _save(session: Session, notes: Iterable[ReceiptNote]) -> None:
    """Store receipts; one of an older version than the stored one's is ignored."""
    values = [(one.screen_id, one.version, one.state, one.reason, one.at_ms) for one in notes]
    plain_rows.insert_many(session, _RECEIPT, values)


def _save_first(session: Session, accepted: Iterable[tuple[ReceiptNote, str | None]]) -> None:
    """Store the first receipt of each takeover by each screen."""
    first = [(one.screen_id, name, one.at_ms) for one, name in accepted if name is not None]
    plain_rows.insert_many(session, _FIRST_RECEIPT, first)


def _note_takeovers(session: Session, accepted: Collection[tuple[ReceiptNote, str | None]]) -> None:
    """Store which takeover each screen shows, and that its others are over."""
    _save_first(session, accepted)
    now_ms = max((note.at_ms for note, _ in accepted), default=0)
    shown: defaultdict[str | None, list[ReceiptNote]] = defaultdict(list)
    for note, name in accepted:
        shown[name].append(note)
    for name, notes in shown.items():
        windows = Windows(session, [note.screen_id for note in notes], now_ms, but=name)
        for note in notes:
            windows.end_others(note.screen_id, name, note.at_ms)
        windows.save()


def _reissue(core: Core, screen_id: int, *, above: int = 0, renew_below_ms: int = 0) -> None:
    with urgent(), core.config.write() as session:
        issuing = Issuing(session, Keyring(core), core.clock.now_ms(), [screen_id])
        row = issuing.rows.get(screen_id)
        if row is None:
            return
        desired = current_state(row, above=above, renew_below_ms=renew_below_ms)
        written = issuing.issue(screen_id, desired)
        issuing.finish()
    if written:
        wake(core)
