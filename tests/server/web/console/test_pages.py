"""Every page opens for those it is for, in both languages, also when there is nothing to show."""

import re

import pytest

from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World

PAGES = (
    "/",
    "/screens",
    "/venues",
    "/venues/new",
    "/papers/register",
    "/papers/filing",
    "/uptime",
    "/uptime/sheet",
    "/uptime/maintenance",
    "/uptime/maintenance/new",
    "/lines",
    "/lines/import",
    "/lines/rosters/import",
    "/venues/import",
    "/vehicles/import",
    "/screens/import",
    "/media",
    "/slides",
    "/slides/slogan",
    "/playlists",
    "/playlists/new",
    "/campaigns",
    "/campaigns/new",
    "/campaigns/calendar",
    "/takeovers",
    "/plays",
    "/quarantine",
    "/reports",
    "/reports/coverage",
    "/reports/coverage/venues",
    "/attestations",
    "/attestations/new",
    "/spot-checks",
    "/pair",
    "/settings",
    "/settings/exemptions",
    "/settings/exemptions/new",
    "/settings/calendar",
    "/settings/lists",
)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_a_menu_and_its_language(world: World, path: str) -> None:
    chen = sign_in(world, role="publicity")

    for language, tag in (("zh", "zh-CN"), ("en", "en")):
        answer = chen.client.get(f"{path}?lang={language}")

        assert answer.status_code == 200
        assert f'<html lang="{tag}"' in answer.text
        assert len(re.findall(r"<h1[ >]", answer.text)) == 1
        assert "<nav" in answer.text


def test_english_pages_have_no_chinese_left_but_the_languages_name(world: World) -> None:
    chen = sign_in(world, role="publicity")

    page = chen.client.get("/campaigns?lang=en").text

    assert set(re.findall(r"[\u4e00-\u9fff]+", page)) == {"中文"}


def test_a_visitor_is_sent_to_the_sign_in_page(world: World) -> None:
    assert world.visitor().get("/").headers["Location"] == "/login"
    assert world.visitor().get("/campaigns").status_code == 401


def test_who_may_not_write_is_not_shown_the_forms(world: World) -> None:
    viewer = sign_in(world, role="viewer")

    assert viewer.client.get("/campaigns/new").status_code == 403
    assert "/campaigns/new" not in viewer.client.get("/campaigns").text


@pytest.mark.slow
def test_a_screen_without_a_plan_shows_that(world: World) -> None:
    chen = sign_in(world, role="publicity")
    screen = make_screen(world)

    page = chen.client.get(f"/screens/{screen.public_id}?lang=zh")

    assert page.status_code == 200
    assert "尚未下发节目" in page.text


def test_after_signing_in_nobody_is_led_to_another_site(world: World) -> None:
    chen = sign_in(world, role="publicity")

    assert chen.client.get("/login?next=//elsewhere.example").headers["Location"] == "/"
    assert chen.client.get("/login?next=/media").headers["Location"] == "/media"
