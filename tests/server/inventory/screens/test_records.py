"""Screens' records: listed with their state, changed, paused, revoked, retired, deleted."""

from typing import Any

import pytest

from server.foundation.errors import Unauthorized
from server.inventory.screens.events import ScreenChanged, ScreenRevoked
from server.inventory.screens.queries import facts
from server.inventory.screens.service import authenticate, authenticate_files, note_size
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


@pytest.fixture
def wang(world: World) -> Person:
    return sign_in(world, "publicity")


def beat(world: World, screen: BoundScreen, version: int = 3) -> None:
    answer = world.visitor().post(
        "/api/v1/player/beat",
        json={"boot": "b1", "at_mono_ms": 1, "version": version, "state": "playing"},
        headers=screen.headers,
    )
    assert answer.status_code == 200, answer.text


def state(person: Person, screen: BoundScreen) -> str:
    found: str = person.client.get(f"/api/v1/screens/{screen.public_id}").get_json()["state"]
    return found


def post(person: Person, screen: BoundScreen, act: str, **body: Any) -> Any:
    return person.client.post(f"/api/v1/screens/{screen.public_id}/{act}", json=body)


def test_a_screen_is_online_by_its_beats_then_late_then_offline(world: World, wang: Person) -> None:
    screen = make_screen(world)
    assert state(wang, screen) == "offline"

    beat(world, screen)
    assert state(wang, screen) == "online"
    world.clock.forward(75_000)
    assert state(wang, screen) == "late"
    world.clock.forward(15_000)
    assert state(wang, screen) == "offline"


def test_the_version_is_the_one_that_the_player_has(world: World, wang: Person) -> None:
    screen = make_screen(world)
    beat(world, screen, version=3)

    document = wang.client.get(f"/api/v1/screens/{screen.public_id}").get_json()

    assert document["version"] == 3
    assert document["last_contact"] == "2026-11-24T09:00:00+08:00"


@pytest.mark.slow
def test_the_list_can_be_narrowed(world: World, wang: Person) -> None:
    village = make_unit(world, "东村", make_unit(world, "城关街道"))
    market = make_venue(world, unit=village, kind="market", name="东村农贸市场")
    one = make_screen(world, venue=market, tags=["大屏"], serial="SN-7")
    hotel = make_venue(world, kind="hotel", territory_unit_id=village)
    two = make_screen(world, venue=hotel)
    three = make_screen(world, enrolled_at=None)
    beat(world, two)

    def found(query: str) -> list[int]:
        items = wang.client.get(f"/api/v1/screens?{query}").get_json()["items"]
        return [int(item["id"].removeprefix("s_")) for item in items]

    assert found("") == [three.id, two.id, one.id]
    assert found(f"venue_id=v_{market}") == [one.id]
    assert found("unit_id=u_2") == [one.id]
    assert found("territory_id=u_2") == [two.id]
    assert found("venue_kind=hotel") == [two.id]
    assert found("tag=大屏") == [one.id]
    assert found("q=农贸") == found("q=SN-7") == [one.id]
    assert found("state=online") == [two.id]
    assert found("state=offline") == [one.id]
    assert found("state=never_seen") == [three.id]
    assert found("state=late") == found("state=paused") == found("state=retired") == []


def test_a_record_is_made_before_its_player_comes(world: World, wang: Person) -> None:
    venue = f"v_{make_venue(world)}"
    body = {"venue_id": venue, "name": "门口屏", "serial": "SN-7", "width": 1080, "height": 1920}

    made = wang.client.post("/api/v1/screens", json=body)

    assert made.status_code == 201
    document = made.get_json()
    assert {name: document[name] for name in body} == body
    assert (document["rendition_class"], document["state"]) == ("portrait-1080p", "never_seen")


def test_a_serial_belongs_to_one_screen_in_service(world: World, wang: Person) -> None:
    old = make_screen(world, serial="SN-7")
    body = {"venue_id": f"v_{old.venue_id}", "name": "新屏", "serial": "SN-7"}

    again = wang.client.post("/api/v1/screens", json=body)
    assert (again.status_code, again.get_json()["code"]) == (409, "serial_taken")

    post(wang, old, "retire")
    assert wang.client.post("/api/v1/screens", json=body).status_code == 201


