"""Signing in in two steps on the page, and the page on which it is set up."""

import pytest

from tests.support.app.authenticator import MINE, Phone, enrol
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World

PAGE = "/settings/second-factor"


@pytest.fixture
def phone(world: World) -> Phone:
    return enrol(world, sign_in(world, "publicity", username="chen"))


def ticket_in(page: str) -> str:
    return page.partition('name="ticket" value="')[2].partition('"')[0]


def test_the_sign_in_page_asks_for_the_code_and_goes_on_to_the_requested_page(
    world: World, phone: Phone
) -> None:
    browser = world.visitor()
    typed = {"username": "chen", "password": PASSWORD, "next": "/campaigns"}
    asked = browser.post("/login", data=typed)
    second = {"ticket": ticket_in(asked.text), "next": "/campaigns"}
    wrong = browser.post("/login", data={**second, "code": "000000"})
    right = browser.post("/login", data={**second, "code": phone.next_code()})

    assert asked.status_code == 200
    assert 'name="code"' in asked.text
    assert PASSWORD not in asked.text
    assert wrong.status_code == 401
    assert "验证码不正确或已用过" in wrong.text
    assert ticket_in(wrong.text) == second["ticket"]
    assert (right.status_code, right.headers["Location"]) == (303, "/campaigns")


def test_who_waits_too_long_begins_with_the_password(world: World, phone: Phone) -> None:
    typed = {"username": "chen", "password": PASSWORD}
    ticket = ticket_in(world.visitor().post("/login", data=typed).text)
    world.clock.forward(6 * 60_000)
    late = world.visitor().post("/login", data={"ticket": ticket, "code": phone.code()})

    assert late.status_code == 401
    assert "请重新登录" in late.text
    assert 'name="password"' in late.text


def test_setting_up_shows_a_qr_code_and_the_secret_for_typing(world: World) -> None:
    person = sign_in(world, "admin")
    before = person.client.get(PAGE).text
    secret = person.client.post(MINE).get_json()["secret"]
    begun = person.client.get(PAGE).text

    assert "<svg" not in before.partition("<main")[2]
    assert "<svg" in begun.partition("<main")[2]
    assert " ".join(secret[at : at + 4] for at in range(0, 32, 4)) in begun


def test_once_it_is_on_no_page_shows_the_secret_any_more(phone: Phone) -> None:
    page = phone.person.client.get(PAGE).text

    assert phone.secret not in page.replace(" ", "")
    assert "剩余恢复码" in page
    assert f"{MINE}/turn-off" in page


@pytest.mark.slow
def test_people_s_page_offers_the_reset_of_those_who_have_it(world: World, phone: Phone) -> None:
    admin = sign_in(world, "admin")
    enrol(world, admin)
    page = admin.client.get("/settings/people").text

    assert page.count("/second-factor/reset") == 1
    assert f"/users/{phone.person.public_id}/second-factor/reset" in page


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_settings_page_shows_whether_it_is_on(phone: Phone, language: str) -> None:
    page = phone.person.client.get(f"/settings?lang={language}").text

    assert {"zh": "管理两步验证", "en": "Manage the second factor"}[language] in page
