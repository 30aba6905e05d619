"""Findings before sign-off: while a slide is typed, and of an asset as of today."""

from datetime import date
from typing import Any

import pytest

from tests.support.app.clock import DAY_MS
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World, make_world
from tests.support.factories.assets import make_asset


@pytest.fixture
def author(world: World) -> Person:
    return sign_in(world, "publicity")


def typed(person: Person, language: str = "zh-CN", **body: Any) -> dict[str, Any]:
    answer = person.client.post(
        "/api/v1/slides/check", json=body, headers={"Accept-Language": language}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def slogan(*lines: str) -> dict[str, Any]:
    return {"template": "slogan", "fields": {"lines": list(lines)}}


def test_while_typing_refusals_and_notices_are_shown_at_once(author: Person) -> None:
    body = slogan("有效期至2020年1月1日", "拨打 13812345678")

    found = typed(author, **body, duration_s=2)

    assert {(one["code"], one["pointer"]) for one in found["items"]} == {
        ("refused", "/fields/lines/1"),
        ("too_short", "/duration_s"),
        ("expired_date", "/fields/lines/0"),
    }
    assert found["reading_s"] > 2


def test_a_sound_slide_has_no_findings_and_unfinished_fields_are_no_error(author: Person) -> None:
    assert typed(author, **slogan("未知链接不点击"))["items"] == []
    assert [one["code"] for one in typed(author, template="counter", fields={})["items"]] == [
        "refused"
    ] * 5


def test_findings_are_in_the_readers_language(author: Person) -> None:
    [found] = typed(author, "en", **slogan("未知链接不点击"), duration_s=1)["items"]

    assert found["detail"].isascii()


def test_an_unknown_template_is_explained(author: Person) -> None:
    answer = author.client.post("/api/v1/slides/check", json={"template": "x", "fields": {}})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/template")


def test_a_slide_that_was_sound_is_flagged_once_its_dates_are_past(
    world: World, author: Person
) -> None:
    end = date(2026, 11, 26)  # two days after the clock's Tuesday
    text = f"有效期至{end.year}年{end.month}月{end.day}日"
    number = make_asset(world, slide=slogan(text), duration_ms=10_000, expires_on=end)

    before = author.client.get(f"/api/v1/assets/a_{number}/checks").json["items"]
    world.clock.forward(4 * DAY_MS)
    sign_in_again(world, author)
    after = author.client.get(f"/api/v1/assets/a_{number}/checks").json["items"]

    assert before == []
    assert [one["code"] for one in after] == ["expired", "expired_date"]
    page = author.client.get(f"/media/a_{number}").text
    assert all(one["detail"] in page for one in after)


def test_a_number_that_the_office_allows_is_no_finding(tmp_path: Any) -> None:
    world = make_world(tmp_path, allowed_numbers="02162345678")
    person = sign_in(world, "publicity")

    assert typed(person, **slogan("热线 021-62345678"))["items"] == []
    world.close()


def test_strangers_see_no_findings(world: World) -> None:
    number = make_asset(world)

    assert world.visitor().get(f"/api/v1/assets/a_{number}/checks").status_code == 401
    auditor = sign_in(world, "auditor")
    assert auditor.client.post("/api/v1/slides/check", json={}).status_code == 403
    assert world.visitor().post("/api/v1/slides/check", json={}).status_code == 401


def test_a_slide_of_a_removed_template_is_explained(world: World, author: Person) -> None:
    number = make_asset(world, slide={"template": "gone", "fields": {}})

    [found] = author.client.get(f"/api/v1/assets/a_{number}/checks").json["items"]

    assert (found["code"], found["pointer"]) == ("refused", "/template")
