"""Plays excluded by windows, by arithmetic: off by declaration, or excused.

Of the expected plays that overlap a window it counts those without evidence (off) or those not
fulfilled (excused). For whole days both numbers are in the roll-ups; days without a roll-up are
counted from the tenures. At the edges of a window, and hour by hour, evidence is read from plays.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from playlists.windows import Span
from server.playlog.model.manifest_counts import Tally
from server.playlog.model.manifests import Plan, PlanNeeded
from server.playlog.model.screen_context import Tenure
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.evidence_cache import EvidenceCache
from server.reporting.delivery.expected.exclusion_totals import (
    EITHER,
    EXCUSED,
    OFF,
    SPARED_FROM,
    PartsByName,
    Row,
    ScreenExclusions,
)
from server.reporting.delivery.expected.expected_and_pending import ExpectedPlays
from server.reporting.delivery.expected.slot_window_parts import SlotWindowPart, parts_of
from server.reporting.delivery.expected.slot_windows import pieces
from server.reporting.delivery.expected.watermarks import Watermark, tenures_of_screens
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.rollups.rollup_sums import unmet
from server.reporting.delivery.selected_placements import SelectedPlacements
from server.reporting.delivery.selection import Selection


@dataclass
class ExclusionTotals:
    """Counts all screens that have windows, one by one and in a separate thread."""

    tx: Tx
    selection: Selection
    around: ReportContext
    placements: SelectedPlacements
    progress: Mapping[int, Watermark]
    evidence: EvidenceCache

    def __post_init__(self) -> None:
        self._tallies: dict[str, Tally | None] = {}
        self._expected_plays = ExpectedPlays(self._tallies.get, self.around.as_of_ms)
        self._rolled: defaultdict[tuple[str, range], list[int]] = defaultdict(list)

    def rows(self) -> Iterator[Row]:
        """Partial sums of off and excused plays, and of those that are pending because of that."""
        windows = self.around.windows
        among = self.placements.screens & self.progress.keys()
        screens = [one for one in windows.screens if one in among]
        if not screens:
            return
        from_ms = self.around.civil.start_of(self.selection.from_day)
        tenures = tenures_of_screens(self.tx, self.progress, from_ms, screens)
        for screen in screens:
            yield from self._of_screen(screen, tenures.get(screen, ()))
        for (name, days), placements in self._rolled.items():
            spared_from = SPARED_FROM[name]
            for where, plays in self.tx.aside(unmet, self.selection, days, placements, spared_from):
                yield where, Figures(**{name: plays})

    def _of_screen(self, screen: int, tenures: Sequence[Tenure]) -> Sequence[Row]:
        off = self.around.windows.off.get(screen, ())
        excused = self.around.windows.excused.get(screen, ())
        parts = {
            OFF: self._parts(screen, off),
            EXCUSED: self._parts(screen, excused),
            EITHER: self._parts(screen, (*off, *excused) if excused else ()),
        }
        for name in SPARED_FROM:
            for part in parts[name]:
                if part.days:
                    self._rolled[name, part.days] += self.placements.placements(screen)
        return self._counted(screen, tenures, parts)

    def _parts(self, screen: int, windows: Sequence[Span]) -> list[SlotWindowPart]:
        progress, civil = self.progress[screen], self.around.civil
        last_day = civil.day_of(self._expected_plays.cut(progress))
        from_ms = civil.start_of(self.selection.from_day)
        until_ms = civil.start_of(min(self.selection.until_day, last_day + 1))
        by_plays = self.around.recounted or self.selection.group_by == "hour"
        folded = range(0) if self.around.recounted else progress.folded
        return [
            part
            for piece in pieces(windows)
            for within in piece.within(from_ms, until_ms)
            for part in parts_of(civil, within, folded, by_plays=by_plays)
        ]

    def _counted(self, screen: int, tenures: Sequence[Tenure], parts: PartsByName) -> Sequence[Row]:
        """Counted aside, with whichever plans are asked for."""
        counted = [part for some in parts.values() for part in some if part.is_counted]
        met = [one for one in tenures if any(part.meets(one) for part in counted)]
        if not met:
            return ()
        by_plays = [part for part in counted if not part.days]
        plans: dict[str, Plan | None] = {}
        for tenure in met:
            if tenure.manifest not in self._tallies:
                self._tallies[tenure.manifest] = self.around.tally_of(tenure.manifest)
            if any(part.meets(tenure) for part in by_plays):
                plans[tenure.manifest] = self.around.plan_of(tenure.manifest)
        progress, civil = self.progress[screen], self.around.civil
        while True:
            exclusions = ScreenExclusions(
                self.placements,
                self._expected_plays,
                civil,
                screen,
                progress,
                tuple(met),
                plans,
                self.evidence,
                by_hour=self.selection.group_by == "hour",
            )
            try:
                return self.tx.aside(exclusions.rows, parts)
            except PlanNeeded as asked:
                plans[asked.digest] = self.around.plan_of(asked.digest)
