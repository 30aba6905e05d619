"""Where the screens of a selection stood, and the times that a report tells apart."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from server.playback.civil import Civil
from server.playback.driver import Tx
from server.playback.expecting import Bucket, buckets
from server.reports.grouping import Where
from server.reports.selection import Placed, Selection


class Stands:
    """The placements within a selection, by screen."""

    def __init__(self, tx: Tx, selection: Selection, civil: Civil) -> None:
        self._selection = selection
        self._civil = civil
        self._found: defaultdict[int, list[tuple[int, Placed]]] = defaultdict(list)
        for key, placed in sorted(selection.spots.items(), key=lambda one: one[1].from_ms):
            self._found[placed.screen].append((key, placed))
        # When each was moved, also to or from where the selection doesn't reach.
        self._edges: defaultdict[int, list[int]] = defaultdict(list)
        rows = tx.rows("SELECT screen, from_ms FROM placements WHERE from_ms > 0 ORDER BY from_ms")
        for screen, from_ms in rows:
            self._edges[screen].append(from_ms)

    def __iter__(self) -> Iterator[int]:
        """The screens, by number."""
        return iter(self._found)

    def __contains__(self, screen: int) -> bool:
        return screen in self._found

    def placements(self, screen: int) -> list[int]:
        """Where a screen stood within the selection, in order of time."""
        return [key for key, _ in self._found.get(screen, ())]

    def at(self, screen: int, at_ms: int) -> int | None:
        """The placement at an instant, None if that isn't within the selection."""
        since_ms = max([edge for edge in self._edges.get(screen, ()) if edge <= at_ms], default=0)
        for key, placed in self._found.get(screen, ()):
            if placed.from_ms == since_ms:
                return key
        return None

    def buckets(self, screen: int, from_ms: int, until_ms: int) -> Iterator[Bucket]:
        """[from, until) cut where a report tells plays apart: by hour or day, and by place."""
        edges = self._edges.get(screen, [])
        group = self._selection.group_by
        if group == "hour":
            yield from buckets(self._civil, from_ms, until_ms, edges)
            return
        spans = (
            [(day, max(low, from_ms), min(high, until_ms))
             for day, low, high in self._civil.days(from_ms, until_ms)]
            if group == "day"
            else [(0, from_ms, until_ms)]
        )  # fmt: skip
        for day, low, high in spans:
            cuts = [low, *(edge for edge in edges if low < edge < high), high]
            for one, other in pairwise(cuts):
                yield Bucket(day, 0, one, other)

    def where(self, day: int, hour: int, campaign: int, placement: int) -> Where:
        """Where something counts that happened at a placement."""
        return Where(day, hour, campaign, placement, self._selection.spots[placement].cell)

    def is_wanted(self, campaign: int) -> bool:
        """Whether the report asks for a campaign (its number, 0 for none)."""
        wanted = self._selection.limits.campaign
        return wanted is None or wanted == campaign
