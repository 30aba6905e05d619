"""The raw log as csv and xlsx: what an office reads, nothing that a spreadsheet would run."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from tests.server.reporting.raw_log.conftest import PROGRAMME, SLOTS, Two
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, hand_in_all, move, put_on_air
from tests.support.plays.plays import BOOT, make_batch
from tests.support.reporting.raw_log_exports import rows_of

pytestmark = pytest.mark.slow
HEADINGS = [
    "显示屏", "显示屏编号", "开始时间", "播出秒数", "内容", "宣传任务", "核验结果", "原因",
    "收到时间", "开机批次", "编号",
]  # fmt: skip


def fetched(person: Person, form: str, **query: str) -> Any:
    address = f"/api/v1/plays/export.{form}"
    with person.client.get(address, query_string=query) as answer:
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.headers["Content-Disposition"] == f"attachment; filename=plays.{form}"
        return answer.data


def test_a_csv_has_the_plays_under_the_headings_of_the_office_and_is_marked_complete(
    two: Two,
) -> None:
    data = fetched(two.there, "csv")
    rows = rows_of(data)

    assert data.startswith(b"\xef\xbb\xbf")
    assert rows[0] == HEADINGS
    assert len(rows) == 1 + 240 + 2
    assert rows[1][0].startswith("建设银行城关支行")
    assert rows[1][1:4] == [two.screens[1].public_id, "2026-11-24 09:00:00", "10.0"]
    assert rows[1][6:] == ["已计入", "", "2026-11-24 10:00:00", BOOT, "1"]
    assert rows[-2:] == [
        ["到此完整，播放记录条数", "240"],
        ["数据截至", "2026-11-24 10:00:00"],
    ]


def test_files_are_in_the_reader_s_language(two: Two) -> None:
    rows = rows_of(fetched(two.there, "csv", lang="en"))

    assert rows[0][:3] == ["Screen", "Screen id", "Start"]
    assert rows[1][6] == "Counted"
    assert rows[-2] == ["Complete; number of plays", "240"]


def test_a_name_in_the_form_of_a_formula_is_only_text(two: Two) -> None:
    rows = rows_of(fetched(two.here, "csv"))
    book = openpyxl.load_workbook(io.BytesIO(fetched(two.here, "xlsx")))
    cell = book.active["A2"]

    assert rows[1][0].startswith("'=cmd|")
    assert cell.data_type == "s"
    assert cell.value.startswith("=cmd|")


def test_a_workbook_has_real_times_and_numbers(two: Two) -> None:
    book = openpyxl.load_workbook(io.BytesIO(fetched(two.there, "xlsx")))
    rows = list(book.active.iter_rows(values_only=True))

    assert list(rows[0]) == HEADINGS
    assert rows[1][2:4] == (datetime(2026, 11, 24, 9, 0), 10)  # noqa: DTZ001 - cells have no zone
    assert rows[-2][:2] == ("到此完整，播放记录条数", 240)
    assert len(rows) == 243


def test_only_plays_of_the_time_that_was_asked_for_are_in_it(two: Two) -> None:
    query = {"from": "2026-11-24T09:10:00+08:00", "to": "2026-11-24T09:20:00+08:00"}

    rows = rows_of(fetched(two.there, "csv", **query))

    assert len(rows) == 1 + 40 + 2
    assert rows[1][2] == "2026-11-24 09:10:00"


def test_a_range_that_was_declared_lost_is_between_the_plays(world: World) -> None:
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:20]))
    hand_in(world, screen, {"boot": BOOT, "lost": [[21, 25, "storage_full"]]})
    later = make_batch(PROGRAMME, SLOTS[25:30], first=26, offset_ms=SLOTS[0].start_ms - 5_000)
    hand_in(world, screen, later)

    rows = rows_of(fetched(sign_in(world, "auditor"), "csv"))

    assert rows[21][6:8] == ["终端申报缺失", "终端存储已满"]
    assert rows[21][10] == "21–25"
    assert [row[10] for row in rows[20:23]] == ["20", "21–25", "26"]
    assert rows[-2][1] == "25"


@pytest.mark.parametrize(
    ("from_", "until", "wanted"),
    [
        ("09:05", "09:15", ["40", "41–80"]),
        ("09:15", "09:25", ["41–80", "81"]),
        ("09:12", "09:18", ["41–80"]),
        ("09:22", "09:28", []),
    ],
)
def test_losses_at_the_edges_of_the_time_are_in_every_form(
    world: World, from_: str, until: str, wanted: list[str]
) -> None:
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in(world, screen, make_batch(PROGRAMME, SLOTS[:40]))
    hand_in(world, screen, {"boot": BOOT, "lost": [[41, 80, "storage_full"]]})
    later = make_batch(PROGRAMME, SLOTS[80:120], first=81, offset_ms=SLOTS[0].start_ms - 5_000)
    hand_in(world, screen, later)
    auditor = sign_in(world, "auditor")
    part = {"from": f"2026-11-24T{from_}:00+08:00", "to": f"2026-11-24T{until}:00+08:00"}

    rows = rows_of(fetched(auditor, "csv", **part))
    book = openpyxl.load_workbook(io.BytesIO(fetched(auditor, "xlsx", **part)))

    found = [row[10] for row in rows[1:-2]]
    at = found.index("41–80") if wanted else 0
    around = [one for one in found[max(0, at - 1) : at + 2] if one in wanted]
    assert around == wanted
    assert ("41–80" in found) == bool(wanted)
    assert rows[-2][1] == str(len(found) - bool(wanted))
    cells = [row[10] for row in book.active.iter_rows(min_row=2, values_only=True)][:-2]
    assert [str(cell) for cell in cells] == found


def test_a_boot_of_which_all_was_lost_has_its_row(world: World) -> None:
    screen = make_screen(world, venue=make_venue(world, name="建设银行城关支行"))
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in(world, screen, {"boot": BOOT, "lost": [[1, 40, "storage_full"]]})

    rows = rows_of(fetched(sign_in(world, "auditor"), "csv"))

    assert rows[1][0].startswith("建设银行城关支行")
    assert (rows[1][6], rows[1][10], rows[2][1]) == ("终端申报缺失", "1–40", "0")


def test_a_play_has_the_screens_venue_of_that_time_and_is_read_by_its_unit(
    world: World, two: Two
) -> None:
    screen, there = two.screens
    move(world, screen, there.venue_id)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + 2 * HOUR_MS))
    query = {"screen_id": screen.public_id}
    for person in (two.here, two.there):
        sign_in_again(world, person)

    readers = two.here, two.there, sign_in(world, "auditor")
    rows = [rows_of(fetched(person, "csv", **query))[1:-2] for person in readers]

    venues = [[row[0].split(" ")[0] for row in mine] for mine in rows]
    home, away = ["'=cmd|'"] * 240, ["建设银行城关支行"] * 240
    assert venues == [home, away, home + away]
    book = openpyxl.load_workbook(io.BytesIO(fetched(two.there, "xlsx", **query)))
    assert book.active.max_row == 1 + 240 + 2


def test_a_broken_file_is_marked_in_its_last_line(world: World, two: Two) -> None:
    with world.core.plays.engine.begin() as connection:
        spoil = "UPDATE batches SET columns = :cut WHERE id = (SELECT MAX(id) FROM batches)"
        connection.execute(text(spoil), {"cut": b"\x05"})
    answer = sign_in(world, "auditor").client.get("/api/v1/plays/export.csv", buffered=False)

    taken = []
    with pytest.raises(Exception, match="can't be read"):
        taken.extend(answer.iter_encoded())

    assert taken[-1].decode().startswith("导出中断，以上数据不完整")
    assert not any("到此完整" in part.decode() for part in taken)


def test_what_can_t_be_read_from_the_start_is_answered(world: World, two: Two) -> None:
    with world.core.plays.engine.begin() as connection:
        connection.execute(text("UPDATE batches SET columns = :cut"), {"cut": b"\x05"})
    client = sign_in(world, "auditor").client

    answers = [client.get(f"/api/v1/plays/export{form}") for form in ("", ".csv", ".xlsx")]

    assert [answer.status_code for answer in answers] == [500] * 3
    assert {answer.json["code"] for answer in answers} == {"plays_damaged"}


def test_nothing_of_another_unit_is_in_it(two: Two) -> None:
    foreign = two.screens[1].public_id
    for form in ("csv", "xlsx"):
        path = f"/api/v1/plays/export.{form}"
        answer = two.here.client.get(path, query_string={"screen_id": foreign})
        missing = two.here.client.get(path, query_string={"screen_id": "s_999"})
        assert (answer.status_code, answer.json) == (404, missing.json)

    assert {row[1] for row in rows_of(fetched(two.here, "csv"))[1:-2]} == {two.screens[0].public_id}


def test_an_export_without_plays_has_its_headings_and_is_marked_complete(world: World) -> None:
    reader = sign_in(world, "viewer")

    rows = rows_of(fetched(reader, "csv"))

    assert [rows[0], rows[1]] == [HEADINGS, ["到此完整，播放记录条数", "0"]]
    book = openpyxl.load_workbook(io.BytesIO(fetched(reader, "xlsx")))
    assert book.active["B2"].value == 0
