"""The sheets of a pack: the figures of the reports, real types, nothing that would run."""

import io
import os
import re
import tracemalloc
import zipfile
from datetime import datetime
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from server.accountability.assessment.files.workbook import SHARE
from server.accountability.assessment.models import PackFile, PackUnit
from server.content.models import Photo
from server.reporting.delivery.figures import rounded
from tests.support.app.campaigns import live, open_office
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.assessment import fetched, made, rows_of, sheet_of, text_of
from tests.support.reporting.coverage import MIDNIGHT_MS, Town, day
from tests.support.reporting.exemptions import page_of
from tests.support.reporting.reports import report
from tests.support.reporting.spot_checks import make_check

FORMULA = '=HYPERLINK("http://x","y")'

# Files are drawn from frozen figures, wherever those rest: on PostgreSQL in the long form.
pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


@pytest.fixture
def mixed(town: Town) -> Town:
    """A bank whose name looks like a formula, one by hand, one silent, one without a screen."""
    bank = town.opens(FORMULA, contact_name="王芳", contact_phone="13800000000")[0]
    town.opens("静")
    mall = town.manual("商场")
    town.opens("商行", screens=0, access="none")
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    town.approved(mall)
    return town


@pytest.fixture
def reader(mixed: Town) -> Person:
    return sign_in(mixed.world, "viewer")


def line_of(pack: Any, reader: Person, name: str) -> dict[str, Any]:
    rows = rows_of(sheet_of(fetched(reader, pack, "files/u_1.xlsx")))
    return next(row for row in rows if row["点位"].value == name)


def test_totals_of_both_files_are_those_of_the_delivery_report(mixed: Town, reader: Person) -> None:
    pack = made(mixed)
    reported = report(reader.client, **{"from": day(0), "to": day(4)})["totals"]

    last = rows_of(sheet_of(fetched(reader, pack, "files/u_1.xlsx")))[-1]
    paper = "".join(text_of(fetched(reader, pack, "files/u_1.pdf")))

    totals = pack["totals"]
    assert (totals["expected"], totals["confirmed"]) == (
        reported["expected"],
        reported["confirmed"],
    )
    assert (totals["pending"], totals["missing"]) == (reported["pending"], reported["missing"])
    assert last["应播"].value == totals["expected"] == 100
    assert last["实播"].value == totals["confirmed"] == 45
    assert last["播放完成率"].value == totals["delivery_rate"] == 0.45
    assert last["屏数"].value == pack["by_unit"][0]["totals"]["screens"] == 2
    foot = paper.partition("合计")[2].replace(" ", "")
    assert foot.startswith("21004545.0%")


@pytest.mark.long
def test_each_venue_has_its_row_with_its_figures_and_status(mixed: Town, reader: Person) -> None:
    pack = made(mixed)

    bank = line_of(pack, reader, FORMULA)
    cells = [bank[name].value for name in ("类型", "屏数", "接入方式", "责任人", "电话")]
    played = [bank[name].value for name in ("应播", "实播", "播放完成率", "是否达标")]
    assert cells == ["银行网点", 1, "联网播放", "王芳", "138****0000"]
    assert played == [50, 45, 0.9, "达标"]
    silent, none = line_of(pack, reader, "静"), line_of(pack, reader, "商行")
    assert [silent[name].value for name in ("应播", "实播", "是否达标")] == [50, 0, "待回传"]
    assert "待回传 50 次（100.0 %）" in silent["备注"].value
    assert [none[name].value for name in ("应播", "实播", "是否达标")] == [
        None, None, "不计（无屏）",
    ]  # fmt: skip


def test_an_attestation_is_never_a_play(mixed: Town, reader: Person) -> None:
    mall = line_of(made(mixed), reader, "商场")

    assert (mall["应播"].value, mall["实播"].value, mall["播放完成率"].value) == (None, None, None)
    assert mall["接入方式"].value == "人工上报"
    assert mall["是否达标"].value == "达标（人工上报）"
    assert mall["备注"].value == "人工上报：5/5 天，每天约 40 次（不计实播）"
    assert mall["佐证照片"].value == "人工上报 1 张"


@pytest.mark.long
def test_percentages_and_dates_are_real_ones(town: Town) -> None:
    office = open_office(town.world)
    campaign = live(office)
    bank = town.opens("支行")[0]
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    sheet = sheet_of(fetched(sign_in(town.world, "viewer"), made(town), "files/u_1.xlsx"))
    row = rows_of(sheet)[0]

    assert campaign == "k_1"
    assert row["播放完成率"].number_format == SHARE
    assert row["播放完成率"].data_type == "n"
    assert row["播放起止"].is_date
    assert row["播放起止"].value == datetime.fromisoformat("2026-11-24")
    assert row["播放起止"].number_format == 'yyyy-mm-dd" 至 2026-11-28"'
    assert row["频次要求"].value.startswith("每")
    cells = [cell for line in sheet.iter_rows() for cell in line]
    at = {cell.value: cell for cell in cells if cell.value is not None}
    day_cell = sheet.cell(at["日期"].row, at["日期"].column + 1)
    moment = sheet.cell(at["数据截至"].row, at["数据截至"].column + 1)
    assert (day_cell.is_date, day_cell.value) == (True, datetime.fromisoformat("2026-11-29"))
    assert (moment.is_date, moment.value) == (True, datetime.fromisoformat("2026-11-29"))


