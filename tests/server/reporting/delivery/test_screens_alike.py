"""Due plays of screens with the same tenures, counted once for all, equal those counted singly."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property

import pytest

from server.foundation.civil_time import Civil
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from server.playlog.store.snapshot import snapshot
from server.reporting.delivery.cache import Memory
from server.reporting.delivery.expected.evidence_cache import EvidenceCache
from server.reporting.delivery.expected.exclusion_windows import windows_between
from server.reporting.delivery.expected.expected_and_pending import CountCache
from server.reporting.delivery.expected.open_days import BY_CAMPAIGN, PLACES_ALONE, OpenDays
from server.reporting.delivery.expected.tenure_cache import TenureBook
from server.reporting.delivery.expected.watermarks import WatermarkCache
from server.reporting.delivery.placements_cache import PlacementsCache
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.selection import Grouping, Limits, select_places
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, keep_house, put_on_air
from tests.support.plays.plays import make_programme

FIRST = make_programme(START_MS, days=3, names=("k_1", "k_2"))
SECOND = make_programme(START_MS, days=3, names=("k_1", "k_2"), salt=1)
LATER_MS = START_MS + 2 * HOUR_MS
GROUPS: tuple[Grouping, ...] = ("campaign", "venue", "screen", "day", "hour", "screen_day")


class Alone(OpenDays):
    """Counts each screen by itself."""

    @cached_property
    def _reported(self) -> Mapping[int, bool | None]:
        return defaultdict(lambda: None)


def on_air(world: World, *plans: bool, plays: int = 0, at_ms: int = START_MS) -> BoundScreen:
    """A screen with one or two plans, of which these were reported; it has shown so much."""
    screen = make_screen(world, enrolled_at=START_MS)
    for version, (programme, reported) in enumerate(
        zip((FIRST, SECOND), plans, strict=False), start=1
    ):
        from_ms = START_MS if version == 1 else LATER_MS
        put_on_air(world, screen, programme, from_ms, reported=reported, version=version)
    if plays:
        slots = FIRST.slots(at_ms, START_MS + DAY_MS)[:plays]
        hand_in_all(world, screen, FIRST, slots, boot=f"{screen.id:016x}")
    return screen


@pytest.fixture
def screens(world: World) -> World:
    """Some have reported what they show, some haven't, some only the first of two plans."""
    made = [
        on_air(world, *plans, plays=count)
        for plans in ((True,), (False,), (True, True), (False, False), (True, False))
        for count in (0, 0, 3, 5, 5)
    ]
    made.append(on_air(world, False, False, plays=2, at_ms=LATER_MS + 10 * MINUTE_MS))
    world.clock.at_ms = START_MS + 4 * HOUR_MS + 7
    for screen in made[::2]:  # a heartbeat without a backlog: it has reported all
        beat = Contact(screen.id, START_MS + 3 * HOUR_MS, "b", 0, None)
        playback_of(world.app).contacts.note(beat)
    keep_house(world)
    return world


@pytest.fixture
def one_silent(world: World) -> World:
    """Two with the same plan for days: one reports each, the other none."""
    screens = [on_air(world, True) for _ in range(2)]
    for day in range(1, 5):
        world.clock.at_ms = START_MS + day * DAY_MS
        beat = Contact(screens[0].id, world.clock.at_ms - MINUTE_MS, "b", 0, None)
        playback_of(world.app).contacts.note(beat)
        keep_house(world)
    return world


def due_plays(
    world: World, kind: type[OpenDays], group: Grouping, days_ago: tuple[int, int] = (1, 0)
) -> Counter[object]:
    """Expected and pending plays, by the grouping's keys."""
    core, knowledge = world.core, playback_of(world.app).knowledge
    civil, as_of_ms = Civil(core.settings.zone), world.clock.now_ms()
    with core.config.read() as session:
        windows = windows_between(session, START_MS - DAY_MS, as_of_ms)
    around = ReportContext(knowledge.plan, knowledge.tally, civil, as_of_ms, windows)
    memory = Memory(TenureBook(), CountCache(), WatermarkCache(), EvidenceCache())
    today = date.fromordinal(civil.day_of(as_of_ms))
    sums: Counter[object] = Counter()
    with snapshot(core.plays) as tx:
        places = PlacementsCache().of(tx)
        span = (today - timedelta(days=days_ago[0]), today - timedelta(days=days_ago[1]))
        selection = select_places(places, *span, group, Limits())
        for where, figures in kind(tx, selection, around, memory).expected_rows():
            campaign = where.campaign if group in BY_CAMPAIGN else None
            cell = where.cell if group not in PLACES_ALONE else None
            key = (where.day, where.hour, where.placement, campaign, cell)
            sums[*key, "expected"] += figures.expected
            sums[*key, "pending"] += figures.pending
    return +sums


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_plays_due_of_screens_together_are_the_sum_of_each(screens: World, group: Grouping) -> None:
    together, alone = due_plays(screens, OpenDays, group), due_plays(screens, Alone, group)

    assert together == alone
    assert sum(together.values()) > 1000


@pytest.mark.parametrize("group", GROUPS)
def test_days_after_a_report_are_none_of_its_business(one_silent: World, group: Grouping) -> None:
    together, alone = (due_plays(one_silent, kind, group, (3, 2)) for kind in (OpenDays, Alone))

    assert together == alone
    assert sum(together.values()) > 1000


def test_what_a_screen_shows_by_and_by_changes_when_its_plan_began(world: World) -> None:
    screen = on_air(world, False, False)
    world.clock.at_ms = START_MS + 3 * HOUR_MS
    keep_house(world)
    book, progress = TenureBook(), WatermarkCache()

    def begins_ms() -> list[int]:
        with snapshot(world.core.plays) as tx:
            tenures = book.of(tx, progress.of(tx), START_MS)[screen.id]
            assert book.of(tx, progress.of(tx), START_MS)[screen.id] is tenures, (
                "it remembers nothing"
            )
        return [one.from_ms for one in tenures]

    before = begins_ms()
    late = list(FIRST.slots(LATER_MS, LATER_MS + HOUR_MS))[:4]
    hand_in_all(world, screen, FIRST, late, boot="f" * 16)
    after = begins_ms()

    assert before == [START_MS, LATER_MS]
    assert after == [START_MS, late[-1].start_ms + late[-1].duration_ms]
