"""What an exemption would excuse, before it is approved."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from server.core import Core
from server.playback.civil import Civil
from server.playback.keeping import refresh
from server.playback.parts import Playback
from server.playback.reading import snapshot
from server.reports.around import Around
from server.reports.known_evidence import KnownEvidence
from server.reports.owed_less import OwedLess
from server.reports.pieces import LONGEST_MS
from server.reports.places import read_places
from server.reports.progress import progress_of_screens
from server.reports.selection import Limits, select_places
from server.reports.stands import Stands
from server.reports.windows import Window, Windows


def would_be_excused(core: Core, parts: Playback, times: Collection[tuple[int, int, int]]) -> int:
    """Plays of screens, each in its [from, until), that were expected by now and not fulfilled."""
    if not times:
        return 0
    refresh(core, parts)
    excused: defaultdict[int, list[Window]] = defaultdict(list)
    for screen, begin_ms, end_ms in times:
        excused[screen].append(Window(begin_ms, end_ms))
    from_ms = min(begin_ms for _, begin_ms, _ in times)
    until_ms = max(end_ms for _, _, end_ms in times)
    civil, now_ms = Civil(core.settings.zone), core.clock.now_ms()
    first, last = (
        date.fromordinal(civil.day_of(at_ms)) for at_ms in (from_ms - LONGEST_MS, until_ms)
    )
    windows = Windows(excused=excused)
    known = parts.knowledge
    around = Around(known.plan, known.tally, civil, now_ms, windows)
    with snapshot(core.plays) as tx:
        found = select_places(read_places(tx), first, last, "campaign", Limits())
        spots = {key: spot for key, spot in found.spots.items() if spot.screen in windows.excused}
        selection = replace(found, spots=spots)
        stands = Stands(selection, civil)
        progress, evidence = progress_of_screens(tx), parts.remembered(KnownEvidence)
        rows = OwedLess(tx, selection, around, stands, progress, evidence).rows()
        return sum(figures.excused for _, figures in rows)