def test_all_but_one_play_is_never_printed_as_all(town: Town) -> None:
    venue = make_venue(town.world, name="支行")
    bank = make_screen(town.world, venue=venue, enrolled_at=MIDNIGHT_MS)
    often = make_programme(MIDNIGHT_MS, days=3, lengths_s=(36,), campaigns=(0,), names=("k_1",))
    put_on_air(town.world, bank, often, MIDNIGHT_MS)
    town.becomes(1)
    slots = often.slots(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    hand_in_all(town.world, bank, often, slots[:-1], boot="a" * 16)
    reader = sign_in(town.world, "viewer")

    pack = made(town, last=0)

    cell = rows_of(sheet_of(fetched(reader, pack, "files/u_1.xlsx")))[0]["播放完成率"]
    page = page_of(reader, f"/assessment-packs/{pack['id']}")
    paper = "".join(text_of(fetched(reader, pack, "files/u_1.pdf")))
    assert (pack["totals"]["expected"], pack["totals"]["confirmed"]) == (2400, 2399)
    assert (cell.value, cell.number_format) == (2399 / 2400, '[>=1]0.0%;[>=0.9995]"99.9%";0.0%')
    for content in (page, paper):
        assert "100.0" not in content
        assert "99.9" in content


@pytest.mark.parametrize(
    ("share", "kept"), [(0.99996, 0.9999), (1.0, 1.0), (0.12345, 0.1235), (None, None)]
)
def test_a_share_is_frozen_as_all_only_if_it_is(share: float | None, kept: float | None) -> None:
    assert rounded(share) == kept


def test_a_name_in_the_form_of_a_formula_is_only_text(mixed: Town, reader: Person) -> None:
    cell = line_of(made(mixed), reader, FORMULA)["点位"]

    assert (cell.data_type, cell.value) == ("s", FORMULA)


def test_both_have_the_digest_on_every_page_the_foot_and_what_they_rest_on(
    mixed: Town, reader: Person
) -> None:
    for number in range(60):
        mixed.manual(f"便民服务点{number}")
    pack = made(mixed)

    sheet = sheet_of(fetched(reader, pack, "files/u_1.xlsx"))
    pages = text_of(fetched(reader, pack, "files/u_1.pdf"))

    assert len(pages) >= 3
    assert all(pack["digest"] in page for page in pages)
    assert f"第 1 页，共 {len(pages)} 页" in pages[0]
    assert all("责任单位" in page and "频次要求" in page for page in pages[:2])
    assert pack["digest"] in sheet.oddFooter.left.text
    words = "".join(str(cell.value or "") for line in sheet.iter_rows() for cell in line)
    for content in (words, "".join(pages)):
        assert pack["digest"] in content
        assert "不证明屏幕点亮" in content
        assert "抽查" in content
        assert "2026-11-29 00:00" in content or "数据截至" in content
        for name in ("填报人", "审核人", "单位负责人（签字）", "单位（盖章）", "日期", "数据截至"):
            assert name in content


@pytest.mark.long
def test_exemptions_and_pauses_are_in_the_remarks(town: Town) -> None:
    bank = town.opens("支行")[0]
    town.becomes(5)
    town.plays(bank, *[5] * 5)
    town.reports_all(bank)
    author = sign_in(town.world, "publicity")
    body = {
        "selector": {"screen_ids": [bank.public_id]},
        "from": f"{day(1)}T12:00:00+08:00",
        "until": f"{day(2)}T00:00:00+08:00",
        "code": "power_cut",
        "file": "供电通知〔2026〕12 号",
    }
    asked = author.client.post("/api/v1/exemptions", json=body).json["id"]
    lin = sign_in(town.world, "reviewer")
    assert lin.client.post(f"/api/v1/exemptions/{asked}/approve").status_code == 200

    remarks = line_of(made(town), lin, "支行")["备注"].value

    remark = "免考核 5 次：停电 11-25 12:00 至 11-26 00:00（供电通知〔2026〕12 号）"
    assert remarks.startswith(remark)


@pytest.mark.long
def test_a_row_that_is_taller_than_a_page_goes_on_on_the_next_one(town: Town) -> None:
    address = "".join(chr(0x4E00 + number) for number in range(255))
    bank = town.opens("支行", address=address)[0]
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    pack = made(town)
    content = fetched(sign_in(town.world, "viewer"), pack, "files/u_1.pdf")

    assert set(address) <= set("".join(text_of(content)))
    assert lowest_sign(content) > 0


@pytest.mark.long
def test_printed_pages_have_names_and_days_and_no_ids(town: Town) -> None:
    bank, mall = town.opens("拍过的")[0], town.manual("商场")
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    town.approved(mall)
    photo = {"kind": "photo", "verdict": "good"}
    make_check(town.world, bank, asked_at=MIDNIGHT_MS + 10 * HOUR_MS, **photo)
    reader, pack = sign_in(town.world, "viewer"), made(town)

    sheet = sheet_of(fetched(reader, pack, "files/u_1.xlsx"))
    cells = [str(cell.value or "") for line in sheet.iter_rows() for cell in line]
    pages = text_of(fetched(reader, pack, "files/u_1.pdf"))
    unit = pack["by_unit"][0]["name"]

    for printed in (*cells, *pages, sheet.oddFooter.right.text):
        assert re.search(r"\b[a-z]_\d+", printed) is None
    assert "冻结时间：2026-11-29 00:00" in cells
    assert f"{unit} {day(0)} 至 {day(4)}" in sheet.oddFooter.right.text
    assert all(f"{unit}　{day(0)} 至 {day(4)}　第 " in page for page in pages)
    assert "抽查 1 张" in cells
    captions = pages[-1].replace(" ", "").replace("　", "")
    assert f"拍过的抽查{day(0)}" in captions
    assert f"商场人工上报{day(0)}至{day(4)}" in captions


def lowest_sign(content: bytes) -> float:
    """The bottom of the lowest sign of all pages, in points above the page's edge."""
    document = pypdfium2.PdfDocument(content)
    pages = [document[number].get_textpage() for number in range(len(document))]
    boxes = [page.get_charbox(sign) for page in pages for sign in range(page.count_chars())]
    lowest: float = min(box[1] for box in boxes)
    document.close()
    return lowest


@pytest.mark.long
def test_a_damaged_photo_is_left_out_like_one_that_is_gone(mixed: Town, reader: Person) -> None:
    store = mixed.world.core.store
    with mixed.world.core.config.read() as session:
        path = store.path(session.scalars(select(Photo.digest)).one())
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:200])

    pack = made(mixed)

    mall = line_of(pack, reader, "商场")
    assert mall["佐证照片"].value == "人工上报 1 张"
    assert "佐证照片（" not in "".join(text_of(fetched(reader, pack, "files/u_1.pdf")))


