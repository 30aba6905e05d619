"""Lines and screens by tables."""

from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.factories.tables import csv, fault_places, send, xlsx

LINES = ("编号", "线路名称", "责任单位", "场站", "首班", "末班")
SCREENS = ("序列号", "点位", "名称", "宽", "高", "点间距", "适配类型", "标签")


def test_lines_are_made_and_only_the_changed_one_changes(office: Office) -> None:
    three = ("L003", "3 路", "交通运输", "城东", "6:10", "21:40")
    twelve = ("", "12 路", "交通运输", "", "", "0:30")

    done = send(office.zhao, "lines", csv(LINES, three, twelve))
    later = send(office.zhao, "lines", csv(LINES, (*three[:5], "22:00"), twelve))

    assert (done.status_code, done.json["made"]) == (200, 2)
    assert (later.json["changed"], later.json["unchanged"]) == (1, 1)
    first, second = office.listed("lines")
    assert (first["code"], first["first_service"], first["last_service"]) == (
        "L003", "06:10", "22:00",
    )  # fmt: skip
    assert (second["code"], second["last_service"]) == (None, "00:30")


def test_times_that_a_spreadsheet_keeps_as_fractions_are_times(office: Office) -> None:
    send(office.zhao, "lines", xlsx(("线路", "首班", "末班"), [("3 路", 0.25, 0.9)]))

    (line,) = office.listed("lines")
    assert (line["first_service"], line["last_service"]) == ("06:00", "21:36")


def test_wrong_lines_are_reported(office: Office) -> None:
    found = send(
        office.zhao,
        "lines",
        csv(
            LINES,
            ("A", "3 路", "", "", "24:00", ""),
            ("B", "", "", "", "", ""),
            ("C", "5 路", "月亮", "", "", ""),
            ("A", "6 路", "", "", "", ""),
            ("", "7 路", "", "", "", ""),
            ("", "7 路", "", "", "", ""),
        ),
        dry=True,
    )

    assert fault_places(found) == [
        (2, "first_service"), (3, "name"), (4, "unit_id"), (5, "code"), (7, "name"),
    ]  # fmt: skip


def test_screens_are_put_on_record_at_their_venues(office: Office) -> None:
    venue = make_venue(office.world, code="YH-1", name="农商行")
    bus = make_venue(office.world, kind="bus", name="公交", vehicle="苏C·1")

    done = send(
        office.wang,
        "screens",
        xlsx(
            SCREENS,
            [
                ("SN1", "YH-1", "大厅", 1080, 1920, None, None, "临街"),
                ("SN2", "苏Ｃ·1", None, None, None, None, None, None),
                ("SN3", "农商行", "条屏", 384, 64, 2.5, None, None),
                ("SN4", "农商行", "高清", None, None, None, "横屏 4K", None),
            ],
        ),
    )

    assert (done.status_code, done.json["made"]) == (200, 4), done.json
    found = {one["serial"]: one for one in office.listed("screens")}
    assert [found[f"SN{n}"]["venue_id"] for n in (1, 2, 3)] == [
        f"v_{venue}",
        f"v_{bus}",
        f"v_{venue}",
    ]
    assert [found[f"SN{n}"]["rendition_class"] for n in (1, 2, 3, 4)] == [
        "portrait-1080p", "landscape-1080p", "led-384x64", "landscape-4k",
    ]  # fmt: skip
    assert (found["SN2"]["name"], found["SN3"]["pixel_pitch_mm"]) == ("车载屏", 2.5)


def test_a_screen_is_identified_by_its_serial_and_moves_with_the_row(office: Office) -> None:
    old, new = (make_venue(office.world, code=code, name=code) for code in ("A", "B"))
    screen = make_screen(office.world, venue=old, serial="SN1", width=1920, height=1080)

    done = send(
        office.wang, "screens", csv(SCREENS, ("SN1", "B", "新名", "1080", "1920", "", "", ""))
    )
    again = send(
        office.wang, "screens", csv(SCREENS, ("SN1", "B", "新名", "1080", "1920", "", "", ""))
    )

    assert (done.json["changed"], again.json["unchanged"]) == (1, 1)
    (now,) = office.listed("screens")
    assert (now["id"], now["venue_id"], now["name"]) == (screen.public_id, f"v_{new}", "新名")
    assert now["rendition_class"] == "portrait-1080p"


def test_wrong_screens_are_reported(office: Office) -> None:
    make_venue(office.world, code="A", name="甲")
    make_venue(office.world, name="同名")
    make_venue(office.world, name="同名")
    foreign = make_venue(office.world, unit=make_unit(office.world, "外地"), code="F", name="外")
    make_screen(office.world, venue=foreign, serial="SN9")

    found = send(
        office.wang,
        "screens",
        csv(
            SCREENS,
            ("SN1", "", "", "", "", "", "", ""),
            ("SN2", "没有", "", "", "", "", "", ""),
            ("SN3", "同名", "", "", "", "", "", ""),
            ("SN4", "A", "", "很宽", "", "", "", ""),
            ("SN5", "A", "", "", "", "", "八角形", ""),
            ("SN6", "A", "", "", "", "", "", ""),
            ("SN6", "A", "", "", "", "", "", ""),
            ("", "A", "", "", "", "", "", ""),
        ),
        dry=True,
    )

    assert fault_places(found) == [
        (2, "venue_id"), (3, "venue_id"), (4, "venue_id"), (5, "width"), (6, "rendition_class"),
        (8, "serial"), (9, "serial"),
    ]  # fmt: skip
    assert "v_2" in found.json["faults"][2]["detail"]


def test_a_retired_screens_serial_is_free_again(office: Office) -> None:
    venue = make_venue(office.world, code="A")
    make_screen(office.world, venue=venue, serial="SN1", retired_at=office.world.clock.now_ms())

    done = send(office.wang, "screens", csv(SCREENS[:2], ("SN1", "A")))

    assert done.json["made"] == 1
