"""The ledger of a district: groups, filters, scope, thresholds, refused questions."""

from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in, sign_in_again
from tests.support.reporting.coverage import Town, check_ledger, day, states


@pytest.fixture
def mixed(town: Town) -> Town:
    """Two streets: one with a bank that plays, one with a silent school, a mall and a shop."""
    world = town.world
    east, west = make_unit(world, "东街"), make_unit(world, "西街")
    bank = town.opens("银行", unit=east, territory_unit_id=west)[0]
    town.opens("学校", unit=west, kind="school")
    mall = town.manual("商场", unit=west, kind="mall", territory_unit_id=east)
    town.opens("商行", screens=0, unit=west, kind="shop", access="none")
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    town.approved(mall)
    return town


def rows(found: Any, key: str = "name") -> dict[str, Any]:
    kept = ("venues", "reached", "pending", "attested", "without_screen", "coverage")
    return {row[key]: tuple(row[one] for one in kept) for row in found["items"]}


@pytest.mark.slow
def test_lines_are_units_and_totals_count_each_venue_once(mixed: Town) -> None:
    found = mixed.ledger(0, 4)

    assert rows(found) == {"东街": (1, 1, 0, 0, 0, 1.0), "西街": (3, 0, 1, 1, 1, 0.0)}
    assert found["items"][0]["unit_id"] == "u_2"
    assert (found["totals"]["venues"], found["totals"]["coverage"]) == (4, 0.25)
    assert found["totals"]["coverage_with_attested"] == 0.5
    assert found["as_of"] == "2026-11-29T00:00:00+08:00"
    assert found["next"] is None


@pytest.mark.slow
def test_territories_are_assessed_too(mixed: Town) -> None:
    found = mixed.ledger(0, 4, group_by="territory")

    assert rows(found) == {
        "（无）": (2, 0, 1, 0, 1, 0.0),
        "东街": (1, 0, 0, 1, 0, 0.0),
        "西街": (1, 1, 0, 0, 0, 1.0),
    }
    assert [one["territory_id"] for one in found["items"]] == [None, "u_2", "u_3"]


@pytest.mark.slow
def test_kinds_and_lines_are_named_as_in_the_other_reports(mixed: Town) -> None:
    kinds = mixed.ledger(0, 4, group_by="venue_kind")["items"]
    lines = mixed.ledger(0, 4, group_by="line")["items"]

    assert (kinds[0]["venue_kind"], kinds[0]["name"]) == ("bank", "银行网点")
    assert [(one["line"], one["venues"]) for one in lines] == [(None, 4)]


@pytest.mark.slow
def test_columns_add_up_by_every_grouping(mixed: Town) -> None:
    assert check_ledger(mixed, 0, 4)["venues"] == 4


@pytest.mark.slow
def test_each_day_has_the_figures_of_a_ledger_of_its_own(mixed: Town) -> None:
    found = mixed.ledger(0, 6, group_by="day")

    assert [one["day"] for one in found["items"]] == [day(number) for number in range(6)]
    assert found["totals"] == mixed.ledger(0, 6)["totals"]
    for number in range(5):
        alone = mixed.ledger(number, number)["totals"]
        one = found["items"][number]
        assert {key: one[key] for key in alone} == alone


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "venues"),
    [
        ({"unit_id": "u_2"}, 1),
        ({"unit_id": "u_1"}, 4),
        ({"territory_id": "u_2"}, 1),
        ({"venue_kind": "school"}, 1),
        ({"venue_kind_id": "mall"}, 1),
        ({"venue_id": "v_4"}, 1),
        ({"unit_id": "u_2", "venue_kind": "school"}, 0),
    ],
)
def test_it_filters(mixed: Town, query: dict[str, str], venues: int) -> None:
    assert mixed.ledger(0, 4, **query)["totals"]["venues"] == venues


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"group_by": "campaign"}, "/group_by"),
        ({"group_by": "screen"}, "/group_by"),
        ({"group_by": "hour"}, "/group_by"),
        ({"campaign_id": "k_1"}, "/campaign_id"),
        ({"screen_id": "s_1"}, "/screen_id"),
        ({"from": "2026-11-25", "to": "2026-11-24"}, "/to"),
        ({"from": "2020-01-01", "to": "2026-11-24"}, "/to"),
    ],
)
def test_unsupported_questions_are_explained(
    town: Town, query: dict[str, str], pointer: str
) -> None:
    client = town.reader()

    for suffix in ("", ".csv", ".xlsx"):
        answer = client.get(f"/api/v1/reports/coverage{suffix}", query_string=query)
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == pointer


@pytest.mark.slow
def test_foreign_filters_are_answered_like_missing_ones(mixed: Town) -> None:
    stranger = sign_in(mixed.world, "publicity", unit=2).client

    for name, value in {"unit_id": "u_3", "venue_id": "v_2", "territory_id": "u_3"}.items():
        answers = [
            stranger.get("/api/v1/reports/coverage", query_string={name: one})
            for one in (value, value + "99")
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].json == answers[1].json


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", ["admin", "publicity", "reviewer", "transport", "viewer", "auditor"]
)
def test_a_unit_sees_its_own(mixed: Town, role: Any) -> None:
    own = sign_in(mixed.world, role, unit=2).client

    assert states(mixed.ledger(0, 4, own)) == {"reached": 1}
    assert rows(mixed.ledger(0, 4, own, group_by="venue")).keys() == {"银行"}


@pytest.mark.slow
def test_a_venue_contact_sees_his_own_venue(town: Town) -> None:
    person = sign_in(town.world, "venue")
    mine = town.opens("我的", contacts=(person.user_id,))[0]
    town.opens("别人的")
    town.becomes(1)
    town.plays(mine, 10)
    again = sign_in(town.world, "venue")
    other = town.ledger(0, 0, again.client)["totals"]["venues"]

    assert other == 0
    sign_in_again(town.world, person)
    found = town.ledger(0, 0, person.client)
    assert (found["totals"]["venues"], states(found)) == (1, {"reached": 1})


def test_nobody_reads_it_without_an_account(town: Town) -> None:
    for suffix in ("", ".csv", ".xlsx"):
        answer = town.world.visitor().get(f"/api/v1/reports/coverage{suffix}")
        assert answer.status_code == 401


@pytest.mark.slow
def test_thresholds_are_the_districts_own(mixed: Town) -> None:
    admin = sign_in(mixed.world, "admin")
    assert states(mixed.ledger(0, 4))["reached"] == 1

    answer = admin.client.patch("/api/v1/settings", json={"coverage": {"day_share": 0.95}})

    assert answer.json["coverage"] == {"day_share": 0.95, "venue_share": 0.8}
    assert "reached" not in states(mixed.ledger(0, 4))
    assert mixed.ledger(0, 4)["thresholds"] == {"day_share": 0.95, "venue_share": 0.8}
    with mixed.world.core.config.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.object) == ("settings.change", "coverage")


def test_a_district_without_venues_has_an_empty_ledger(town: Town) -> None:
    found = town.ledger(0, 0)

    assert (found["items"], found["totals"]["coverage"], found["pending_share"]) == ([], None, None)
