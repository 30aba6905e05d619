"""A preview of the plays that an exemption would excuse, before it is approved."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from playlists.windows import Span
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.upkeep import refresh
from server.reporting.delivery.expected.evidence_cache import EvidenceCache
from server.reporting.delivery.expected.exclusion_windows import Windows
from server.reporting.delivery.expected.exclusions import ExclusionTotals
from server.reporting.delivery.expected.slot_windows import LONGEST_MS
from server.reporting.delivery.expected.watermarks import progress_of_screens
from server.reporting.delivery.placements_cache import read_places
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.selected_placements import SelectedPlacements
from server.reporting.delivery.selection import Limits, select_places


def preview_exemption(
    core: Core, parts: PlaylogRuntime, times: Collection[tuple[int, int, int]]
) -> int:
    """Plays of screens, each in its [from, until), that were expected by now and not fulfilled."""
    if not times:
        return 0
    refresh(core, parts)
    excused: defaultdict[int, list[Span]] = defaultdict(list)
    for screen, begin_ms, end_ms in times:
        excused[screen].append((begin_ms, end_ms))
    from_ms = min(begin_ms for _, begin_ms, _ in times)
    until_ms = max(end_ms for _, _, end_ms in times)
    civil, now_ms = Civil(core.settings.zone), core.clock.now_ms()
    first, last = (
        date.fromordinal(civil.day_of(at_ms)) for at_ms in (from_ms - LONGEST_MS, until_ms)
    )
    windows = Windows(excused=excused)
    cache = parts.knowledge
    around = ReportContext(cache.plan, cache.tally, civil, now_ms, windows)
    with snapshot(core.plays) as tx:
        found = select_places(read_places(tx), first, last, "campaign", Limits())
        spots = {key: spot for key, spot in found.spots.items() if spot.screen in windows.excused}
        selection = replace(found, spots=spots)
        placements = SelectedPlacements(selection, civil)
        progress, evidence = progress_of_screens(tx), parts.remembered(EvidenceCache)
        rows = ExclusionTotals(tx, selection, around, placements, progress, evidence).rows()
        return sum(figures.excused for _, figures in rows)
