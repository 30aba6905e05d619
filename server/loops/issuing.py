"""Writes newer assignments, in one transaction: versions, instants, tenures, signatures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.manifest import decode
from playlists.seat import next_boundary
from server.loops import held
from server.loops.downloads import windows_of
from server.loops.held import Held
from server.loops.keys import Keyring
from server.loops.models import Assignment, StoredManifest
from server.loops.order import VALID_MS, Order
from server.loops.tenures import OpenTenures
from server.loops.windows import Windows

AHEAD_MS: Final = 5_000


@dataclass(frozen=True)
class Plan:
    """A stored manifest, the hash of what it was built from, and when that was."""

    manifest: str
    inputs: str
    built_at: int


@dataclass(frozen=True)
class Wish:
    """What a screen should be told now; nothing is written if it has been told just that.

    `plan` None keeps the manifest that it has. A takeover whose `until` is None lasts as long as
    the assignment. `metered` is as `downloads.allowance` has it, `pause` as `overlays.pause`. The
    version will be above `above`.
    `renew_below_ms`: written again if it would expire within that time. `bound_anew`: another
    player was bound, which knows nothing yet.
    """

    plan: Plan | None = None
    takeover: Mapping[str, Any] | None = None
    revoked: tuple[str, ...] = ()
    metered: Mapping[str, Any] | None = None
    pause: Mapping[str, Any] | None = None
    above: int = 0
    renew_below_ms: int = 0
    bound_anew: bool = False


class Issuing:
    """One round for some screens in one write transaction; all share `now_ms` and a serial.

    `boundaries` are the instants at which manifests are left; rounds that share them move all
    their screens at once. Nothing is written before `finish`.
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
        self.rows = held.load(session, screen_ids)
        self._new: dict[int, Held] = {}
        self._changed: dict[int, Held] = {}
        self._tenures = OpenTenures(session, screen_ids)
        self._windows = Windows(session, screen_ids, now_ms)
        self._serial = newest_serial(session) + 1
        self._boundaries = {} if boundaries is None else boundaries

    def issue(self, screen_id: int, wish: Wish) -> bool:
        """Make a newer assignment for a screen; false if there is nothing new to tell."""
        row = self.rows.get(screen_id)
        if row is None and wish.plan is None:
            return False
        if row is not None and not self._is_news(row, wish):
            self._note_plan(row, wish.plan)
            return False
        target = self.rows.setdefault(screen_id, Held(screen_id))
        (self._new if row is None else self._changed)[screen_id] = target
        fresh = row is None or wish.bound_anew
        version = max(target.version, wish.above) + 1
        self._move(target, wish.plan, version, fresh=fresh)
        target.version, target.serial = version, self._serial
        target.issued_at = max(self._now_ms, target.issued_at)
        target.expires_at = target.issued_at + VALID_MS
        target.revoked = list(wish.revoked)
        target.metered = dict(wish.metered) if wish.metered is not None else None
        target.pause = dict(wish.pause) if wish.pause is not None else None
        if fresh:
            target.pinned = self._keys.kid
        self._take_over(target, wish.takeover)
        self._sign(target)
        return True

    def finish(self) -> None:
        """Write what was made."""
        changed = [row for key, row in self._changed.items() if key not in self._new]
        held.save(self._session, self._new.values(), changed)
        self._tenures.save()
        self._windows.save()

    def manifests(self, screen_id: int, plan: Plan | None) -> frozenset[str]:
        """All that the screen may have on air now or with this plan."""
        row = self.rows.get(screen_id)
        names = [row.manifest, row.leaving] if row is not None else []
        names.append(plan.manifest if plan is not None else None)
        return self._tenures.manifests(screen_id) | {name for name in names if name is not None}

    def _is_news(self, row: Held, wish: Wish) -> bool:
        return (
            wish.bound_anew
            or (wish.plan is not None and wish.plan.manifest != row.manifest)
            or not same_takeover(row.takeover, wish.takeover)
            or list(wish.revoked) != row.revoked
            or wish.metered != row.metered
            or wish.pause != self._lasting_pause(row)
            or wish.above >= row.version
            or row.expires_at - self._now_ms < wish.renew_below_ms
        )

    def _lasting_pause(self, row: Held) -> dict[str, Any] | None:
        """The pause that the screen knows of; one that ended in its time is no news."""
        return row.pause if row.pause is not None and row.pause["until"] > self._now_ms else None

    def _move(self, target: Held, plan: Plan | None, version: int, *, fresh: bool) -> None:
        """Point the row at its manifest, and say when the screen goes over to it."""
        former = target.manifest
        self._note_plan(target, plan)
        target.manifest = plan.manifest if plan is not None else former
        if fresh:
            target.leaving, target.activate_at = None, self._now_ms
        elif target.manifest != former:
            before = former if target.leaving is None or self._is_over(target) else target.leaving
            target.leaving, target.activate_at = before, self._boundary(before)
        else:
            return
        self._tenures.begin(target.screen_id, target.manifest, version, target.activate_at)

    def _is_over(self, row: Held) -> bool:
        return row.activate_at <= self._now_ms

    def _note_plan(self, row: Held, plan: Plan | None) -> None:
        if plan is not None:
            row.inputs, row.built_at = plan.inputs, plan.built_at
            self._changed[row.screen_id] = row

    def _boundary(self, manifest: str) -> int:
        """The same instant for all screens that leave this manifest."""
        if manifest not in self._boundaries:
            body = self._session.get_one(StoredManifest, manifest).body
            self._boundaries[manifest] = next_boundary(decode(body), self._now_ms + AHEAD_MS - 1)
        return self._boundaries[manifest]

    def _take_over(self, target: Held, wished: Mapping[str, Any] | None) -> None:
        if wished is None:
            target.takeover, target.takeover_until = None, None
            return
        lasting = wished["until"] is None
        until = target.expires_at if lasting else wished["until"]
        target.takeover = {**wished, "until": until}
        target.takeover_until = None if lasting else until
        self._windows.note(target.screen_id, target.takeover)

    def _sign(self, target: Held) -> None:
        order = Order(
            target.screen_id,
            target.version,
            target.manifest,
            target.activate_at,
            target.issued_at,
            target.takeover,
            target.revoked or (),
            self._keys.new_pins(target.pinned),
            windows_of(target.metered, target.issued_at, target.expires_at),
            target.pause,
        )
        target.text = order.text()
        signed = self._keys.sign(target.text, target.pinned)
        target.kid, target.signature = signed.kid, signed.signature


def newest_serial(session: Session) -> int:
    """The serial of the round that was written last."""
    return session.scalar(select(func.max(Assignment.serial))) or 0


def same_takeover(told: Mapping[str, Any] | None, wished: Mapping[str, Any] | None) -> bool:
    """Whether a screen was told of this takeover already; a lasting one has no end to compare."""
    if told is None or wished is None or wished["until"] is not None:
        return told == wished
    return {**told, "until": None} == wished
