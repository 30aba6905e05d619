"""The builds that screens ought to run are read again after whatever changes them."""

import pytest
from sqlalchemy import update

from server.gateway.rollouts import queries, service
from server.gateway.rollouts.models import ReleaseScreen
from server.gateway.rollouts.rounds.controller import REREAD
from server.gateway.rollouts.runtime import rounds_of
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.factories.releases import NEW, OLD, Rollout, build

pytestmark = pytest.mark.slow


@pytest.fixture
def screen(world: World) -> int:
    return make_screen(world, player=OLD).id


@pytest.fixture
def ended(world: World, screen: int) -> Rollout:
    """A roll-out that is complete, and whose screen failed."""
    made = Rollout(world)
    row = service.register(world.core, build(NEW))
    with world.core.config.write() as session:
        newest = queries.newest(session)
        assert newest is not None
        service.complete(world.core, session, newest)
        session.add(
            ReleaseScreen(
                release_id=row.id, screen_id=screen, ring=0, state="failed", told_at=1,
                updated_at=0, failed_at=2, reason="not_taken", before=0,
            )
        )  # fmt: skip
    rounds_of(world.app).run_round()
    return made


def desired(world: World) -> dict[int, str]:
    return dict(rounds_of(world.app).live.desired_builds.special)


def test_a_retry_after_the_end_holds_from_the_next_round(ended: Rollout, screen: int) -> None:
    assert desired(ended.world) == {screen: OLD}

    ended.act("retry")
    rounds_of(ended.world.app).run_round()

    assert desired(ended.world) == {}


def test_progress_of_another_worker_is_known_some_rounds_later_though_nothing_else_happens(
    ended: Rollout,
) -> None:
    other = make_screen(ended.world, player=OLD).id
    with ended.world.core.config.write() as session:
        session.execute(update(ReleaseScreen).values(screen_id=other))

    for _ in range(REREAD):
        rounds_of(ended.world.app).run_round()

    assert desired(ended.world) == {other: OLD}
