"""Plays declared lost by players, for the screens of a report while in its selection."""

from collections import defaultdict
from collections.abc import Mapping

from server.foundation.civil_time import Civil
from server.playlog.rawlog.declared_losses import by_reason, losses
from server.playlog.rawlog.reader import EVER_MS, Span, Stays
from server.playlog.store.transaction import Tx
from server.reporting.delivery.selection import Selection


def declared(tx: Tx, selection: Selection, civil: Civil) -> Mapping[str, int]:
    """The number of missing plays, by their declared reason."""
    screens = tuple({spot.screen for spot in selection.spots.values()})
    from_ms, until_ms = civil.start_of(selection.from_day), civil.start_of(selection.until_day)
    return by_reason(losses(tx, Span(screens, from_ms, until_ms, stays_of(selection))))


def stays_of(selection: Selection) -> Mapping[int, Stays]:
    """By screen, the times within a selection; only of screens that were moved."""
    found: defaultdict[int, list[range]] = defaultdict(list)
    for spot in selection.spots.values():
        moves = selection.places.moves.get(spot.screen)
        if moves:
            since_ms = spot.from_ms if spot.from_ms in moves else -EVER_MS
            until_ms = min((at_ms for at_ms in moves if at_ms > spot.from_ms), default=EVER_MS)
            found[spot.screen].append(range(since_ms, until_ms))
    return {
        screen: tuple(sorted(stays, key=lambda stay: stay.start)) for screen, stays in found.items()
    }
