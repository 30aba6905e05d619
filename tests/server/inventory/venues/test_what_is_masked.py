"""A phone masked for a person: no list, map, search or import reveals its digits either."""

import io
from typing import Any

import pytest

from server.accounts.roles import Role
from tests.support.app.inventory import make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.tables import csv

PHONE = "139-0516 8842"
ROLES: dict[Role, bool] = {
    "admin": True,
    "publicity": True,
    "venue": True,
    "transport": False,
    "reviewer": False,
    "viewer": False,
}
"""Who sees the phone of a bank whole: who may write it."""


@pytest.fixture(params=sorted(ROLES))
def person(request: pytest.FixtureRequest, world: World) -> Person:
    someone = sign_in(world, request.param, username=request.param)
    make_venue(
        world, name="农商行", contact_name="王经理", contact_phone=PHONE, lat=34.2, lon=117.1,
        contacts=(someone.user_id,),
    )  # fmt: skip
    return someone


def found(person: Person, path: str, **query: str) -> Any:
    answer = person.client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("digits", ["13905168842", "0516", "139-0516"])
def test_its_digits_find_the_venue_for_those_who_see_them(person: Person, digits: str) -> None:
    matches = {
        "search": bool(found(person, "/api/v1/search", q=digits).json["groups"]),
        "list": bool(found(person, "/api/v1/venues", q=digits).json["items"]),
        "page": "农商行" in found(person, "/venues", q=digits).text,
        "map": bool(found(person, "/api/v1/map/points", q=digits).json["id"]),
    }

    assert set(matches.values()) == {ROLES[_role(person)]}, matches


def test_all_find_it_by_its_name_and_its_contact(person: Person) -> None:
    for words in ("农商", "王经理", "银行 王", "农商 银行网点"):
        assert len(found(person, "/api/v1/venues", q=words).json["items"]) == 1, words


@pytest.mark.slow
def test_the_page_of_the_venue_has_it_whole_for_those_who_may_save_it(person: Person) -> None:
    page = found(person, "/venues/v_1").text

    assert (PHONE in page) == ROLES[_role(person)]
    assert ("<fieldset disabled" in page) != ROLES[_role(person)]


def test_a_table_with_the_right_phone_is_refused_like_one_with_another(world: World) -> None:
    zhao = sign_in(world, "transport")
    make_venue(world, name="农商行", code="A", contact_phone=PHONE)

    answers = []
    for phone in (PHONE, "139-0516 0000"):
        table = csv(("编号", "名称", "联系电话"), ("A", "农商行", phone))
        form = {"file": (io.BytesIO(table), "x.csv")}
        sent = zhao.client.post("/api/v1/venues/import?dry_run=true", data=form)
        answers.append((sent.status_code, sent.json["faults"], sent.json["unchanged"]))

    assert answers[0] == answers[1]
    assert answers[0][1]


def _role(person: Person) -> Role:
    return person.username  # type: ignore[return-value] # named by it above
