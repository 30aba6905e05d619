"""Venues by a table: known by their codes, checked row by row, made and changed all or none."""

import time
from typing import Any

import pytest

from server.inventory.venues.kinds import KINDS
from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.browser.page_inventory import statements
from tests.support.factories.tables import csv, fault_places, send, xlsx

HEAD = ("编号", "名称", "类型", "责任单位", "联系人", "联系电话")
BANK = ("YH-001", "农商行城关支行", "银行网点", "城关街道", "王经理", "13900001234")
HALL = ("ZW-001", "便民服务中心", "政务服务大厅", "东村", "", "")


def test_rows_become_venues_with_the_defaults_of_their_kind(office: Office) -> None:
    done = send(office.wang, "venues", csv(HEAD, BANK, HALL))

    assert (done.status_code, done.json["applied"], done.json["made"]) == (200, True, 2)
    bank, hall = office.whole("venues")
    assert (bank["code"], bank["name"], bank["kind"]) == ("YH-001", "农商行城关支行", "bank")
    assert (bank["unit_id"], hall["unit_id"]) == (f"u_{office.street}", f"u_{office.village}")
    assert bank["contact"] == {"name": "王经理", "phone": "13900001234"}
    assert bank["hours"] == KINDS["bank"].usual_hours()
    assert hall["hours"] == KINDS["government_hall"].usual_hours()
    assert (bank["access"], bank["takeover_policy"], bank["timezone"]) == (
        "player", "always", "Asia/Shanghai",
    )  # fmt: skip


def test_every_column_is_read_as_people_write_it(office: Office) -> None:
    line = office.wang.client.post("/api/v1/lines", json={"name": "3 路", "code": "L003"})
    head = (
        "编号", "名称*", "点位类型", "单位", "属地", "接入方式", "地址", "纬度", "经度", "坐标系",
        "营业时段", "负责人", "手机", "标签", "自有占比", "接受紧急插播", "观看距离（米）", "线路",
        "车牌号", "场站",
    )  # fmt: skip
    row = (
        7, "公交３号", "公交", f"u_{office.street}", "城关街道/东村", "人工上报", "解放路 1 号",
        "34.26°", 117.18, "高德", "周一至周五 08:30-17:30；周六 09:00-12:00", "王", 13900001234.0,
        "临街、大屏", 0.2, "只接受紧急情况", "4.5 米", "L003", "苏Ｃ·10001", "城东",
    )  # fmt: skip
    done = send(office.wang, "venues", xlsx(head, [row]))

    assert done.status_code == 200, done.json
    (bus,) = office.whole("venues")
    assert (bus["code"], bus["name"], bus["kind"]) == ("7", "公交３号", "bus")
    assert (bus["territory_unit_id"], bus["access"]) == (f"u_{office.village}", "manual")
    assert bus["hours"] == {
        **{day: [["08:30", "17:30"]] for day in "12345"}, "6": [["09:00", "12:00"]],
    }  # fmt: skip
    assert bus["contact"] == {"name": "王", "phone": "13900001234"}
    assert (sorted(bus["tags"]), bus["own_share"]) == (sorted(["临街", "大屏"]), 0.2)
    assert (bus["takeover_policy"], bus["viewing_distance_m"]) == ("emergency", 4.5)
    assert (bus["line_id"], bus["vehicle"], bus["depot"]) == (line.json["id"], "苏C·10001", "城东")
    # Amap's coordinates are some hundred metres from those of GPS.
    assert 0.001 < abs(bus["lon"] - 117.18) < 0.01


