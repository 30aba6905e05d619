"""Tenure: since when a manifest is on air, provisional until the screen reports it."""

import pytest

from server.publishing.assignments.issuer import DesiredState, Plan
from server.publishing.assignments.rows import AssignmentRecord
from server.publishing.assignments.tenures import OpenTenures
from server.publishing.queries import tenures
from tests.support.app.clock import DAY_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.factories.manifests import SLOT_MS, assign, issue


@pytest.fixture
def screen(world: World) -> int:
    return make_screen(world).id


def tenures_of(world: World, screen: int) -> list[tuple[int, int | None, bool]]:
    """The tenures of a screen: from, until (since the start), reported."""
    with world.core.config.read() as session:
        found = tenures(session, screen)
    return [
        (
            span.from_ms - START_MS,
            None if span.until_ms is None else span.until_ms - START_MS,
            span.reported,
        )
        for span in found
    ]


def report(world: World, assigned: AssignmentRecord, at_ms: int) -> bool:
    with world.core.config.write() as session:
        rows = OpenTenures(session, [assigned.screen_id])
        reported_ms = max(world.clock.now_ms(), START_MS + at_ms)
        news = rows.report(assigned.screen_id, assigned.manifest, START_MS + at_ms, reported_ms)
        rows.save()
        return news


def test_a_tenure_is_provisional_from_the_instant_of_activation(world: World, screen: int) -> None:
    assign(world, screen, "one")

    assert tenures_of(world, screen) == [(0, None, False)]


def test_a_tenure_begins_when_the_screen_reports_the_switch(world: World, screen: int) -> None:
    one = assign(world, screen, "one")

    assert report(world, one, 9_000)

    assert tenures_of(world, screen) == [(9_000, None, True)]


def test_a_tenure_ends_where_the_next_begins(world: World, screen: int) -> None:
    report(world, assign(world, screen, "one"), 2_000)
    two = assign(world, screen, "two")

    assert tenures_of(world, screen) == [(2_000, SLOT_MS, True), (SLOT_MS, None, False)]

    report(world, two, 2 * SLOT_MS)

    assert tenures_of(world, screen) == [(2_000, 2 * SLOT_MS, True), (2 * SLOT_MS, None, True)]


def test_saying_it_again_changes_nothing(world: World, screen: int) -> None:
    one = assign(world, screen, "one")
    report(world, one, 2_000)

    assert not report(world, one, 2_000)
    assert not report(world, one, 50_000)
    assert tenures_of(world, screen) == [(2_000, None, True)]


def test_plans_that_an_offline_screen_never_had_leave_no_tenure(world: World, screen: int) -> None:
    report(world, assign(world, screen, "one"), 0)
    for name in ("two", "three", "four"):
        world.clock.forward(DAY_MS)
        newest = assign(world, screen, name)
    assert len(tenures_of(world, screen)) == 4

    report(world, newest, 3 * DAY_MS + 60_000)

    assert tenures_of(world, screen) == [
        (0, 3 * DAY_MS + 60_000, True),
        (3 * DAY_MS + 60_000, None, True),
    ]


def test_a_plan_reported_late_counts_until_the_newer_expected_one(
    world: World, screen: int
) -> None:
    report(world, assign(world, screen, "one"), 0)
    two = assign(world, screen, "two")
    world.clock.forward(DAY_MS)
    three = assign(world, screen, "three")

    report(world, two, 40_000)

    due_ms = three.activate_at - START_MS
    assert tenures_of(world, screen) == [
        (0, 40_000, True),
        (40_000, due_ms, True),
        (due_ms, None, False),
    ]


def test_a_screen_may_go_back_to_a_plan_that_it_had(world: World, screen: int) -> None:
    one = assign(world, screen, "one")
    report(world, one, 0)
    report(world, assign(world, screen, "two"), 20_000)
    world.clock.forward(60_000)
    plan = Plan(one.manifest, one.manifest, START_MS)

    again = issue(world, screen, DesiredState(plan=plan))
    assert again is not None
    assert report(world, again, 80_000)

    assert tenures_of(world, screen) == [
        (0, 20_000, True),
        (20_000, 80_000, True),
        (80_000, None, True),
    ]


def test_a_plan_replaced_before_it_was_due_leaves_no_tenure(world: World, screen: int) -> None:
    for name in ("one", "two", "three"):
        assign(world, screen, name)

    assert tenures_of(world, screen) == [(0, SLOT_MS, False), (SLOT_MS, None, False)]


def test_a_plan_taken_back_before_it_was_due_leaves_the_tenure_as_it_was(
    world: World, screen: int
) -> None:
    one = assign(world, screen, "one")
    report(world, one, 0)
    assign(world, screen, "two")

    issue(world, screen, DesiredState(plan=Plan(one.manifest, one.manifest, START_MS)))

    assert tenures_of(world, screen) == [(0, None, True)]


def test_a_screen_cannot_choose_what_it_is_measured_against(world: World, screen: int) -> None:
    easy = assign(world, make_screen(world).id, "easy")
    assign(world, screen, "one")

    easy.screen_id = screen
    assert not report(world, easy, 1_000)
    assert tenures_of(world, screen) == [(0, None, False)]
