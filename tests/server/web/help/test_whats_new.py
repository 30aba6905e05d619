"""What is new in each version is listed in both languages, on the page that an update links to."""

import re

from server.app import VERSION
from server.web.help.topics import FOLDER, read_parts
from server.web.help.whats_new import RELEASES
from tests.support.app.people import sign_in
from tests.support.app.world import World

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_the_newest_version_described_is_this_one() -> None:
    assert RELEASES[0].version == VERSION


def test_both_languages_report_the_same_of_the_same_versions() -> None:
    zh, en = (
        read_parts((FOLDER / f"news-{name}.md").read_text(encoding="utf-8"))
        for name in ("zh", "en")
    )
    assert [(key, part.title, len(part.steps)) for key, part in zh.items()] == [
        (key, part.title, len(part.steps)) for key, part in en.items()
    ]
    for parts, is_chinese in ((zh, True), (en, False)):
        for part in parts.values():
            for line in (part.purpose, *part.steps):
                assert bool(CHINESE.search(line)) is is_chinese, line


def test_the_page_is_reached_from_settings_and_help_and_named_to_browsers(world: World) -> None:
    client = sign_in(world, "viewer").client
    settings, index, news = (client.get(path).text for path in ("/settings", "/help", "/help/news"))
    assert 'href="/help/news"' in settings
    assert 'href="/help/news"' in index
    assert RELEASES[0].changes[0].zh in news
    assert f'data-version="{VERSION}"' in news
