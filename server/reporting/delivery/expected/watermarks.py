"""The watermark of each screen's reported plays, and its tenures: all from the play log."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from server.playlog.model.expected import Reach, settled
from server.playlog.model.screen_context import Tenure
from server.playlog.store.booked_tenures import FOREVER_MS
from server.playlog.store.transaction import Row, Tx

FEW: Final = 500
"""Up to here the numbers go into the query; beyond, reading all rows costs less."""


class Watermark(msgspec.Struct, frozen=True, gc=False):
    """One screen: its log's reach, its last contact without a backlog, its folded days.

    `revision` is another one as soon as its tenures are others.
    """

    reach: Reach
    reported_until: int = 0
    clear_at: int = 0
    first_day: int = 0
    until_day: int = 0
    revision: int = 0

    def complete_until(self, tenure: Tenure) -> int:
        """The instant until which the screen has reported all its plays of a tenure.

        A heartbeat doesn't count for a tenure not yet reported: the screen may still be showing the
        one before.
        """
        return self.received_until if tenure.reported else self.reach.slots_until

    @property
    def received_until(self) -> int:
        """The same for a tenure that the screen has reported."""
        return max(self.reported_until, self.clear_at, self.reach.slots_until)

    @property
    def folded(self) -> range:
        """The days whose expected plays are in the roll-ups."""
        return range(self.first_day, self.until_day)


class WatermarkCache:
    """Reads watermarks from the store and rebuilds only those of changed rows."""

    def __init__(self) -> None:
        self._cached: dict[int, tuple[Row, Watermark]] = {}

    def of(self, tx: Tx, screens: Collection[int] | None = None) -> dict[int, Watermark]:
        """The progress of all screens that were ever bound to a player, or of some of them."""
        rows = _rows(tx, screens)
        if screens is not None:
            rows = [row for row in rows if row[0] in screens]
        cached, found = self._cached, {}
        for row in rows:
            one = cached.get(row[0])
            if one is None or one[0] != row:
                one = cached[row[0]] = (row, _progress(tx, row))
            found[row[0]] = one[1]
        return found


def progress_of_screens(tx: Tx, screens: Collection[int] | None = None) -> dict[int, Watermark]:
    """The same for a single use, without a cache."""
    return WatermarkCache().of(tx, screens)


def _rows(tx: Tx, screens: Collection[int] | None) -> Sequence[Row]:
    few, among = _among("f.screen", screens)
    return tx.rows(
        "SELECT f.screen, l.manifest, COALESCE(l.slots_until, 0), COALESCE(l.before_until, 0), "  # noqa: S608 - marks only
        "COALESCE(l.told_until, 0), COALESCE(c.clear_at, 0), "
        "COALESCE(d.first_day, 0), COALESCE(d.until_day, 0), f.revision "
        "FROM followed f LEFT JOIN logs l ON l.screen = f.screen "
        "LEFT JOIN contacts c ON c.screen = f.screen LEFT JOIN folds d ON d.screen = f.screen "
        f"WHERE {among}",
        few,
    )


def _progress(tx: Tx, row: Row) -> Watermark:
    _, manifest, slots_until, before_until, *others = row
    reach = Reach(tx.names.text_of(tx, manifest or 0), slots_until, before_until)
    return Watermark(reach, *others)


def tenures_of_screens(
    tx: Tx, progress: Mapping[int, Watermark], from_ms: int, screens: Collection[int]
) -> dict[int, Sequence[Tenure]]:
    """The tenures of some screens since `from_ms`, as measured."""
    return {
        screen: list(settled(mine, progress[screen].reach))
        for screen, mine in read_tenures(tx, from_ms, screens).items()
        if screen in progress
    }


def read_tenures(tx: Tx, from_ms: int, screens: Collection[int]) -> dict[int, list[Tenure]]:
    """The tenures of some screens since `from_ms`, as stored."""
    found: defaultdict[int, list[Tenure]] = defaultdict(list)
    few, among = _among("screen", screens)
    rows = tx.rows(
        "SELECT screen, manifest, from_ms, until_ms, reported FROM known_tenures "  # noqa: S608 - marks only
        f"WHERE until_ms > ? AND {among} ORDER BY screen, from_ms",
        (from_ms, *few),
    )
    for screen, manifest, start_ms, until_ms, reported in rows:
        end_ms = until_ms if until_ms < FOREVER_MS else None
        found[screen].append(Tenure(manifest, start_ms, end_ms, bool(reported)))
    return found


def _among(column: str, screens: Collection[int] | None) -> tuple[Sequence[int], str]:
    """Numbers and a condition on them; none if all are wanted, or too many to name."""
    if screens is None or len(screens) > FEW:
        return (), "1 = 1"
    if not screens:
        return (), "1 = 0"
    return tuple(screens), f"{column} IN ({', '.join('?' for _ in screens)})"
