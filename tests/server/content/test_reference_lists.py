"""Lists of scams, tools and keywords are edited by administrators, with a history."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from media.slides import engine
from media.slides.text import scam_list
from server.content.assets.tasks import write_scams
from server.content.reference_lists.models import ReferenceList
from server.content.reference_lists.scam_file import path_of
from server.foundation.jobs.models import Job
from tests.support.app.clock import START_MS
from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow

URL = "/api/v1/reference-lists"
NEW = {
    "name": "AI 换脸", "trick": "冒充熟人视频借钱", "advice": "转账前当面核实",
    "source": "区反诈中心", "as_of": "2026-11",
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_list(world: World) -> Iterator[None]:
    """The list of this world's folder, as in a process of its own."""
    scam_list.read_from(path_of(world.core.settings))
    yield
    path_of(world.core.settings).unlink(missing_ok=True)


def items(person: Person, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.client.get(f"{URL}/{name}").json["items"]
    return found


def plain(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{key: text for key, text in row.items() if text is not None} for row in rows]


def put(person: Person, name: str, rows: list[dict[str, Any]], **headers: str) -> Any:
    return person.client.put(f"{URL}/{name}", json={"items": plain(rows)}, headers=headers)


def test_delivered_are_ten_scams_eight_tools_and_twenty_keywords(world: World) -> None:
    found = sign_in(world).client.get(URL).json["items"]

    assert {one["name"]: len(one["items"]) for one in found} == {
        "scams": 10, "tools": 8, "keywords": 20,
    }  # fmt: skip
    assert all(row["source"] and row["as_of"] for one in found for row in one["items"])
    assert {one["changed_at"] for one in found} == {None}


def test_an_administrator_adds_a_scam_and_slides_choose_from_it(world: World) -> None:
    admin, author = sign_in(world, "admin"), sign_in(world)
    answer = put(admin, "scams", [*items(admin, "scams"), NEW])
    assert answer.status_code == 200, answer.json
    assert answer.json["changed_by"] == admin.public_id

    field = next(one for one in engine.template("common_scams")["fields"] if one["name"] == "scams")
    assert field["choices"][-1] == "AI 换脸"
    fields = {"title": "请识别", "scams": ["AI 换脸"], "detail": "名称和提醒"}
    made = author.client.post("/api/v1/slides", json={"template": "common_scams", "fields": fields})
    assert made.status_code == 201, made.json


def test_what_an_office_had_before_is_not_a_choice_any_more(world: World) -> None:
    admin = sign_in(world, "admin")
    put(admin, "scams", [NEW])
    fields = {"title": "请识别", "scams": ["刷单返利"]}
    made = admin.client.post("/api/v1/slides", json={"template": "common_scams", "fields": fields})

    assert made.status_code == 422
    assert admin.client.delete(f"{URL}/scams").status_code == 204
    assert len(items(admin, "scams")) == 10
    made = admin.client.post("/api/v1/slides", json={"template": "common_scams", "fields": fields})
    assert made.status_code == 201


def test_the_copy_is_written_again_after_a_restore(world: World) -> None:
    put(sign_in(world, "admin"), "scams", [NEW])
    path_of(world.core.settings).unlink()
    assert len(scam_list.scams()) == 10

    write_scams(world.core, Job())
    assert [one.name for one in scam_list.scams()] == ["AI 换脸"]


def test_the_audit_trail_names_what_changed(world: World) -> None:
    admin = sign_in(world, "admin")
    rows = items(admin, "tools")
    rows[0]["text"] = "装好并打开预警"
    put(admin, "tools", [*rows[:-1], {**NEW, "name": "一键止付", "text": "被骗后立即报警止付"}])
    admin.client.delete(f"{URL}/tools")
    trail = admin.client.get("/api/v1/audit").json["items"]

    assert [(one["action"], one["object"]) for one in trail[:2]] == [
        ("reference_list.reset", "tools"), ("reference_list.change", "tools"),
    ]  # fmt: skip
    assert trail[1]["detail"] == {
        "added": ["一键止付"], "removed": ["110"], "changed": ["国家反诈中心 App"],
    }  # fmt: skip


def test_saving_what_is_there_is_no_change(world: World) -> None:
    admin = sign_in(world, "admin")

    assert put(admin, "keywords", items(admin, "keywords")).json["changed_at"] is None


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"as_of": "去年夏天"}, "/items/1/as_of"),
        ({"as_of": "2026-13"}, "/items/1/as_of"),
        ({"advice": ""}, "/items/1/advice"),
        ({"name": "AI 换脸"}, "/items/1/name"),
        ({"name": "一二三四五六七八九十一二三四五六七"}, "/items/1/name"),
    ],
)
def test_what_is_wrong_is_shown_beside_its_field(
    world: World, changes: dict[str, str], pointer: str
) -> None:
    other = {**NEW, "name": "冒充医保局", **changes}
    answer = put(sign_in(world, "admin"), "scams", [NEW, other])

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


