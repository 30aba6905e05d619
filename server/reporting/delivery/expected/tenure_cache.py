"""A cache of each screen's tenures, kept from one report to the next.

Screens of a channel share one object where their tenures are the same, so that a count for one
holds for all of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.playlog.model.expected import settled
from server.playlog.model.screen_context import Tenure
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.watermarks import Watermark, read_tenures

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
        # Of screens whose tenures aren't final: what followed from the same page and progress.
        self._unsettled: dict[int, tuple[_Page, Watermark, Tenures]] = {}

    def of(self, tx: Tx, progress: Mapping[int, Watermark], since_ms: int) -> Mapping[int, Tenures]:
        """The measured tenures since `since_ms` of the screens whose progress is given."""
        found, behind = {}, []
        for screen, one in progress.items():
            page = self._pages.get(screen)
            if page is None or page.revision != one.revision or page.since_ms > since_ms:
                behind.append(screen)
            else:
                found[screen] = page.settled or self._settled(screen, page, one)
        if behind:
            self._read(tx, progress, since_ms, behind)
            found |= {one: self._settled(one, self._pages[one], progress[one]) for one in behind}
        return found

    def _settled(self, screen: int, page: _Page, progress: Watermark) -> Tenures:
        if page.settled is not None:
            return page.settled
        cached = self._unsettled.get(screen)
        # Neither is ever changed: another one is another object.
        if cached is not None and cached[0] is page and cached[1] is progress:
            return cached[2]
        found = self._share(settled(page.rows, progress.reach))
        self._unsettled[screen] = (page, progress, found)
        return found

    def _read(
        self, tx: Tx, progress: Mapping[int, Watermark], since_ms: int, behind: Collection[int]
    ) -> None:
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
