"""Each page has help in both languages; no help text is without a page."""

import re
from pathlib import Path

import pytest

from server.blueprints import PAGES
from server.gateway.commands.command_log import KEPT_MS
from server.web.help.glossary import WORDS
from server.web.help.topics import FOLDER, OF_PAGE, TOPICS, USED, read_parts
from tests.support.app.clock import DAY_MS
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world

GLOSSARY = Path(__file__).parents[4] / "docs/glossary.md"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NO_HEADINGS = {
    "accounts_pages.sign_in_page": "nobody is signed in",
    "library_pages.example_picture": "a picture",
    "map_pages.map_tile": "a picture",
    "onsite_pages.onsite_page": "says itself all there is to say, to people without account",
    "onsite_pages.back_to_page": "leads back to that page",
    "overview_pages.start": "leads on to another page",
    "overview_pages.waiting": "a part of other pages: how much waits",
    "emergency_pages.emergency_part": "a part of other pages: what is over screens",
    "preview_pages.draft_plan_file": "a file",
    "preview_pages.stage_file": "a file",
    "preview_pages.stage_page": "stands in a frame of another page",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("help"))


def test_every_page_has_help_and_every_help_its_page(world: World) -> None:
    blueprints = {module.pages.name for module in PAGES}
    of_pages = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.split(".")[0] in blueprints
    }

    assert set(OF_PAGE) == of_pages - NO_HEADINGS.keys()
    assert NO_HEADINGS.keys() <= of_pages


@pytest.mark.parametrize("name", ["zh", "en"])
def test_no_text_is_left_over_and_none_is_empty(name: str) -> None:
    parts = read_parts((FOLDER / f"{name}.md").read_text(encoding="utf-8"))

    assert list(parts) == list(USED)
    for part in parts.values():
        for line in (part.title, part.purpose, *part.steps):
            assert bool(CHINESE.search(line)) is (name == "zh"), line
        assert part.steps


def test_both_languages_give_the_same_advice() -> None:
    zh, en = (
        read_parts((FOLDER / f"{name}.md").read_text(encoding="utf-8")) for name in ("zh", "en")
    )

    assert {key: len(part.steps) for key, part in zh.items()} == {
        key: len(part.steps) for key, part in en.items()
    }


def test_how_long_results_are_kept_is_what_the_server_keeps() -> None:
    days = KEPT_MS // DAY_MS

    steps = TOPICS["bulk"].steps
    assert any(f"{days} 天" in step.zh for step in steps)
    assert any(f"{days} days" in step.en for step in steps)


def test_titles_of_the_index_name_pages_and_count_nothing() -> None:
    assert [one.title.zh for one in TOPICS.values() if one.title.zh.startswith("一")] == [
        "一键停播"
    ]


def test_words_are_those_of_the_glossary() -> None:
    part = GLOSSARY.read_text(encoding="utf-8").split("## Words\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", part, re.MULTILINE)
    terms = {english.split(",")[0]: (chinese, meaning) for english, chinese, meaning in rows}

    for word, (name, meaning) in WORDS.items():
        chinese, english = terms[word]
        assert chinese.split(",")[0] == name.zh
        assert meaning.en == english
        assert CHINESE.search(meaning.zh)


@pytest.mark.slow
def test_a_page_shows_its_own_text_in_the_persons_language(world: World) -> None:
    client = sign_in(world, "publicity").client
    page = client.get("/pair?lang=zh").text
    english = client.get("/pair?lang=en").text

    assert TOPICS["pair"].purpose.zh in page
    assert 'href="/help#pair"' in page
    assert TOPICS["pair"].purpose.en in english


def test_the_index_has_all_of_them_under_the_anchors_that_pages_link_to(world: World) -> None:
    page = sign_in(world, "viewer").client.get("/help?lang=en").text

    for key, topic in TOPICS.items():
        assert f'id="{key}"' in page
        assert topic.title.en in page
    assert 'id="words"' in page
