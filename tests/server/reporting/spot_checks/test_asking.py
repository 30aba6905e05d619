"""Checks that people ask for: of one screen by hand, of some at random; who may, and where."""

from typing import Any

import pytest

from server.accounts.roles import Role
from server.reporting.spot_checks.sampling import ANSWER_MS
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.reporting.spot_checks import exempt, make_check, screen_on_air, stored

API = "/api/v1/spot-checks"
ALL = {"all": True}


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return screen_on_air(world)


def ask(person: Person, screen: str, **more: Any) -> Any:
    return person.client.post(API, json={"screen_id": screen, **more})


def draw(person: Person, count: int, selector: Any = None, **more: Any) -> Any:
    body = {"count": count, "selector": selector or ALL, **more}
    return person.client.post(f"{API}/draw", json=body)


def frame(world: World, answer: Any) -> int | None:
    assert answer.status_code == 201, answer.text
    return stored(world, int(answer.json["items"][0]["id"].removeprefix("z_"))).frame_unit_id


def test_one_screen_is_asked_at_once_and_stays_out_of_the_statistic(
    world: World, screen: BoundScreen
) -> None:
    officer = sign_in(world, "publicity")

    answer = ask(officer, screen.public_id)

    assert answer.status_code == 201
    assert (answer.json["why"], answer.json["counted"]) == ("by_hand", False)
    assert (answer.json["state"], answer.json["asked_by"]) == ("asked", officer.public_id)
    assert answer.json["asked_at"] == "2026-11-24T09:00:00+08:00"
    assert answer.headers["ETag"]
    read = officer.client.get(f"{API}/{answer.json['id']}")
    assert read.json == answer.json
    world.clock.forward(ANSWER_MS)
    assert officer.client.get(f"{API}/{answer.json['id']}").json["state"] == "no_answer"


def test_a_photo_has_the_time_that_is_set(world: World, screen: BoundScreen) -> None:
    row = ask(sign_in(world, "reviewer"), screen.public_id, kind="photo").json

    assert (row["kind"], row["due_at"]) == ("photo", "2026-11-24T09:10:00+08:00")


@pytest.mark.slow
def test_some_at_random_are_each_another_screen_on_air(world: World) -> None:
    online = {screen_on_air(world).public_id for _ in range(4)}
    screen_on_air(world, online=False)

    some = draw(sign_in(world, "publicity"), 3)
    every = draw(sign_in(world, "admin"), 60)

    assert len({one["screen_id"] for one in some.json["items"]}) == 3
    assert {one["screen_id"] for one in every.json["items"]} == online
    assert {one["why"] for one in every.json["items"]} == {"sample"}


def test_where_none_is_on_air_nothing_is_drawn(world: World) -> None:
    screen_on_air(world, online=False)

    answer = draw(sign_in(world, "publicity"), 3)

    assert (answer.status_code, answer.json["code"]) == (409, "none_on_air")
    assert "营业时段" in answer.json["detail"]


@pytest.mark.slow
def test_no_photo_of_an_exempt_screen_is_drawn_on_request(
    world: World, screen: BoundScreen
) -> None:
    other = screen_on_air(world)
    exempt(world, screen)
    officer = sign_in(world, "publicity")

    photos, screenshots = (
        {one["screen_id"] for one in draw(officer, 60, kind=kind).json["items"]}
        for kind in ("photo", "screenshot")
    )

    assert photos == {other.public_id}
    assert screenshots == {screen.public_id, other.public_id}
    assert ask(officer, screen.public_id, kind="photo").status_code == 201


@pytest.mark.slow
def test_a_draw_counts_for_the_unit_that_it_was_even_over(world: World) -> None:
    unit = make_unit(world, "城关街道")
    screen = screen_on_air(world, unit=unit)
    above, below = sign_in(world, "publicity"), sign_in(world, "publicity", unit)

    assert frame(world, draw(above, 1)) == above.unit_id
    assert frame(world, draw(below, 1)) == unit
    assert frame(world, draw(above, 1, {"unit_ids": [f"u_{unit}"]})) == unit
    for narrow in (
        {"venue_kinds": ["bank"]},
        {"screen_ids": [screen.public_id]},
        {"unit_ids": [f"u_{unit}"], "venue_kinds": ["bank"]},
        {"all": True, "except": {"tags": ["暗"]}},
    ):
        answer = draw(above, 1, narrow)
        assert frame(world, answer) is None
        assert answer.json["items"][0]["counted"] is False


@pytest.mark.slow
@pytest.mark.parametrize("role", ["publicity", "admin", "reviewer"])
def test_those_who_answer_for_the_figures_may_ask(
    world: World, screen: BoundScreen, role: Role
) -> None:
    person = sign_in(world, role)

    assert ask(person, screen.public_id).status_code == 201
    assert draw(person, 1).status_code == 201


@pytest.mark.parametrize("role", ["transport", "venue", "viewer", "auditor"])
def test_others_may_not(world: World, screen: BoundScreen, role: Role) -> None:
    person = sign_in(world, role)

    assert ask(person, screen.public_id).status_code == 403
    assert draw(person, 1).status_code == 403


