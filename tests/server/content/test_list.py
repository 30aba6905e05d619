"""The list of assets: newest first, in pages, narrowed by kind, state and name."""

import pytest

from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset


@pytest.fixture
def author(world: World) -> Person:
    """Three pictures: the second is submitted, the third isn't processed yet."""
    person = sign_in(world, "publicity")
    for name, state in (("防诈一", "ready"), ("100%_反诈", "submitted"), ("其他", "processing")):
        make_asset(world, author=person.user_id, name=name, state=state)
    return person


def names(person: Person, query: str) -> list[str]:
    answer = person.client.get(f"/api/v1/assets?{query}")
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json["items"]]


def test_newest_first_in_pages(author: Person) -> None:
    first = author.client.get("/api/v1/assets?limit=2").json
    second = author.client.get(f"/api/v1/assets?limit=2&cursor={first['next']}").json

    assert [item["name"] for item in first["items"]] == ["其他", "100%_反诈"]
    assert [item["name"] for item in second["items"]] == ["防诈一"]
    assert second["next"] is None


def test_narrowed_by_state_kind_and_name(author: Person) -> None:
    assert names(author, "state=submitted") == ["100%_反诈"]
    assert names(author, "state=processing") == ["其他"]
    assert names(author, "kind=video") == []
    assert names(author, "q=防诈") == ["防诈一"]
    assert names(author, "q=%25_") == ["100%_反诈"]


def test_an_unknown_state_is_explained(author: Person) -> None:
    answer = author.client.get("/api/v1/assets?state=nice")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/state"


def test_progress_is_there_while_an_asset_is_processed(author: Person) -> None:
    items = author.client.get("/api/v1/assets").json["items"]

    assert [item["progress"] for item in items] == [0.0, None, None]


def test_narrowed_by_a_whole_tag(world: World, author: Person) -> None:
    make_asset(world, author=author.user_id, name="甲", tags=["反诈", "年末 100%"])
    make_asset(world, author=author.user_id, name="乙", tags=["反诈宣传"])

    assert names(author, "tag=反诈") == ["甲"]
    assert names(author, "tag=年末 100%25") == ["甲"]
    assert names(author, "tag=诈") == []
    assert names(author, 'tag=反诈", "年末 100%25') == []
