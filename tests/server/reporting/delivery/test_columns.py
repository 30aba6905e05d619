"""A column that is declared once is on the page, in both files, in JSON and its description."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from server.reporting.delivery.columns import CAMPAIGN_COLUMNS, COLUMNS, JSON_TYPES, TABLE_COLUMNS
from server.reporting.delivery.figures import Figures
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import DAY, report

PROGRAMME = make_programme(START_MS)


@pytest.fixture
def reader(world: World) -> Person:
    """Somebody with a report of one screen."""
    put_on_air(world, make_screen(world), PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return sign_in(world, "reviewer")


def asked(reader: Person, path: str) -> Any:
    answer = reader.client.get(path, query_string=DAY | {"lang": "en"})
    assert answer.status_code == 200
    return answer


def test_both_files_and_the_page_have_each_column_by_its_name(reader: Person) -> None:
    names = [one.name.en for one in TABLE_COLUMNS]
    of_campaigns = [one.name.en for one in CAMPAIGN_COLUMNS]
    text = asked(reader, "/api/v1/reports/delivery.csv").data.decode("utf-8-sig")
    workbook = io.BytesIO(asked(reader, "/api/v1/reports/delivery.xlsx").data)
    page = asked(reader, "/reports").text

    assert next(csv.reader(io.StringIO(text)))[1:] == names + of_campaigns
    first = next(openpyxl.load_workbook(workbook).active.iter_rows())
    assert [cell.value for cell in first][1:] == names + of_campaigns
    assert [one for one in names if f'<th class="num">{one}</th>' not in page] == []


def test_each_row_in_json_has_each_column(reader: Person) -> None:
    found = report(reader.client)
    keys = [one.key for one in COLUMNS]

    for row in (*found["items"], found["totals"]):
        assert [key for key in row if key in keys] == keys
    for row in found["items"]:
        assert {one.key for one in CAMPAIGN_COLUMNS} <= row.keys()


def test_the_description_has_each_column_with_its_type(world: World) -> None:
    schemas = world.visitor().get("/api/openapi.json").get_json()["components"]["schemas"]
    row = schemas["Row"]

    for one in COLUMNS:
        schema = row["properties"][one.key]
        types = {part["type"] for part in schema.get("anyOf", [schema])}
        assert (
            types
            == {
                "count": {"integer"},
                "amount": {"number"},
                "share": {"number", "null"},
            }[one.kind]
        ), one.key
        assert one.key in row["required"]


def test_each_column_gives_a_number_of_its_type_or_nothing() -> None:
    for figures in (Figures(), Figures(expected=4, confirmed=3, pending=1, shown_ms=45_000)):
        for one in COLUMNS:
            assert isinstance(getattr(figures, one.attribute), JSON_TYPES[one.kind]), one.key


def test_the_states_are_those_that_sum_to_expected() -> None:
    settled = Figures(expected=9, confirmed=1, failed=2, screen_off=3).settled()
    states = [one for one in COLUMNS if one.is_state]

    assert sum(getattr(settled, one.attribute) for one in states) == settled.expected
