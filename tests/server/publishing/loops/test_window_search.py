"""What is read of takeovers' windows depends on those that aren't over, not on all there were."""

import pytest
from sqlalchemy import text

from server.publishing.assignments.takeover_windows import MANY, Windows
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements


@pytest.mark.skipif(ON_POSTGRES, reason="its planner goes by the numbers of rows")
@pytest.mark.parametrize(
    ("screens", "index"),
    [(1, "ix_assigned_takeovers_screen_id"), (MANY, "ix_assigned_takeovers_until_ms")],
)
def test_a_round_of_many_screens_goes_by_the_ends(world: World, screens: int, index: str) -> None:
    with world.core.config.read() as session:
        with statements(world) as asked:
            Windows(session, range(1, screens + 1), now_ms=0)
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {asked[-1].replace('?', '1')}")).all()

    assert index in str(plan)
