"""Delivers plays: batches of one boot, idempotent, also to a restored server.

The twin of player/src/courier.js.
"""

from collections.abc import Callable
from typing import Any, Final

from server.simulator.player.batches import chain_after, chain_on, chain_start, take_run, to_batch
from server.simulator.player.disk import Boot, Disk
from server.simulator.wire.protocol import MOST_PLAYS, Json, Refused

# Acknowledged plays that are kept, for a server restored from a backup.
KEEP: Final = 500
NOT_ABOUT_THE_BATCH: Final = frozenset({401, 403, 408, 429})


class NoProgress(Exception):
    """The server's answers are inconsistent for this boot."""


class Courier:
    """Delivers for one disk; `send` posts a batch, `restored` is called after a server restore."""

    def __init__(
        self,
        disk: Disk,
        send: Callable[[Json], Any],
        restored: Callable[[], None],
    ) -> None:
        self._disk = disk
        self._send = send
        self._restored = restored
        self._limit = MOST_PLAYS
        self._stepped_back = False
        self.sent = 0

    def hand_in(self, current: Boot) -> None:
        """Deliver all plays. Raises NoNetwork, and Refused for errors not about a batch."""
        for boot in list(self._disk.boots):
            try:
                self._stepped_back = False
                while self._step(boot):
                    pass
            except NoProgress:
                continue
            self._tidy(boot, current)

    def _tidy(self, boot: Boot, current: Boot) -> None:
        """Drop acknowledged plays after a while; an earlier boot is dropped as a whole."""
        if boot is not current and not boot.waiting and boot.lost is None:
            self._disk.boots.remove(boot)
        elif boot.acked - boot.kept > 2 * KEEP:
            upto = boot.acked - KEEP
            boot.kept_head = chain_after(boot.kept_head, boot.after(boot.kept, upto - boot.kept))
            boot.drop(upto)

    def _step(self, boot: Boot) -> bool:
        """Send one message; returns whether there may be more."""
        if boot.lost is not None and boot.lost[0] <= boot.acked + 1:
            return self._declare(boot, boot.lost)
        run = take_run(boot.after(boot.acked, self._limit), self._limit)
        if not run:
            return False
        last, head = run[-1].seq, chain_after(boot.head, run)
        try:
            upto = self._ask(boot, to_batch(boot.boot, run, head))
        except Refused as refused:
            if not _is_about_the_batch(refused):
                raise
            return self._smaller(boot, len(run), last)
        self._limit = min(MOST_PLAYS, self._limit * 2)
        return self._settle(boot, upto, head if upto == last else None)

    def _smaller(self, boot: Boot, length: int, last: int) -> bool:
        self._limit = max(1, length // 2)
        if length == 1:
            boot.lost = (boot.acked + 1, last, "refused")
            self._disk.note("lost_range", f"{boot.boot} {last} refused")
        return True

    def _ask(self, boot: Boot, payload: Json) -> int:
        answer = self._send(payload)
        self.sent += 1
        upto = answer.get("upto") if isinstance(answer, dict) else None
        if not isinstance(upto, int) or upto < 0 or answer.get("boot") != boot.boot:
            raise Refused(502, "bad_answer")
        return upto

    def _settle(self, boot: Boot, upto: int, head: bytes | None) -> bool:
        """The server has stored everything up to `upto`."""
        if upto < boot.acked:
            return self._go_back(boot, upto)
        final = [play for play in boot.after(boot.acked, upto - boot.acked) if not play.open]
        reached = final[-1].seq if final else boot.acked
        if reached == boot.acked:
            raise NoProgress
        boot.head = head or chain_after(boot.head, final)
        boot.acked = reached
        return True

    def _go_back(self, boot: Boot, upto: int) -> bool:
        """It was restored from an older backup: send kept plays again, and declare others lost."""
        if self._stepped_back:
            raise NoProgress
        self._stepped_back = True
        self._restored()
        if upto < boot.kept:
            boot.head = chain_start(boot.boot) if upto == 0 else None
            gone = boot.lost[1] if boot.lost and boot.lost[0] <= boot.kept + 1 else boot.kept
            boot.lost = (upto + 1, gone, "acknowledged")
        else:
            boot.head = chain_after(boot.kept_head, boot.after(boot.kept, upto - boot.kept))
        boot.acked = upto
        return True

    def _declare(self, boot: Boot, lost: tuple[int, int, str]) -> bool:
        first, last, reason = lost
        upto = self._ask(boot, {"boot": boot.boot, "lost": [list(lost)]})
        if upto < first - 1:
            return self._go_back(boot, upto)
        if upto < last:
            raise NoProgress
        boot.head = chain_on(boot.head, ["lost", first, last, reason])
        if last > boot.kept:
            boot.drop(last)
        boot.acked, boot.kept_head, boot.lost = last, boot.head, None
        return True


def _is_about_the_batch(refused: Refused) -> bool:
    return 400 <= refused.status < 500 and refused.status not in NOT_ABOUT_THE_BATCH
