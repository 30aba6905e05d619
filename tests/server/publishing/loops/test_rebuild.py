"""Plans: built from signed-off versions, shared by equal screens, sent when changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from server.publishing import service
from server.publishing.assignments.rows import AssignmentRecord, load
from server.publishing.models import CachedLoop
from server.publishing.service import manifest_text, rebuild
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

SHOP_HOURS = {str(day): [["08:00", "20:00"]] for day in range(1, 8)}


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def assigned(world: World, screen: int) -> AssignmentRecord:
    with world.core.config.read() as session:
        return load(session, [screen])[screen]


def plan(world: World, screen: int) -> Manifest:
    return decode(manifest_text(world.core, assigned(world, screen).manifest))


def test_a_published_campaign_is_on_the_screens_an_hour_as_often_as_ordered(
    world: World, office: Office
) -> None:
    screen = make_screen(world).id
    campaign = office.publish(make_asset(world), make_asset(world))

    run_jobs(world.core)

    made = plan(world, screen)
    (name,) = made.loops
    plays = [slot for slot in made.loops[name].slots if made.campaign_id(slot) == campaign]
    assert len(plays) * HOUR_MS // made.loops[name].period_ms == 12


def test_a_screen_without_anything_to_play_shows_the_waiting_picture(
    world: World, office: Office
) -> None:
    screen = make_screen(world).id

    assert rebuild(world.core) == 1

    made = plan(world, screen)
    now = seat(made, world.clock.now_ms())
    assert made.assets[made.fallback].digest == now.asset
    assert office.world is world


def test_the_plan_reaches_beyond_the_end_of_the_assignment(world: World, office: Office) -> None:
    screen = make_screen(world).id
    office.publish(make_asset(world))

    run_jobs(world.core)

    row = assigned(world, screen)
    last = plan(world, screen).segments[-1]
    assert last.until_ms > row.expires_at
    assert row.expires_at == world.clock.now_ms() + 30 * DAY_MS


def test_screens_that_are_alike_have_one_manifest(world: World, office: Office) -> None:
    screens = [make_screen(world).id for _ in range(3)]
    other = make_screen(world, venue=make_venue(world, hours=SHOP_HOURS)).id
    office.publish(make_asset(world))

    run_jobs(world.core)

    assert len({assigned(world, screen).manifest for screen in screens}) == 1
    assert assigned(world, other).manifest != assigned(world, screens[0]).manifest


def test_nothing_is_written_or_built_when_nothing_changed(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = make_screen(world).id
    office.publish(make_asset(world))
    run_jobs(world.core)
    before = assigned(world, screen)

    def never(*_args: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(service, "make", never)

    assert rebuild(world.core) == 0
    assert assigned(world, screen).version == before.version


def test_a_loop_that_was_built_before_is_not_built_again(world: World, office: Office) -> None:
    make_screen(world)
    office.publish(make_asset(world))
    run_jobs(world.core)

    world.clock.forward(DAY_MS)
    rebuild(world.core, extend=True)

    with world.core.config.read() as session:
        assert session.query(CachedLoop).count() == 1


def test_the_same_recipe_makes_the_same_manifest_all_day(world: World, office: Office) -> None:
    early = make_screen(world).id
    office.publish(make_asset(world))
    run_jobs(world.core)
    world.clock.forward(8 * HOUR_MS)

    late = make_screen(world).id
    rebuild(world.core)

    assert assigned(world, late).manifest == assigned(world, early).manifest


def test_all_screens_go_over_to_a_new_plan_at_the_same_boundary(
    world: World, office: Office
) -> None:
    screens = [make_screen(world).id for _ in range(3)]
    office.publish(make_asset(world))
    run_jobs(world.core)
    world.clock.forward(20 * MINUTE_MS + 1_234)

    office.publish(make_asset(world))
    run_jobs(world.core)

    rows = [assigned(world, screen) for screen in screens]
    (instant,) = {row.activate_at for row in rows}
    old = decode(manifest_text(world.core, str(rows[0].leaving)))
    assert instant >= world.clock.now_ms() + 5_000
    assert seat(old, instant).offset_ms == 0


def test_a_withdrawn_campaign_leaves_the_plan(world: World, office: Office) -> None:
    screen = make_screen(world).id
    campaign = office.publish(make_asset(world))
    run_jobs(world.core)

    office.post(office.publicity, f"/campaigns/{campaign}/withdraw")
    run_jobs(world.core)

    assert plan(world, screen).campaigns == ()


def test_a_venue_that_changes_its_hours_gets_another_plan(world: World, office: Office) -> None:
    venue = make_venue(world)
    screen = make_screen(world, venue=venue).id
    office.publish(make_asset(world))
    run_jobs(world.core)
    before = assigned(world, screen)

    answer = office.publicity.client.patch(f"/api/v1/venues/v_{venue}", json={"hours": SHOP_HOURS})
    assert answer.status_code == 200, answer.json
    run_jobs(world.core)

    assert assigned(world, screen).version == before.version + 1
    assert any(segment.loop is None for segment in plan(world, screen).segments)


def test_plans_are_extended_once_a_day_each_screen_at_its_minute(
    world: World, office: Office
) -> None:
    screens = [make_screen(world).id for _ in range(2)]
    office.publish(make_asset(world))
    run_jobs(world.core)

    # 09:00 until the next day's 03:00 and the second screen's minute
    world.clock.forward(18 * HOUR_MS + 60_000)
    extend(world)
    first = [assigned(world, screen).version for screen in screens]
    world.clock.forward(60_000)
    extend(world)
    extend(world)
    second = [assigned(world, screen).version for screen in screens]

    assert (first, second) == ([2, 1], [2, 2])


def test_an_extension_changes_nothing_on_the_glass(world: World, office: Office) -> None:
    screen = make_screen(world).id
    office.publish(make_asset(world), make_asset(world))
    run_jobs(world.core)
    before = plan(world, screen)
    world.clock.forward(19 * HOUR_MS)

    extend(world)

    after = plan(world, screen)
    now_ms = world.clock.now_ms()
    for at_ms in range(now_ms, now_ms + 2 * HOUR_MS, 7_919):
        assert showing(before, at_ms) == showing(after, at_ms)


def showing(made: Manifest, at_ms: int) -> tuple[str | None, int | None]:
    now = seat(made, at_ms)
    return now.asset, now.offset_ms


def extend(world: World) -> None:
    from server.publishing.tasks import extend_plans

    task: Callable[[Any, Any], None] = extend_plans
    task(world.core, None)


def test_a_manifest_is_served_to_anyone_for_ever(world: World, office: Office) -> None:
    screen = make_screen(world).id
    office.publish(make_asset(world))
    run_jobs(world.core)
    digest = assigned(world, screen).manifest

    answer = world.visitor().get(f"/manifests/{digest}")

    assert answer.status_code == 200
    assert answer.text == manifest_text(world.core, digest)
    assert answer.mimetype == "application/json"
    assert "immutable" in answer.headers["Cache-Control"]
    assert json.loads(answer.text)["format"] == 1
    assert world.visitor().get(f"/manifests/{'0' * 64}").status_code == 404
    assert world.visitor().get("/manifests/nothing").status_code == 404
