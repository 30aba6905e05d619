"""The placements of a selection's screens, and the time buckets of a report."""

from collections.abc import Iterator, KeysView, Mapping, Sequence
from itertools import pairwise

from server.foundation.civil_time import Civil
from server.playlog.model.expected import Bucket, buckets
from server.reporting.delivery.grouping import Where
from server.reporting.delivery.selection import Selection, placements_within


class SelectedPlacements:
    """The placements within a selection, by screen."""

    def __init__(self, selection: Selection, civil: Civil) -> None:
        self._selection = selection
        self._civil = civil
        self._spans: dict[tuple[int, int], list[Bucket]] = {}
        # When each was moved, also to or from where the selection doesn't reach.
        self._moves = selection.places.moves
        self._found = placements_within(selection)

    @property
    def screens(self) -> KeysView[int]:
        """The screens by number, for questions about many: each is answered without a call."""
        return self._found.keys()

    @property
    def only(self) -> Mapping[int, int]:
        """The placement of each screen that was never moved; others' too, beside the selection."""
        return self._selection.places.only

    def placements(self, screen: int) -> list[int]:
        """The placements of a screen within the selection, in order of time."""
        return [key for key, _ in self._found.get(screen, ())]

    def at(self, screen: int, at_ms: int) -> int | None:
        """The placement at an instant, None if that isn't within the selection."""
        since_ms = max([edge for edge in self._moves.get(screen, ()) if edge <= at_ms], default=0)
        for key, placed in self._found.get(screen, ()):
            if placed.from_ms == since_ms:
                return key
        return None

    def buckets(self, screen: int, from_ms: int, until_ms: int) -> Iterator[Bucket]:
        """[from, until) split into the report's buckets: by hour or day, and by placement."""
        moves = self._moves.get(screen, ())
        for one in self.spans(from_ms, until_ms):
            inner = (move for move in moves if one.from_ms < move < one.until_ms)
            for low_ms, high_ms in pairwise([one.from_ms, *inner, one.until_ms]):
                yield Bucket(one.day, one.hour, low_ms, high_ms)

    def spans(self, from_ms: int, until_ms: int) -> Sequence[Bucket]:
        """[from, until) split by hour or day; for screens that weren't moved."""
        key = (from_ms, until_ms)
        if key not in self._spans:
            self._spans[key] = list(self._cut(from_ms, until_ms))
        return self._spans[key]

    def _cut(self, from_ms: int, until_ms: int) -> Iterator[Bucket]:
        group = self._selection.group_by
        if group == "hour":
            yield from buckets(self._civil, from_ms, until_ms)
        elif self._selection.by_day:
            for day, low_ms, high_ms in self._civil.days(from_ms, until_ms):
                yield Bucket(day, 0, max(low_ms, from_ms), min(high_ms, until_ms))
        else:
            yield Bucket(0, 0, from_ms, until_ms)

    def where(self, day: int, hour: int, campaign: int, placement: int) -> Where:
        """The group of something that happened at a placement."""
        return Where(day, hour, campaign, placement, self._selection.spots[placement].cell)

    def is_wanted(self, campaign: int) -> bool:
        """Whether the report asks for a campaign (its number, 0 for none)."""
        return self._selection.limits.allow_campaign(campaign)
