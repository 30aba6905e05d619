"""A process that reads alone has bookings brought in line by the one that writes, when it must."""

from typing import Any

from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import make_programme
from tests.support.processes.reading_process import read_by_another

TEN_MINUTES_MS = 600_000


def test_the_worker_is_asked_once_for_the_changes_and_not_for_each_report(
    world: World,
) -> None:
    officer = sign_in(world)
    screen, former = make_screen(world), make_programme(world.clock.now_ms())
    put_on_air(world, screen, former, world.clock.now_ms())
    reading = read_by_another(world)

    def expected() -> Any:
        world.clock.at_ms += TEN_MINUTES_MS
        answer = officer.client.get("/api/v1/reports/delivery")
        assert answer.status_code == 200, answer.text
        return answer.json["totals"]["expected"]

    first = expected()
    assert [set(asked) for asked in reading.followed] == [{screen.id}]
    assert expected() == 2 * first > 0
    assert len(reading.followed) == 1

    later = make_programme(world.clock.now_ms(), lengths_s=(60,), campaigns=(0,), salt=1)
    put_on_air(world, screen, later, world.clock.now_ms(), version=2)

    assert expected() < 3 * first
    assert len(reading.followed) == 2
