"""States by hour for single screens: roll-ups by the hour don't tell screens apart, plays do."""

from collections.abc import Iterator

from server.playback.civil import DayFinder
from server.playback.driver import Tx
from server.playback.names import campaign_number
from server.playback.slots import SlotState
from server.reports.around import Around
from server.reports.as_frozen import states_in, stretches
from server.reports.figures import Figures
from server.reports.grouping import Where
from server.reports.progress import progress_of_screens, tenures_of_screens
from server.reports.selection import Selection


def recounted(tx: Tx, selection: Selection, around: Around) -> Iterator[tuple[Where, Figures]]:
    """The states of the selection's slots, from the plays themselves."""
    from_ms = around.civil.start_of(selection.from_day)
    until_ms = around.civil.start_of(selection.until_day)
    days = DayFinder(around.civil)
    screens = sorted({placed.screen for placed in selection.spots.values()})
    tenures = tenures_of_screens(tx, progress_of_screens(tx, screens), from_ms, screens)
    found: dict[tuple[int, int, int, int], Figures] = {}
    for screen in screens:
        stands = _stands(tx, screen)
        mine = tenures.get(screen, ())
        days_apart = stretches(around.civil, from_ms, until_ms)
        for state in states_in(tx, screen, mine, around.plan_of, days_apart):
            start_ms = state.slot.start_ms
            placement = [key for key, since_ms in stands if since_ms <= start_ms][-1]
            key = (*days.find(start_ms), campaign_number(state.slot.campaign), placement)
            _count(found.setdefault(key, Figures()), state)
    for (day, hour, campaign, placement), figures in found.items():
        if placement in selection.spots and selection.limits.allow_campaign(campaign):
            cell = selection.spots[placement].cell
            yield Where(day, hour, campaign, placement, cell), figures


def _stands(tx: Tx, screen: int) -> list[tuple[int, int]]:
    rows = tx.rows(
        "SELECT id, from_ms FROM placements WHERE screen = ? ORDER BY from_ms", (screen,)
    )
    return [(key, since_ms) for key, since_ms in rows]


def _count(figures: Figures, state: SlotState) -> None:
    name = state.rank.name.lower()
    setattr(figures, name, getattr(figures, name) + 1)
    figures.shown_ms += state.shown_ms
