"""States by hour for single screens, from plays: hourly roll-ups have no column for the screen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from server.foundation.civil_time import LATE_DAYS
from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import Rank, SlotState
from server.playlog.rollups.recount_runs import Day, Found, NeedsFullRecount, Runs
from server.playlog.store.interned_ids import campaign_number
from server.playlog.store.placements import Placements, stored_placements
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.frozen_states import states_in, stretches
from server.reporting.delivery.expected.watermarks import progress_of_screens, tenures_of_screens
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.grouping import Where
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.selection import Selection

Key = tuple[int, int, int, int]
"""Day, hour, campaign and placement."""


def recounted(
    tx: Tx, selection: Selection, around: ReportContext
) -> Iterator[tuple[Where, Figures]]:
    """The states of the selection's slots, from the plays themselves."""
    from_ms = around.civil.start_of(selection.from_day)
    screens = sorted({placed.screen for placed in selection.spots.values()})
    tenures = tenures_of_screens(tx, progress_of_screens(tx, screens), from_ms, screens)
    count = _Count(tx, around)
    for screen in screens:
        placements = stored_placements(tx, screen)
        for number in range(selection.from_day, selection.until_day):
            count.add_day(screen, placements, tenures.get(screen, ()), number)
    for (day, hour, campaign, placement), figures in count.found.items():
        if placement in selection.spots and selection.limits.allow_campaign(campaign):
            cell = selection.spots[placement].cell
            yield Where(day, hour, campaign, placement, cell), figures


class _Count:
    """Adds up days of screens; plays received after the freeze of a month are left out."""

    def __init__(self, tx: Tx, around: ReportContext) -> None:
        self.found: defaultdict[Key, Figures] = defaultdict(Figures)
        self._tx = tx
        self._around = around
        self._runs = Runs(tx, around.plan_of)

    def add_day(
        self, screen: int, placements: Placements, tenures: Sequence[Tenure], number: int
    ) -> None:
        """Count by whole runs where these suffice, else play by play."""
        civil = self._around.civil
        day = Day(number, civil.start_of(number), civil.start_of(number + 1))
        if day.from_ms > self._around.as_of_ms:
            return
        before_ms = civil.frozen_from(number, LATE_DAYS)
        try:
            found = self._runs.find(screen, placements, day, before_ms)
        except NeedsFullRecount:
            apart = stretches(civil, day.from_ms, day.until_ms)
            states = states_in(self._tx, screen, tenures, self._around.plan_of, apart)
            self._add_states(states, day, placements)
        else:
            self._add_runs(found)
            self._add_states(found.others, day, placements)

    def _add_runs(self, found: Found) -> None:
        for run in found.runs:
            spot = run.spot
            for number, plays, shown_ms in run.by_item():
                campaign = self._runs.items[number][1]
                figures = self.found[spot.day, spot.hour, campaign, spot.placement]
                figures.confirmed += plays
                figures.shown_ms += shown_ms

    def _add_states(self, states: Iterable[SlotState], day: Day, placements: Placements) -> None:
        for state in states:
            spot, _ = day.spot_at(placements, state.slot.start_ms)
            campaign = campaign_number(state.slot.campaign)
            figures = self.found[spot.day, spot.hour, campaign, spot.placement]
            name = _FIGURES[state.rank]
            setattr(figures, name, getattr(figures, name) + 1)
            figures.shown_ms += state.shown_ms


_FIGURES = {rank: rank.name.lower() for rank in Rank}
