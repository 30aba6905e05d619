"""运行监测 → 检修: who sees what, and what can be done there."""

import pytest

from server.accounts.roles import Role
from tests.server.monitoring.uptime.duty.test_maintenance import PATH, WORK
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World

pytestmark = pytest.mark.slow
PAGE = "/uptime/maintenance"


def planned(person: Person, *screens: BoundScreen) -> str:
    body = WORK | {"screen_ids": [one.public_id for one in screens]}
    return str(person.client.post(PATH, json=body).json["id"])


def bus(world: World, vehicle: str = "苏C·3012") -> BoundScreen:
    venue = make_venue(world, kind="bus", name=f"3 路 {vehicle}", vehicle=vehicle)
    return make_screen(world, venue=venue, name="前屏")


def test_without_any_it_explains_what_it_is_for(world: World) -> None:
    page = sign_in(world, "transport").client.get(PAGE).text

    assert "没有计划中的检修" in page
    assert f"{PAGE}/new" in page


def test_coming_maintenance_is_listed_with_place_and_reason(world: World) -> None:
    person = sign_in(world, "transport")
    made = planned(person, *(bus(world, f"苏C·301{n}") for n in range(3)))

    page = person.client.get(PAGE).text

    assert "计划中" in page
    assert "苏C·3010、苏C·3011 等 3 处" in page
    assert WORK["reason"] in page
    assert f'href="{PAGE}/{made}"' in page


def test_past_maintenance_is_listed_only_on_request(world: World) -> None:
    person = sign_in(world, "transport")
    person.client.delete(f"{PATH}/{planned(person, bus(world))}")

    assert WORK["reason"] not in person.client.get(PAGE).text
    for state in ("over", ""):
        page = person.client.get(f"{PAGE}?state={state}").text
        assert "已取消" in page


def test_it_is_called_off_before_and_ended_while_it_runs(world: World) -> None:
    person = sign_in(world, "transport")
    made = planned(person, bus(world))
    assert "取消检修" in person.client.get(f"{PAGE}/{made}").text

    world.clock.forward(6 * HOUR_MS)
    sign_in_again(world, person)
    running = person.client.get(f"{PAGE}/{made}").text
    assert "检修中" in running
    assert "提前结束" in running

    world.clock.forward(6 * HOUR_MS)
    sign_in_again(world, person)
    over = person.client.get(f"{PAGE}/{made}").text
    assert "已结束" in over
    assert "data-api" not in over.split("<main")[1]


def test_who_may_not_end_it_has_no_button(world: World) -> None:
    made = planned(sign_in(world, "publicity"), make_screen(world))

    for role in ("viewer", "transport"):
        page = sign_in(world, role).client.get(f"{PAGE}/{made}").text
        assert "取消检修" not in page


def test_screens_of_others_are_counted_and_not_named(world: World) -> None:
    street = make_unit(world)
    mine = make_screen(world, venue=make_venue(world, unit=street, name="街道大屏"))
    made = planned(sign_in(world, "publicity"), mine, bus(world))

    of_street = sign_in(world, "publicity", street).client.get(f"{PAGE}/{made}").text
    of_district = sign_in(world, "viewer").client.get(f"{PAGE}/{made}").text
    assert ("街道大屏" in of_street, "苏C·3012" in of_street) == (True, False)
    assert ("街道大屏" in of_district, "苏C·3012" in of_district) == (True, True)


def test_the_form_offers_what_the_person_may_plan_for(world: World) -> None:
    one, _ = bus(world), make_screen(world, venue=make_venue(world, name="建行"))

    officer = sign_in(world, "transport").client.get(f"{PAGE}/new?id={one.public_id}").text
    publicity = sign_in(world, "publicity").client.get(f"{PAGE}/new").text

    assert f'name="screen_ids[]" value="{one.public_id}" checked' in officer
    assert "苏C·3012（1 块屏）" in officer
    assert "建行" not in officer
    assert "建行（1 块屏）" in publicity


def test_the_form_of_a_screen_that_is_not_theirs_is_not_there(world: World) -> None:
    bank = make_screen(world)

    answer = sign_in(world, "transport").client.get(f"{PAGE}/new?id={bank.public_id}")

    assert answer.status_code == 403


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("reviewer", 403), ("admin", 200)])
def test_who_may_not_plan_has_no_form(world: World, role: Role, status: int) -> None:
    assert sign_in(world, role).client.get(f"{PAGE}/new").status_code == status


@pytest.mark.parametrize("page", ["/screens/{}", "/uptime/screens/{}"])
def test_a_screens_own_pages_show_it_with_a_link(world: World, page: str) -> None:
    screen, person = bus(world), sign_in(world, "transport")
    made = planned(person, screen)

    text = person.client.get(page.format(screen.public_id)).text

    assert f'href="{PAGE}/{made}"' in text
    assert f'href="{PAGE}/new?id={screen.public_id}"' in text
    assert WORK["reason"] in text


def test_maintenance_by_a_unit_above_is_shown_without_a_link(world: World) -> None:
    street = make_unit(world)
    screen = make_screen(world, venue=make_venue(world, unit=street))
    made = planned(sign_in(world, "publicity"), screen)

    text = sign_in(world, "viewer", street).client.get(f"/screens/{screen.public_id}").text

    assert WORK["reason"] in text
    assert made not in text


def test_the_fleet_leads_to_it(world: World) -> None:
    assert f'href="{PAGE}"' in sign_in(world, "viewer").client.get("/uptime").text


def test_screens_that_one_may_plan_for_can_be_ticked(world: World) -> None:
    screen, bank = bus(world), make_screen(world)

    officer = sign_in(world, "transport").client.get("/screens").text
    viewer = sign_in(world, "viewer").client.get("/screens").text

    assert f'data-pick value="{screen.public_id}"' in officer
    assert f'data-pick value="{bank.public_id}"' not in officer
    assert "data-screens-bulk" in officer
    assert "data-pick" not in viewer


def test_it_shows_which_rates_it_bears_on(world: World) -> None:
    person = sign_in(world, "transport")

    shown = person.client.get(PAGE).text
    english = person.client.get(f"{PAGE}?lang=en").text

    assert "不计正常播放率；在线率、应播和播放完成率照算，需要免计的请申请免考核" in shown
    assert "Link availability, expected plays and delivery rate are reckoned as always" in english


def test_who_would_retire_a_screen_for_some_days_is_led_to_pause_and_maintenance(
    world: World,
) -> None:
    screen, person = bus(world), sign_in(world, "admin")

    shown = person.client.get(f"/screens/{screen.public_id}/retire").text

    assert f'href="/screens/{screen.public_id}#pause"' in shown
    assert f'href="{PAGE}/new?id={screen.public_id}"' in shown
    assert 'id="pause"' in person.client.get(f"/screens/{screen.public_id}").text
