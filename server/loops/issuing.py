"""Writes newer assignments, in one transaction: versions, instants, tenures, signatures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.manifest import decode
from playlists.seat import next_boundary
from server.loops.keys import Keyring
from server.loops.models import AssignedTakeover, Assignment, StoredManifest
from server.loops.order import VALID_MS, Order
from server.loops.tenures import OpenTenures

AHEAD_MS: Final = 5_000
# Up to here the numbers go into the query; beyond, reading all rows costs less.
FEW: Final = 1_000


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
    the assignment. The version will be above `above`. `renew_below_ms`: written again if it would
    expire within that time. `bound_anew`: another player was bound, which knows nothing yet.
    """

    plan: Plan | None = None
    takeover: Mapping[str, Any] | None = None
    revoked: tuple[str, ...] = ()
    above: int = 0
    renew_below_ms: int = 0
    bound_anew: bool = False


class Issuing:
    """One round for some screens in one write transaction; all share `now_ms` and a serial.

    `boundaries` are the instants at which manifests are left; rounds that share them move all
    their screens at once.
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
        self.rows = assignments(session, screen_ids)
        self.tenures = OpenTenures(session, screen_ids)
        self._windows = _windows(session, screen_ids)
        self._serial = newest_serial(session) + 1
        self._boundaries = {} if boundaries is None else boundaries

    def issue(self, screen_id: int, wish: Wish) -> bool:
        """Write a newer assignment for a screen; false if there is nothing new to tell."""
        row = self.rows.get(screen_id)
        if row is None and wish.plan is None:
            return False
        if row is not None and not self._is_news(row, wish):
            self._note_plan(row, wish.plan)
            return False
        target = row or Assignment(screen_id=screen_id, version=0, issued_at=0)
        self._move(target, row, wish)
        target.version = max(target.version, wish.above) + 1
        target.serial = self._serial
        target.issued_at = max(self._now_ms, target.issued_at)
        target.expires_at = target.issued_at + VALID_MS
        target.revoked = list(wish.revoked)
        if row is None or wish.bound_anew:
            target.pinned = self._keys.kid
        self._take_over(target, wish.takeover)
        self._sign(target)
        self._session.add(target)
        self.rows[screen_id] = target
        return True

    def manifests(self, screen_id: int, plan: Plan | None) -> frozenset[str]:
        """All that the screen may have on air now or with this plan."""
        row = self.rows.get(screen_id)
        names = [row.manifest, row.leaving] if row is not None else []
        names.append(plan.manifest if plan is not None else None)
        return self.tenures.manifests(screen_id) | {name for name in names if name is not None}

    def _is_news(self, row: Assignment, wish: Wish) -> bool:
        return (
            wish.bound_anew
            or (wish.plan is not None and wish.plan.manifest != row.manifest)
            or not same_takeover(row.takeover, wish.takeover)
            or list(wish.revoked) != row.revoked
            or wish.above >= row.version
            or row.expires_at - self._now_ms < wish.renew_below_ms
        )

    def _move(self, target: Assignment, row: Assignment | None, wish: Wish) -> None:
        """Point the row at its manifest, and say when the screen goes over to it."""
        plan = wish.plan
        self._note_plan(target, plan)
        if row is None or wish.bound_anew:
            target.leaving, target.activate_at = None, self._now_ms
            target.manifest = plan.manifest if plan is not None else target.manifest
        elif plan is not None and plan.manifest != row.manifest:
            target.leaving = in_force(row, self._now_ms)
            target.activate_at = self._boundary(target.leaving)
            target.manifest = plan.manifest
        else:
            return
        version = max(target.version, wish.above) + 1
        self.tenures.begin(target.screen_id, target.manifest, version, target.activate_at)

    def _note_plan(self, row: Assignment, plan: Plan | None) -> None:
        if plan is not None:
            row.inputs, row.built_at = plan.inputs, plan.built_at

    def _boundary(self, manifest: str) -> int:
        """The same instant for all screens that leave this manifest."""
        if manifest not in self._boundaries:
            body = self._session.get_one(StoredManifest, manifest).body
            self._boundaries[manifest] = next_boundary(decode(body), self._now_ms + AHEAD_MS - 1)
        return self._boundaries[manifest]

    def _take_over(self, target: Assignment, wished: Mapping[str, Any] | None) -> None:
        if wished is None:
            target.takeover, target.takeover_until = None, None
            return
        lasting = wished["until"] is None
        until = target.expires_at if lasting else wished["until"]
        target.takeover = {**wished, "until": until}
        target.takeover_until = None if lasting else until
        self._note_window(target.screen_id, target.takeover)

    def _note_window(self, screen_id: int, takeover: Mapping[str, Any]) -> None:
        """Remember that the screen may show it then, to know its plays again."""
        key = (screen_id, takeover["id"], takeover["asset"]["digest"])
        window = self._windows.get(key)
        if window is None:
            _, name, asset = key
            window = AssignedTakeover(screen_id=screen_id, object=name, asset=asset)
            self._windows[key] = window
            self._session.add(window)
        window.from_ms, window.until_ms = takeover["from"], takeover["until"]

    def _sign(self, target: Assignment) -> None:
        order = Order(
            target.screen_id,
            target.version,
            target.manifest,
            target.activate_at,
            target.issued_at,
            target.takeover,
            target.revoked,
            self._keys.new_pins(target.pinned),
        )
        target.text = order.text()
        signed = self._keys.sign(target.text, target.pinned)
        target.kid, target.signature = signed.kid, signed.signature


def assignments(session: Session, screen_ids: Collection[int]) -> dict[int, Assignment]:
    """The newest assignments of some screens, by screen."""
    wanted = set(screen_ids)
    query = select(Assignment)
    if len(wanted) <= FEW:
        query = query.where(Assignment.screen_id.in_(wanted))
    return {row.screen_id: row for row in session.scalars(query) if row.screen_id in wanted}


def _windows(
    session: Session, screen_ids: Collection[int]
) -> dict[tuple[int, str, str], AssignedTakeover]:
    query = select(AssignedTakeover).where(AssignedTakeover.screen_id.in_(list(screen_ids)))
    return {(row.screen_id, row.object, row.asset): row for row in session.scalars(query)}


def newest_serial(session: Session) -> int:
    """The serial of the round that was written last."""
    return session.scalar(select(func.max(Assignment.serial))) or 0


def in_force(row: Assignment, now_ms: int) -> str:
    """The manifest that a screen which does as it is told has on air."""
    return row.manifest if row.leaving is None or row.activate_at <= now_ms else row.leaving


def same_takeover(told: Mapping[str, Any] | None, wished: Mapping[str, Any] | None) -> bool:
    """Whether a screen was told of this takeover already; a lasting one has no end to compare."""
    if told is None or wished is None or wished["until"] is not None:
        return told == wished
    return {**told, "until": None} == wished
