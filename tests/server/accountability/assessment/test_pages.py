"""Packs on pages: the empty list, the form's defaults, a pack being made, a finished one."""

import re

import pytest

from tests.support.app.inventory import make_unit
from tests.support.app.jobs import run_jobs
from tests.support.app.people import sign_in
from tests.support.reporting.assessment import asked, made
from tests.support.reporting.coverage import Town, day
from tests.support.reporting.exemptions import page_of


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_the_reports_lead_to_them_and_an_empty_list_explains_what_they_are(town: Town) -> None:
    chen = sign_in(town.world, "publicity")

    assert 'href="/assessment-packs' in page_of(chen, "/reports")
    page = page_of(chen, "/assessment-packs")
    assert "还没有考核材料" in page
    assert 'href="/assessment-packs/new"' in page
    viewer = sign_in(town.world, "viewer")
    assert "/assessment-packs/new" not in page_of(viewer, "/assessment-packs")


def test_the_form_offers_ones_own_units_and_last_month(town: Town) -> None:
    here = make_unit(town.world, "东街")
    make_unit(town.world, "西街")
    chen = sign_in(town.world, "publicity", here)

    page = page_of(chen, "/assessment-packs/new")

    assert 'value="2026-10-01"' in page
    assert 'value="2026-10-31"' in page
    assert f'name="unit_ids[]" value="u_{here}" checked' in page
    assert "西街" not in page
    assert 'data-api="POST /api/v1/assessment-packs"' in page
    chosen = page_of(chen, "/assessment-packs/new?from=2026-11-01&to=2026-11-24")
    assert 'value="2026-11-24"' in chosen


@pytest.mark.slow
def test_one_that_is_being_made_is_polled_until_it_is_ready(town: Town) -> None:
    bank = town.opens("支行")[0]
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    chen = sign_in(town.world, "publicity")
    pack = asked(chen).json["id"]

    before = page_of(chen, f"/assessment-packs/{pack}")
    run_jobs(town.world.core)
    after = page_of(chen, f"/assessment-packs/{pack}")

    assert "正在生成" in before
    assert 'data-every="2"' in before
    assert 'data-every="2"' not in after
    assert f'href="/api/v1/assessment-packs/{pack}/files/u_1.pdf"' in after
    assert f'href="/api/v1/assessment-packs/{pack}/files.zip"' in after
    assert "本区 下载 PDF · 下载 Excel 1 1 50 45 90.0 % 1" in plain(after)
    assert "数据截至 2026-11-29 00:00" in plain(after)
    assert "已签名" in after
    listed = plain(page_of(chen, "/assessment-packs"))
    assert f"{day(0)} – {day(4)} 本区 已冻结 2026-11-29 00:00" in listed


@pytest.mark.slow
def test_they_are_in_english_too(town: Town) -> None:
    town.opens("支行")
    town.becomes(5)
    pack = made(town)
    viewer = sign_in(town.world, "viewer")

    page = plain(page_of(viewer, f"/assessment-packs/{pack['id']}?lang=en"))

    assert "Assessment pack" in page
    assert "Frozen" in page
    assert not re.search(r"[一-鿿]", page.replace("本区", "").replace("支行", ""))
