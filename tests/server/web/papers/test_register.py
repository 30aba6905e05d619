"""The register of screens and the filing forms: what is in the tables, within a person's scope."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from server.inventory.screens.models import ScreenBox
from server.monitoring.duty.models import MaintainedScreen, Maintenance
from server.web.papers import register as papers
from server.web.papers import views
from server.web.papers.register import RegisterFilter
from server.web.papers.views import hours_text, shape_text
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.incidents import make_incident

DAY_MS = 86_400_000
REGISTER = "/api/v1/reports/screen-register"


@dataclass(frozen=True)
class Here:
    """Two units with three venues and four screens, one of them retired."""

    world: World
    unit: int
    hall: BoundScreen
    strip: BoundScreen
    bus: BoundScreen
    gone: BoundScreen


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Here:
    world = make_world(tmp_path_factory.mktemp("register"))
    unit = make_unit(world, "卫健科")
    contact = {"contact_name": "周主任", "contact_phone": "13912345678"}
    hospital = make_venue(
        world, unit=unit, kind="hospital", name="区人民医院", address="解放路 1 号", **contact
    )
    bus = make_venue(world, kind="bus", name="3 路 0417", vehicle="苏C0417")
    now_ms = world.clock.now_ms()
    strip = {"width": 384, "height": 64, "pixel_pitch_mm": 10.0, "rendition_class": "led-384x64"}
    made = Here(
        world,
        unit,
        hall=make_screen(world, venue=hospital, name="门诊大厅", serial="HX-01"),
        strip=make_screen(world, venue=hospital, name="门楣", **strip),
        bus=make_screen(world, venue=bus, name="车厢屏", width=None, height=None, enrolled_at=None),
        gone=make_screen(world, venue=hospital, name="旧屏", retired_at=now_ms),
    )
    with world.core.config.write() as session:
        session.add(
            ScreenBox(screen_id=made.hall.id, how="code", from_at=now_ms - 400 * DAY_MS, player="")
        )
    return made


def maintain(here: Here, screen: BoundScreen, from_day: int, days: int) -> None:
    """Planned work that began so many days ago; of no length if it was cancelled."""
    person = sign_in(here.world)
    from_at = here.world.clock.now_ms() - from_day * DAY_MS
    with here.world.core.config.write() as session:
        row = Maintenance(
            unit_id=here.unit, author_id=person.user_id, from_at=from_at, reason="检修",
            until_at=from_at + days * DAY_MS, created_at=from_at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(MaintainedScreen(maintenance_id=row.id, screen_id=screen.id))


def register(person: Person, **query: str) -> Any:
    answer = person.client.get(REGISTER, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def rows_of(found: Any) -> dict[str, Any]:
    return {row["name"]: row for unit in found["units"] for row in unit["items"]}


def test_every_screen_that_is_not_retired_is_in_it_once_by_unit(here: Here) -> None:
    found = register(sign_in(here.world))

    assert [(one["unit"], one["venues"], one["screens"]) for one in found["units"]] == [
        ("本区", 1, 1),
        ("卫健科", 1, 2),
    ]
    assert sorted(rows_of(found)) == ["车厢屏", "门楣", "门诊大厅"]
    assert found["totals"] == {"units": 2, "venues": 2, "screens": 3, "installed": 2}


def test_a_row_shows_place_size_and_since_when_and_masks_the_number(here: Here) -> None:
    row = rows_of(register(sign_in(here.world)))["门诊大厅"]

    assert (row["venue_name"], row["address"], row["venue_kind"], row["serial"]) == (
        "区人民医院", "解放路 1 号", "hospital", "HX-01",
    )  # fmt: skip
    assert (row["contact_name"], row["contact_phone"]) == ("周主任", "139****5678")
    # Since the first box, and not since the newest.
    assert row["installed_on"] == "2025-10-20"
    strip = rows_of(register(sign_in(here.world)))["门楣"]
    assert (strip["shape"], strip["width_m"], strip["height_m"]) == ("strip", 3.84, 0.64)
    bus = rows_of(register(sign_in(here.world)))["车厢屏"]
    assert (bus["installed_on"], bus["width"], bus["maintained_on"]) == (None, None, None)


def test_the_last_maintenance_is_work_that_was_done_or_a_repair_that_was_ordered(
    here: Here,
) -> None:
    now_ms = here.world.clock.now_ms()
    maintain(here, here.strip, 20, 1)
    maintain(here, here.strip, 10, 0)  # cancelled
    maintain(here, here.strip, -3, 1)  # ahead
    assert rows_of(register(sign_in(here.world)))["门楣"]["maintained_on"] == "2026-11-05"

    ended = {"state": "closed", "open_key": None, "dispatched_at": now_ms - 6 * DAY_MS}
    make_incident(here.world, here.strip, **ended, closed_at=now_ms - 4 * DAY_MS)
    closed = {"state": "closed", "open_key": None, "closed_at": now_ms - DAY_MS}
    make_incident(here.world, here.strip, **closed)  # that went away by itself
    assert rows_of(register(sign_in(here.world)))["门楣"]["maintained_on"] == "2026-11-20"


def test_it_is_narrowed_by_unit_kind_venue_and_screen(here: Here) -> None:
    person = sign_in(here.world)

    assert len(rows_of(register(person, unit_id=f"u_{here.unit}"))) == 2
    assert list(rows_of(register(person, venue_kind="bus"))) == ["车厢屏"]
    assert list(rows_of(register(person, venue_id=f"v_{here.bus.venue_id}"))) == ["车厢屏"]
    assert list(rows_of(register(person, screen_id=here.strip.public_id))) == ["门楣"]
    assert register(person, screen_id="s_999")["units"] == []


def test_nobody_reads_screens_of_others_in_it(here: Here) -> None:
    of_unit = sign_in(here.world, unit=here.unit)

    assert sorted(rows_of(register(of_unit))) == ["门楣", "门诊大厅"]
    assert register(of_unit, unit_id=f"u_{root_unit(here.world)}")["totals"]["screens"] == 2
    assert register(of_unit, screen_id=here.bus.public_id)["units"] == []
    for path in (REGISTER, "/papers/register", "/papers/filing"):
        assert sign_in(here.world, "auditor").client.get(path).status_code == 403


def cells(html: str) -> dict[str, list[str]]:
    """The words of each screen's row."""
    rows: list[tuple[str, str]] = re.findall(
        r'<tr data-screen="(s_\d+)">(.*?)</tr>', html, re.DOTALL
    )
    return {key: re.sub(r"<[^>]+>", " ", row).split() for key, row in rows}


