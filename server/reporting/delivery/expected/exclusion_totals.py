"""The excluded plays of one screen, counted from its tenures and plays."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.foundation.civil_time import Civil, DayFinder
from server.playlog.model.manifests import Plan, Plans
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import Rank, SlotState
from server.playlog.store.interned_ids import campaign_number
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.evidence_cache import Counted, EvidenceCache, Sought
from server.reporting.delivery.expected.expected_and_pending import ExpectedPlays
from server.reporting.delivery.expected.frozen_states import states_in, stretches
from server.reporting.delivery.expected.slot_window_parts import SlotWindowPart
from server.reporting.delivery.expected.slot_windows import SlotWindow, stretched
from server.reporting.delivery.expected.watermarks import Watermark
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.grouping import Where
from server.reporting.delivery.selected_placements import SelectedPlacements

OFF: Final = "screen_off"
EXCUSED: Final = "excused"
EITHER: Final = "either"
"""Names of windows, the first two as the figures that they make."""

SPARED_FROM: Final[Mapping[str, frozenset[Rank]]] = {
    OFF: frozenset(Rank),
    EXCUSED: frozenset({Rank.CONFIRMED, Rank.PRE_EMPTED}),
}
"""A slot with such evidence isn't counted there."""

Row = tuple[Where, Figures]
PartsByName = Mapping[str, Sequence[SlotWindowPart]]


@dataclass(frozen=True, slots=True)
class ScreenExclusions:
    """Counts parts of one screen's windows. Raises PlanNeeded for a plan that isn't at hand."""

    placements: SelectedPlacements
    expected_plays: ExpectedPlays
    civil: Civil
    screen: int
    progress: Watermark
    tenures: Sequence[Tenure]
    plans: Mapping[str, Plan | None]
    evidence: EvidenceCache
    by_hour: bool

    def rows(self, tx: Tx, parts: PartsByName) -> list[Row]:
        """Partial sums; of whole days only what isn't in the roll-ups, without what plays show."""
        found: list[Row] = []
        for name, some in parts.items():
            by_plays: list[SlotWindow] = []
            for part in some:
                expected = list(self._expected(part)) if part.is_counted else []
                found += [
                    (where, self._figures(name, parts, *counts)) for where, *counts in expected
                ]
                if expected and not part.days:
                    by_plays.append(part.piece)
            if name in SPARED_FROM:
                for where, slots in self._with_evidence(tx, by_plays, SPARED_FROM[name]):
                    found.append((where, Figures(**{name: -slots})))
        return found

    def _figures(self, name: str, parts: PartsByName, plays: int, waited: int) -> Figures:
        if name == EXCUSED:
            return Figures(excused=plays)
        if name == EITHER:
            return Figures(pending_excused=waited)
        # Plays of a screen that is off aren't pending; the pending ones of either leave the
        # excused.
        less = waited if parts[EITHER] else 0
        return Figures(screen_off=plays, pending=-waited, pending_excused=-less)

    def _expected(self, part: SlotWindowPart) -> Iterator[tuple[Where, int, int]]:
        """Expected plays, and those of them that are still waited for."""
        piece = part.piece
        for tenure in self.tenures:
            if not part.meets(tenure):
                continue
            low_ms = max(piece.from_ms, tenure.from_ms)
            high_ms = min(piece.until_ms, tenure.until_ms or piece.until_ms)
            for bucket in self.placements.buckets(self.screen, low_ms, high_ms):
                for campaign, plays, waited in self.expected_plays.plays(
                    tenure, self.progress, bucket, piece.after_ms
                ):
                    where = self._where(bucket.day, bucket.hour, campaign, bucket.from_ms)
                    if where is not None and plays:
                        yield where, plays, waited if part.is_open else 0

    def _with_evidence(
        self, tx: Tx, some: Sequence[SlotWindow], ranks: frozenset[Rank]
    ) -> Iterator[tuple[Where, int]]:
        if not some:
            return
        placement = self.placements.only.get(self.screen)
        if placement is None:
            yield from self._of_moved(tx, some, ranks).items()
            return
        sought = Sought(self.screen, tuple(some), ranks, self.by_hour)
        first_ms = min(piece.from_ms for piece in some)
        last_ms = max(piece.until_ms for piece in some)
        days = range(self.civil.day_of(first_ms), self.civil.day_of(last_ms) + 1)
        counted = self.evidence.of(
            tx, sought, days, self.tenures, lambda: self._counted(tx, some, ranks)
        )
        for (day, hour, campaign), slots in counted.items():
            if self.placements.is_wanted(campaign):
                yield self.placements.where(day, hour, campaign, placement), slots

    def _counted(self, tx: Tx, some: Sequence[SlotWindow], ranks: frozenset[Rank]) -> Counted:
        days, found = DayFinder(self.civil), Counted()
        for one in self._states(tx, some, ranks):
            day, hour = days.find(one.slot.start_ms)
            found[day, hour if self.by_hour else 0, campaign_number(one.slot.campaign)] += 1
        return found

    def _of_moved(
        self, tx: Tx, some: Sequence[SlotWindow], ranks: frozenset[Rank]
    ) -> Counter[Where]:
        """Slot by slot, as each may be at another place."""
        days, found = DayFinder(self.civil), Counter[Where]()
        for one in self._states(tx, some, ranks):
            start_ms = one.slot.start_ms
            where = self._where(*days.find(start_ms), one.slot.campaign, start_ms)
            if where is not None:
                found[where] += 1
        return found

    def _states(
        self, tx: Tx, some: Sequence[SlotWindow], ranks: frozenset[Rank]
    ) -> Iterator[SlotState]:
        """Slots of some pieces with evidence of these ranks."""
        plan_of = Plans(self.plans)
        longest_ms = max((plan.longest_ms for plan in self.plans.values() if plan), default=0)
        for touching in stretched(some, longest_ms):
            low_ms, high_ms = touching[0].from_ms, touching[-1].until_ms
            apart = stretches(self.civil, low_ms, high_ms, longest_ms)
            for one in states_in(tx, self.screen, self.tenures, plan_of, apart):
                start_ms = one.slot.start_ms
                end_ms = start_ms + one.slot.duration_ms
                if one.rank in ranks and any(piece.has(start_ms, end_ms) for piece in touching):
                    yield one

    def _where(self, day: int, hour: int, campaign: str | None, at_ms: int) -> Where | None:
        """None if it is outside the report."""
        number = campaign_number(campaign)
        placement = self.placements.at(self.screen, at_ms)
        if placement is None or not self.placements.is_wanted(number):
            return None
        return self.placements.where(day, hour, number, placement)
