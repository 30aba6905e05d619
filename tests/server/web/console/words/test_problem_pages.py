"""Errors get a page with a remedy, in the reader's language, with a way on."""

import pytest
from flask import Flask

from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World


def breaks() -> str:
    raise RuntimeError


def add_broken_page(app: Flask) -> None:
    breaks.guard = "open"  # type: ignore[attr-defined] # a route of this test alone
    app.add_url_rule("/breaks", view_func=breaks)


def test_a_missing_page_is_explained_with_the_menu_around_it(world: World) -> None:
    answer = sign_in(world).client.get("/nowhere?lang=en")

    assert answer.status_code == 404
    assert answer.text.count("<h1") == 1
    assert "<nav" in answer.text
    assert 'href="/"' in answer.text
    assert "<title>No such page" in answer.text
    assert answer.text.count("check how it is written") == 0


def test_a_forbidden_action_is_explained(world: World) -> None:
    answer = sign_in(world, role="viewer").client.get("/campaigns/new")

    assert answer.status_code == 403
    assert "您的角色没有此项权限" in answer.text


def test_who_could_do_it_is_named_from_the_own_unit_upwards(world: World) -> None:
    street = make_unit(world, "河东街道")
    sign_in(world, "publicity")
    viewer = sign_in(world, "viewer", street)
    above = viewer.client.get("/campaigns/new").text
    sign_in(world, "publicity", street)
    own = viewer.client.get("/campaigns/new").text

    assert "需要的角色：" in own
    assert "<strong>宣传员</strong>" in own
    assert "本区有此角色的人：publicity1。" in above
    assert "河东街道有此角色的人：publicity3。" in own
    assert "publicity1" not in own


def test_an_act_that_is_refused_names_them_too(world: World) -> None:
    sign_in(world, "publicity")
    viewer = sign_in(world, "viewer")

    refused = viewer.client.post("/api/v1/playlists", json={"name": "十二月", "items": []})

    assert refused.status_code == 403
    assert (
        "需要“管理员”或“宣传员”或“点位联系人”角色。 本区有此角色的人：publicity1。"
        in (refused.json or {})["detail"]
    )


def test_a_role_that_nobody_has_is_reported_as_missing(world: World) -> None:
    viewer = sign_in(world, "viewer")

    assert "还没有人有此角色" in viewer.client.get("/campaigns/new").text


def test_visitors_are_led_to_sign_in_and_back(world: World) -> None:
    answer = world.visitor().get("/campaigns")

    assert answer.status_code == 401
    assert 'href="/login?next=/campaigns"' in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_fault_of_the_server_is_owned_up_to_with_its_time(world: World, language: str) -> None:
    add_broken_page(world.app)

    answer = sign_in(world).client.get(f"/breaks?lang={language}")

    assert answer.status_code == 500
    assert "2026-11-24 09:00:00" in answer.text
    assert "RuntimeError" not in answer.text


def test_pages_report_how_long_they_took(world: World) -> None:
    answer = sign_in(world).client.get("/playlists")

    assert answer.headers["Server-Timing"].startswith("total;dur=")


def test_signing_in_leads_back_with_the_code_that_a_phone_scanned(world: World) -> None:
    scanned = world.visitor().get("/pair?code=7K3M-9QXA", headers={"Accept": "text/html"})
    odd = world.visitor().get("/pair?code=%FF&x=\xe9", headers={"Accept": "text/html"})

    assert 'href="/login?next=/pair%3Fcode%3D7K3M-9QXA"' in scanned.text
    assert odd.status_code == 401
