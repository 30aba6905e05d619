"""A row finds its object by a name alone: another row must not make that name mean two."""

import pytest

from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_screen, make_venue
from tests.support.factories.tables import csv, fault_places, send

SCREENS = ("序列号", "点位", "名称", "宽")
VENUES = ("编号", "名称", "类型", "地址")
VEHICLES = ("编号", "车号", "场站")
LINES = ("编号", "线路", "场站")


@pytest.fixture
def hall(office: Office) -> None:
    """Two screens with serials at one venue."""
    venue = make_venue(office.world, code="YH", name="农商行")
    make_screen(office.world, venue=venue, serial="SN1", name="左屏")
    make_screen(office.world, venue=venue, serial="SN2", name="右屏")


@pytest.mark.usefixtures("hall")
@pytest.mark.parametrize("other", [("SN2", "YH", "左屏", ""), ("SN9", "YH", "左屏", "")])
@pytest.mark.parametrize("turned", [False, True])
def test_a_screen_found_by_a_name_that_another_row_gives_to_a_second_one_is_reported(
    office: Office, other: tuple[str, ...], turned: bool
) -> None:
    rows = [other, ("", "YH", "左屏", "1080")]

    found = send(office.wang, "screens", csv(SCREENS, *(rows[::-1] if turned else rows)), dry=True)

    assert fault_places(found) == [(2 if turned else 3, "name")]
    assert f"第 {3 if turned else 2} 行也用这个名称" in found.json["faults"][0]["detail"]


@pytest.mark.usefixtures("hall")
def test_by_serials_screens_may_share_a_name_and_one_without_is_found_before_them(
    office: Office,
) -> None:
    table = csv(SCREENS, ("SN1", "YH", "屏", ""), ("SN2", "YH", "屏", ""), ("", "YH", "屏", ""))

    done, again = (send(office.wang, "screens", table) for _ in range(2))

    assert (done.json["made"], done.json["changed"]) == (1, 2)
    assert (again.status_code, again.json["unchanged"]) == (200, 3)


def test_a_row_that_changes_the_name_it_was_found_by_is_no_second_one(office: Office) -> None:
    make_venue(office.world, code="YH", name="农商行")

    done = send(office.wang, "venues", csv(VENUES, ("YH", "农商银行", "银行", "")))

    assert (done.status_code, done.json["changed"]) == (200, 1)


@pytest.mark.parametrize(
    ("noun", "head", "there", "rows"),
    [
        ("venues", VENUES, [("A", "甲", "银行", ""), ("B", "乙", "银行", "")],
         [("B", "甲", "银行", ""), ("", "甲", "银行", "东路")]),
        ("vehicles", VEHICLES, [("A", "苏C·1", ""), ("B", "苏C·2", "")],
         [("B", "苏C·1", ""), ("", "苏C·1", "城东")]),
        ("lines", LINES, [("A", "3 路", ""), ("B", "5 路", "")],
         [("B", "3 路", ""), ("", "3 路", "城东")]),
    ],
)  # fmt: skip
def test_it_is_the_same_with_venues_vehicles_and_lines(
    office: Office,
    noun: str,
    head: tuple[str, ...],
    there: list[tuple[str, ...]],
    rows: list[tuple[str, ...]],
) -> None:
    person = office.zhao if noun == "lines" else office.wang
    assert send(person, noun, csv(head, *there)).json["made"] == len(there)

    found = send(person, noun, csv(head, *rows), dry=True)

    assert fault_places(found) == [(3, "vehicle" if noun == "vehicles" else "name")]


def test_venues_of_different_kinds_may_share_a_name(office: Office) -> None:
    send(office.wang, "venues", csv(VENUES, ("A", "甲", "银行", ""), ("B", "乙", "酒店", "")))
    table = csv(VENUES, ("B", "甲", "酒店", ""), ("", "甲", "银行", "东路"))

    done, again = (send(office.wang, "venues", table) for _ in range(2))

    assert (done.status_code, done.json["changed"]) == (200, 2)
    assert (again.status_code, again.json["unchanged"]) == (200, 2)
