"""States by hour for single screens: roll-ups by the hour don't tell screens apart, plays do."""

from collections.abc import Iterator

from server.playback.civil import DayFinder
from server.playback.driver import Tx
from server.playback.names import campaign_number
from server.playback.recount import states_between
from server.playback.slots import Rank, SlotState
from server.reports.figures import Figures
from server.reports.grouping import Where
from server.reports.owed_less import Around
from server.reports.progress import progress_of_screens, tenures_of_screens
from server.reports.selection import Selection


def recounted(tx: Tx, selection: Selection, around: Around) -> Iterator[tuple[Where, Figures]]:
    """The states of the selection's slots, from the plays themselves."""
    from_ms = around.civil.start_of(selection.from_day)
    until_ms = around.civil.start_of(selection.until_day)
    days = DayFinder(around.civil)
    tenures = tenures_of_screens(tx, progress_of_screens(tx), from_ms)
    placements = sorted(selection.spots.items(), key=lambda one: one[1].from_ms)
    for screen in sorted({placed.screen for _, placed in placements}):
        stands = _stands(tx, screen)
        mine = tenures.get(screen, ())
        states = states_between(tx, screen, mine, around.plan_of, from_ms, until_ms)
        for state in states.values():
            day, hour = days.find(state.slot.start_ms)
            placement = [key for key, since_ms in stands if since_ms <= state.slot.start_ms][-1]
            campaign = campaign_number(state.slot.campaign)
            wanted = selection.limits.allow_campaign(campaign)
            if placement in selection.spots and wanted:
                cell = selection.spots[placement].cell
                yield Where(day, hour, campaign, placement, cell), _figures(state)


def _stands(tx: Tx, screen: int) -> list[tuple[int, int]]:
    rows = tx.rows(
        "SELECT id, from_ms FROM placements WHERE screen = ? ORDER BY from_ms", (screen,)
    )
    return [(key, since_ms) for key, since_ms in rows]


def _figures(state: SlotState) -> Figures:
    return Figures(
        confirmed=state.rank is Rank.CONFIRMED,
        partial=state.rank is Rank.PARTIAL,
        failed=state.rank is Rank.FAILED,
        pre_empted=state.rank is Rank.PRE_EMPTED,
        shown_ms=state.shown_ms,
    )
