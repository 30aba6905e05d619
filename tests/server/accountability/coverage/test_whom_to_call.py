"""Venues that haven't reported this month are listed with whom to call, and as a file."""

import io

import openpyxl
import pytest

from tests.support.app.people import sign_in
from tests.support.reporting.coverage import Town, day


@pytest.mark.slow
def test_who_has_not_reported_is_listed_with_a_masked_number_and_exported(town: Town) -> None:
    chen = sign_in(town.world, "publicity")
    town.manual("万象商场", contact_name="周经理", contact_phone="13800001111")
    town.opens("联网银行", screens=0, contact_phone="13900002222")

    query = f"from={day(0)}&to={day(1)}&state=unattested"
    page = chen.client.get(f"/reports/coverage/venues?{query}").text
    assert "万象商场" in page
    assert ">138****1111<" in page
    assert "13800001111" not in page
    assert "联网银行" not in page
    assert "/reports/coverage/venues?state=unattested" in chen.client.get("/attestations").text

    book = chen.client.get(f"/api/v1/reports/coverage.xlsx?group_by=venue&{query}").data
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    heads, *rows = list(sheet.iter_rows(values_only=True))
    assert heads[:5] == ("点位", "责任单位", "状态", "联系人", "联系电话")
    assert [row[0] for row in rows] == ["万象商场"]
    assert rows[0][3:5] == ("周经理", "138****1111")


@pytest.mark.slow
def test_the_last_reported_day_is_none_that_was_taken_back(town: Town) -> None:
    town.becomes(6)
    chen, mall = sign_in(town.world, "publicity"), town.manual("万象商场")
    report = town.approved(mall)
    ended = chen.client.post(f"/api/v1/attestations/{report}/end", json={"to": day(2)})
    assert ended.status_code == 200, ended.text

    query = f"group_by=venue&from={day(3)}&to={day(4)}&state=unattested"
    book = chen.client.get(f"/api/v1/reports/coverage.xlsx?{query}").data

    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    _, row = list(sheet.iter_rows(values_only=True))
    assert (row[0], row[-1]) == ("万象商场", day(2))