def test_the_page_prints_what_the_answer_contains(here: Here) -> None:
    person = sign_in(here.world)
    found = register(person)
    html = person.client.get("/papers/register").text
    printed = cells(html)

    assert len(printed) == found["totals"]["screens"]
    for row in rows_of(found).values():
        words = " ".join(printed[row["screen_id"]])
        wanted = (row["name"], row["venue_name"], row["contact_phone"], row["installed_on"] or "–")
        assert all(one in words for one in wanted), words
    assert "合计：2 个责任单位，2 个点位，3 块显示屏，其中已接入 2 块" in html
    assert "13912345678" not in html
    assert (
        "Total: 2 units, 2 venues, 3 screens" in person.client.get("/papers/register?lang=en").text
    )


def test_a_long_register_has_pages_that_count_on_and_know_the_whole(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "ROWS_OF_A_PAGE", 2)
    person = sign_in(here.world)
    names = list(rows_of(register(person)))

    first = person.client.get("/papers/register?lang=zh").text
    second = person.client.get("/papers/register?page=2&lang=zh").text

    assert [words[0] for page in (first, second) for words in cells(page).values()] == [
        "1", "2", "3",
    ]  # fmt: skip
    assert [name for page in (first, second) for name in names if name in page] == names
    for page, link in ((first, "?lang=zh&page=2"), (second, "?lang=zh&page=1")):
        assert "1 个点位，2 块显示屏" in page  # the unit that both pages have a part of
        assert "合计：2 个责任单位，2 个点位，3 块显示屏，其中已接入 2 块" in page
        assert link in page.replace("&amp;", "&")


def test_more_screens_than_an_answer_holds_are_refused_with_what_to_do(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_SCREENS", 2)
    person = sign_in(here.world)

    answer = person.client.get(REGISTER, query_string={"lang": "zh"})

    assert answer.status_code == 422
    assert "共 3 块屏，超过一份台账的上限" in answer.text
    assert len(rows_of(register(person, unit_id=f"u_{here.unit}"))) == 2


def test_more_forms_than_a_browser_prints_are_cut_and_counted(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_FORMS", 1)
    html = (
        sign_in(here.world)
        .client.get(f"/papers/filing?unit_id=u_{root_unit(here.world)}&lang=zh")
        .text
    )

    assert html.count('<article class="paper filing"') == 1
    assert "共 2 个点位，一次最多打印 1 页" in html


def test_a_venue_has_one_form_with_its_screens_and_a_number_to_ring(here: Here) -> None:
    person = sign_in(here.world)
    html = person.client.get(f"/papers/filing?unit_id=u_{here.unit}&lang=zh").text

    assert html.count('<article class="paper filing"') == 1
    assert html.count("<tr data-screen") == 2
    for words in ("区人民医院", "13912345678", "共 2 块", "条屏 384×64 P10 3.84×0.64 m", "共 1 级"):
        assert words in html, words
    only = person.client.get(f"/papers/filing?screen_id={here.hall.public_id}").text
    assert only.count("<tr data-screen") == 1


def test_without_a_filter_the_filing_page_shows_what_to_choose(here: Here) -> None:
    person = sign_in(here.world)

    assert "请选择责任单位" in person.client.get("/papers/filing?lang=zh").text
    nothing = person.client.get("/papers/filing?venue_kind=park&lang=zh").text
    assert "没有符合条件的显示屏" in nothing


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ({str(day): [["00:00", "24:00"]] for day in range(1, 8)}, "每天 全天"),
        ({str(day): [["08:00", "18:00"]] for day in range(1, 6)}, "周一至周五 08:00–18:00"),
        (
            {"1": [["08:00", "12:00"], ["14:00", "18:00"]], "6": [["09:00", "12:00"]]},
            "周一 08:00–12:00、14:00–18:00；周六 09:00–12:00",
        ),
        ({}, "–"),
    ],
)
def test_days_of_the_same_hours_are_named_together(
    here: Here, hours: dict[str, list[list[str]]], text: str
) -> None:
    with here.world.app.test_request_context("/?lang=zh"):
        assert hours_text(hours) == text


def test_a_size_that_no_player_reported_is_not_made_up(here: Here) -> None:
    row = {
        "width": None,
        "height": None,
        "rendition_class": "landscape-1080p",
        "shape": "landscape",
    }
    with here.world.app.test_request_context("/?lang=zh"):
        assert shape_text(row) == "横屏 1080p"
    assert RegisterFilter.model_validate({"unit_id": " u_1 "}).unit_id == "u_1"
