"""What each screen was to show, remembered from one report to the next.

Screens of a channel share one object where their tenures are the same, so that what is counted for
one is counted for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.playback.driver import Tx
from server.playback.expecting import settled
from server.playback.standing import Tenure
from server.reports.progress import Progress, read_tenures

MOST_SHARED: Final = 50_000
Tenures = tuple[Tenure, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """A screen's tenures since an instant, at a revision; settled, unless that isn't final."""

    revision: int
    since_ms: int
    rows: Sequence[Tenure]
    settled: Tenures | None


class TenureBook:
    """Reads the tenures of screens whose revision has changed."""

    def __init__(self) -> None:
        self._pages: dict[int, _Page] = {}
        self._shared: dict[Tenures, Tenures] = {}

    def of(self, tx: Tx, progress: Mapping[int, Progress], since_ms: int) -> Mapping[int, Tenures]:
        """As measured, since `since_ms` at least, of the screens whose progress is given."""
        self._read(tx, progress, since_ms)
        found = {}
        for screen, one in progress.items():
            page = self._pages[screen]
            if page.settled is None:
                found[screen] = self._share(settled(page.rows, one.reach))
            else:
                found[screen] = page.settled
        return found

    def _read(self, tx: Tx, progress: Mapping[int, Progress], since_ms: int) -> None:
        behind = [
            screen
            for screen, one in progress.items()
            if (page := self._pages.get(screen)) is None
            or page.revision != one.revision
            or page.since_ms > since_ms
        ]
        if not behind:
            return
        rows = read_tenures(tx, since_ms, behind)
        for screen in behind:
            mine = rows.get(screen, [])
            is_final = all(tenure.reported for tenure in mine)
            done = self._share(settled(mine, progress[screen].reach)) if is_final else None
            self._pages[screen] = _Page(progress[screen].revision, since_ms, mine, done)

    def _share(self, tenures: Iterable[Tenure]) -> Tenures:
        if len(self._shared) > MOST_SHARED:
            self._shared.clear()
        mine = tuple(tenures)
        return self._shared.setdefault(mine, mine)
