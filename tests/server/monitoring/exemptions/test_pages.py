"""Exemptions on pages: asked for, signed off, taken back; what one may not do isn't offered."""

import re

import pytest

from tests.support.app.people import Person, sign_in
from tests.support.reporting.exemptions import Street, page_of


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def read(person: Person, path: str) -> str:
    return words(page_of(person, path))


@pytest.mark.slow
def test_the_list_shows_each_request_and_its_state(street: Street) -> None:
    empty = read(street.chen, "/settings/exemptions")
    street.asks(file="停电通知")

    listed = read(street.chen, "/settings/exemptions")

    assert "还没有免考核申请" in empty
    assert "停电 停电通知 待审批" in listed
    assert "/approve" not in page_of(street.chen, "/settings/exemptions")
    assert "没有符合条件的申请" in read(street.chen, "/settings/exemptions?state=approved")


@pytest.mark.slow
def test_it_waits_on_the_reviewers_overview(street: Street) -> None:
    street.asks()

    assert "免考核待审批：停电" in read(street.lin, "/")
    assert "免考核待审批" not in read(street.chen, "/")


@pytest.mark.slow
def test_the_reviewer_is_offered_a_verdict_and_the_author_sees_that_it_waits(
    street: Street,
) -> None:
    exemption = street.asks().json["id"]
    path = f"/settings/exemptions/{exemption}"

    of_lin, of_chen = (page_of(one, path) for one in (street.lin, street.chen))

    assert f'data-api="POST /api/v1/exemptions/{exemption}/approve"' in of_lin
    assert f'data-api="POST /api/v1/exemptions/{exemption}/reject"' in of_lin
    assert "approve" not in of_chen
    assert "申请人不能批准自己的申请" in of_chen
    assert f'data-api="DELETE /api/v1/exemptions/{exemption}"' in of_chen


@pytest.mark.slow
def test_who_approves_is_shown_first_what_it_covers(street: Street) -> None:
    """Screens by name and number, and how many of their plays are missing by now."""
    exemption = street.asks(selector={"all": True}, file="报修单 20261124-07").json["id"]

    listed = page_of(street.lin, "/settings/exemptions")
    one = page_of(street.lin, f"/settings/exemptions/{exemption}")
    english = page_of(street.lin, f"/settings/exemptions/{exemption}?lang=en")

    asked = "批准后，2 块显示屏这段时间没有播成的（至今 120 次）免予考核"
    for page in (listed, one):
        assert f'data-api="POST /api/v1/exemptions/{exemption}/approve"' in page
        assert asked in page
    shown = words(one)
    assert "涉及显示屏 2 块 目前未播成 120 次" in shown
    assert "显示屏 建设银行城关支行 前台 建设银行城关支行 营业厅" in shown
    assert "报修单 20261124-07" in shown
    assert "What 2 screens didn't play in this time (120 plays so far)" in english
    of_chen = words(page_of(street.chen, "/settings/exemptions"))
    assert "待审批 全部显示屏 2 2026" in of_chen
    assert "120" not in of_chen


@pytest.mark.slow
def test_the_report_shows_it_and_the_rate_follows(street: Street) -> None:
    exemption = street.asks().json["id"]
    path = "/reports?from=2026-11-24&to=2026-11-24&group_by=screen"
    before = words(page_of(street.lin, path))

    street.does(street.lin, "approve", exemption)

    after, english = (words(page_of(street.lin, path + more)) for more in ("", "&lang=en"))
    assert "合计 75.0 % 480 360 0 0 0 0 120 0 0" in before
    assert "合计 100.0 % 480 360 0 0 0 0 120 0 120" in after
    assert "Excused" in english


@pytest.mark.slow
def test_a_venue_is_named_and_not_numbered(street: Street) -> None:
    venue = f"v_{street.dark.venue_id}"
    street.asks(selector={"venue_ids": [venue]})

    assert "待审批 建设银行城关支行" in words(page_of(street.lin, "/settings/exemptions"))


@pytest.mark.slow
def test_who_only_reads_is_offered_nothing(street: Street) -> None:
    exemption = street.approved()
    viewer = sign_in(street.world, "viewer")

    assert "data-api" not in page_of(viewer, f"/settings/exemptions/{exemption}")
    assert "/settings/exemptions/new" not in page_of(viewer, "/settings/exemptions")
    assert viewer.client.get("/settings/exemptions/new").status_code == 403