@pytest.mark.long
def test_the_zip_takes_the_memory_of_one_file(town: Town) -> None:
    bank = town.opens("支行")[0]
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    pack = made(town)
    content = os.urandom(1_000_000)
    units = [make_unit(town.world, f"街道{number}") for number in range(30)]
    with town.world.core.config.write() as session:
        for number, unit in enumerate(units, 1):
            session.add(PackUnit(pack_id=1, unit_id=unit, position=number))
            session.flush()
            file = {"kind": "pdf", "name": f"{number}.pdf", "sha256": "a" * 64, "size": 1_000_000}
            session.add(PackFile(pack_id=1, unit_id=unit, content=content, **file))
    reader = sign_in(town.world, "viewer")
    reader.client.get(f"/api/v1/assessment-packs/{pack['id']}")

    tracemalloc.start()
    answer = reader.client.get(f"/api/v1/assessment-packs/{pack['id']}/files.zip")
    sent = sum(len(piece) for piece in answer.response)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sent > 30_000_000
    assert peak < 10_000_000


@pytest.mark.long
def test_the_zip_has_all_files_under_readable_names(mixed: Town, reader: Person) -> None:
    street = make_unit(mixed.world, "城关/街道")
    pack = made(mixed, "u_1", f"u_{street}")

    with zipfile.ZipFile(io.BytesIO(fetched(reader, pack, "files.zip"))) as archive:
        names, first = archive.namelist(), archive.read(archive.namelist()[0])

    assert names == [
        f"01 本区 {day(0)} 至 {day(4)}.xlsx",
        f"01 本区 {day(0)} 至 {day(4)}.pdf",
        f"02 城关 街道 {day(0)} 至 {day(4)}.xlsx",
        f"02 城关 街道 {day(0)} 至 {day(4)}.pdf",
        "manifest.json",
    ]
    assert first == fetched(reader, pack, "files/u_1.xlsx")
    assert (
        reader.client.get(f"/api/v1/assessment-packs/{pack['id']}/files/u_9.pdf").status_code == 404
    )
    assert (
        reader.client.get(f"/api/v1/assessment-packs/{pack['id']}/files/u_1.exe").status_code == 404
    )


@pytest.mark.long
def test_a_unit_below_another_one_of_the_pack_is_counted_once(town: Town) -> None:
    street = make_unit(town.world, "街道")
    bank = town.opens("支行", unit=street)[0]
    town.becomes(5)
    town.plays(bank, *[9] * 5)

    pack = made(town, "u_1", f"u_{street}")

    assert [one["totals"]["expected"] for one in pack["by_unit"]] == [50, 50]
    assert (pack["totals"]["expected"], pack["totals"]["venues"]) == (50, 1)
