"""How far each screen has told of its plays, and what it was to show: all from the play log."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from server.playback.driver import Tx
from server.playback.expecting import Reach, settled
from server.playback.standing import Tenure
from server.playback.tenures import FOREVER_MS


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

    def is_folded(self, day: int) -> bool:
        """Whether the expected plays of a day are in the roll-ups."""
        return self.first_day <= day < self.until_day


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
    tx: Tx, progress: dict[int, Progress], from_ms: int
) -> dict[int, Sequence[Tenure]]:
    """What each screen was to show since `from_ms`, as it is measured."""
    found: defaultdict[int, list[Tenure]] = defaultdict(list)
    rows = tx.rows(
        "SELECT screen, manifest, from_ms, until_ms, reported FROM known_tenures "
        "WHERE until_ms > ? ORDER BY screen, from_ms",
        (from_ms,),
    )
    for screen, manifest, start_ms, until_ms, reported in rows:
        end_ms = until_ms if until_ms < FOREVER_MS else None
        found[screen].append(Tenure(manifest, start_ms, end_ms, bool(reported)))
    return {
        screen: list(settled(mine, progress[screen].reach))
        for screen, mine in found.items()
        if screen in progress
    }