def test_a_change_leaves_the_rest_as_it_is_and_is_published(world: World, wang: Person) -> None:
    screen = make_screen(world, tags=["大屏"])
    notices: list[ScreenChanged] = []
    world.core.events.listen(ScreenChanged, notices.append)

    answer = wang.client.patch(f"/api/v1/screens/{screen.public_id}", json={"name": "新名"})

    assert (answer.get_json()["name"], answer.get_json()["tags"]) == ("新名", ["大屏"])
    assert notices == [ScreenChanged(screen.id)]


@pytest.mark.parametrize(
    "fields",
    [{"rendition_class": "8k"}, {"width": 0}, {"name": ""}, {"pixel_pitch_mm": -1}, {"x": 1}],
)
def test_a_wrong_value_is_refused(world: World, wang: Person, fields: Any) -> None:
    screen = make_screen(world)

    answer = wang.client.patch(f"/api/v1/screens/{screen.public_id}", json=fields)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == f"/{next(iter(fields))}"


def test_contact_with_the_player_does_not_spoil_a_change(world: World, wang: Person) -> None:
    screen = make_screen(world)
    path = f"/api/v1/screens/{screen.public_id}"
    tag = wang.client.get(path).headers["ETag"]
    beat(world, screen)

    first = wang.client.patch(path, json={"name": "一"}, headers={"If-Match": tag})
    late = wang.client.patch(path, json={"name": "二"}, headers={"If-Match": tag})

    assert (first.status_code, late.status_code) == (200, 412)


