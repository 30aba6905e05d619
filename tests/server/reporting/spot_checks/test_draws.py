"""Draws: evenly over the screen-time on air, at moments that nobody chose, one check each."""

import random
from collections import Counter
from dataclasses import replace
from math import sqrt

import pytest
from sqlalchemy import func, select

from server.accounts.models import AuditEntry
from server.foundation.workers.leader_lock import Lead
from server.inventory.screens.models import Screen
from server.reporting.spot_checks.models import SpotCheck, SpotPlan
from server.reporting.spot_checks.plan import DEFAULTS, measure
from server.reporting.spot_checks.sampling import draw, likelihood
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen, make_venue, root_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.devices.socket_player import SocketPlayer
from tests.support.factories.manifests import assign
from tests.support.factories.screenshots import make_pictured, poster
from tests.support.reporting.spot_checks import (
    at_once,
    exempt,
    live_of,
    rounds,
    screen_on_air,
    set_plan,
    stored_plan,
)

pytestmark = LONG_ON_POSTGRES

# A check in every round: far more than any setting allows, so that a test needn't wait for days.
OFTEN = 10_000_000


def drawn(world: World, times: int, seed: int = 7) -> Counter[int]:
    """How often each screen was drawn in so many rounds of a second, by its number."""
    chance, found = random.Random(seed), Counter[int]()
    for _ in range(times):
        row = draw(world.core, live_of(world).presence, chance, 1_000)
        if row is not None:
            found[row.screen_id] += 1
    return found


def count(world: World) -> int:
    with world.core.config.read() as session:
        return session.scalar(select(func.count(SpotCheck.id))) or 0


@pytest.mark.long
@pytest.mark.slow
def test_each_screen_on_air_is_as_likely_as_any_other(world: World) -> None:
    screens = [screen_on_air(world) for _ in range(5)]
    set_plan(world, per_day=OFTEN)

    found = drawn(world, 300)

    assert found.total() == 300
    expected = 300 / len(screens)
    chi_square = sum((found[one.id] - expected) ** 2 / expected for one in screens)
    assert chi_square < 18.47  # one in a thousand, four degrees of freedom


@pytest.mark.long
@pytest.mark.slow
def test_one_that_is_on_air_for_half_of_the_time_is_drawn_half_as_often(world: World) -> None:
    office = open_office(world)
    morning = {str(day): [["00:00", "12:00"]] for day in range(1, 8)}
    half = make_screen(world, venue=make_venue(world, hours=morning))
    whole = make_screen(world)
    office.publish(make_pictured(world, poster("navy", 2)), target={"kind": "filler"})
    run_jobs(world.core)
    for one in (half, whole):
        SocketPlayer(world, one)
    set_plan(world, per_day=1_600)
    chance, found = random.Random(3), Counter[int]()

    for _ in range(24 * 30):
        world.clock.forward(2 * MINUTE_MS)
        row = draw(world.core, live_of(world).presence, chance, MINUTE_MS)
        if row is not None:
            found[row.screen_id] += 1

    share = found[half.id] / found.total()
    assert found.total() > 300
    assert abs(share - 1 / 3) < 3.3 * sqrt(2 / 9 / found.total())


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return screen_on_air(world)


def retire(world: World, screen: BoundScreen) -> None:
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).retired_at = world.clock.now_ms()


def pause(world: World, screen: BoundScreen) -> None:
    until = {"until": "2026-11-24T20:00:00+08:00", "reason": "检修"}
    answer = sign_in(world, "publicity").client.post(
        f"/api/v1/screens/{screen.public_id}/pause", json=until
    )
    assert answer.status_code < 300, answer.text


def let_the_plan_end(world: World, _screen: BoundScreen) -> None:
    world.clock.forward(40 * DAY_MS)


@pytest.mark.slow
@pytest.mark.parametrize("ends", [retire, pause, let_the_plan_end])
def test_a_screen_without_plays_due_now_is_never_drawn(
    world: World, screen: BoundScreen, ends: object
) -> None:
    other = screen_on_air(world)
    set_plan(world, per_day=OFTEN)
    assert drawn(world, 40).keys() == {screen.id, other.id}

    assert callable(ends)
    ends(world, screen)
    assign(world, other.id, "another")
    world.clock.forward(MINUTE_MS)

    assert drawn(world, 60).keys() == {other.id}


@pytest.mark.slow
def test_a_closed_venue_a_stopped_one_and_one_without_a_plan_are_never_drawn(world: World) -> None:
    office = open_office(world)
    evening = {str(day): [["18:00", "22:00"]] for day in range(1, 8)}
    closed = make_screen(world, venue=make_venue(world, hours=evening))
    stopped, playing = make_screen(world), make_screen(world)
    office.publish(make_pictured(world, poster("navy", 2)), target={"kind": "filler"})
    run_jobs(world.core)
    bare = make_screen(world)
    for one in (closed, stopped, playing, bare):
        SocketPlayer(world, one)
    office.stop("black", selector={"screen_ids": [stopped.public_id]})
    set_plan(world, per_day=OFTEN)

    assert drawn(world, 80).keys() == {playing.id}


