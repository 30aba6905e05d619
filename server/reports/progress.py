"""How far each screen has told of its plays, and what it was to show: all from the play log."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.playback.driver import Tx
from server.playback.expecting import Reach, settled
from server.playback.standing import Tenure
from server.playback.tenures import FOREVER_MS

FEW: Final = 500
"""Up to here the numbers go into the query; beyond, reading all rows costs less."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One screen: its log's reach, its last contact without a backlog, its folded days."""

    reach: Reach
    told_until: int = 0
    clear_at: int = 0
    first_day: int = 0
    until_day: int = 0

    def told(self, tenure: Tenure) -> int:
        """Until when the screen has told of everything that it showed in a tenure.

        A beat says nothing of a tenure that the screen hasn't reported: it may still be showing
        what it had before.
        """
        if not tenure.reported:
            return self.reach.slots_until
        return max(self.told_until, self.clear_at, self.reach.slots_until)

    @property
    def folded(self) -> range:
        """The days whose expected plays are in the roll-ups."""
        return range(self.first_day, self.until_day)


def progress_of_screens(tx: Tx) -> dict[int, Progress]:
    """The progress of all screens that were ever bound to a player."""
    rows = tx.rows(
        "SELECT f.screen, l.manifest, COALESCE(l.slots_until, 0), COALESCE(l.before_until, 0), "
        "COALESCE(l.told_until, 0), COALESCE(c.clear_at, 0), "
        "COALESCE(d.first_day, 0), COALESCE(d.until_day, 0) "
        "FROM followed f LEFT JOIN logs l ON l.screen = f.screen "
        "LEFT JOIN contacts c ON c.screen = f.screen LEFT JOIN folds d ON d.screen = f.screen"
    )
    return {
        screen: Progress(
            Reach(tx.names.text_of(tx, manifest or 0), slots_until, before_until),
            told_until,
            clear_at,
            first_day,
            until_day,
        )
        for (
            screen, manifest, slots_until, before_until, told_until, clear_at,
            first_day, until_day,
        ) in rows
    }  # fmt: skip


def tenures_of_screens(
    tx: Tx, progress: Mapping[int, Progress], from_ms: int, screens: Collection[int] | None = None
) -> dict[int, Sequence[Tenure]]:
    """What each screen (all, or some) was to show since `from_ms`, as it is measured."""
    found: defaultdict[int, list[Tenure]] = defaultdict(list)
    few = screens if screens is not None and len(screens) <= FEW else ()
    among = f"AND screen IN ({', '.join('?' for _ in few)}) " if few else ""
    rows = tx.rows(
        "SELECT screen, manifest, from_ms, until_ms, reported FROM known_tenures "  # noqa: S608 - marks only
        f"WHERE until_ms > ? {among}ORDER BY screen, from_ms",
        (from_ms, *few),
    )
    for screen, manifest, start_ms, until_ms, reported in rows:
        end_ms = until_ms if until_ms < FOREVER_MS else None
        found[screen].append(Tenure(manifest, start_ms, end_ms, bool(reported)))
    return {
        screen: list(settled(mine, progress[screen].reach))
        for screen, mine in found.items()
        if screen in progress
    }
