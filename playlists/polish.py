"""Threshold accepting on a loop's order: small moves that make the gaps more even."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from playlists.chance import Chance
from playlists.rows import Row, Token
from playlists.tracks import Timeline, Track, Tracks

ITEM_FLOOR = 0.06
CAMPAIGN_FLOOR = 0.15
"""Errors of the longest gap below which nothing is gained by pressing on it alone."""
ITEM_PRESSURE = 0.25
CAMPAIGN_PRESSURE = 0.25
CAMPAIGN_WEIGHT = 0.3
CAMPAIGN_SCORE = 0.5
"""How much errors of campaigns weigh beside those of items (docs/algorithms/spacing.md)."""
FILLER_WEIGHT = 0.02
REACH = 6
"""How far a blind move goes, in plays."""
FARTHEST = 24


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: `epochs` of `moves` each, the threshold falling from `heat` to 0."""

    epochs: int
    moves: int
    heat: float


def polish(rows: Sequence[Row], tokens: Sequence[Token], effort: Effort) -> list[Token]:
    """A more even order of the same plays; the same input gives the same order everywhere."""
    if len(tokens) < 4:
        return list(tokens)
    return _Search(rows, tokens).run(effort)


class _Search:
    """One search: the timeline, its tracks of items and campaigns, and a random sequence."""

    def __init__(self, rows: Sequence[Row], tokens: Sequence[Token]) -> None:
        self.names = sorted(set(tokens))
        number = {token: index for index, token in enumerate(self.names)}
        durations = [rows[row].durations_ms[turn] for row, turn in self.names]
        self.line = Timeline([number[token] for token in tokens], durations)
        owners = [row for row, _ in self.names]
        item_tracks = [_item_track(row) for row in rows]
        self.items = Tracks(
            self.line, item_tracks, [row if rows[row].plays > 1 else -1 for row in owners]
        )
        campaign_tracks, campaign_of = _campaign_tracks(rows)
        self.campaigns = Tracks(self.line, campaign_tracks, [campaign_of[row] for row in owners])
        self.size = len(tokens)
        self.draw = Chance().draw

    def run(self, effort: Effort) -> list[Token]:
        """Search for `effort`; the best order that an epoch ended with."""
        best_score, best = self._recount(), list(self.line.order)
        for epoch in range(effort.epochs):
            self.line.rotate(self.draw() % self.size)
            self._press()
            self._recount()
            left = 1.0 - epoch / effort.epochs
            self._epoch(effort.moves, effort.heat * left * left)
            score = self._recount()
            if score < best_score:
                best_score, best = score, list(self.line.order)
        return [self.names[token] for token in best]

    def _press(self) -> None:
        """Make each of the longest gaps cost as much as a part of all gaps together."""
        self._recount()
        self._press_on(self.items, ITEM_FLOOR, ITEM_PRESSURE)
        self._press_on(self.campaigns, CAMPAIGN_FLOOR, CAMPAIGN_PRESSURE / CAMPAIGN_WEIGHT)

    def _press_on(self, tracks: Tracks, floor: float, pressure: float) -> None:
        """An error as large as the worst costs `size` x pressure x its square, less far less."""
        worst = max(floor, tracks.worst_error())
        square = worst * worst
        tracks.steepen(self.size * pressure / (square * square * square))

    def _recount(self) -> float:
        """Everything anew; the score: squared errors of worst item, worst campaign and all."""
        total = self.items.recount() + self.campaigns.recount()
        item, campaign = self.items.worst_error(), self.campaigns.worst_error()
        return item * item + CAMPAIGN_SCORE * campaign * campaign + total / self.size

    def _epoch(self, moves: int, heat: float) -> None:
        for _ in range(moves):
            move = self._draw_move()
            if move is not None:
                low, high, tokens = move
                self._try(low, high, tokens, heat * (self.draw() & 1023) / 1024)

    def _try(self, low: int, high: int, tokens: Sequence[int], slack: float) -> None:
        items, campaigns = self.items, self.campaigns
        now = items.cost_now(low, high)
        if now < 0:
            return
        also_now = campaigns.cost_now(low, high)
        if also_now < 0:
            return
        limit = now + also_now + slack
        cost = items.cost_of(low, tokens, limit)
        if cost <= limit and cost + campaigns.cost_of(low, tokens, limit - cost) <= limit:
            item_ends, campaign_ends = items.ends(low, high), campaigns.ends(low, high)
            self.line.write(low, tokens)
            items.relink(low, high, item_ends)
            campaigns.relink(low, high, campaign_ends)

    def _draw_move(self) -> tuple[int, int, list[int]] | None:
        """Exchange two plays, or take one out and put it in elsewhere: a window and its order."""
        here = self._draw_costly()
        there = self._draw_goal(here)
        if there == here or not 0 <= there < self.size or abs(there - here) > FARTHEST:
            return None
        low, high = (here, there) if here < there else (there, here)
        if self._passes_own(here, low, high):
            return None
        tokens = self.line.order[low : high + 1]
        if self.draw() & 1:
            if self._passes_own(there, low, high):
                return None
            tokens[0], tokens[-1] = tokens[-1], tokens[0]
        elif here < there:
            tokens.append(tokens.pop(0))
        else:
            tokens.insert(0, tokens.pop())
        return low, high, tokens

    def _draw_costly(self) -> int:
        """A position, the costliest of three."""
        costs, more = self.items.costs, self.campaigns.costs
        chosen = self.draw() % self.size
        for _ in range(2):
            other = self.draw() % self.size
            if costs[other] + more[other] > costs[chosen] + more[chosen]:
                chosen = other
        return chosen

    def _draw_goal(self, here: int) -> int:
        """Where to: mostly half-way between the neighbouring plays, else near by."""
        draw = self.draw()
        token = self.line.order[here]
        tracks = self.items
        if self.campaigns.costs[here] > tracks.costs[here]:
            tracks = self.campaigns
        if draw & 3 == 0 or tracks.track_of[token] < 0:
            return here + (draw >> 4) % (2 * REACH + 1) - REACH
        nudge = (draw >> 4 & 3) - (1 if draw & 4 else 2)
        return bisect_left(self.line.starts, tracks.middle_ms(here)) + nudge

    def _passes_own(self, moved: int, low: int, high: int) -> bool:
        """Whether a play would pass one of its own item, which could put turns out of order."""
        if self.items.track_of[self.line.order[moved]] < 0:
            return False
        if moved == low:
            return moved < self.items.following[moved] <= high
        return low <= self.items.preceding[moved] < moved


def _item_track(row: Row) -> Track:
    return Track(
        plays=row.plays,
        weight=1.0 if row.counted else 0.0 if row.may_repeat else FILLER_WEIGHT,
        counted=row.counted,
        repeat_ms=0 if row.may_repeat else max(row.durations_ms),
        min_gap_ms=row.min_gap_ms or 0,
        max_gap_ms=row.max_gap_ms or 0,
    )


def _campaign_tracks(rows: Sequence[Row]) -> tuple[list[Track], list[int]]:
    """A track for each campaign of several rows, and for each row its track or -1."""
    members: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        if row.campaign >= 0 and row.counted:
            members.setdefault(row.campaign, []).append(index)
    tracks: list[Track] = []
    track_of = [-1] * len(rows)
    for own in members.values():
        if len(own) > 1:
            for index in own:
                track_of[index] = len(tracks)
            tracks.append(Track(sum(rows[index].plays for index in own), CAMPAIGN_WEIGHT))
    return tracks, track_of