def test_the_same_table_again_changes_nothing_and_is_reported_so(office: Office) -> None:
    table = csv(HEAD, BANK, HALL)
    send(office.wang, "venues", table)
    before = office.listed("venues")

    again = send(office.wang, "venues", table).json

    assert (again["made"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert office.listed("venues") == before


def test_of_a_table_with_one_changed_row_only_that_changes(office: Office) -> None:
    send(office.wang, "venues", csv(HEAD, BANK, HALL))
    phone = (*BANK[:5], "13900009999")

    found = send(office.wang, "venues", csv(HEAD, phone, HALL), dry=True).json
    done = send(office.wang, "venues", csv(HEAD, phone, HALL)).json

    assert found["applied"] is False
    (item,) = found["items"]
    assert (item["row"], item["act"], item["name"]) == (2, "change", "农商行城关支行")
    assert item["changes"] == [
        {
            "column": "contact_phone", "title": "联系电话", "before": "13900001234",
            "after": "13900009999",
        }
    ]  # fmt: skip
    assert (done["made"], done["changed"], done["unchanged"]) == (0, 1, 1)
    assert office.whole("venues")[0]["contact"]["phone"] == "13900009999"


def test_an_empty_cell_keeps_the_value_and_a_dash_removes_it(office: Office) -> None:
    send(office.wang, "venues", csv(HEAD, BANK))

    kept = send(office.wang, "venues", csv(HEAD, (*BANK[:4], "", ""))).json
    taken = send(office.wang, "venues", csv(HEAD, (*BANK[:4], "清空", "-"))).json

    assert (kept["changed"], taken["changed"]) == (0, 1)
    assert office.listed("venues")[0]["contact"] == {"name": "", "phone": ""}


def test_clearing_hours_goes_back_to_the_usual_and_a_name_cannot_be_cleared(office: Office) -> None:
    head = ("编号", "名称", "类型", "营业时段")
    send(office.wang, "venues", csv(head, ("A", "行", "银行", "全天")))

    done = send(office.wang, "venues", csv(head, ("A", "行", "", "清空")))
    wrong = send(office.wang, "venues", csv(head, ("A", "清空", "", "")), dry=True)

    assert done.json["changed"] == 1
    assert office.listed("venues")[0]["hours"] == KINDS["bank"].usual_hours()
    assert fault_places(wrong) == [(2, "name")]


def test_seven_bad_rows_are_seven_sentences_and_nothing_is_imported(office: Office) -> None:
    head = ("编号", "名称", "类型", "责任单位", "属地", "营业时段", "纬度", "经度")
    good = ("A", "行", "银行网点", "城关街道", "", "", "34.2", "117.1")
    table = csv(
        head,
        good,
        ("B", "", "银行网点", "城关街道", "", "", "", ""),
        ("C", "甲", "城堡", "城关街道", "", "", "", ""),
        ("D", "乙", "银行网点", "月亮街道", "", "", "", ""),
        ("E", "丙", "银行网点", "", "西村", "", "", ""),
        ("F", "丁", "银行网点", "", "", "早八晚五", "", ""),
        ("G", "戊", "银行网点", "", "", "", "117.1", "34.2"),
        ("A", "己", "银行网点", "", "", "", "", ""),
    )

    checked = send(office.wang, "venues", table, dry=True)
    refused = send(office.wang, "venues", table)

    assert fault_places(checked) == [
        (3, "name"), (4, "kind"), (5, "unit_id"), (6, "territory_unit_id"), (7, "hours"),
        (8, "lat"), (9, "code"),
    ]  # fmt: skip
    details = [one["detail"] for one in checked.json["faults"]]
    assert len(set(details)) == 7
    assert "写反了" in details[5]
    assert "第 2 行" in details[6]
    assert checked.json["faults"][1]["title"] == "类型"
    assert checked.json["faults"][1]["name"] == "甲"
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/rows/3/name"
    assert office.listed("venues") == []


def test_an_ambiguous_name_of_a_unit_is_reported_with_the_candidates(office: Office) -> None:
    west = make_unit(office.world, "开发区")
    twin = make_unit(office.world, "东村", west)

    found = send(office.wang, "venues", csv(HEAD, HALL), dry=True)
    by_path = ("X", "甲", "其他", "开发区/东村", "", "")
    by_id = ("Y", "乙", "其他", f"u_{office.village}", "", "")
    done = send(office.wang, "venues", csv(HEAD, by_path, by_id))

    detail = found.json["faults"][0]["detail"]
    assert f"城关街道/东村（u_{office.village}）" in detail
    assert f"开发区/东村（u_{twin}）" in detail
    assert done.status_code == 200
    assert [one["unit_id"] for one in office.listed("venues")] == [
        f"u_{twin}", f"u_{office.village}",
    ]  # fmt: skip


def test_a_place_abroad_or_far_from_all_others_is_noted_and_holds_up_nothing(
    office: Office,
) -> None:
    head = ("名称", "类型", "纬度", "经度")
    rows = [(f"点{n}", "其他", 34.26 + n / 1000, 117.18) for n in range(4)]

    found = send(
        office.wang,
        "venues",
        xlsx(head, [*rows, ("远", "其他", 35.26, 117.18), ("外", "其他", 48.85, -2.35)]),
        dry=True,
    ).json

    assert found["fault_count"] == 0
    assert [(one["row"], one["column"]) for one in found["notes"]] == [(6, "lat"), (7, "lat")]
    assert "公里" in found["notes"][0]["detail"]
    assert "中国境内" in found["notes"][1]["detail"]


def test_half_a_place_is_no_place(office: Office) -> None:
    found = send(
        office.wang, "venues", xlsx(("名称", "类型", "纬度", "经度"), [("a", "其他", 34.2, None)]),
        dry=True,
    )  # fmt: skip

    assert fault_places(found) == [(2, "lon")]


def test_without_codes_a_venue_is_identified_by_unit_and_name(office: Office) -> None:
    table = csv(("名称", "类型"), ("甲", "其他"), ("乙", "其他"))
    send(office.wang, "venues", table)

    again = send(office.wang, "venues", table).json
    coded = send(office.wang, "venues", csv(HEAD, ("N-1", "甲", "其他", "", "", ""))).json

    assert again["unchanged"] == 2
    assert (coded["made"], coded["changed"]) == (0, 1)
    assert [one["code"] for one in office.listed("venues")] == ["N-1", None]


def test_a_code_of_a_foreign_unit_is_taken_and_shows_nothing_of_it(office: Office) -> None:
    stranger = sign_in(office.world, "publicity", office.street)
    send(office.wang, "venues", csv(HEAD, ("K-9", "机密", "其他", "交通运输", "", "")))

    found = send(
        stranger, "venues", csv(("编号", "名称", "类型"), ("K-9", "我的", "其他")), dry=True
    )

    assert fault_places(found) == [(2, "code")]
    assert "机密" not in found.text


def test_what_another_changed_since_the_check_is_not_overwritten(office: Office) -> None:
    venue = make_venue(office.world, code="YH-001", name="旧名", unit=office.street)
    tag = send(office.wang, "venues", csv(HEAD, BANK), dry=True).headers["ETag"]
    office.wang.client.patch(f"/api/v1/venues/v_{venue}", json={"name": "新名"})

    refused = send(office.wang, "venues", csv(HEAD, BANK), headers={"If-Match": tag})

    assert refused.status_code == 412
    assert office.listed("venues")[0]["name"] == "新名"


def test_another_file_than_the_one_that_was_checked_is_refused(office: Office) -> None:
    tag = send(office.wang, "venues", csv(HEAD, BANK), dry=True).headers["ETag"]

    assert (
        send(office.wang, "venues", csv(HEAD, HALL), headers={"If-Match": tag}).status_code == 412
    )
    assert (
        send(office.wang, "venues", csv(HEAD, BANK), headers={"If-Match": tag}).status_code == 200
    )


def test_a_file_that_comes_twice_with_one_key_is_imported_once(office: Office) -> None:
    headers = {"Idempotency-Key": "import-of-monday"}

    first = send(office.wang, "venues", csv(HEAD, BANK), headers=headers)
    second = send(office.wang, "venues", csv(HEAD, BANK), headers=headers)

    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"


def test_rows_are_in_the_audit_trail_as_single_acts_would_be(office: Office) -> None:
    send(office.wang, "venues", csv(HEAD, BANK))
    send(office.wang, "venues", csv(HEAD, (*BANK[:5], "1")))

    admin = sign_in(office.world, "admin")
    entries = admin.client.get("/api/v1/audit").json["items"]
    done = [(one["action"], one["object"]) for one in entries if "venue" in one["action"]]

    assert done == [
        ("venue.import", "u_1"), ("venue.update", "v_1"), ("venue.import", "u_1"),
        ("venue.create", "v_1"),
    ]  # fmt: skip
    assert entries[1]["detail"] == {"fields": ["contact_phone"]}


def test_unknown_headings_are_reported(office: Office) -> None:
    found = send(office.wang, "venues", csv((*HEAD, "经办人"), (*BANK, "张三")), dry=True).json

    assert found["unknown"] == ["经办人"]


CELLS: list[tuple[str, Any, str]] = [
    ("编号", 1234567890123456789, "code"),
    ("编号", "1.23E+12", "code"),
    ("联系电话", 861234567890123456, "contact_phone"),
    ("名称", "#REF!", "name"),
    ("名称", "长" * 121, "name"),
    ("自有占比", "很多", "own_share"),
    ("自有占比", "120%", "own_share"),
    ("观看距离", "0", "viewing_distance_m"),
    ("接受紧急插播", "也许", "takeover_policy"),
    ("接入方式", "电话", "access"),
    ("坐标系", "月球", "coord"),
    ("营业时段", "25:00-26:00", "hours"),
    ("线路", "99 路", "line_id"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("heading", "cell", "column"), CELLS)
def test_a_cell_that_cannot_be_is_named_by_row_and_column(
    office: Office, heading: str, cell: Any, column: str
) -> None:
    row = {"编号": "A", "名称": "甲", "类型": "其他", heading: cell}

    assert fault_places(
        send(office.wang, "venues", xlsx(list(row), [list(row.values())]), dry=True)
    ) == [(2, column)]


def import_venues(office: Office, count: int) -> tuple[float, int, int]:
    """So many are checked and imported: seconds to check, and statements of each step."""
    head = (*HEAD, "营业时段", "标签")
    hours = "周一至周五 08:30-17:30；周六 09:00-12:00"
    rows = [
        (
            f"YH-{count}-{number:05d}",
            f"网点 {count}-{number}",
            "银行网点",
            "城关街道",
            "王",
            "1",
            hours,
            "临街、大屏",
        )
        for number in range(count)
    ]
    content = xlsx(head, rows)
    began = time.monotonic()

    with statements(office.world) as to_check:
        checked = send(office.wang, "venues", content, dry=True)
    seconds = time.monotonic() - began
    with statements(office.world) as to_import:
        done = send(office.wang, "venues", content, headers={"If-Match": checked.headers["ETag"]})

    took_s = time.monotonic() - began
    print(f"{count} venues: {seconds:.1f} s to check, {took_s:.1f} s for both steps")
    assert (done.status_code, done.json["made"]) == (200, count)
    assert (len(checked.json["items"]), checked.json["made"]) == (min(500, count), count)
    return seconds, len(to_check), len(to_import)


@pytest.mark.long
@pytest.mark.slow
def test_to_check_five_thousand_takes_as_many_statements_as_fifty_and_to_import_one_each(
    office: Office,
) -> None:
    import_venues(office, 10)  # what is asked once and then known
    _, check_few, import_few = import_venues(office, 50)
    _, check_many, import_many = import_venues(office, 5_000)

    assert check_many == check_few
    assert import_many - import_few <= 5_000 - 50


@pytest.mark.timed
@pytest.mark.slow
def test_five_thousand_venues_are_checked_and_imported_in_seconds(office: Office) -> None:
    seconds, _, _ = import_venues(office, 5_000)

    assert seconds < 15
