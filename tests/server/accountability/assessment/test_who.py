"""Who may ask for packs and read them, of which units, and what can't be asked for."""

from typing import Any

import pytest

from server.accounts.roles import Role
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.reporting.assessment import PATH, asked, made
from tests.support.reporting.coverage import Town, day

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


@pytest.fixture
def closed(town: Town) -> Town:
    """A town on day 5, with one bank."""
    town.opens("支行")
    town.becomes(5)
    return town


@pytest.mark.long
@pytest.mark.parametrize("role", ["admin", "publicity"])
def test_these_ask_for_packs(closed: Town, role: Role) -> None:
    assert made(closed, person=sign_in(closed.world, role))["author_id"] == "p_1"


@pytest.mark.long
@pytest.mark.parametrize("role", ["reviewer", "viewer", "auditor", "transport"])
def test_these_only_read(closed: Town, role: Role) -> None:
    pack = made(closed)
    person = sign_in(closed.world, role)

    assert asked(person).status_code == 403
    assert person.client.get(f"{PATH}/{pack['id']}").json == pack
    assert [one["id"] for one in person.client.get(PATH).json["items"]] == [pack["id"]]
    for name in ("files.zip", "manifest.json", "files/u_1.xlsx", "files/u_1.pdf"):
        assert person.client.get(f"{PATH}/{pack['id']}/{name}").status_code == 200
    assert "/assessment-packs/new" not in person.client.get("/assessment-packs").text
    assert person.client.get("/assessment-packs/new").status_code == 403


@pytest.mark.long
def test_people_of_one_venue_see_none(closed: Town) -> None:
    pack = made(closed)
    person = sign_in(closed.world, "venue")

    assert person.client.get(f"{PATH}/{pack['id']}").status_code == 403
    assert person.client.get(PATH).status_code == 403
    assert person.client.get("/assessment-packs").status_code == 403
    assert "/assessment-packs" not in person.client.get("/reports").text


@pytest.mark.long
def test_a_pack_is_there_for_who_sees_all_of_its_units(closed: Town) -> None:
    here, elsewhere = make_unit(closed.world, "东街"), make_unit(closed.world, "西街")
    own, foreign, both = (
        made(closed, *(f"u_{unit}" for unit in units))
        for units in ((here,), (elsewhere,), (here, elsewhere))
    )
    person = sign_in(closed.world, "publicity", here)

    assert [one["id"] for one in person.client.get(PATH).json["items"]] == [own["id"]]
    missing = person.client.get(f"{PATH}/g_99")
    for pack in (foreign, both):
        for name in ("", "/files.zip", "/manifest.json", f"/files/u_{here}.pdf"):
            answer = person.client.get(f"{PATH}/{pack['id']}{name}")
            assert (answer.status_code, answer.json) == (404, missing.json)
        assert person.client.post(f"{PATH}/{pack['id']}/retry").status_code == 404
        assert person.client.get(f"/assessment-packs/{pack['id']}").status_code == 404


def test_foreign_units_and_missing_ones_are_answered_the_same(closed: Town) -> None:
    here, elsewhere = make_unit(closed.world, "东街"), make_unit(closed.world, "西街")
    person = sign_in(closed.world, "publicity", here)

    answers = [asked(person, f"u_{here}", unit) for unit in (f"u_{elsewhere}", "u_99", "x", "u_1")]

    assert {one.status_code for one in answers} == {422}
    assert {one.json["errors"][0]["pointer"] for one in answers} == {"/unit_ids/1"}
    assert len({one.json["detail"] for one in answers}) == 1


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"from": day(4), "to": day(3)}, "/to", "不能早于"),
        ({"to": day(6)}, "/to", "不能晚于今天"),
        ({"from": "2025-01-01"}, "/to", "最多一年"),
        ({"unit_ids": []}, "/unit_ids", ""),
        ({"unit_ids": ["u_1", "u_1"]}, "/unit_ids/1", "只能选一次"),
        ({"from": "yesterday"}, "/from", ""),
        ({"until": day(3)}, "/until", ""),
    ],
)
def test_what_makes_no_pack_is_refused_in_words(
    closed: Town, changes: dict[str, Any], pointer: str, words: str
) -> None:
    person = sign_in(closed.world, "publicity")
    body = {"unit_ids": ["u_1"], "from": day(0), "to": day(4), **changes}

    answer = person.client.post(PATH, json=body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert words in answer.json["detail"]
    assert person.client.get(PATH).json["items"] == []


@pytest.mark.long
def test_a_unit_that_has_a_pack_stays(closed: Town) -> None:
    unit = make_unit(closed.world, "东街")
    admin = sign_in(closed.world, "admin")
    made(closed, f"u_{unit}", person=admin)

    assert admin.client.delete(f"/api/v1/units/u_{unit}").status_code == 409
