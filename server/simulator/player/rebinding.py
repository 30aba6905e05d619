"""Requests a new binding while the loop continues (twin of the `Rebinder` in binding.js)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from server.simulator.player.binding import Again, Enrolment, Unproven, ask_code, enrol, redeem
from server.simulator.player.binding_statement import Doubt, asking_of
from server.simulator.player.disk import Credential
from server.simulator.wire.protocol import Json, Link, Refused

DOUBT_MS: Final = 600_000
"""Ms for which a server may refuse a screen before the screen requests a new binding."""
UNKNOWN: Final = frozenset({"unauthorized", "revoked", "moved"})
ENROL_AGAIN_MS: Final = 20_000


@dataclass
class _Offer:
    """A code displayed in the corner, until it expires."""

    asked: Json
    again: Again
    until_ms: float


class Rebinder:
    """One boot's rebinding; `code` is displayed in the corner. `doubted` gets failed proofs."""

    def __init__(
        self,
        held: Callable[[], Credential],
        enrolment: Enrolment | None,
        size: tuple[int, int],
        box: str,
        doubted: Callable[[Doubt], None],
    ) -> None:
        self._held = held
        self._enrolment = enrolment
        self._size = size
        self._box = box
        self._doubted = doubted
        self._offer: _Offer | None = None
        self._enrolled_ms = -float(ENROL_AGAIN_MS)
        self.last_refusal = ""

    @property
    def code(self) -> str:
        """The code for a person to enter; '' without an offer."""
        return str(self._offer.asked["user_code"]) if self._offer is not None else ""

    def refused(self, word: str) -> float | None:
        """Ms until a request after this refusal; None if it calls for none."""
        if word not in UNKNOWN:
            return None
        self.last_refusal = word
        return 0 if word == "moved" else DOUBT_MS

    def welcome(self) -> None:
        """The credential is valid."""
        self._offer, self.last_refusal = None, ""

    def ask(self, link: Link, mono_ms: float) -> Credential | None:
        """Request again, by key and by code. Raises NoNetwork."""
        for way in (self._by_key, self._by_code):
            try:
                found = way(link, mono_ms)
            except Unproven as unproven:
                self._doubted(unproven.doubt)
                continue
            if found is not None:
                return found
        return None

    def pause_ms(self) -> float:
        """Ms until the next request."""
        return 1000.0 * self._offer.asked["interval"] if self._offer is not None else 60_000.0

    def _again(self) -> Again:
        return Again(asking_of(self._held()), self._held)

    def _by_key(self, link: Link, mono_ms: float) -> Credential | None:
        # The key would bind a revoked box to its old unit again.
        too_soon = mono_ms - self._enrolled_ms < ENROL_AGAIN_MS
        if self._enrolment is None or self.last_refusal == "revoked" or too_soon:
            return None
        self._enrolled_ms = mono_ms
        try:
            its = self._enrolment
            return enrol(link, its.key, its.serial, self._again(), self._box)
        except Refused:
            return None

    def _by_code(self, link: Link, mono_ms: float) -> Credential | None:
        try:
            if self._offer is None or mono_ms >= self._offer.until_ms:
                self._offer = self._offered(link, mono_ms)
                return None
            code = self._offer.asked["device_code"]
            return redeem(link, code, self._offer.again, self._box)
        except Refused as refused:
            if refused.code in {"expired_token", "access_denied"}:
                self._offer = None
            return None

    def _offered(self, link: Link, mono_ms: float) -> _Offer:
        again = self._again()
        asked = ask_code(link, self._size, again)
        return _Offer(asked, again, mono_ms + 1000.0 * asked["expires_in"])