def test_a_screen_moves_to_another_venue_of_the_persons_units_only(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    wang = sign_in(world, "publicity", here)
    screen = make_screen(world, venue=make_venue(world, unit=here))
    near, far = make_venue(world, unit=here), make_venue(world, unit=elsewhere)
    path = f"/api/v1/screens/{screen.public_id}"

    assert wang.client.patch(path, json={"venue_id": f"v_{far}"}).status_code == 404
    moved = wang.client.patch(path, json={"venue_id": f"v_{near}"}).get_json()
    assert moved["venue_id"] == f"v_{near}"


def test_a_pause_is_declared_until_an_instant_and_can_end_before(
    world: World, wang: Person
) -> None:
    screen = make_screen(world)

    paused = post(wang, screen, "pause", until="2026-11-24T10:00:00+08:00", reason="检修")

    assert paused.get_json()["paused_until"] == "2026-11-24T10:00:00+08:00"
    assert (paused.get_json()["pause_reason"], state(wang, screen)) == ("检修", "paused")
    world.clock.forward(HOUR_MS)
    wang = sign_in(world)
    assert state(wang, screen) == "offline"
    post(wang, screen, "pause", until="2026-11-24T12:00:00+08:00", reason="检修")
    wang.client.delete(f"/api/v1/screens/{screen.public_id}/pause")
    assert state(wang, screen) == "offline"


def test_a_pause_into_the_past_or_without_a_reason_is_refused(world: World, wang: Person) -> None:
    screen = make_screen(world)

    past = post(wang, screen, "pause", until="2026-11-24T08:00:00+08:00", reason="检修")
    mute = post(wang, screen, "pause", until="2026-11-24T10:00:00+08:00", reason="")

    assert (past.status_code, mute.status_code) == (422, 422)


def test_a_revoked_screen_opens_nothing_from_that_moment(world: World) -> None:
    admin, screen = sign_in(world, "admin"), make_screen(world)
    notices: list[ScreenRevoked] = []
    world.core.events.listen(ScreenRevoked, notices.append)
    assert authenticate(world.core, screen.token).screen_id == screen.id
    assert authenticate_files(world.core, screen.files_secret).screen_id == screen.id

    answer = post(admin, screen, "revoke")

    assert answer.get_json()["state"] == "revoked"
    for opens, secret in ((authenticate, screen.token), (authenticate_files, screen.files_secret)):
        with pytest.raises(Unauthorized) as refused:
            opens(world.core, secret)
        assert refused.value.code == "revoked"
    assert notices == [ScreenRevoked(screen.id)]


def test_only_administrators_revoke(world: World, wang: Person) -> None:
    assert post(wang, make_screen(world), "revoke").status_code == 403


def test_the_files_cookie_opens_nothing_else(world: World) -> None:
    screen = make_screen(world)

    for opens, secret in ((authenticate, screen.files_secret), (authenticate_files, screen.token)):
        with pytest.raises(Unauthorized):
            opens(world.core, secret)


def test_a_screen_token_opens_no_route_of_people(world: World) -> None:
    screen = make_screen(world)

    for path in ("/api/v1/me", "/api/v1/screens", "/api/v1/venues"):
        assert world.visitor().get(path, headers=screen.headers).status_code == 401


def test_a_persons_token_opens_no_route_of_players(world: World, wang: Person) -> None:
    token = wang.client.post("/api/v1/tokens", json={"name": "脚本"}).get_json()["token"]

    answer = world.visitor().post(
        "/api/v1/player/beat", json={}, headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 401


def test_a_retired_screen_stays_on_record_and_plays_nothing(world: World, wang: Person) -> None:
    screen = make_screen(world)

    post(wang, screen, "retire")

    assert state(wang, screen) == "retired"
    with world.core.config.read() as session:
        assert facts(session) == []
    assert wang.client.patch(f"/api/v1/screens/{screen.public_id}", json={}).status_code == 409


def test_only_a_screen_that_never_had_a_player_is_deleted(world: World, wang: Person) -> None:
    used, unused = make_screen(world), make_screen(world, enrolled_at=None)

    refused = wang.client.delete(f"/api/v1/screens/{used.public_id}")

    assert (refused.status_code, refused.get_json()["code"]) == (409, "in_use")
    assert "retire" in refused.get_json()["detail"]
    assert wang.client.delete(f"/api/v1/screens/{unused.public_id}").status_code == 204


def test_a_stranger_gets_the_same_answer_as_for_a_missing_screen(world: World) -> None:
    screen = make_screen(world, venue=make_venue(world, unit=make_unit(world, "城关街道")))
    stranger = sign_in(world, "admin", make_unit(world, "开发区")).client
    pause = {"until": "2026-11-24T10:00:00+08:00", "reason": "x"}
    calls = [("get", "", None), ("patch", "", {"name": "x"}), ("delete", "", None),
             ("post", "/revoke", None), ("post", "/retire", None), ("post", "/pause", pause),
             ("delete", "/pause", None)]  # fmt: skip

    for method, act, body in calls:
        send = getattr(stranger, method)
        foreign = send(f"/api/v1/screens/{screen.public_id}{act}", json=body)
        missing = send(f"/api/v1/screens/s_999{act}", json=body)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.data == missing.data
    assert stranger.get("/api/v1/screens").get_json()["items"] == []


def test_people_of_a_venue_see_its_screens_and_no_others(world: World) -> None:
    manager = sign_in(world, "venue")
    own = make_screen(world, venue=make_venue(world, contacts=(manager.user_id,)))
    other = make_screen(world)

    assert manager.client.get(f"/api/v1/screens/{own.public_id}").status_code == 200
    assert manager.client.get(f"/api/v1/screens/{other.public_id}").status_code == 404
    assert post(manager, own, "retire").status_code == 403


def test_a_size_that_a_player_reports_is_kept_with_its_class(world: World) -> None:
    screen = make_screen(world, width=None, height=None)

    note_size(world.core, screen.id, 1080, 1920)

    with world.core.config.read() as session:
        assert facts(session)[0].rendition_class == "portrait-1080p"


def test_facts_join_the_tags_of_screen_and_venue(world: World) -> None:
    venue = make_venue(world, tags=["临街"], unit=make_unit(world, "城关街道"))
    screen = make_screen(world, venue=venue, tags=["大屏"])

    with world.core.config.read() as session:
        (found,) = facts(session, [screen.id])

    assert found.tags == {"临街", "大屏"}
    assert (found.unit_path, found.venue_kind) == ("/1/2/", "bank")
