"""Why a play wasn't played to its end, derived from the orders of its screen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from server.foundation.i18n import Sentence
from server.foundation.public_ids import number
from server.playlog.model import play as p
from server.publishing.queries import takeovers_between

BY_TAKEOVER: Final = Sentence("被紧急插播打断", "Cut off by a takeover")
BY_STOP: Final = Sentence("被一键停播打断", "Cut off by a stop")
BOOKED: Final = Sentence("（报表计入插播占用）", " (reports count it as pre-empted)")
TAKEOVER_OVER: Final = Sentence("插播已结束", "The takeover was over")
JOINED_LATE: Final = Sentence("从中途开始播", "Begun in the middle")
EARLY_MS: Final = 2_000
"""Players' clocks may be so far off, as in verdicts."""


class CutShort:
    """The takeovers and stops during plays of one screen (documents of `/plays`)."""

    def __init__(
        self, session: Session, screen_id: str | None, plays: Iterable[Mapping[str, Any]]
    ) -> None:
        plays = tuple(plays)
        self._shown_over = [
            _start_ms(one) for one in plays if one["cause"] == p.TAKEOVER and one["start"]
        ]
        ends = [_end_ms(one) for one in plays if _is_partial(one)]
        self._orders: Sequence[tuple[str, int, int]] = ()
        if screen_id is not None and ends:
            span = (min(ends), max(ends) + EARLY_MS)
            self._orders = takeovers_between(session, number("screen", screen_id), *span)

    def why(self, play: Mapping[str, Any]) -> Sentence | None:
        """The reason in words; None if the play is whole, or the reason is unknown."""
        if not _is_partial(play):
            return None
        if play["cause"] == p.TAKEOVER:
            return TAKEOVER_OVER
        end_ms = _end_ms(play)
        for name, from_ms, until_ms in self._orders:
            if from_ms - EARLY_MS <= end_ms < until_ms:
                reason = BY_STOP if name.startswith("x_") else BY_TAKEOVER
                if self._gave_way(end_ms):
                    return Sentence(reason.zh + BOOKED.zh, reason.en + BOOKED.en)
                return reason
        return JOINED_LATE if play["cause"] == p.LATE_JOIN else None

    def _gave_way(self, end_ms: int) -> bool:
        """Whether something was shown over it, by which reports go."""
        return any(abs(from_ms - end_ms) <= EARLY_MS for from_ms in self._shown_over)


def _is_partial(play: Mapping[str, Any]) -> bool:
    return play["verdict"] == "partial" and play["start"] is not None


def _end_ms(play: Mapping[str, Any]) -> int:
    shown_ms: int = play["shown_ms"]
    return _start_ms(play) + shown_ms


def _start_ms(play: Mapping[str, Any]) -> int:
    return round(datetime.fromisoformat(play["start"]).timestamp() * 1000)
