"""Plays excluded by windows, by arithmetic: off by declaration, or excused.

Of the expected plays that overlap a window it counts those without evidence (off) or those not
fulfilled (excused). For whole days both numbers are in the roll-ups; days without a roll-up are
counted from the tenures. At the edges of a window, and hour by hour, evidence is read from plays.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from server.playlog.model.manifest_counts import Tally
from server.playlog.model.manifests import Plan, PlanNeeded
from server.playlog.model.screen_context import Tenure
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.evidence_cache import KnownEvidence
from server.reporting.delivery.expected.exclusion_totals import (
    EITHER,
    EXCUSED,
    OFF,
    SPARED_FROM,
    PartsByName,
    Row,
    ScreenExclusions,
)
from server.reporting.delivery.expected.exclusion_windows import Window
from server.reporting.delivery.expected.expected_and_pending import ExpectedPlays
from server.reporting.delivery.expected.slot_window_parts import SlotWindowPart, parts_of
from server.reporting.delivery.expected.slot_windows import pieces
from server.reporting.delivery.expected.watermarks import Watermark, tenures_of_screens
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.rollups.rollup_sums import unmet
from server.reporting.delivery.selected_placements import SelectedPlacements
from server.reporting.delivery.selection import Selection


class ExclusionTotals:
    """Counts all screens that have windows, one by one and in a separate thread."""

    def __init__(
        self,
        tx: Tx,
        selection: Selection,
        around: ReportContext,
        stands: SelectedPlacements,
        progress: Mapping[int, Watermark],
        known: KnownEvidence,
    ) -> None:
        self._tx = tx
        self._selection = selection
        self._around = around
        self._stands = stands
        self._progress = progress
        self._known = known
        self._tallies: dict[str, Tally | None] = {}
        self._owing = ExpectedPlays(self._tallies.get, around.as_of_ms)
        self._rolled: defaultdict[tuple[str, range], list[int]] = defaultdict(list)

    def rows(self) -> Iterator[Row]:
        """Partial sums of off and excused plays, and of those that are pending because of that."""
        windows = self._around.windows
        screens = [one for one in windows.screens if one in self._stands and one in self._progress]
        if not screens:
            return
        from_ms = self._around.civil.start_of(self._selection.from_day)
        tenures = tenures_of_screens(self._tx, self._progress, from_ms, screens)
        for screen in screens:
            yield from self._of_screen(screen, tenures.get(screen, ()))
        for (name, days), placements in self._rolled.items():
            spared_from = SPARED_FROM[name]
            for where, plays in self._tx.aside(
                unmet, self._selection, days, placements, spared_from
            ):
                yield where, Figures(**{name: plays})

    def _of_screen(self, screen: int, tenures: Sequence[Tenure]) -> Sequence[Row]:
        off = self._around.windows.off.get(screen, ())
        excused = self._around.windows.excused.get(screen, ())
        parts = {
            OFF: self._parts(screen, off),
            EXCUSED: self._parts(screen, excused),
            EITHER: self._parts(screen, (*off, *excused) if excused else ()),
        }
        for name in SPARED_FROM:
            for part in parts[name]:
                if part.days:
                    self._rolled[name, part.days] += self._stands.placements(screen)
        return self._counted(screen, tenures, parts)

    def _parts(self, screen: int, windows: Sequence[Window]) -> list[SlotWindowPart]:
        progress, civil = self._progress[screen], self._around.civil
        last_day = civil.day_of(self._owing.cut(progress))
        from_ms = civil.start_of(self._selection.from_day)
        until_ms = civil.start_of(min(self._selection.until_day, last_day + 1))
        by_plays = self._around.recounted or self._selection.group_by == "hour"
        folded = range(0) if self._around.recounted else progress.folded
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
                self._tallies[tenure.manifest] = self._around.tally_of(tenure.manifest)
            if any(part.meets(tenure) for part in by_plays):
                plans[tenure.manifest] = self._around.plan_of(tenure.manifest)
        progress, civil = self._progress[screen], self._around.civil
        while True:
            look = ScreenExclusions(
                self._stands,
                self._owing,
                civil,
                screen,
                progress,
                tuple(met),
                plans,
                self._known,
                by_hour=self._selection.group_by == "hour",
            )
            try:
                return self._tx.aside(look.rows, parts)
            except PlanNeeded as asked:
                plans[asked.digest] = self._around.plan_of(asked.digest)