def test_only_the_districts_administrators_change_them(world: World) -> None:
    street = make_unit(world, "城关街道")
    whole = items(sign_in(world, "admin"), "tools")

    assert put(sign_in(world, "admin", unit=street), "tools", whole[:1]).status_code == 403
    assert put(sign_in(world, "publicity"), "tools", whole[:1]).status_code == 403
    assert sign_in(world, "auditor").client.get(URL).status_code == 403
    assert sign_in(world, "admin").client.get(f"{URL}/nothing").status_code == 404


def test_a_change_by_somebody_else_meanwhile_is_not_overwritten(world: World) -> None:
    admin = sign_in(world, "admin")
    tag = admin.client.get(f"{URL}/tools").headers["ETag"]
    rows = items(admin, "tools")
    put(admin, "tools", rows[:3])

    assert put(admin, "tools", rows, **{"If-Match": tag}).status_code == 412


def test_the_page_shows_forms_to_administrators_and_tables_to_others(world: World) -> None:
    admin = sign_in(world, "admin").client.get("/settings/lists?lang=zh").text
    viewer = sign_in(world, "viewer").client.get("/settings/lists?lang=zh").text

    assert 'name="items.#0.name" value="刷单返利"' in admin
    assert "items.#" not in viewer
    for words in ("诈骗类型", "反诈工具", "防诈关键词", "屏幕共享", "系统预置", "公安部刑侦局"):
        assert words in admin, words
        assert words in viewer, words


def slide_form(person: Person, template: str, language: str = "zh") -> str:
    answer = person.client.get(f"/slides/{template}?lang={language}")
    assert answer.status_code == 200
    return str(answer.text)


def test_tools_and_keywords_are_offered_while_a_slide_is_written(world: World) -> None:
    admin, author = sign_in(world, "admin"), sign_in(world)
    put(admin, "tools", [{**NEW, "name": "一键止付", "text": "被骗后立即报警止付"}])
    form = slide_form(author, "weekly_tip")
    offers = form.partition('<details class="offers"')[2].partition("</details>")[0]

    assert re.findall(r"<legend[^>]*>([^<]+)</legend>", offers) == ["反诈工具", "防诈关键词"]
    assert 'data-name="一键止付" data-text="被骗后立即报警止付"><strong>一键止付</strong>' in offers
    assert "来源：区反诈中心（2026-11）" in offers
    assert "来源：公安部刑侦局“20 个防诈关键词”（2025-06）" in offers
    assert offers.count('class="offer"') == 1 + 20
    assert re.findall(
        r'<option value="([^"]+)" data-longest="(\d+)"( data-most="\d+")?', offers
    ) == [
        ("fields.steps", "18", ' data-most="3"'),
        ("fields.text", "70", ""),
    ]
    assert ">Into which field<" in slide_form(author, "weekly_tip", "en")


def test_the_lists_offered_are_counted_in_items_in_english(world: World) -> None:
    page = slide_form(sign_in(world, "publicity"), "case_bulletin", "en")
    summary = page.partition('<details class="offers"')[2].partition("</summary>")[0]
    assert re.findall(r"\d+ \w+", summary) == ["8 items", "20 items"]


def test_a_slide_without_room_for_them_and_empty_lists_offer_nothing(world: World) -> None:
    author = sign_in(world)
    assert "data-offers" not in slide_form(author, "hotlines")
    with world.core.config.write() as session:
        for name in ("tools", "keywords"):
            row = ReferenceList(name=name, items=[], user_id=author.user_id, changed_at=START_MS)
            session.add(row)

    assert "data-offers" not in slide_form(author, "weekly_tip")
    with world.core.config.write() as session:
        session.delete(session.get_one(ReferenceList, "keywords"))
    shown = re.findall(r"<legend[^>]*>([^<]+)</legend>", slide_form(author, "weekly_tip"))
    assert shown == ["防诈关键词"]