@pytest.mark.slow
def test_checks_outside_the_scope_are_missing(world: World, screen: BoundScreen) -> None:
    stranger = sign_in(world, "publicity", make_unit(world))
    number = make_check(world, screen)

    assert ask(stranger, screen.public_id).status_code == 404
    assert draw(stranger, 1).status_code == 409
    assert draw(stranger, 1, {"screen_ids": [screen.public_id]}).status_code == 422
    for path in (f"z_{number}", f"z_{number}/picture", "z_999", "z_999/picture", "s_1"):
        answer = stranger.client.get(f"{API}/{path}")
        assert answer.status_code == 404
        assert answer.json == stranger.client.get(f"{API}/z_998").json
    body = {"verdict": "good"}
    assert stranger.client.post(f"{API}/z_{number}/verdict", json=body).status_code == 404
    assert stranger.client.get(API).json["items"] == []


@pytest.mark.parametrize("role", ["viewer", "auditor", "transport", "reviewer"])
def test_all_who_read_reports_see_the_evidence(
    world: World, screen: BoundScreen, role: Role
) -> None:
    number = make_check(world, screen)
    reader = sign_in(world, role)

    assert [one["id"] for one in reader.client.get(API).json["items"]] == [f"z_{number}"]
    assert reader.client.get(f"{API}/z_{number}/picture").data[:2] == b"\xff\xd8"
    assert reader.client.get(f"{API}/z_{number}/picture?of=meant").status_code == 404


def test_a_screen_that_is_out_of_service_is_not_checked(world: World) -> None:
    officer = sign_in(world, "publicity")
    unbound = make_screen(world, enrolled_at=None)
    retired = make_screen(world, retired_at=1)

    for one in (unbound, retired):
        answer = ask(officer, one.public_id)
        assert (answer.status_code, answer.json["code"]) == (409, "not_in_service")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {}),
        ("", {"screen_id": "s_1", "kind": "film"}),
        ("", {"screen_id": "s_1", "why": "random"}),
        ("/draw", {"selector": ALL}),
        ("/draw", {"selector": ALL, "count": 0}),
        ("/draw", {"selector": ALL, "count": 61}),
        ("/draw", {"selector": {}, "count": 1}),
        ("/draw", {"selector": {"venue_kinds": ["castle"]}, "count": 1}),
    ],
)
def test_bad_input_is_refused_in_words(
    world: World, screen: BoundScreen, path: str, body: Any
) -> None:
    answer = sign_in(world, "publicity").client.post(API + path, json=body)

    assert answer.status_code == 422
    assert answer.json["detail"]


@pytest.mark.slow
def test_the_list_is_narrowed_and_comes_in_pages(world: World, screen: BoundScreen) -> None:
    reader = sign_in(world, "viewer")
    other = screen_on_air(world)
    good = make_check(world, screen, verdict="good")
    waiting = make_check(world, other, why="sample")
    gone = make_check(world, screen, state="offline")
    silent = make_check(world, screen, state="asked")
    photo = make_check(world, screen, state="asked", kind="photo", due_at=START_MS + HOUR_MS)
    world.clock.forward(MINUTE_MS)

    def found(query: str = "") -> list[str]:
        answer = reader.client.get(API + query)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json["items"]]

    assert found() == [f"z_{one}" for one in (photo, silent, gone, waiting, good)]
    for query, number in (
        ("standing=good", good),
        ("standing=waiting", waiting),
        ("standing=offline", gone),
        ("standing=no_answer", silent),
        ("standing=asked", photo),
        ("kind=photo", photo),
        ("why=sample", waiting),
        (f"screen_id={other.public_id}", waiting),
    ):
        assert found(f"?{query}") == [f"z_{number}"], query
    first = reader.client.get(f"{API}?limit=3").json
    assert found(f"?limit=3&cursor={first['next']}") == [f"z_{waiting}", f"z_{good}"]
    assert reader.client.get(f"{API}?standing=odd").status_code == 422
    assert reader.client.get(f"{API}?screen_id=v_1").status_code == 404


@pytest.mark.slow
def test_the_rows_behind_each_figure_can_be_opened(world: World, screen: BoundScreen) -> None:
    reader = sign_in(world, "viewer")
    first = make_check(world, screen, verdict="good")
    make_check(world, screen, verdict="good", why="by_hand", frame_unit_id=None)
    silent = make_check(world, screen, state="no_answer")
    late = make_check(world, screen, kind="photo", late=True, verdict="good")
    world.clock.forward(DAY_MS)
    make_check(world, screen, verdict="good")
    sign_in_again(world, reader)
    day = "counted=true&from=2026-11-24&to=2026-11-24"

    def found(query: str) -> list[str]:
        return [one["id"] for one in reader.client.get(f"{API}?{query}").json["items"]]

    assert found(f"{day}&standing=unanswered") == [f"z_{late}", f"z_{silent}"]
    assert found(day) == [f"z_{one}" for one in (late, silent, first)]
    assert len(found("counted=false")) == 1
