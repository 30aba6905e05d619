"""Writes newer assignments, in one transaction: versions, instants, tenures, signatures."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.wire.manifest import decode
from playlists.wire.seat import next_boundary
from server.foundation.crypto.signing import Signer
from server.publishing.assignments import rows as held
from server.publishing.assignments.key_handovers import HandOvers
from server.publishing.assignments.payload import VALID_MS, Order, more_of
from server.publishing.assignments.rows import AssignmentRecord, Changes
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.assignments.takeover_windows import Windows
from server.publishing.assignments.tenures import OpenTenures
from server.publishing.manifests.download_windows import windows_of
from server.publishing.models import Assignment, StoredManifest

AHEAD_MS: Final = 5_000
_NOTHING: Final[list[str]] = []
"""Shared, as values of rows are replaced and never modified."""


class Plan(msgspec.Struct, frozen=True):
    """A stored manifest, the hash of its inputs, and the time when it was built."""

    manifest: str
    inputs: str
    built_at: int


class DesiredState(msgspec.Struct, frozen=True):
    """The desired assignment of a screen; nothing is written if it equals the current one.

    `plan` None keeps the current manifest. A takeover whose `until` is None lasts as long as the
    assignment. `metered` as from `download_windows`, `pause` as from `overlays.pause`. The version
    will be above `above`. `renew_below_ms`: written again if it would expire within that time.
    `newly_bound`: another player was bound, which has no assignment yet.
    """

    plan: Plan | None = None
    takeover: Mapping[str, Any] | None = None
    revoked: tuple[str, ...] = ()
    metered: Mapping[str, Any] | None = None
    pause: Mapping[str, Any] | None = None
    above: int = 0
    renew_below_ms: int = 0
    newly_bound: bool = False


class Issuing:
    """One round for some screens in one write transaction; all share `now_ms` and a `serial`.

    `boundaries` are the instants at which manifests are left; rounds that share them move all
    their screens at once. Nothing is written before `finish`.
    `written` are the rows with new orders, `ends` the windows of takeovers that end once a screen
    has accepted its new order.
    """

    def __init__(
        self,
        session: Session,
        keys: Keyring,
        now_ms: int,
        screen_ids: Collection[int],
        boundaries: dict[str, int] | None = None,
    ) -> None:
        self._session = session
        self._keys = keys
        self._now_ms = now_ms
        self.rows = held.load_light(session, screen_ids)
        self._handovers = HandOvers(session, self.rows, keys)
        self.written: list[AssignmentRecord] = []
        self.ends: dict[int, tuple[int, ...]] = {}
        self._changes = Changes()
        self._texts = held.Texts()
        self._takeovers: dict[tuple[int, int], tuple[Mapping[str, Any], dict[str, Any]]] = {}
        self._tenures = OpenTenures(session, screen_ids)
        self._windows = Windows(session, screen_ids, now_ms)
        self.serial = newest_serial(session) + 1
        self._boundaries = {} if boundaries is None else boundaries

    def issue(self, screen_id: int, desired: DesiredState) -> bool:
        """Make a newer assignment for a screen; False if nothing would change."""
        row = self.rows.get(screen_id)
        if row is None:
            return desired.plan is not None and self._begin(AssignmentRecord(screen_id), desired)
        if not self._is_news(row, desired):
            if desired.plan is not None:
                self._note_plan(row, desired.plan)
                self._changes.noted.append(row)
            return False
        before = row.revoked, row.metered, row.pause, row.kid
        self._renew(row, desired, fresh=desired.newly_bound)
        if desired.plan is not None:
            self._changes.moved.append(row)
        elif not desired.newly_bound and before == (row.revoked, row.metered, row.pause, row.kid):
            self._changes.same.append(row)
        else:
            self._changes.reissued.append(row)
        return True

    def _begin(self, row: AssignmentRecord, desired: DesiredState) -> bool:
        self.rows[row.screen_id] = row
        self._renew(row, desired, fresh=True)
        self._changes.new.append(row)
        return True

    def _renew(self, target: AssignmentRecord, desired: DesiredState, *, fresh: bool) -> None:
        """Put a newer order into a row."""
        version = max(target.version, desired.above) + 1
        self._move(target, desired.plan, version, fresh=fresh)
        target.version, target.serial = version, self.serial
        target.issued_at = max(self._now_ms, target.issued_at)
        target.expires_at = target.issued_at + VALID_MS
        target.revoked = list(desired.revoked) if desired.revoked else _NOTHING
        target.metered = dict(desired.metered) if desired.metered is not None else None
        target.pause = dict(desired.pause) if desired.pause is not None else None
        if fresh:
            target.pinned = self._keys.kid
            self._handovers.forget(target.screen_id)
        self._take_over(target, desired.takeover)
        name = None if desired.takeover is None else desired.takeover["id"]
        if others := self._windows.others(target.screen_id, name):
            self.ends[target.screen_id] = others
        self._handovers.extend(target.screen_id, self._now_ms)
        self._sign(target)
        self.written.append(target)

    def finish(self) -> None:
        """Write the collected assignments."""
        self._changes.save(self._session, self._texts)
        self._tenures.save()
        self._windows.save()

    def manifests(self, screen_id: int, plan: Plan | None) -> frozenset[str]:
        """All that the screen may have on air now or with this plan."""
        row = self.rows.get(screen_id)
        names = [row.manifest, row.leaving] if row is not None else []
        names.append(plan.manifest if plan is not None else None)
        return self._tenures.manifests(screen_id) | {name for name in names if name is not None}

    def _is_news(self, row: AssignmentRecord, desired: DesiredState) -> bool:
        return (
            desired.newly_bound
            or (desired.plan is not None and desired.plan.manifest != row.manifest)
            or not same_takeover(row.takeover, desired.takeover)
            or list(desired.revoked) != row.revoked
            or desired.metered != row.metered
            or desired.pause != self._lasting_pause(row)
            or desired.above >= row.version
            or row.expires_at - self._now_ms < desired.renew_below_ms
        )

    def _lasting_pause(self, row: AssignmentRecord) -> dict[str, Any] | None:
        """The screen's current pause; one that ended at its time is no change."""
        return row.pause if row.pause is not None and row.pause["until"] > self._now_ms else None

    def _move(
        self, target: AssignmentRecord, plan: Plan | None, version: int, *, fresh: bool
    ) -> None:
        """Set the row's manifest and the time of the switch to it."""
        former, before = target.manifest, target.in_force(self._now_ms)
        if plan is not None:
            self._note_plan(target, plan)
            target.manifest = plan.manifest
        if fresh:
            target.leaving, target.activate_at = None, self._now_ms
        elif target.manifest != former:
            target.leaving, target.activate_at = before, self._boundary(before)
        else:
            return
        self._tenures.begin(target.screen_id, target.manifest, version, target.activate_at)

    def _note_plan(self, row: AssignmentRecord, plan: Plan) -> None:
        row.inputs, row.built_at = plan.inputs, plan.built_at

    def _boundary(self, manifest: str) -> int:
        """The same instant for all screens that leave this manifest."""
        if manifest not in self._boundaries:
            body = self._session.get_one(StoredManifest, manifest).body
            self._boundaries[manifest] = next_boundary(decode(body), self._now_ms + AHEAD_MS - 1)
        return self._boundaries[manifest]

    def _take_over(self, target: AssignmentRecord, desired: Mapping[str, Any] | None) -> None:
        if desired is None:
            target.takeover, target.takeover_until = None, None
            return
        lasting = desired["until"] is None
        until = target.expires_at if lasting else desired["until"]
        # Equal for thousands of screens, so it is built once; keyed by identity, so the object is
        # kept.
        key = id(desired), until
        if key not in self._takeovers:
            self._takeovers[key] = desired, {**desired, "until": until}
        target.takeover = self._takeovers[key][1]
        target.takeover_until = None if lasting else until
        self._windows.note(target.screen_id, target.takeover)

    def _sign(self, target: AssignmentRecord) -> None:
        """Sign with the current key, or with a trusted one as a hand-over to it."""
        introducer = self._handovers.introducer(target)
        target.text = Order(
            target.screen_id,
            target.version,
            target.manifest,
            target.activate_at,
            target.issued_at,
            self._texts.of(target.takeover),
            self._more(target, introducer),
        ).text()
        signer = introducer or self._keys.current
        target.kid, target.signature = signer.kid, signer.sign(target.text)
        if introducer is not None:
            self._handovers.add(target)

    def _more(self, target: AssignmentRecord, introducer: Signer | None) -> str:
        """The columns that are empty in most orders."""
        if not (target.revoked or introducer or target.metered or target.pause):
            return ""
        return more_of(
            target.revoked or (),
            self._keys.current.public_keys() if introducer else None,
            windows_of(target.metered, target.issued_at, target.expires_at),
            target.pause,
        )


def current_state(
    row: AssignmentRecord, *, above: int = 0, renew_below_ms: int = 0
) -> DesiredState:
    """The current assignment as a desired state, to be issued again with a newer version."""
    lasting = row.takeover is not None and row.takeover_until is None
    return DesiredState(
        takeover={**(row.takeover or {}), "until": None} if lasting else row.takeover,
        revoked=tuple(row.revoked or ()),
        metered=row.metered,
        pause=row.pause,
        above=above,
        renew_below_ms=renew_below_ms,
    )


def newest_serial(session: Session) -> int:
    """The serial of the round that was written last."""
    return session.scalar(select(func.max(Assignment.serial))) or 0


def same_takeover(assigned: Mapping[str, Any] | None, desired: Mapping[str, Any] | None) -> bool:
    """Whether the screen has this takeover already; a lasting one has no end to compare."""
    if assigned is None or desired is None or desired["until"] is not None:
        return assigned == desired
    return {**assigned, "until": None} == desired