@pytest.mark.slow
def test_no_photo_is_wanted_of_an_exempt_screen_and_screenshots_still_are(
    world: World, screen: BoundScreen
) -> None:
    other = screen_on_air(world)
    exempt(world, screen)

    set_plan(world, per_day=0, photos_per_day=OFTEN)
    assert drawn(world, 40).keys() == {other.id}
    set_plan(world, per_day=OFTEN, photos_per_day=0)
    assert drawn(world, 40).keys() == {screen.id, other.id}
    world.clock.forward(4 * HOUR_MS)
    set_plan(world, per_day=0, photos_per_day=OFTEN)
    assert drawn(world, 40).keys() == {screen.id, other.id}


def test_a_screen_without_a_link_is_not_drawn(world: World) -> None:
    screen_on_air(world, online=False)
    set_plan(world, per_day=OFTEN)

    assert drawn(world, 20).total() == 0


@pytest.mark.slow
def test_each_draw_is_one_check_that_is_recorded_before_it_is_sent(
    world: World, screen: BoundScreen
) -> None:
    set_plan(world, per_day=OFTEN)

    row = draw(world.core, live_of(world).presence, random.Random(1), 1_000)

    assert row is not None
    assert count(world) == 1
    assert (row.why, row.frame_unit_id, row.kind) == ("random", root_unit(world), "screenshot")
    assert (row.state, row.venue_id) == ("asked", screen.venue_id)
    with world.core.config.read() as session:
        (entry,) = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "spot_check.ask")
        ).all()
    assert (entry.user_id, entry.object) == (None, f"z_{row.id}")
    assert entry.detail == {"screen": screen.public_id, "why": "random", "kind": "screenshot"}


@pytest.mark.long
@pytest.mark.slow
def test_as_many_come_in_a_day_as_are_set_and_none_for_0(world: World) -> None:
    for _ in range(3):
        screen_on_air(world)
    set_plan(world, per_day=0)
    assert drawn(world, 200).total() == 0

    set_plan(world, per_day=100)
    chance, presence = random.Random(5), live_of(world).presence
    found = 0
    for _ in range(2 * 24 * 60):
        world.clock.forward(MINUTE_MS)
        found += draw(world.core, presence, chance, MINUTE_MS) is not None

    assert abs(found - 200) < 4 * sqrt(200)


@pytest.mark.long
@pytest.mark.slow
def test_both_kinds_come_in_the_proportion_that_is_set(world: World, screen: BoundScreen) -> None:
    set_plan(world, per_day=OFTEN, photos_per_day=OFTEN // 3)

    drawn(world, 300)

    with world.core.config.read() as session:
        kinds = Counter(session.scalars(select(SpotCheck.kind)))
        photo = session.scalars(select(SpotCheck).where(SpotCheck.kind == "photo")).first()
    assert kinds.total() == 300
    assert abs(kinds["photo"] - 75) < 30
    assert photo is not None
    assert photo.due_at - photo.asked_at == 10 * MINUTE_MS


@pytest.mark.slow
def test_draws_are_independent_of_earlier_ones(world: World, screen: BoundScreen) -> None:
    """The likelihood is the same after each check, at each hour, and whatever came before."""
    plan = SpotPlan(id=1, **DEFAULTS, open_ms=10 * 12 * HOUR_MS)

    likely = likelihood(plan, 10, 5_000)

    assert likely == pytest.approx(12 * 10 * 5_000 / plan.open_ms, rel=1e-2)
    assert likelihood(plan, 20, 5_000) == pytest.approx(2 * likely, rel=1e-2)
    assert likelihood(plan, 10, 3_600_000) == likelihood(plan, 10, MINUTE_MS)
    assert likelihood(plan, 10, -5) == 0
    assert likelihood(SpotPlan(id=1, **DEFAULTS, open_ms=None), 10, 5_000) == 0
    set_plan(world, per_day=OFTEN)
    assert drawn(world, 30, seed=1) == drawn(world, 30, seed=2)


def test_the_screen_time_of_a_day_is_that_of_all_opening_hours(world: World) -> None:
    day = {str(day): [["08:00", "20:00"]] for day in range(1, 8)}
    tuesdays = {"2": [["08:00", "09:00"], ["10:00", "12:00"]]}
    for hours in (day, day, tuesdays, {"1": [["00:00", "24:00"]]}):
        make_screen(world, venue=make_venue(world, hours=hours))
    retire(world, make_screen(world))
    make_screen(world, enrolled_at=None)

    assert measure(world.core) == (12 + 12 + 3) * HOUR_MS
    assert stored_plan(world).open_ms == 27 * HOUR_MS
    assert stored_plan(world).per_day == DEFAULTS["per_day"]


@pytest.mark.slow
def test_what_passed_while_another_worker_drew_isnt_drawn_once_more(world: World) -> None:
    screen_on_air(world)
    set_plan(world, per_day=OFTEN)
    lead, drawing = Lead(world.core.config), rounds(world)
    drawing.core = replace(world.core, lead=lead)
    found = []

    for leads in (True, True, False, True, True):
        lead.is_mine = leads
        found.append(drawing.run_once(at_once) is not None)
        world.clock.forward(MINUTE_MS)

    assert found == [False, True, False, False, True]
