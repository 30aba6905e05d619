"""Opening a page costs as many statements whether there are few screens or many of them.

A page that asks once more for each screen is fast in a test and slow in a district.
"""

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.bench.pages_with_many_screens import NARROWED, everybody, sample_ids
from tests.support.app.world import World, make_world
from tests.support.browser.page_inventory import page_addresses, statements
from tests.support.monitoring.crowd import make_crowd

pytestmark = pytest.mark.slow

FEW, MANY = 60, 180
"""Both fill the first page of a list, so that only what grows without end differs."""
SPARE = 3
"""Rows of other kinds come with more screens: a campaign's states, kinds of venues."""
MOST = 70


def counts(world: World, screens: int) -> dict[str, int]:
    crowd = make_crowd(world, screens, days=1)
    client, found = everybody(world).client, {}
    for path in [*page_addresses(world, sample_ids(crowd)), *NARROWED]:
        client.get(path)  # what is read once and kept
        with statements(world) as asked:
            status = client.get(path).status_code
        if status == 200:
            found[path] = len(asked)
    return found


@pytest.fixture(scope="module")
def few_and_many(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, int]]:
    folder: Path = tmp_path_factory.mktemp("pages")
    few = counts(make_world(folder / "few"), FEW)
    return few, counts(make_world(folder / "many"), MANY)


def test_no_page_asks_more_often_when_there_are_more_screens(
    few_and_many: tuple[dict[str, int], dict[str, int]],
) -> None:
    few, many = few_and_many
    grown = {path: (few[path], asked) for path, asked in many.items() if asked > few[path] + SPARE}

    assert grown == {}
    assert len(many) > 60


def test_no_page_asks_very_often(
    few_and_many: tuple[dict[str, int], dict[str, int]],
) -> None:
    _, many = few_and_many

    assert {path: asked for path, asked in many.items() if asked > MOST} == {}


def test_a_question_for_each_screen_would_be_seen(world: World) -> None:
    with statements(world) as asked, world.core.config.read() as session:
        for _ in range(7):
            session.execute(text("SELECT 1"))

    assert asked.count("SELECT 1") == 7
