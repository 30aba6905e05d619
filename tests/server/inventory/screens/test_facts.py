"""Facts of many screens: read once for a venue, and equal to each screen's own rows."""

from server.inventory.screens.facts import as_facts
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import facts
from tests.support.app.inventory import make_screen, make_venue, root_unit
from tests.support.app.world import World


def a_district(world: World) -> list[int]:
    """Screens that differ from each other and venues that do, those of one venue not in a row."""
    bank = make_venue(
        world,
        territory_unit_id=root_unit(world),
        tags=["窗口"],
        own_share=0.2,
        takeover_policy="emergency",
        metered={"windows": [["01:00", "05:00"]]},
        viewing_distance_m=8.0,
    )
    school = make_venue(world, kind="school", name="实验小学", closed_dates=["2026-12-01"])
    made = [
        make_screen(world, venue=bank, tags=["夜间"], pixel_pitch_mm=4.0, height=320),
        make_screen(world, venue=school, rendition_class="portrait-1080p"),
        make_screen(world, venue=bank, name="大厅屏"),
    ]
    return [one.id for one in made]


def test_many_screens_have_the_facts_that_each_has_by_itself(world: World) -> None:
    screens = a_district(world)

    with world.core.config.read() as session:
        found = facts(session)
        alone = [as_facts(session.get_one(Screen, number)) for number in screens]

    assert found == alone
    assert [one.tags for one in found] == [{"窗口", "夜间"}, set(), {"窗口"}]
    bank, school = "建设银行城关支行", "实验小学"
    assert [one.venue_name for one in found] == [bank, school, bank]
    assert [one.takeover_policy for one in found] == ["emergency", "always", "emergency"]
    assert [one.least_sign is None for one in found] == [False, True, True]


def test_only_the_requested_screens_are_returned(world: World) -> None:
    first, _, last = a_district(world)

    with world.core.config.read() as session:
        found = facts(session, [last, first, last + 1])

    assert [one.screen_id for one in found] == [first, last]


def test_a_query_for_no_screen_returns_none(world: World) -> None:
    a_district(world)

    with world.core.config.read() as session:
        assert facts(session, []) == []
