"""What becomes of a check: a picture, no answer, nobody there; whatever happens it ends."""

from typing import Any

import pytest
from socketio.exceptions import TimeoutError as NoAnswer

from server.reporting.spot_checks import plan
from server.reporting.spot_checks import retention as keeping
from server.reporting.spot_checks.capture import settle, take
from server.reporting.spot_checks.tasks import forget_spot_pictures, measure_spot_checks
from tests.support.app.clock import DAY_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.devices.command_responder import Line
from tests.support.devices.socket_player import SocketPlayer
from tests.support.factories.screenshots import make_pictured, poster, shot_of
from tests.support.reporting.spot_checks import (
    at_once,
    good_line,
    live_of,
    make_check,
    rounds,
    screen_on_air,
    set_plan,
    stored,
)

OFTEN = 10_000_000


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return screen_on_air(world)


def asked(world: World, screen: BoundScreen) -> int:
    return make_check(world, screen, state="asked")


def taken(world: World, screen: BoundScreen, line: Line) -> Any:
    number = asked(world, screen)
    take(world.core, live_of(world), line, number)
    return stored(world, number)


def read(person: Person, number: int) -> Any:
    answer = person.client.get(f"/api/v1/spot-checks/z_{number}")
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.slow
def test_a_picture_is_stored_beside_the_expected_one_with_the_servers_guess(world: World) -> None:
    office = open_office(world)
    screen = make_screen(world)
    office.publish(
        make_pictured(world, poster("navy", 2), name="国家反诈"), target={"kind": "filler"}
    )
    run_jobs(world.core)
    SocketPlayer(world, screen)
    world.clock.forward(MINUTE_MS)

    row = taken(world, screen, good_line())
    other = taken(world, screen, Line(shot_of(poster("red", 8))))

    one = read(office.reviewer, row.id)
    assert (one["state"], one["hint"], one["verdict"]) == ("answered", "matches", None)
    assert [(expected["what"], expected["name"]) for expected in one["meant"]] == [
        ("playing", "国家反诈")
    ]
    for name in ("picture", "meant_picture"):
        picture = office.reviewer.client.get(one[name])
        assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
        assert picture.data[:2] == b"\xff\xd8"
        assert "private" in picture.headers["Cache-Control"]
    assert read(office.reviewer, other.id)["hint"] == "differs"


def test_a_round_draws_asks_and_keeps(world: World, screen: BoundScreen) -> None:
    set_plan(world, per_day=OFTEN)
    line = good_line()
    ticking = rounds(world, line)

    assert ticking.run_once(at_once) is None  # nothing has passed yet
    world.clock.forward(5_000)
    number = ticking.run_once(at_once)

    assert number is not None
    assert stored(world, number).state == "answered"
    ((event, command),) = line.sent
    assert (event, command["name"], command["id"]) == ("command", "screenshot", f"z_{number}")


def test_a_photo_is_asked_of_people_and_not_of_the_player(
    world: World, screen: BoundScreen
) -> None:
    set_plan(world, per_day=0, photos_per_day=OFTEN)
    line = good_line()
    ticking = rounds(world, line)
    ticking.run_once(at_once)
    world.clock.forward(5_000)

    number = ticking.run_once(at_once)

    assert number is not None
    assert (stored(world, number).kind, stored(world, number).state) == ("photo", "asked")
    assert line.sent == []


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (NoAnswer(), "no_answer", None),
        ({"ok": False, "error": "unknown_command"}, "no_answer", "unknown_command"),
        ({"ok": True, "result": {"image": "data:text/html;base64,PGI+"}}, "no_answer", "malformed"),
        ("yes", "no_answer", "malformed"),
    ],
)
def test_an_invalid_picture_is_no_answer(
    world: World, screen: BoundScreen, answer: Any, state: str, error: str | None
) -> None:
    row = taken(world, screen, Line(answer))

    assert (row.state, row.error, row.verdict) == (state, error, None)


def test_a_screen_that_went_away_in_between_is_offline(world: World) -> None:
    row = taken(world, screen_on_air(world, online=False), good_line())

    assert row.state == "offline"


@pytest.mark.slow
def test_a_server_that_was_stopped_meanwhile_leaves_nothing_hanging(
    world: World, screen: BoundScreen
) -> None:
    reader = sign_in(world, "viewer")
    number = asked(world, screen)
    with pytest.raises(KeyboardInterrupt):
        take(world.core, live_of(world), Line(KeyboardInterrupt()), number)
    assert read(reader, number)["state"] == "asked"

    world.clock.forward(MINUTE_MS)

    assert read(reader, number)["state"] == "no_answer"
    assert stored(world, number).state == "asked"
    rounds(world).run_once(at_once)
    assert stored(world, number).state == "no_answer"
    assert settle(world.core) == 0


@pytest.mark.slow
def test_an_answer_after_the_time_changes_nothing(world: World, screen: BoundScreen) -> None:
    late = good_line()
    late.world, late.takes_ms = world, MINUTE_MS

    row = taken(world, screen, late)
    assert settle(world.core) == 1

    assert (stored(world, row.id).state, stored(world, row.id).hint) == ("no_answer", None)


@pytest.mark.slow
def test_pictures_go_when_their_time_is_over_and_the_check_stays(
    world: World, screen: BoundScreen
) -> None:
    reader = sign_in(world, "viewer")
    set_plan(world, keep_days=40)
    old = make_check(world, screen, verdict="good")
    world.clock.forward(20 * DAY_MS)
    young = make_check(world, screen)
    world.clock.forward(20 * DAY_MS)

    forget_spot_pictures(world.core, None)  # type: ignore[arg-type] # the job reports nothing

    reader = sign_in(world, "viewer")
    assert read(reader, old)["picture"] is None
    assert read(reader, old)["verdict"] == "good"
    assert reader.client.get(f"/api/v1/spot-checks/z_{old}/picture").status_code == 404
    assert read(reader, young)["picture"] == f"/api/v1/spot-checks/z_{young}/picture"
    assert keeping.forget_pictures(world.core) == 0


def test_the_hourly_job_measures_the_day(world: World, screen: BoundScreen) -> None:
    measure_spot_checks(world.core, None)  # type: ignore[arg-type] # the job reports nothing

    with world.core.config.read() as session:
        assert plan.load(session).open_ms == DAY_MS
