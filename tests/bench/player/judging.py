"""Holds a film against the plan: each change of items, and each picture."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from tests.bench.player.film import Picture

DISPLAY_FRAME_MS = 1000 / 60
SAMPLE_INTERVAL_MS = 2.5  # the camera's own interval, by which all its times may be late
AROUND_MS = 900  # the time before and after a boundary to evaluate


@dataclass(frozen=True)
class Due:
    """A boundary of the plan, ms since 1970, and the items (marks' numbers) on both sides."""

    at_ms: int
    old: int
    new: int


@dataclass(frozen=True)
class Change:
    """How one change appeared.

    `late_ms` is from the plan's boundary to the whole new picture. `gap_ms` is from the last sample
    of the whole old picture to the first of the whole new one, less the pause between two samples.
    """

    due: Due
    shown_ms: float
    gap_ms: float

    @property
    def late_ms(self) -> float:
        """Negative when early."""
        return self.shown_ms - self.due.at_ms


def boundaries(
    manifest: Manifest, numbers: Sequence[int], from_ms: float, until_ms: float
) -> list[Due]:
    """All changes of the plan in a time, ms."""
    edges = []
    for segment in manifest.segments:
        loop = manifest.loops[segment.loop] if segment.loop is not None else None
        begin = max(segment.from_ms, int(from_ms))
        end = min(segment.until_ms, int(until_ms))
        if loop is None or begin >= end:
            continue
        cycle = (begin - segment.anchor_ms) // loop.period_ms
        while (at_ms := segment.anchor_ms + cycle * loop.period_ms) < end:
            starts = (at_ms + slot.start_ms for slot in loop.slots)
            edges += [one for one in starts if begin <= one < end]
            cycle += 1
    dues = (
        Due(one, due_at(manifest, numbers, one - 1), due_at(manifest, numbers, one))
        for one in edges
    )
    return [one for one in dues if one.old != one.new]


def due_at(manifest: Manifest, numbers: Sequence[int], at_ms: float) -> int:
    """The number that belongs on the glass at an instant."""
    digests = [asset.digest for asset in manifest.assets]
    shown = seat(manifest, int(at_ms)).asset
    return numbers[digests.index(shown)] if shown is not None else -1


def changes(pictures: Sequence[Picture], dues: Sequence[Due]) -> Iterator[Change]:
    """Each change on one screen; a missing one has the largest measurable delay."""
    ends = [one.last_ms for one in pictures]
    for due in dues:
        first = bisect_left(ends, due.at_ms - AROUND_MS)
        last = bisect_left(ends, due.at_ms + AROUND_MS)
        yield _change(pictures[first : last + 1], due)


def _change(pictures: Sequence[Picture], due: Due) -> Change:
    new = [one for one in pictures if one.item == due.new]
    shown_ms = new[0].first_ms if new else due.at_ms + AROUND_MS
    old = [one for one in pictures if one.item == due.old and one.first_ms < shown_ms]
    left_ms = old[-1].last_ms if old else due.at_ms - AROUND_MS
    return Change(due, shown_ms, max(0.0, shown_ms - left_ms - SAMPLE_INTERVAL_MS))


def out_of_place(pictures: Sequence[Picture], dues: Sequence[Due]) -> list[Picture]:
    """The pictures that show, more than a frame from any boundary, what isn't due then."""
    starts = [due.at_ms for due in dues]
    tolerance = DISPLAY_FRAME_MS + SAMPLE_INTERVAL_MS
    wrong = []
    for one in pictures:
        if one.item is None:
            continue
        place = bisect_left(starts, one.first_ms + tolerance)
        before = dues[place - 1].new if place else dues[0].old
        if one.item != before and not _is_early(one, dues[place : place + 1], tolerance):
            wrong.append(one)
            continue
        later = [due for due in dues[place:] if due.at_ms < one.last_ms - tolerance]
        if later:
            wrong.append(one)
    return wrong


def _is_early(picture: Picture, following: Sequence[Due], tolerance: float) -> bool:
    return any(
        picture.item == due.new and picture.first_ms > due.at_ms - tolerance for due in following
    )


def standstills(pictures: Sequence[Picture]) -> Iterator[tuple[Picture, float]]:
    """How long each frame of a clip was shown, ms, with its picture."""
    whole = [one for one in pictures if one.item is not None]
    for one, following in pairwise(whole):
        yield one, following.first_ms - one.first_ms
