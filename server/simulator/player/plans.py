"""Manages plans: accept an assignment, fetch its files, switch at its instant.

The twin of player/src/plans.js.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from playlists.errors import MalformedManifest
from playlists.wire.model import Asset
from playlists.wire.seat import next_boundary, seat
from server.simulator.player.clock import Clock
from server.simulator.player.disk import Credential, Disk, KeptPlan
from server.simulator.player.due import NEVER, Overlay, Plan, Situation
from server.simulator.player.shelf import Shelf, Spoilt
from server.simulator.player.verify import TrustState, judge, parse_assignment
from server.simulator.wire.protocol import Json, Link, may_download

SURE_MS: Final = 2_000
"""Plays may differ from their slots by so many ms."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """A switch at a time never compared with the server's: by estimated and monotonic clock."""

    manifest: str
    at_ms: int
    at_mono: float


class Plans:
    """Assignments and plans of one boot."""

    def __init__(self, disk: Disk, clock: Clock, shelf: Shelf) -> None:
        self._disk = disk
        self._clock = clock
        self._shelf = shelf
        self._order: Mapping[str, Any] | None = None
        self._overlay: Overlay | None = None
        self._next: Plan | None = None
        self._switch_at = NEVER
        self._guess: _Guess | None = None
        self._current: Plan | None = None
        self._revoked: frozenset[str] = frozenset()
        if disk.current is not None:
            self._current = Plan(
                disk.current.digest, shelf.plan(disk.current.digest, disk.current.text)
            )
        order = parse_assignment(disk.accepted)
        if order is not None:
            self._follow(order)

    @property
    def version(self) -> int | None:
        """The version of the last accepted assignment."""
        return self._order["version"] if self._order is not None else None

    @property
    def current(self) -> Plan | None:
        """The plan on air."""
        return self._current

    @property
    def lacking(self) -> bool:
        """Whether files of the assignment are still missing."""
        order = self._order
        if order is None:
            return False
        takeover = order.get("takeover")
        if takeover is not None and self._overlay is None:
            return True
        return order["manifest"] not in {plan.digest for plan in self._aboard()}

    def _aboard(self) -> list[Plan]:
        """The current and the next plan, as far as there are any."""
        return [plan for plan in (self._current, self._next) if plan is not None]

    def needed(self) -> set[str]:
        """Files that must be kept: of the current and next plan, and of a takeover."""
        found = {asset.digest for plan in self._aboard() for asset in plan.manifest.assets}
        takeover = (self._order or {}).get("takeover")
        return found | ({takeover["asset"]["digest"]} if takeover else set())

    def situation(self) -> Situation:
        """The inputs of the display."""
        expires_at = self._order["expires_at"] if self._order is not None else NEVER
        return Situation(
            self._current,
            self._next,
            self._switch_at,
            self._overlay,
            0 if self._clock.latest_ms() >= expires_at else expires_at,
            self._revoked,
            pause_of(self._order),
        )

    def receive(self, message: object) -> Json:
        """Judge a message and accept it if valid; returns the receipt."""
        credential = self._disk.credential
        if credential is None:
            return {"version": None, "state": "refused", "reason": "unknown_key"}
        trust = TrustState(
            credential.screen, self._disk.accepted, credential.keys, int(self._clock.latest_ms())
        )
        judgement = judge(message, trust)
        order = judgement.order
        version = order["version"] if order is not None else self.version
        if judgement.reason is not None or order is None or not isinstance(message, Mapping):
            self._disk.note("assignment_refused", str(judgement.reason))
            return {"version": version, "state": "refused", "reason": judgement.reason}
        if message["assignment"] != self._disk.accepted:
            self._accept(credential, order, message["assignment"])
        return {"version": version, "state": "accepted"}

    def prepare(self, link: Link, token: str) -> None:
        """Fetch and verify an assignment's files. Raises NoNetwork; an invalid plan is skipped.

        An assignment that arrives meanwhile is handled at the next call.
        """
        order = self._order
        if order is None:
            return
        try:
            self._prepare_takeover(order, link, token)
            self._prepare_plan(order, link, token)
        except (Spoilt, MalformedManifest) as error:
            code = "asset_corrupt" if isinstance(error, Spoilt) else "manifest_corrupt"
            self._disk.note(code, str(error))

    def settle(self, now_ms: float) -> bool:
        """Make a due switch permanent; returns whether there was one."""
        if self._next is None or now_ms < self._switch_at:
            return False
        plan, at = self._next, self._switch_at
        self._current, self._next, self._switch_at = plan, None, NEVER
        self._disk.current = KeptPlan(plan.digest, self._shelf.manifests.get(plan.digest, ""))
        is_guessed = self._clock.note() is None
        mono = at - self._clock.offset_ms()
        self._guess = _Guess(plan.digest, at, mono) if is_guessed else None
        self._disk.switched = {"version": self.version or 0, "manifest": plan.digest, "at": at}
        return True

    def reckon_again(self) -> None:
        """The clock stepped: compute times based on it again."""
        if self._next is not None:
            self._appoint(self._next)
        self._amend_switched()

    def _amend_switched(self) -> None:
        """Correct the time of an unreported switch that was based on an estimated clock.

        Its plays are corrected likewise. Small steps are ignored, as the switch is at a slot
        boundary, unless it would now be in the future.
        """
        guess, switched = self._guess, self._disk.switched
        if guess is None or switched is None or switched["manifest"] != guess.manifest:
            return
        at_ms = round(guess.at_mono + self._clock.offset_ms())
        if abs(at_ms - guess.at_ms) > SURE_MS or self._clock.now_ms() < guess.at_ms:
            self._guess = replace(guess, at_ms=at_ms)
            self._disk.switched = {**switched, "at": at_ms}

    def _accept(self, credential: Credential, order: Mapping[str, Any], text: str) -> None:
        if order.get("keys"):
            credential.keys = list(order["keys"])
        self._disk.accepted = text
        self._clock.raise_floor(order["issued_at"])
        self._follow(order)

    def _follow(self, order: Mapping[str, Any]) -> None:
        self._order = order
        self._revoked = frozenset(order.get("revoked") or ())
        takeover = order.get("takeover")
        if self._overlay is not None and (takeover or {}).get("id") != self._overlay.id:
            self._overlay = None
        if takeover is not None:
            overlay = overlay_of(takeover)
            # A file that is available needs no task, which might wait behind others.
            if self._overlay is not None or self._shelf.has(overlay.asset):
                self._overlay = overlay
        if self._current is not None and order["manifest"] == self._current.digest:
            self._next, self._switch_at = None, NEVER
        elif self._next is not None and order["manifest"] == self._next.digest:
            self._appoint(self._next)
        else:
            self._next, self._switch_at = None, NEVER

    def _prepare_takeover(self, order: Mapping[str, Any], link: Link, token: str) -> None:
        takeover = order.get("takeover")
        if takeover is None or self._overlay is not None:
            return
        overlay = overlay_of(takeover)
        self._shelf.ensure(overlay.asset, link, token)
        if self._order is order:
            self._overlay = overlay

    def _prepare_plan(self, order: Mapping[str, Any], link: Link, token: str) -> None:
        digest = order["manifest"]
        if not self.lacking or digest in {plan.digest for plan in self._aboard()}:
            return
        if not may_download(order, self._clock.latest_ms()):
            return
        text = self._shelf.manifest(digest, link)
        plan = Plan(digest, self._shelf.plan(digest, text))
        for asset in plan.manifest.assets:
            if asset.digest not in self._revoked:
                self._shelf.ensure(asset, link, token)
        if self._order is order:
            self._appoint(plan)

    def _appoint(self, plan: Plan) -> None:
        """Set the instant of the switch: the assignment's, or the next slot boundary."""
        order_at = self._order["activate_at"] if self._order is not None else 0
        at = max(order_at, int(-(-self._clock.now_ms() // 1)))
        self._next = plan
        self._switch_at = boundary(self._current, at)


def pause_of(order: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """The declared pause of an assignment."""
    pause = (order or {}).get("pause")
    return (pause["from"], pause["until"]) if pause else None


def boundary(plan: Plan | None, at_ms: int) -> int:
    """The first instant from `at_ms` on that interrupts no slot of this plan."""
    if plan is None:
        return at_ms
    found = seat(plan.manifest, at_ms)
    if found.state != "playing" or found.held or found.offset_ms == 0:
        return at_ms
    return next_boundary(plan.manifest, at_ms)


def overlay_of(takeover: Mapping[str, Any]) -> Overlay:
    """The takeover of an assignment."""
    wire = takeover["asset"]
    asset = Asset(
        digest=wire["digest"],
        kind=wire["kind"],
        type=wire["type"],
        bytes=wire["bytes"],
        width=wire.get("width", 1),
        height=wire.get("height", 1),
        duration_ms=wire.get("duration_ms"),
        blocks=tuple(wire.get("blocks") or ()),
    )
    return Overlay(takeover["id"], asset, takeover["from"], takeover["until"])
